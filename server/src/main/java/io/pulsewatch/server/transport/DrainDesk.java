package io.pulsewatch.server.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.Hub;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a drain is ordered and taken back. What has to hear of it does so in this order: who
 * judges, before anybody is gone; who takes streams; who takes watches.
 *
 * <p>Thread-safe: orders are guarded by {@code lock}, and nothing under it waits. {@link #turn} on
 * one thread.
 */
public final class DrainDesk {
  /** So many streams in a second are back without a queue at the door, on two cores. */
  static final int RETURNS_PER_SECOND = 5_000;

  private static final int MAX_SPREAD_SECONDS = 30;

  private final Object lock = new Object();
  private final Judging judging;
  private final HeartbeatEndpoint streams;
  private final Hub hub;
  private final Executor fanout;
  private final LongSupplier nanoTicker;
  private final LongSupplier wallMillis;
  private final System.Logger logger;
  private volatile @Nullable Drain current;

  /** Whoever was sent away may stay away until then. */
  @GuardedBy("lock")
  private long awayUntilNanos;

  /** Confined to the turns. */
  private @Nullable Drain told;

  private boolean toldDone;

  /**
   * Creates one where nothing is drained.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   * @param wallMillis wall clock, for people
   */
  public DrainDesk(
      Judging judging,
      HeartbeatEndpoint streams,
      Hub hub,
      Executor fanout,
      LongSupplier nanoTicker,
      LongSupplier wallMillis,
      System.Logger logger) {
    this.judging = judging;
    this.streams = streams;
    this.hub = hub;
    this.fanout = fanout;
    this.nanoTicker = nanoTicker;
    this.awayUntilNanos = nanoTicker.getAsLong();
    this.wallMillis = wallMillis;
    this.logger = logger;
  }

  /** In how long so many are asked to leave, or to come back, unless it is said. */
  public static long spreadNanos(int streams) {
    long seconds = Math.max(1, Math.min(MAX_SPREAD_SECONDS, streams / RETURNS_PER_SECOND));
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  /**
   * Drains, in the place of an earlier order.
   *
   * @param spread null: by the number of streams
   */
  void drain(long reconnectAfterNanos, @Nullable Long spread, List<String> peers) {
    synchronized (lock) {
      noteNamed();
      long spreadNanos = spread == null ? spreadNanos(streams.streams()) : spread;
      Drain drain =
          new Drain(
              nanoTicker.getAsLong(),
              wallMillis.getAsLong(),
              reconnectAfterNanos,
              spreadNanos,
              peers);
      judging.drain(true);
      streams.drain(drain);
      current = drain;
      Goodbye said = new Goodbye(Goodbye.Reason.DRAIN, reconnectAfterNanos, 0, peers);
      fanout.execute(() -> hub.drain(said, spreadNanos));
    }
  }

  /** Takes everybody again. */
  void cancel() {
    synchronized (lock) {
      noteNamed();
      current = null;
      streams.drain(null);
      judging.drain(false);
      fanout.execute(() -> hub.drain(null, 0));
    }
  }

  /** True while it drains. */
  public boolean isOn() {
    return current != null;
  }

  /** How long those who were sent away, by any order, may still stay away; 0 where nobody was. */
  public long waitNanos() {
    synchronized (lock) {
      noteNamed();
      return Math.max(0, awayUntilNanos - nanoTicker.getAsLong());
    }
  }

  /** Somebody may have been told the wait of this order just now. */
  @GuardedBy("lock")
  private void noteNamed() {
    Drain drain = current;
    if (drain != null) {
      long until = nanoTicker.getAsLong() + Drain.LONGEST_WAITS * drain.retryNanos();
      awayUntilNanos = until - awayUntilNanos > 0 ? until : awayUntilNanos;
    }
  }

  /** How far it is, in the contract's words; null where nothing is drained. */
  io.pulsewatch.v1.@Nullable Drain face() {
    Drain drain = current;
    return drain == null ? null : drain.face(streams.streams(), hub.leaving());
  }

  /** Tells people that it begins, that nobody is left, and that it is taken back. */
  public void turn() {
    Drain drain = current;
    if (drain == null) {
      if (told != null) {
        told = null;
        logger.log(System.Logger.Level.INFO, "the drain is cancelled: everybody is taken again");
      }
      return;
    }
    if (!drain.equals(told)) {
      told = drain;
      toldDone = false;
      logger.log(System.Logger.Level.INFO, "draining: {0}", words(drain));
    }
    if (!toldDone && streams.streams() == 0 && hub.leaving() == 0) {
      toldDone = true;
      logger.log(
          System.Logger.Level.INFO,
          "drained: nobody is left after {0} s; stop this server, or cancel the drain",
          (nanoTicker.getAsLong() - drain.startedNanos()) / 1_000_000_000L);
    }
  }

  private String words(Drain drain) {
    return streams.streams()
        + " streams and "
        + hub.leaving()
        + " watches are asked to leave within "
        + drain.spreadNanos() / 1_000_000
        + " ms"
        + (drain.peers().isEmpty() ? "" : ", for " + String.join(" or ", drain.peers()));
  }
}

package io.pulsewatch.client;

import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceName;
import java.util.Map;

/**
 * Keeps a local view of the instances that match, and tells each change with its evidence. Comes
 * back after a cut and goes on where it was. Thread-safe.
 *
 * <p>It runs on a daemon thread of its own, on which the listener is called too.
 */
public final class PulsewatchWatcher implements AutoCloseable {
  private static final long END_LIMIT_NANOS = 1_000_000_000L;

  private final WatchCore core;
  private final Driver driver;

  private PulsewatchWatcher(WatchCore core, Mailbox mailbox) {
    this.core = core;
    driver = Driver.start("watcher", core::turn, mailbox, core::onBroken, () -> {});
  }

  static PulsewatchWatcher start(WatchSetup setup, WatchListener listener) {
    Mailbox mailbox = new Mailbox();
    return new PulsewatchWatcher(new WatchCore(setup, mailbox, listener), mailbox);
  }

  /** Begins to say what to watch. */
  public static WatcherBuilder builder() {
    return new WatcherBuilder();
  }

  /**
   * Returns the instances as last told: empty until the first snapshot is whole. While the watcher
   * is disconnected it is what was known before. Unmodifiable, and a copy: made at most once for
   * each response, and only when asked for.
   */
  public Map<InstanceName, Instance> view() {
    return core.view();
  }

  /** Returns the newest token to go on from, or an empty text before the first. */
  public String resumeToken() {
    return core.resumeToken();
  }

  /**
   * Says that the application has acted on all that it was told up to a revision: who leaves can
   * wait for that, see {@link PulsewatchSender#drain}. The greatest counts; it is said once, or
   * again where the server did not hear it. Does not block.
   *
   * @param revision of a change or of a snapshot that the listener was told, or of a response
   * @throws IllegalStateException if the watcher has no {@linkplain WatcherBuilder#name name}
   */
  public void acknowledge(long revision) {
    core.acknowledge(revision);
  }

  /**
   * Stops. Returns when no more calls come, but after at most 1 s; a call in progress is not
   * interrupted. May be called by the listener, and again.
   */
  @Override
  public void close() {
    core.close();
    driver.awaitEnd(END_LIMIT_NANOS);
  }
}

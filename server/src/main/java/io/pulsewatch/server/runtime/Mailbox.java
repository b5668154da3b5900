package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Inbox;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.transport.Mailroom;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What waits for the liveness loop, in the order of arrival. Commands are bounded by {@code
 * maxCommands}; pulses by the open streams, since each is in here at most once; put-offs by {@link
 * #MAX_PUT_OFFS} for each live session.
 *
 * <p>Thread-safe; drained by the loop.
 */
final class Mailbox implements Mailroom, Inbox {
  /** Of so many senders a name's put-offs are kept: its own, and strangers who use its name. */
  static final int MAX_PUT_OFFS = 4;

  private final Queue<Consumer<Sink>> mail = new ConcurrentLinkedQueue<>();
  private final Queue<Command.Register> registers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger commands = new AtomicInteger();
  private final AtomicLong posted = new AtomicLong();
  private final Map<InstanceKey, Integer> named = new ConcurrentHashMap<>();
  private final Map<InstanceKey, List<PutOff>> putOffs = new ConcurrentHashMap<>();
  private final int maxCommands;
  private final Predicate<InstanceKey> isLive;
  private final Runnable onMail;
  private final Runnable onNews;
  private final IntSupplier registering;
  private final StandingQueue standing = new StandingQueue();
  private final WorkPace pace = new WorkPace();

  /** Confined to the loop, as the next one is. */
  private long worked;

  private long drained;

  /**
   * Creates an empty mailbox.
   *
   * @param isLive whether a name has a session; any thread
   * @param onMail wakes the loop; any thread, returns at once
   * @param onNews the same, where the mail is likely to bring a change
   * @param registering streams whose register was read and is not answered; any thread
   */
  Mailbox(
      int maxCommands,
      Predicate<InstanceKey> isLive,
      Runnable onMail,
      Runnable onNews,
      IntSupplier registering) {
    this.registering = registering;
    this.maxCommands = maxCommands;
    this.isLive = isLive;
    this.onMail = onMail;
    this.onNews = onNews;
  }

  @Override
  public boolean offer(Command command) {
    if (commands.incrementAndGet() > maxCommands) {
      commands.decrementAndGet();
      return false;
    }
    if (command instanceof Command.Register register) {
      registers.add(register);
    }
    if (command.isSignOfLife()) {
      named.merge(command.key(), 1, Integer::sum);
    }
    add(
        sink -> {
          commands.decrementAndGet();
          worked++;
          if (command instanceof Command.Register) {
            registers.remove(); // the oldest, or one that was read in the same instant
          }
          if (command.isSignOfLife()) {
            unname(command.key());
          }
          command.deliver(sink);
        });
    (isLikelyNews(command) ? onNews : onMail).run();
    return true;
  }

  /** Beats come without end, and nearly all of them only renew; answers of probes are evidence. */
  private boolean isLikelyNews(Command command) {
    if (command instanceof Command.Register register) {
      return register.heartbeat() == null || !isLive.test(register.key());
    }
    if (command instanceof Command.Beat beat) {
      return beat.news().ending() != null;
    }
    return !(command instanceof Command.Probed probed) || probed.answer() != null;
  }

  @Override
  public long awayNanos() {
    return pace.nanosFor(commands.get());
  }

  @Override
  public void putOff(PutOff putOff) {
    InstanceKey key = putOff.key();
    if (isLive.test(key)) {
      putOffs.compute(
          key, (name, waiting) -> waiting == null ? first(putOff) : with(waiting, putOff));
    }
  }

  private List<PutOff> first(PutOff putOff) {
    InstanceKey key = putOff.key();
    named.merge(key, 1, Integer::sum);
    add(sink -> deliverPutOffs(key, sink));
    onMail.run();
    return List.of(putOff);
  }

  /** The latest of each sender; a further sender is dropped, so that none displaces another. */
  private static List<PutOff> with(List<PutOff> waiting, PutOff putOff) {
    Stream<PutOff> others = waiting.stream().filter(other -> !other.isOfSenderOf(putOff));
    return Stream.concat(others, Stream.of(putOff)).limit(MAX_PUT_OFFS).toList();
  }

  @Override
  public void post(Pulse pulse) {
    add(sink -> sink.onNews(pulse));
    onNews.run();
  }

  /** Counted before it is there: no letter lies further back in the queue than was counted. */
  private void add(Consumer<Sink> letter) {
    posted.incrementAndGet();
    mail.add(letter);
  }

  @Override
  public int drain(Sink sink, int limit) {
    int taken = 0;
    while (taken < limit) {
      Consumer<Sink> next = mail.poll();
      if (next == null) {
        return taken;
      }
      drained++;
      next.accept(sink);
      taken++;
    }
    return taken;
  }

  @Override
  public long posted() {
    return posted.get();
  }

  @Override
  public boolean isDrained(long count) {
    return drained >= count;
  }

  @Override
  public boolean names(InstanceKey key) {
    return named.containsKey(key);
  }

  @Override
  public long longestWaitNanos(long nowNanos) {
    pace.turn(nowNanos, worked, commands.get());
    long queued = standing.turn(nowNanos, registering.getAsInt());
    Command.Register oldest = registers.peek();
    return oldest == null ? queued : Math.max(queued, nowNanos - oldest.readNanos());
  }

  private void deliverPutOffs(InstanceKey key, Sink sink) {
    unname(key);
    List<PutOff> waiting = putOffs.remove(key);
    if (waiting != null) {
      waiting.forEach(sink::onPutOff);
    }
  }

  private void unname(InstanceKey key) {
    named.computeIfPresent(key, (name, count) -> count == 1 ? null : count - 1);
  }

  boolean isEmpty() {
    return mail.isEmpty();
  }
}

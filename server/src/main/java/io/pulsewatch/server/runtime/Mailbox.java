package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Inbox;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.transport.Mailroom;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What waits for the liveness loop, in the order of arrival. Commands are bounded by {@code
 * maxCommands}; pulses by the open streams and put-offs by the live sessions, since each is in here
 * at most once.
 *
 * <p>Thread-safe; drained by the loop.
 */
final class Mailbox implements Mailroom, Inbox {
  private final Queue<Consumer<Sink>> mail = new ConcurrentLinkedQueue<>();
  private final AtomicInteger commands = new AtomicInteger();
  private final Map<InstanceKey, Integer> named = new ConcurrentHashMap<>();
  private final Map<InstanceKey, PutOff> putOffs = new ConcurrentHashMap<>();
  private final int maxCommands;
  private final Predicate<InstanceKey> isLive;
  private final Runnable onMail;

  /**
   * Creates an empty mailbox.
   *
   * @param isLive whether a name has a session; any thread
   * @param onMail wakes the loop; any thread, returns at once
   */
  Mailbox(int maxCommands, Predicate<InstanceKey> isLive, Runnable onMail) {
    this.maxCommands = maxCommands;
    this.isLive = isLive;
    this.onMail = onMail;
  }

  @Override
  public boolean offer(Command command) {
    if (commands.incrementAndGet() > maxCommands) {
      commands.decrementAndGet();
      return false;
    }
    named.merge(command.key(), 1, Integer::sum);
    mail.add(
        sink -> {
          commands.decrementAndGet();
          unname(command.key());
          command.deliver(sink);
        });
    onMail.run();
    return true;
  }

  @Override
  public void putOff(PutOff putOff) {
    InstanceKey key = putOff.key();
    if (!isLive.test(key)) {
      return;
    }
    if (putOffs.put(key, putOff) == null) {
      named.merge(key, 1, Integer::sum);
      mail.add(sink -> deliverPutOff(key, sink));
      onMail.run();
    }
  }

  @Override
  public void post(Pulse pulse) {
    mail.add(sink -> sink.onNews(pulse));
    onMail.run();
  }

  @Override
  public int drain(Sink sink, int limit) {
    int drained = 0;
    while (drained < limit) {
      Consumer<Sink> next = mail.poll();
      if (next == null) {
        return drained;
      }
      next.accept(sink);
      drained++;
    }
    return drained;
  }

  @Override
  public boolean names(InstanceKey key) {
    return named.containsKey(key);
  }

  private void deliverPutOff(InstanceKey key, Sink sink) {
    unname(key);
    PutOff latest = putOffs.remove(key);
    if (latest != null) {
      sink.onPutOff(latest);
    }
  }

  private void unname(InstanceKey key) {
    named.computeIfPresent(key, (name, count) -> count == 1 ? null : count - 1);
  }

  boolean isEmpty() {
    return mail.isEmpty();
  }
}

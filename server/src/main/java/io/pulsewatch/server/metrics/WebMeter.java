package io.pulsewatch.server.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the web port counts. Thread-safe. */
public final class WebMeter {
  private final AtomicInteger connections = new AtomicInteger();
  private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();

  /** Returns how many there are with this one. */
  public int onConnected() {
    return connections.incrementAndGet();
  }

  public void onDisconnected() {
    connections.decrementAndGet();
  }

  /** An answer with this HTTP status goes out. */
  public void onAnswer(int status) {
    answers.computeIfAbsent(status, fresh -> new LongAdder()).increment();
  }

  int connections() {
    return connections.get();
  }

  Map<Integer, LongAdder> answers() {
    return answers;
  }
}

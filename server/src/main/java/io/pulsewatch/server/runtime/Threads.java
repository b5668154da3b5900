package io.pulsewatch.server.runtime;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the server's threads: daemons, each named for its role. Thread-safe. */
final class Threads implements ThreadFactory {
  private final AtomicInteger next = new AtomicInteger();
  private final String role;

  Threads(String role) {
    this.role = role;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "pulsewatch-" + role + "-" + next.getAndIncrement());
    thread.setDaemon(true);
    return thread;
  }
}

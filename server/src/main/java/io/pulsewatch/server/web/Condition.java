package io.pulsewatch.server.web;

/** How the server is, for those who look after it. Thread-safe; answers on a broken server, too. */
public interface Condition {
  /** False once a loop has broken: only a restart brings it back. */
  boolean isAlive();

  /** False while it should get no clients: broken, stopping, or blind for the moment. */
  boolean isReady();

  /** Why, in a few words. */
  String words();
}

package io.pulsewatch.server;

import java.io.IOException;

/** A server in a process of its own: says its port, and ends with its input. */
final class ChildServer {
  private ChildServer() {}

  /**
   * Runs it.
   *
   * @param arguments the port; 0: any free one
   */
  public static void main(String[] arguments) throws IOException {
    try (PulsewatchServer server =
        PulsewatchServer.builder().listen("127.0.0.1", Integer.parseInt(arguments[0])).start()) {
      System.out.println(server.port());
      while (System.in.read() >= 0) {
        // until the parent is gone
      }
    }
  }
}

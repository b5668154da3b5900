package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One etcd with its defaults, in a new directory, on free ports of this machine; {@code
 * tools/install-tools.sh etcd} fetches it. Immutable.
 */
record Etcd(Child child, int port) implements AutoCloseable {
  private static final Path PROGRAM = Path.of(".tools", "etcd", "etcdbin", "etcd");
  private static final int PATIENCE = 100;
  private static final int PATIENCE_MILLIS = 100;

  static Etcd start(Children children) throws IOException, InterruptedException {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IllegalStateException("no " + PROGRAM + ": run tools/install-tools.sh etcd");
    }
    int port = freePort();
    String client = "http://127.0.0.1:" + port;
    String peer = "http://127.0.0.1:" + freePort();
    Path place = Files.createDirectories(Path.of("bench", "target", "data"));
    Path data = Files.createTempDirectory(place, "etcd");
    Child child =
        children.command(
            "etcd",
            List.of(
                PROGRAM.toString(),
                "--data-dir=" + data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--quota-backend-bytes=4294967296",
                "--log-level=error"));
    for (int i = 0; i < PATIENCE; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Thread.sleep(2_000); // until it has elected itself
        return new Etcd(child, port);
      } catch (IOException notYet) {
        Thread.sleep(PATIENCE_MILLIS);
      }
    }
    throw new IllegalStateException("etcd does not listen: see its log");
  }

  @Override
  public void close() {
    child.kill();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

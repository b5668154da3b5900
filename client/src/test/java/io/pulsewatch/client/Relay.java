package io.pulsewatch.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way to a server that can fall silent: connections stay open, and nothing goes through; or that
 * loses something on its way there. With port 0 behind it, it was never more than silent.
 * Thread-safe.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final int targetPort;
  private final Queue<Closeable> open = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean swallowing = new AtomicBoolean();
  private final AtomicInteger swallowed = new AtomicInteger();
  private volatile boolean silent;

  Relay(int targetPort) throws IOException {
    this.targetPort = targetPort;
    silent = targetPort == 0;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.add(listening);
    start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** From now on every byte is swallowed, both ways. */
  void fallSilent() {
    silent = true;
  }

  /** What the client sends next, in one piece, does not arrive; what follows does. */
  void swallowNext() {
    swallowing.set(true);
  }

  /** Bytes that were swallowed on their way to the server. */
  int swallowed() {
    return swallowed.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = listening.accept();
      open.add(near);
      if (targetPort != 0) {
        Socket far = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        open.add(far);
        start(() -> copy(near, far, swallowing));
        start(() -> copy(far, near, new AtomicBoolean()));
      }
    }
  }

  private void copy(Socket from, Socket to, AtomicBoolean lose) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[8192];
    for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
      if (lose.getAndSet(false)) {
        swallowed.addAndGet(read);
      } else if (!silent) {
        out.write(bytes, 0, read);
      }
    }
    if (!silent) {
      to.close();
    }
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : open) {
      each.close();
    }
  }

  private interface Io {
    void run() throws IOException;
  }

  private static void start(Io io) {
    Thread thread =
        new Thread(
            () -> {
              try {
                io.run();
              } catch (IOException closed) {
                // the test is over, or one side went away
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}

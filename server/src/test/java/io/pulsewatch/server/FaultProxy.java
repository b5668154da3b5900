package io.pulsewatch.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on loopback that forwards, stands still, swallows, refuses, or cuts by RST. One
 * thread accepts, and two a connection carry the bytes. Thread-safe.
 */
final class FaultProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final ServerSocketChannel door;
  private final int target;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Mode mode = Mode.FORWARD;

  /** What becomes of the bytes. */
  enum Mode {
    FORWARD,
    /** Nothing is read: the senders' buffers fill up, and all of it comes later. */
    STALL,
    /** Read and thrown away: the connection can only be cut afterwards. */
    SWALLOW,
    /** New connections are reset at once, as if nobody were there; open ones go on. */
    REFUSE
  }

  FaultProxy(int target) throws IOException {
    this.target = target;
    this.door = ServerSocketChannel.open();
    door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(this::accept);
  }

  int port() {
    try {
      return ((InetSocketAddress) door.getLocalAddress()).getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connections so far. */
  int accepted() {
    return accepted.get();
  }

  void set(Mode next) {
    synchronized (lock) {
      mode = next;
      lock.notifyAll();
    }
  }

  /** Resets every connection, on both sides. New ones are welcome. */
  void cut() {
    for (SocketChannel channel : open) {
      reset(channel);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    set(Mode.FORWARD);
    cut();
  }

  private void accept() {
    try {
      while (door.isOpen()) {
        SocketChannel client = door.accept();
        if (mode() == Mode.REFUSE) {
          reset(client);
          continue;
        }
        open.add(client);
        accepted.incrementAndGet();
        start(() -> connect(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void connect(SocketChannel client) {
    try {
      SocketChannel server =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      open.add(server);
      start(() -> carry(server, client));
      carry(client, server);
    } catch (IOException e) {
      reset(client); // nobody there
    }
  }

  private void carry(SocketChannel from, SocketChannel to) {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    try {
      while (from.read(chunk) >= 0) {
        chunk.flip();
        boolean forward = awaitFlow() != Mode.SWALLOW;
        while (forward && chunk.hasRemaining()) {
          to.write(chunk);
        }
        chunk.clear();
      }
      to.shutdownOutput();
    } catch (IOException | InterruptedException e) {
      reset(from);
      reset(to);
    }
  }

  private Mode mode() {
    synchronized (lock) {
      return mode;
    }
  }

  private Mode awaitFlow() throws InterruptedException {
    synchronized (lock) {
      while (mode == Mode.STALL) {
        lock.wait();
      }
      return mode;
    }
  }

  private void reset(SocketChannel channel) {
    open.remove(channel);
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.close();
    } catch (ClosedChannelException e) {
      // its other end was faster
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}

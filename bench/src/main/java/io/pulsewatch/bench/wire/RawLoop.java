package io.pulsewatch.bench.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** The connections of one load generator and the thread's wait for them. Confined to its thread. */
public final class RawLoop implements AutoCloseable {
  private final Selector selector;
  private final InetSocketAddress server;
  private final List<RawConnection> connections = new ArrayList<>();
  private final List<SelectionKey> keys = new ArrayList<>();

  public RawLoop(int port) throws IOException {
    this.selector = Selector.open();
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Connects to the server on this machine. */
  public RawConnection connect(RawEvents events) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    String authority = server.getHostString() + ":" + server.getPort();
    RawConnection connection = new RawConnection(channel, events, authority);
    keys.add(channel.register(selector, SelectionKey.OP_READ, connection));
    connections.add(connection);
    return connection;
  }

  /** Writes what is there to be written, waits for the sockets, reads what has come. */
  public void turn(long timeoutMillis) throws IOException {
    flush();
    if (timeoutMillis <= 0) {
      selector.selectNow(RawLoop::onReady);
    } else {
      selector.select(RawLoop::onReady, timeoutMillis);
    }
  }

  /** Writes what is there to be written. */
  public void flush() throws IOException {
    for (int i = 0; i < connections.size(); i++) {
      try {
        connections.get(i).flush(keys.get(i));
      } catch (IOException e) {
        connections.get(i).lost(e.toString());
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (RawConnection connection : connections) {
      connection.close();
    }
    selector.close();
  }

  private static void onReady(SelectionKey key) {
    if (!(key.attachment() instanceof RawConnection connection) || !key.isReadable()) {
      return;
    }
    try {
      connection.onReadable();
    } catch (IOException e) {
      connection.lost(e.toString());
    }
  }
}

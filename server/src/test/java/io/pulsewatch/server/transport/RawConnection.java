package io.pulsewatch.server.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * HTTP/2 by hand, as far as a test needs it: what is written lies in the server's socket when the
 * call returns, which no client library promises. Confined to the test's thread.
 */
public final class RawConnection implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private final Socket socket;
  private int nextStream = 1;

  /** Connects to this port of loopback, and says the preface. */
  public RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(5_000);
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /** What the server sent until it fell silent, or sent away. */
  public record Seen(int pingAcks, String goAway) {}

  public void ping() throws IOException {
    frame(PING, 0, 0, new byte[8]);
  }

  /** A unary call with an empty message. Nobody reads its answer. */
  public void call(String path) throws IOException {
    call(path, Map.of());
  }

  /** The same with more headers. */
  public void call(String path, Map<String, String> more) throws IOException {
    int stream = open(path, more);
    frame(DATA, END_STREAM, stream, new byte[5]);
  }

  /** Begins a call that sends more later. Returns its number. */
  public int open(String path) throws IOException {
    return open(path, Map.of());
  }

  /** One more message of a call that goes on. */
  public void send(int stream, byte[] message) throws IOException {
    byte[] payload = new byte[5 + message.length];
    payload[3] = (byte) (message.length >>> 8);
    payload[4] = (byte) message.length;
    System.arraycopy(message, 0, payload, 5, message.length);
    frame(DATA, 0, stream, payload);
  }

  private int open(String path, Map<String, String> more) throws IOException {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    header(headers, ":method", "POST");
    header(headers, ":scheme", "http");
    header(headers, ":path", path);
    header(headers, ":authority", "localhost");
    header(headers, "te", "trailers");
    header(headers, "content-type", "application/grpc");
    for (Map.Entry<String, String> entry : more.entrySet()) {
      header(headers, entry.getKey(), entry.getValue());
    }
    int stream = nextStream;
    nextStream += 2;
    frame(HEADERS, END_HEADERS, stream, headers.toByteArray());
    return stream;
  }

  /** Begins a call, and resets it before it can be answered. */
  public void callAndReset(String path) throws IOException {
    int stream = nextStream;
    open(path, Map.of());
    frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  /** Reads until there are so many answers to pings, or nothing more comes. */
  public Seen read(int pingAcks) throws IOException {
    int acks = 0;
    DataInputStream in = new DataInputStream(socket.getInputStream());
    try {
      while (acks < pingAcks) {
        int header = in.readInt();
        int flags = in.readUnsignedByte();
        in.readInt();
        byte[] payload = new byte[header >>> 8];
        in.readFully(payload);
        if ((header & 0xff) == PING && flags == ACK) {
          acks++;
        } else if ((header & 0xff) == GO_AWAY) {
          return new Seen(
              acks, new String(payload, 8, payload.length - 8, StandardCharsets.US_ASCII));
        }
      }
    } catch (SocketTimeoutException | EOFException | SocketException e) {
      // no more
    }
    return new Seen(acks, "");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(payload.length >>> 16);
    frame.write(payload.length >>> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    frame.write(stream >>> 24);
    frame.write(stream >>> 16);
    frame.write(stream >>> 8);
    frame.write(stream);
    frame.writeBytes(payload);
    socket.getOutputStream().write(frame.toByteArray());
  }

  /** A literal without indexing and without Huffman (RFC 7541, 6.2.2); lengths as 5.1 has them. */
  private static void header(ByteArrayOutputStream out, String name, String value) {
    out.write(0);
    text(out, name);
    text(out, value);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    int length = text.length();
    if (length < 127) {
      out.write(length);
    } else {
      out.write(127);
      int rest = length - 127;
      for (; rest >= 128; rest >>>= 7) {
        out.write(rest % 128 + 128);
      }
      out.write(rest);
    }
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}

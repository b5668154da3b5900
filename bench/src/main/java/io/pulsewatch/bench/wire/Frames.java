package io.pulsewatch.bench.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Writes the HTTP/2 frames and the heartbeat message that a client sends. Stateless.
 *
 * <p>Header fields go out as literals that no table remembers (RFC 7541, 6.2.2), so there is no
 * compression state. Header fields that come in are never decoded.
 */
public final class Frames {
  static final int HEADER_BYTES = 9;
  static final int GRPC_PREFIX_BYTES = 5;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;

  /** The error code of a call that its client gives up. */
  private static final int CANCEL = 8;

  static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;

  /** What HTTP/2 lets either side send before the other one has said anything. */
  static final int DEFAULT_WINDOW = 65_535;

  /** The largest message of {@link #heartbeat}, frame included. */
  static final int MAX_HEARTBEAT_BYTES = 48;

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private Frames() {}

  /** Opens a connection. The windows are as large as they can be: flow control is not measured. */
  public static void preface(ByteBuffer out) {
    out.put(PREFACE);
    header(out, 6, SETTINGS, 0, 0);
    out.putShort((short) SETTINGS_INITIAL_WINDOW_SIZE).putInt(Integer.MAX_VALUE);
    windowUpdate(out, 0, Integer.MAX_VALUE - DEFAULT_WINDOW);
  }

  /** Says that the server's settings were read. */
  public static void settingsAck(ByteBuffer out) {
    header(out, 0, SETTINGS, ACK, 0);
  }

  static void pong(ByteBuffer out, long opaque) {
    header(out, 8, PING, ACK, 0);
    out.putLong(opaque);
  }

  static void windowUpdate(ByteBuffer out, int streamId, int increment) {
    header(out, 4, WINDOW_UPDATE, 0, streamId);
    out.putInt(increment);
  }

  /** Starts a gRPC call. */
  public static void call(ByteBuffer out, int streamId, String authority, String path) {
    int at = out.position();
    header(out, 0, HEADERS, END_HEADERS, streamId);
    out.put((byte) 0x83); // :method: POST
    out.put((byte) 0x86); // :scheme: http
    out.put((byte) 0x04); // :path
    text(out, path);
    out.put((byte) 0x01); // :authority
    text(out, authority);
    out.put((byte) 0x0f).put((byte) 0x10); // content-type, entry 31 in a prefix of 4 bits
    text(out, "application/grpc");
    out.put((byte) 0x00);
    text(out, "te");
    text(out, "trailers");
    int length = out.position() - at - HEADER_BYTES;
    out.put(at, (byte) (length >>> 16)).put(at + 1, (byte) (length >>> 8));
    out.put(at + 2, (byte) length);
  }

  /** Sends one message of a call. Returns what it costs of the flow control windows. */
  public static int message(ByteBuffer out, int streamId, byte[] message) {
    int length = GRPC_PREFIX_BYTES + message.length;
    header(out, length, DATA, 0, streamId);
    out.put((byte) 0).putInt(message.length).put(message);
    return length;
  }

  /**
   * Sends a HeartbeatRequest with a heartbeat of this sequence and send time. Returns what it costs
   * of the flow control windows.
   */
  static int heartbeat(ByteBuffer out, int streamId, long sequence, long sentNanos) {
    int heartbeat = 2 + varintBytes(sequence) + varintBytes(sentNanos);
    int request = 2 + heartbeat;
    header(out, GRPC_PREFIX_BYTES + request, DATA, 0, streamId);
    out.put((byte) 0).putInt(request);
    out.put((byte) 0x12).put((byte) heartbeat);
    out.put((byte) 0x08);
    varint(out, sequence);
    out.put((byte) 0x10);
    varint(out, sentNanos);
    return GRPC_PREFIX_BYTES + request;
  }

  /** Half-closes a call. */
  static void halfClose(ByteBuffer out, int streamId) {
    header(out, 0, DATA, END_STREAM, streamId);
  }

  /** Ends a call at once. */
  static void cancel(ByteBuffer out, int streamId) {
    header(out, 4, RST_STREAM, 0, streamId);
    out.putInt(CANCEL);
  }

  private static void header(ByteBuffer out, int length, int type, int flags, int streamId) {
    out.put((byte) (length >>> 16)).putShort((short) length);
    out.put((byte) type).put((byte) flags).putInt(streamId);
  }

  private static void text(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    if (bytes.length >= 127) {
      throw new IllegalArgumentException("text: " + text + " (expected: less than 127 bytes)");
    }
    out.put((byte) bytes.length).put(bytes);
  }

  private static int varintBytes(long value) {
    return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  private static void varint(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }
}

package io.pulsewatch.bench.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP/2 connection of a load generator. It respects the server's flow control, answers its
 * settings and pings, and gives received bytes back. Confined to the thread of its {@link RawLoop}.
 */
public final class RawConnection {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Given back in large pieces; the windows are 2 GB. */
  private static final int GIVE_BACK_BYTES = 1 << 28;

  private static final int MAX_CALL_BYTES = 512;

  private final SocketChannel channel;
  private final RawEvents events;
  private final String authority;
  private final List<RawStream> streams = new ArrayList<>();
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private long sendWindow = Frames.DEFAULT_WINDOW;
  private long initialWindow = Frames.DEFAULT_WINDOW;
  private int received;
  private boolean open = true;
  private int reading = SelectionKey.OP_READ;
  private int asked = SelectionKey.OP_READ;

  RawConnection(SocketChannel channel, RawEvents events, String authority) {
    this.channel = channel;
    this.events = events;
    this.authority = authority;
    Frames.preface(out);
  }

  /** Starts a call and sends its first message. */
  public RawStream open(int number, String path, byte[] first) {
    if (out.remaining() < MAX_CALL_BYTES + first.length) {
      throw new IllegalStateException("output buffer full: open fewer calls at once");
    }
    RawStream stream = new RawStream(this, streams.size() * 2 + 1, number, initialWindow);
    streams.add(stream);
    Frames.call(out, stream.id, authority, path);
    spend(stream, Frames.message(out, stream.id, first));
    return stream;
  }

  /** False once it is closed or lost. */
  public boolean isOpen() {
    return open;
  }

  /** True if there is room for one more call with a first message of this length. */
  public boolean canOpen(int bytes) {
    return open
        && out.remaining() >= MAX_CALL_BYTES + bytes
        && sendWindow >= MAX_CALL_BYTES + bytes;
  }

  /** Sends one more message of a call, if there is room for it here and at the server. */
  public boolean send(RawStream stream, byte[] message) {
    int bytes = Frames.HEADER_BYTES + Frames.GRPC_PREFIX_BYTES + message.length;
    if (!open || out.remaining() < bytes || sendWindow < bytes || stream.sendWindow < bytes) {
      return false;
    }
    spend(stream, Frames.message(out, stream.id, message));
    return true;
  }

  /** True if there is room for one more heartbeat, here and at the server. */
  public boolean canBeat(RawStream stream) {
    return open
        && out.remaining() >= Frames.MAX_HEARTBEAT_BYTES
        && sendWindow >= Frames.MAX_HEARTBEAT_BYTES
        && stream.sendWindow >= Frames.MAX_HEARTBEAT_BYTES;
  }

  /** Puts a heartbeat into the output buffer. */
  public void beat(RawStream stream, long sequence, long sentNanos) {
    spend(stream, Frames.heartbeat(out, stream.id, sequence, sentNanos));
  }

  /** Ends a call at once, as a client does that is gone. Its owner is told nothing. */
  public void cancel(RawStream stream) {
    if (open && !stream.isEnded()) {
      stream.end();
      Frames.cancel(out, stream.id);
    }
  }

  /** Puts the end of a call into the output buffer. */
  public void halfClose(RawStream stream) {
    Frames.halfClose(out, stream.id);
  }

  /** Writes what the socket takes. */
  public void flush(SelectionKey key) throws IOException {
    if (!open || (out.position() == 0 && reading == asked)) {
      return;
    }
    asked = reading;
    out.flip();
    channel.write(out);
    out.compact();
    int wanted = reading | (out.position() > 0 ? SelectionKey.OP_WRITE : 0);
    if (key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  /** Leaves what comes in the socket, from the next flush on. */
  public void stopReading() {
    reading = 0;
  }

  /** Takes it again. */
  public void readAgain() {
    reading = SelectionKey.OP_READ;
  }

  /** Ends it with a reset, as a process does that is killed. Its owner is told nothing. */
  public void reset() throws IOException {
    if (open) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      close();
    }
  }

  void onReadable() throws IOException {
    int read = channel.read(in);
    if (read < 0) {
      lost("closed by the server");
      return;
    }
    in.flip();
    while (open && in.remaining() >= Frames.HEADER_BYTES) {
      int at = in.position();
      int length = in.getInt(at) >>> 8;
      if (in.remaining() < Frames.HEADER_BYTES + length) {
        break;
      }
      int streamId = in.getInt(at + 5) & Integer.MAX_VALUE;
      onFrame(in.get(at + 3), in.get(at + 4), streamId, at + Frames.HEADER_BYTES, length);
      in.position(at + Frames.HEADER_BYTES + length);
    }
    in.compact();
  }

  void lost(String why) {
    if (open) {
      close();
      events.onLost(this, why);
    }
  }

  void close() {
    open = false;
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void onFrame(int type, int flags, int streamId, int at, int length) {
    switch (type) {
      case Frames.DATA -> {
        giveBack(length);
        stream(streamId).onData(in, at, length, events);
        if ((flags & Frames.END_STREAM) != 0) {
          end(stream(streamId), "no trailers");
        }
      }
      case Frames.HEADERS -> {
        if ((flags & Frames.END_STREAM) != 0) {
          end(stream(streamId), printable(at, length));
        }
      }
      case Frames.RST_STREAM -> end(stream(streamId), "reset, code " + in.getInt(at));
      case Frames.SETTINGS -> onSettings(flags, at, length);
      case Frames.PING -> {
        if ((flags & Frames.ACK) == 0) {
          Frames.pong(out, in.getLong(at));
        }
      }
      case Frames.GOAWAY -> lost("goaway, " + printable(at, length));
      case Frames.WINDOW_UPDATE -> onWindow(streamId, in.getInt(at));
      default -> {} // unknown frames are to be ignored
    }
  }

  private void onSettings(int flags, int at, int length) {
    if ((flags & Frames.ACK) != 0) {
      return;
    }
    for (int i = at; i < at + length; i += 6) {
      if (in.getShort(i) == Frames.SETTINGS_INITIAL_WINDOW_SIZE) {
        long window = in.getInt(i + 2);
        streams.forEach(stream -> stream.sendWindow += window - initialWindow);
        initialWindow = window;
      }
    }
    Frames.settingsAck(out);
    events.onRoom(this);
  }

  private void onWindow(int streamId, int increment) {
    if (streamId == 0) {
      sendWindow += increment;
    } else {
      stream(streamId).sendWindow += increment;
    }
    events.onRoom(this);
  }

  private void end(RawStream stream, String why) {
    if (!stream.isEnded()) {
      stream.end();
      events.onEnd(stream, why);
    }
  }

  private void giveBack(int length) {
    received += length;
    if (received >= GIVE_BACK_BYTES) {
      Frames.windowUpdate(out, 0, received);
      received = 0;
    }
  }

  private void spend(RawStream stream, int bytes) {
    sendWindow -= bytes;
    stream.sendWindow -= bytes;
  }

  private RawStream stream(int id) {
    return streams.get(id / 2);
  }

  /** Header fields as they are: short ones are not compressed, and people can read them. */
  private String printable(int at, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = at; i < at + length; i++) {
      byte one = in.get(i);
      text.append(one >= ' ' && one <= '~' ? (char) one : ' ');
    }
    return text.toString();
  }
}

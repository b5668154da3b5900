package io.pulsewatch.server.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.pulsewatch.v1.WatchResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A message to watchers in the bytes that go on the wire, made once for as many calls as it goes
 * to: see docs/decisions/0006. So is its text for those who read text. Thread-safe.
 */
public final class Encoded {
  /** Writes the bytes as they are. */
  static final MethodDescriptor.Marshaller<Encoded> MARSHALLER = new Marshaller();

  private final byte[] bytes;

  /** Whoever needs it first makes it; two may, of the same bytes the same. */
  private volatile @Nullable Text text;

  /**
   * A message as one kind of reader is told it.
   *
   * @param bytes shared by all who are told it; nobody writes to it
   */
  public record Text(ByteBuffer bytes) {}

  private Encoded(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Its text; any thread, and off the fan-out thread, which has better things to do. */
  public Text text(Function<WatchResponse, Text> writer) {
    Text known = text;
    if (known == null) {
      known = writer.apply(message());
      text = known;
    }
    return known;
  }

  /** The message itself; made anew by each call. */
  public WatchResponse message() {
    try {
      return WatchResponse.parseFrom(bytes);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("bytes of our own making", impossible);
    }
  }

  static Encoded of(WatchResponse message) {
    return new Encoded(message.toByteArray());
  }

  public int length() {
    return bytes.length;
  }

  private static final class Marshaller implements MethodDescriptor.Marshaller<Encoded> {
    @Override
    public InputStream stream(Encoded value) {
      return new Bytes(value.bytes);
    }

    @Override
    public Encoded parse(InputStream stream) {
      try {
        return new Encoded(stream.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** gRPC asks for the length, and lets it write itself in one piece. Confined to one call. */
  private static final class Bytes extends ByteArrayInputStream implements KnownLength, Drainable {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = available();
      target.write(buf, pos, length);
      pos = count;
      return length;
    }
  }
}

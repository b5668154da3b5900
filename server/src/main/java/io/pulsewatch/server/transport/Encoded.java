package io.pulsewatch.server.transport;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.pulsewatch.v1.WatchResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A message to watchers in the bytes that go on the wire, made once for as many calls as it goes
 * to: see docs/decisions/0006. Immutable.
 */
final class Encoded {
  /** Writes the bytes as they are. */
  static final MethodDescriptor.Marshaller<Encoded> MARSHALLER = new Marshaller();

  private final byte[] bytes;

  private Encoded(byte[] bytes) {
    this.bytes = bytes;
  }

  static Encoded of(WatchResponse message) {
    return new Encoded(message.toByteArray());
  }

  int length() {
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

package io.pulsewatch.xds;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.pulsewatch.xds.envoy.DiscoveryResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;

/**
 * One answer in the bytes that go on the wire, made once for as many streams as it goes to.
 * Immutable.
 */
final class Frame {
  /** Writes the bytes as they are. */
  static final MethodDescriptor.Marshaller<Frame> MARSHALLER = new Marshaller();

  private final byte[] bytes;
  private final String nonce;

  private Frame(byte[] bytes, String nonce) {
    this.bytes = bytes;
    this.nonce = nonce;
  }

  /**
   * Puts an answer together.
   *
   * @param resources each one packed, as {@code Any} in bytes
   */
  static Frame of(
      ResourceType type, String version, String nonce, Collection<ByteString> resources) {
    byte[] head =
        DiscoveryResponse.newBuilder()
            .setVersionInfo(version)
            .setTypeUrl(type.url())
            .setNonce(nonce)
            .build()
            .toByteArray();
    int length = head.length;
    for (ByteString resource : resources) {
      length +=
          CodedOutputStream.computeBytesSize(DiscoveryResponse.RESOURCES_FIELD_NUMBER, resource);
    }
    byte[] bytes = new byte[length];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawBytes(head);
      for (ByteString resource : resources) {
        out.writeBytes(DiscoveryResponse.RESOURCES_FIELD_NUMBER, resource);
      }
      out.checkNoSpaceLeft();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new Frame(bytes, nonce);
  }

  int length() {
    return bytes.length;
  }

  /** By which the client says what it answers to. */
  String nonce() {
    return nonce;
  }

  /** For tests. */
  byte[] toByteArray() {
    return bytes.clone();
  }

  private static final class Marshaller implements MethodDescriptor.Marshaller<Frame> {
    @Override
    public InputStream stream(Frame value) {
      return new Bytes(value.bytes);
    }

    @Override
    public Frame parse(InputStream stream) {
      throw new UnsupportedOperationException("a server reads no answers");
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

package io.pulsewatch.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * What stands before the resources in a DiscoveryResponse: its version, its type and its nonce.
 * Reused for every message. Confined to its thread.
 */
public final class XdsAnswer extends FieldReader {
  private static final int VERSION = 1;
  private static final int RESOURCES = 2;
  private static final int TYPE = 4;
  private static final int NONCE = 5;

  private String version = "";
  private String type = "";
  private String nonce = "";

  public String version() {
    return version;
  }

  public String type() {
    return type;
  }

  public String nonce() {
    return nonce;
  }

  /** Reads a message that is whole, up to its first resource. */
  public void read(ByteBuffer in, int from, int length) {
    version = "";
    type = "";
    nonce = "";
    kind = 0;
    at = from;
    while (at < from + length) {
      kind = (int) (varint(in) >>> 3);
      if (kind == RESOURCES) {
        return;
      }
      String text = text(in, (int) varint(in));
      switch (kind) {
        case VERSION -> version = text;
        case TYPE -> type = text;
        case NONCE -> nonce = text;
        default -> {}
      }
    }
  }

  private String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    at += length;
    return new String(bytes, UTF_8);
  }
}

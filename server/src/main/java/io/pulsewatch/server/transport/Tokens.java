package io.pulsewatch.server.transport;

import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.watch.Position;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Resume and page tokens as text, and back. Opaque to clients, but no secret: a token says where
 * somebody was, and gives no right.
 *
 * <pre>
 * kind 1 · since 8 · revision 8 · unsure 8 · filter 8 · length of lineage 2 · lineage · rest · CRC-32 4
 * </pre>
 *
 * <p>Stateless. The checksum is for people who cut a token while copying it.
 */
final class Tokens {
  /** Base64 of the longest lineage and the longest name. */
  private static final int MAX_TEXT = 2_048;

  private static final int FIXED = 1 + 4 * Long.BYTES + Short.BYTES;

  private Tokens() {}

  /** What a token is for. */
  enum Kind {
    RESUME('r'),
    SERVICES('s'),
    INSTANCES('i'),
    CHANGES('c'),
    ROLES('o');

    private final byte mark;

    Kind(char mark) {
      this.mark = (byte) mark;
    }
  }

  /**
   * What a token says.
   *
   * @param at for a page: where the list was when its first page was read
   * @param rest for a page: the last that was looked at
   */
  record Token(Kind kind, Position at, String rest) {}

  static String text(Position at) {
    return text(new Token(Kind.RESUME, at, ""));
  }

  static String text(Token token) {
    byte[] lineage = token.at().lineage().getBytes(StandardCharsets.UTF_8);
    byte[] rest = token.rest().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(FIXED + lineage.length + rest.length + Integer.BYTES)
            .put(token.kind().mark)
            .putLong(token.at().since())
            .putLong(token.at().revision())
            .putLong(token.at().unsure())
            .putLong(token.at().filterHash())
            .putShort((short) lineage.length)
            .put(lineage)
            .put(rest);
    bytes.putInt(checksum(bytes.array(), bytes.position()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads a token.
   *
   * @param field where it stood, for the error
   */
  static Token read(String field, String text) {
    if (text.length() > MAX_TEXT) {
      throw bad(field);
    }
    try {
      byte[] all = Base64.getUrlDecoder().decode(text);
      ByteBuffer bytes = ByteBuffer.wrap(all);
      Kind kind = kind(field, bytes.get());
      long since = bytes.getLong();
      long revision = bytes.getLong();
      long unsure = bytes.getLong();
      long filterHash = bytes.getLong();
      byte[] lineage = new byte[Short.toUnsignedInt(bytes.getShort())];
      bytes.get(lineage);
      byte[] rest = new byte[bytes.remaining() - Integer.BYTES];
      bytes.get(rest);
      if (bytes.getInt() != checksum(all, all.length - Integer.BYTES)
          || since < 0
          || since > revision) {
        throw bad(field);
      }
      Position at = new Position(utf8(lineage), since, revision, unsure, filterHash);
      return new Token(kind, at, utf8(rest));
    } catch (IllegalArgumentException | BufferUnderflowException | NegativeArraySizeException e) {
      throw bad(field);
    }
  }

  static StatusRuntimeException bad(String field) {
    return Statuses.invalid(
        "BAD_TOKEN",
        field + ": this is no token of Pulsewatch for this call. Leave it empty to start anew.");
  }

  private static Kind kind(String field, byte mark) {
    for (Kind kind : Kind.values()) {
      if (kind.mark == mark) {
        return kind;
      }
    }
    throw bad(field);
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}

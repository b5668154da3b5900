package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The text that a client resumes with: version, incarnation, a secret of 128 bits, and the name.
 * The kernel gets a hash of the secret only. Immutable.
 */
record SessionToken(long incarnation, long secretHigh, long secretLow, InstanceKey key) {
  private static final byte VERSION = 1;
  private static final int HEADER = 1 + 3 * Long.BYTES;
  private static final int MAX_BYTES = HEADER + 2 * Names.MAX_NAME + 1;

  /** A fresh secret; its incarnation is known once it is granted. */
  static SessionToken fresh(InstanceKey key, RandomGenerator chance) {
    return new SessionToken(0, chance.nextLong(), chance.nextLong(), key);
  }

  SessionToken of(long itsIncarnation) {
    return new SessionToken(itsIncarnation, secretHigh, secretLow, key);
  }

  String text() {
    byte[] name = key.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + name.length);
    bytes.put(VERSION).putLong(incarnation).putLong(secretHigh).putLong(secretLow).put(name);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** Null where the text is not of this server's making. */
  static @Nullable SessionToken parse(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (bytes.length <= HEADER || bytes.length > MAX_BYTES || bytes[0] != VERSION) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.get();
    long incarnation = buffer.getLong();
    long high = buffer.getLong();
    long low = buffer.getLong();
    String name = new String(bytes, HEADER, bytes.length - HEADER, StandardCharsets.UTF_8);
    int slash = name.indexOf('/');
    return slash < 0
        ? null
        : new SessionToken(
            incarnation,
            high,
            low,
            new InstanceKey(name.substring(0, slash), name.substring(slash + 1)));
  }

  /** What the kernel remembers. */
  Token hashed() {
    ByteBuffer secret = ByteBuffer.allocate(2 * Long.BYTES);
    secret.putLong(secretHigh).putLong(secretLow);
    ByteBuffer hash = ByteBuffer.wrap(digest(secret.array()));
    return new Token(incarnation, hash.getLong(), hash.getLong());
  }

  /** 128 bits of it, as text. */
  static String hash(byte[] secret) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest(secret));
  }

  private static byte[] digest(byte[] secret) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(secret), 2 * Long.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

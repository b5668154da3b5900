package io.pulsewatch.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The secrets that people carry, and the hashes of them that we keep.
 *
 * <p>A token is 256 random bits, so nobody can try them all, however fast the hash: a slow hash, as
 * passwords need it, would protect nothing more, and would be paid with each call. A hash is found
 * by looking it up; what the time of that tells is about the hash, which is of no use.
 *
 * <p>Stateless.
 */
final class Token {
  /** So that a person, or a scanner for leaked secrets, knows what it is. */
  private static final String PREFIX = "pw_";

  private static final int SECRET_BYTES = 32;

  private Token() {}

  /**
   * Makes a token.
   *
   * @param chance unguessable
   */
  static String fresh(RandomGenerator chance) {
    byte[] secret = new byte[SECRET_BYTES];
    chance.nextBytes(secret);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /** SHA-256 in hex. */
  static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

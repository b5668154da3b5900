package io.pulsewatch.server.hook;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys by which a receiver knows us. While one is replaced there are two, and both sign.
 * Immutable; prints none of them.
 *
 * <p>After Standard Webhooks 1.0 (standard-webhooks/standard-webhooks, spec/standard-webhooks.md):
 * HMAC-SHA256 over {@code id.timestamp.body}, told as {@code v1,} and base64, with a space between
 * several.
 */
public final class Secrets {
  static final String PREFIX = "whsec_";
  private static final int MAX_SECRETS = 2;
  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;
  private static final String ALGORITHM = "HmacSHA256";
  private static final String EXPECTED =
      " (expected: whsec_ and base64 of 24..64 bytes, such as: echo whsec_$(openssl rand -base64"
          + " 32))";

  private final List<SecretKeySpec> keys;

  private Secrets(List<SecretKeySpec> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a whole file: a secret in each line; what stands behind {@code #} is a comment.
   *
   * @throws IllegalArgumentException naming the line, and never what stands there
   */
  public static Secrets parse(String text) {
    List<SecretKeySpec> keys = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty()) {
        keys.add(key(line, i + 1));
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no secret in it" + EXPECTED);
    }
    if (keys.size() > MAX_SECRETS) {
      throw new IllegalArgumentException(
          keys.size() + " secrets in it (expected: one, or two while it is replaced)");
    }
    return new Secrets(keys);
  }

  /** What the signature's header says. */
  public String sign(String id, long unixSeconds, byte[] body) {
    byte[] before = (id + "." + unixSeconds + ".").getBytes(StandardCharsets.UTF_8);
    List<String> signatures = new ArrayList<>();
    for (SecretKeySpec key : keys) {
      Mac mac = mac(key);
      mac.update(before);
      signatures.add("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
    }
    return String.join(" ", signatures);
  }

  private static SecretKeySpec key(String line, int number) {
    if (line.startsWith(PREFIX)) {
      try {
        byte[] bytes = Base64.getDecoder().decode(line.substring(PREFIX.length()));
        if (bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES) {
          return new SecretKeySpec(bytes, ALGORITHM);
        }
      } catch (IllegalArgumentException malformed) {
        // Told below, without a word of it.
      }
    }
    throw new IllegalArgumentException("line " + number + ": no secret" + EXPECTED);
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}

package io.pulsewatch.cli.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Text that instances chose, made fit for a configuration file. Stateless.
 *
 * <p>Labels, zones and versions are written by whoever may beat. A load balancer obeys its file. So
 * a value is one word, whatever it was: no space, quote, brace, semicolon, sign of a comment, of a
 * variable or of a new line gets through. Each becomes an underscore, and nothing is refused: an
 * instance must not be able to hold up the file of all others either.
 */
final class SafeText {
  private static final String WORD = "._-:@/+";
  private static final String NAME = "._-:";
  private static final int DIGEST_BYTES = 4;

  private SafeText() {}

  /** Letters, digits and {@code . _ - : @ / +} of ASCII; each other character is {@code _}. */
  static String word(String text) {
    return only(text, WORD);
  }

  /**
   * A name that HAProxy takes for a server. One that had to be changed ends in a part of its
   * digest, so that two of them stay two.
   */
  static String name(String id) {
    String name = only(id, NAME);
    return name.equals(id) ? name : name + "-" + digest(id);
  }

  private static String only(String text, String others) {
    StringBuilder word = new StringBuilder(text.length());
    text.codePoints().forEach(each -> word.append(isFit(each, others) ? (char) each : '_'));
    return word.toString();
  }

  private static boolean isFit(int each, String others) {
    return (each >= 'a' && each <= 'z')
        || (each >= 'A' && each <= 'Z')
        || (each >= '0' && each <= '9')
        || others.indexOf(each) >= 0;
  }

  private static String digest(String id) {
    try {
      byte[] all = MessageDigest.getInstance("SHA-256").digest(id.getBytes(UTF_8));
      return HexFormat.of().formatHex(all, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}

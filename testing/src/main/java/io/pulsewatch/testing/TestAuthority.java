package io.pulsewatch.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority for tests: certificates for 127.0.0.1 and localhost, made in memory in
 * milliseconds. Their DER is written by hand, since the JDK reads certificates but writes none.
 *
 * <p>Confined to one thread.
 */
public final class TestAuthority {
  /** Good around this instant, and around the present. */
  public static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");

  public static final Instant TO = Instant.parse("2045-01-01T00:00:00Z");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int[] ECDSA_SHA256 = {0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2};
  private static final int[] COMMON_NAME = {0x55, 4, 3};
  private static final int[] ALT_NAMES = {0x55, 0x1d, 0x11};
  private static final int[] CONSTRAINTS = {0x55, 0x1d, 0x13};

  private final String name;
  private final KeyPair keys = ec();
  private int serial;

  public TestAuthority(String name) {
    this.name = name;
  }

  /** What has been made: PEM for the certificate and its key. */
  public record Issued(String certificate, KeyPair keys) {
    /** PKCS#8. */
    public String key() {
      return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }
  }

  /** The authority's own certificate. */
  public String certificate() {
    return pem("CERTIFICATE", sign(name, keys, true, FROM, TO));
  }

  public Issued issue(String subject) {
    return issue(subject, ec(), FROM, TO);
  }

  public Issued issue(String subject, KeyPair of, Instant from, Instant to) {
    return new Issued(pem("CERTIFICATE", sign(subject, of, false, from, to)), of);
  }

  public static KeyPair ec() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static String pem(String label, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private byte[] sign(String subject, KeyPair of, boolean authority, Instant from, Instant to) {
    serial++;
    byte[] algorithm = sequence(oid(ECDSA_SHA256));
    byte[] body =
        sequence(
            tag(0xa0, integer(2)),
            integer(serial),
            algorithm,
            named(name),
            sequence(time(from), time(to)),
            named(subject),
            of.getPublic().getEncoded(),
            tag(0xa3, sequence(authority ? constraints() : altNames())));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      return sequence(body, algorithm, bits(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** It may sign others. */
  private static byte[] constraints() {
    return sequence(oid(CONSTRAINTS), tag(4, sequence(tag(1, new byte[] {(byte) 0xff}))));
  }

  private static byte[] altNames() {
    return sequence(
        oid(ALT_NAMES),
        tag(
            4,
            sequence(
                tag(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
                tag(0x87, new byte[] {127, 0, 0, 1}))));
  }

  private static byte[] named(String text) {
    return sequence(
        tag(0x31, sequence(oid(COMMON_NAME), tag(0x0c, text.getBytes(StandardCharsets.UTF_8)))));
  }

  private static byte[] time(Instant at) {
    return tag(0x17, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] integer(int value) {
    return tag(2, BigInteger.valueOf(value).toByteArray());
  }

  private static byte[] oid(int[] bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return tag(6, content);
  }

  private static byte[] bits(byte[] content) {
    return tag(3, joined(List.of(new byte[] {0}, content)));
  }

  private static byte[] sequence(byte[]... parts) {
    return tag(0x30, joined(List.of(parts)));
  }

  private static byte[] tag(int tag, byte[] content) {
    byte[] length = BigInteger.valueOf(content.length).toByteArray();
    byte[] size =
        length[0] == 0 && length.length > 1 ? Arrays.copyOfRange(length, 1, length.length) : length;
    byte[] head =
        content.length < 0x80
            ? new byte[] {(byte) tag, (byte) content.length}
            : joined(List.of(new byte[] {(byte) tag, (byte) (0x80 | size.length)}, size));
    return joined(List.of(head, content));
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }
}

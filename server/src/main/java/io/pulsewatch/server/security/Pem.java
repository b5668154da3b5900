package io.pulsewatch.server.security;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM files. Stateless. */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";

  private Pem() {}

  /** One block: what it says it is, and its bytes. Immutable, for nobody writes the bytes. */
  static final class Block {
    private final String label;
    private final byte[] der;

    private Block(String label, byte[] der) {
      this.label = label;
      this.der = der;
    }

    String label() {
      return label;
    }

    byte[] der() {
      return der;
    }
  }

  /** All blocks in order; what stands between them is comment. */
  static List<Block> blocks(byte[] file) {
    List<Block> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
    while (block.find()) {
      blocks.add(new Block(block.group(1), decode(block.group(2))));
    }
    return blocks;
  }

  /**
   * All certificates in order.
   *
   * @throws IllegalArgumentException where there is none, or one cannot be read
   */
  static List<X509Certificate> certificates(byte[] file) {
    List<X509Certificate> found = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.label().equals(CERTIFICATE)) {
        found.add(certificate(block.der()));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no certificate in it (expected: PEM, with -----BEGIN CERTIFICATE-----)");
    }
    return found;
  }

  private static X509Certificate certificate(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate in it cannot be read: " + e, e);
    }
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("base64 in it cannot be read: " + e.getMessage(), e);
    }
  }
}

package io.pulsewatch.server.security;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the private key to a certificate, in each form that openssl and certificate authorities
 * write: PKCS#8, and the older forms for RSA and EC alone. The JDK reads PKCS#8 only, so these are
 * wrapped into it; what they lack, the name of the algorithm, the certificate has. Stateless.
 */
final class PrivateKeys {
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
  private static final List<String> OLD_FORMS = List.of("RSA PRIVATE KEY", "EC PRIVATE KEY");

  private static final byte SEQUENCE = 0x30;
  private static final byte OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final int LONG_FORM = 0x80;

  private PrivateKeys() {}

  /**
   * Reads the key.
   *
   * @param of the certificate's own key
   * @throws IllegalArgumentException where there is none, or it is of no use; names the remedy
   */
  static PrivateKey read(byte[] file, PublicKey of) {
    for (Pem.Block block : Pem.blocks(file)) {
      if (block.label().equals(PKCS8)) {
        return pkcs8(block.der(), of);
      }
      if (OLD_FORMS.contains(block.label())) {
        return pkcs8(wrapped(block.der(), of), of);
      }
      if (block.label().equals(ENCRYPTED)) {
        throw new IllegalArgumentException(
            "it has a passphrase, which this server cannot ask for (expected: a key without; openssl"
                + " pkcs8 -topk8 -nocrypt -in OLD -out NEW makes one)");
      }
    }
    throw new IllegalArgumentException(
        "no private key in it (expected: PEM, with -----BEGIN PRIVATE KEY-----)");
  }

  private static PrivateKey pkcs8(byte[] der, PublicKey of) {
    try {
      return KeyFactory.getInstance(of.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "it is no "
              + of.getAlgorithm()
              + " key, as its certificate needs (expected: the key that the certificate was made"
              + " for)",
          e);
    }
  }

  private static byte[] wrapped(byte[] key, PublicKey of) {
    return tagged(
        SEQUENCE, joined(VERSION_0, algorithm(of.getEncoded()), tagged(OCTET_STRING, key)));
  }

  /** A public key is a sequence, and its algorithm is the first thing in it. */
  private static byte[] algorithm(byte[] publicKey) {
    ByteBuffer in = ByteBuffer.wrap(publicKey);
    in.get();
    length(in);
    int start = in.position();
    in.get();
    int size = length(in);
    return Arrays.copyOfRange(publicKey, start, in.position() + size);
  }

  private static int length(ByteBuffer in) {
    int first = in.get() & 0xff;
    if (first < LONG_FORM) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < first - LONG_FORM; i++) {
      length = (length << 8) | (in.get() & 0xff);
    }
    return length;
  }

  private static byte[] tagged(byte tag, byte[] content) {
    ByteBuffer size = ByteBuffer.allocate(Integer.BYTES).putInt(content.length);
    int bytes =
        content.length < LONG_FORM ? 0 : (39 - Integer.numberOfLeadingZeros(content.length)) / 8;
    byte[] head =
        bytes == 0
            ? new byte[] {tag, (byte) content.length}
            : joined(
                new byte[] {tag, (byte) (LONG_FORM | bytes)},
                Arrays.copyOfRange(size.array(), Integer.BYTES - bytes, Integer.BYTES));
    return joined(head, content);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

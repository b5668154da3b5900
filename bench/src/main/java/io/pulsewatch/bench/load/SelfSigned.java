package io.pulsewatch.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate for 127.0.0.1 that vouches for itself, as two PEM texts. Immutable.
 *
 * @param certificate with its public key
 * @param key PKCS#8
 */
record SelfSigned(String certificate, String key) {
  private static final String PASSWORD = "for a benchmark";

  /** Has keytool make one. */
  static SelfSigned make(Path folder, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve(name + ".p12");
    Files.deleteIfExists(store);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed: see " + folder.resolve(name + ".log"));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new SelfSigned(
        pem("CERTIFICATE", keys.getCertificate("a").getEncoded()),
        pem("PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded()));
  }

  /** Both into files, one after the other. */
  void write(Path certificateFile, Path keyFile) throws IOException {
    Files.writeString(certificateFile, certificate);
    Files.writeString(keyFile, key);
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}

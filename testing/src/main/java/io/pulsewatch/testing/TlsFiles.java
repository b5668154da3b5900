package io.pulsewatch.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate with its key, and the authority that vouches for it, as files.
 *
 * @param authority whom to trust
 * @param certificate for 127.0.0.1 and localhost; a client may show it, too
 * @param key of the certificate
 */
public record TlsFiles(Path authority, Path certificate, Path key) {
  /** Writes three files into the folder. */
  public static TlsFiles in(Path folder) throws IOException {
    TestAuthority authority = new TestAuthority("authority");
    TestAuthority.Issued issued = authority.issue("test");
    TlsFiles files =
        new TlsFiles(
            folder.resolve("authority"), folder.resolve("certificate"), folder.resolve("key"));
    Files.writeString(files.authority, authority.certificate());
    Files.writeString(files.certificate, issued.certificate());
    Files.writeString(files.key, issued.key());
    return files;
  }
}

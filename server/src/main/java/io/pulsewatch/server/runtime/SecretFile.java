package io.pulsewatch.server.runtime;

import io.pulsewatch.server.hook.Secrets;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A file of secrets, looked at each second while it is used. A bad new one is logged, and changes
 * nothing.
 *
 * <p>Confined to the hooks' thread once it is made.
 */
final class SecretFile {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_BYTES = 4 * 1024;

  private final Path path;
  private final LongSupplier nanoTicker;
  private Secrets secrets;
  private long lookedNanos;
  private String fault = "";

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it cannot be read, or holds no secret
   */
  SecretFile(Path path, LongSupplier nanoTicker) {
    this.path = path;
    this.nanoTicker = nanoTicker;
    this.lookedNanos = nanoTicker.getAsLong();
    this.secrets = read();
  }

  Secrets secrets() {
    long now = nanoTicker.getAsLong();
    if (now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      try {
        secrets = read();
        fault = "";
      } catch (IllegalArgumentException e) {
        String told = String.valueOf(e.getMessage());
        if (!told.equals(fault)) {
          logger().log(Level.WARNING, "{0}; what it said before counts on", told);
        }
        fault = told;
      }
    }
    return secrets;
  }

  private Secrets read() {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new IllegalArgumentException(path + ": larger than " + MAX_BYTES + " bytes");
      }
      return Secrets.parse(Files.readString(path));
    } catch (IOException e) {
      throw new IllegalArgumentException(path + ": cannot be read (" + e + ")", e);
    } catch (IllegalArgumentException e) {
      String told = String.valueOf(e.getMessage());
      throw told.startsWith(path.toString())
          ? e
          : new IllegalArgumentException(path + ": " + told, e);
    }
  }

  /**
   * Not before there is something to say: a program looks at these files before it chooses its log.
   */
  private static System.Logger logger() {
    return System.getLogger("io.pulsewatch");
  }
}

package io.pulsewatch.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A token in a file of its own, read anew each time it is asked for: what is exchanged there counts
 * from the next call on. White space around it is left out. Immutable; thread-safe.
 */
public final class TokenFile implements Supplier<String> {
  private static final int MAX_BYTES = 8 * 1024;

  private final Path file;

  public TokenFile(Path file) {
    this.file = file;
  }

  /**
   * Reads it.
   *
   * @throws IllegalStateException if it cannot be read, or is empty, or no token at all
   */
  @Override
  public String get() {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
      if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IllegalStateException(
            "token: " + file + " has no token in it (expected: one token and nothing else)");
      }
      return text;
    } catch (IOException e) {
      throw new IllegalStateException("token: " + file + " cannot be read: " + e, e);
    }
  }
}

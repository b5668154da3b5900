package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that are replaced under a hook. */
final class SecretFileTest {
  private static final String ONE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

  @TempDir private Path folder;
  private long nowNanos = Long.MAX_VALUE;

  private static String signed(SecretFile file) {
    return file.secrets().sign("id", 1, new byte[0]);
  }

  @Test
  void aNewOneCountsAfterASecondAndABadOneNever() throws IOException {
    Path path = Files.writeString(folder.resolve("secret"), ONE);
    SecretFile file = new SecretFile(path, () -> nowNanos);
    String first = signed(file);
    Files.writeString(path, OTHER + "\n" + ONE);
    nowNanos += TimeUnit.SECONDS.toNanos(1) - 1;
    assertThat(signed(file)).isEqualTo(first);
    nowNanos++;
    assertThat(signed(file)).endsWith(" " + first);
    Files.writeString(path, "hunter2");
    nowNanos += TimeUnit.SECONDS.toNanos(1);
    assertThat(signed(file)).endsWith(" " + first);
    Files.writeString(path, ONE);
    nowNanos += TimeUnit.SECONDS.toNanos(1);
    assertThat(signed(file)).isEqualTo(first);
  }

  @Test
  void whatCannotBeReadIsRefusedAtTheStart() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> new SecretFile(missing, () -> nowNanos))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(missing + ": cannot be read");
  }
}

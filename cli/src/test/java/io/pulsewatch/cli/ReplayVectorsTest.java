package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pulsewatch replay --vectors}: its lines and its codes. */
final class ReplayVectorsTest {
  private final Shell shell = Shell.withoutServer();

  @TempDir private Path folder;

  @Test
  void aLineForEachGroupAndCodeZeroWhereNothingFails() throws IOException {
    Path file =
        file(
            "{\"id\":\"tcp_loss_stall\",\"cases\":[{\"rto_ms\":200,\"k\":2,\"stall_ms\":600}]},"
                + "{\"id\":\"odd \\\"one\\\"\",\"cases\":[{},{}]}");
    assertThat(shell.run("replay", "--vectors", file.toString(), "--output", "json")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            {"group":"tcp_loss_stall","passed":1,"failed":0,"unsupported":0}
            {"group":"odd \\"one\\"","passed":0,"failed":0,"unsupported":2}
            """);
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void codeOneAndTheReasonWhereACaseFails() throws IOException {
    Path file =
        file("{\"id\":\"tcp_loss_stall\",\"cases\":[{\"rto_ms\":200,\"k\":2,\"stall_ms\":601}]}");
    assertThat(shell.run("replay", "--vectors", file.toString())).isEqualTo(ExitCodes.NEGATIVE);
    assertThat(shell.out())
        .isEqualTo(
            """
            GROUP           PASSED  FAILED  UNSUPPORTED
            tcp_loss_stall  0       1       0
            """);
    assertThat(shell.err())
        .isEqualTo("pulsewatch: tcp_loss_stall[0]: stall_ms is 600.0 (expected: 601.0 +-1.0E-6)\n");
  }

  @Test
  void codeTwoAndOneLineWhereTheFileIsNone() throws IOException {
    Path missing = folder.resolve("missing.json");
    assertThat(shell.run("replay", "--vectors", missing.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).isEqualTo("pulsewatch: --vectors: " + missing + ": no such file\n");
    Path text = Files.writeString(folder.resolve("text.json"), "hello");
    assertThat(shell.run("replay", "--vectors", text.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).startsWith("pulsewatch: --vectors: " + text).hasLineCount(1);
    assertThat(shell.out()).isEmpty();
  }

  private Path file(String groups) throws IOException {
    return Files.writeString(
        folder.resolve("vectors.json"),
        "{\"format\":\"pulsewatch-detector-vectors/1\",\"groups\":[" + groups + "]}");
  }
}

package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.pulsewatch.v1.WatchRequest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command: what it asks, and what it says. */
final class RenderTest {
  @TempDir private Path folder;
  private RenderRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new RenderRig(folder);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void onceItIsPrintedWhereThereIsNoFile() {
    rig.answer();
    assertThat(rig.shell.run("render", rig.template.toString(), "orders", "later", "--once"))
        .isZero();
    assertThat(rig.shell.out()).isEqualTo("later:\norders: 10.0.0.1:8080\n");
    assertThat(rig.shell.err()).isEmpty();
    assertThat(((WatchRequest) rig.server.lastQuestion()).getServicesList())
        .containsExactly("orders", "later");
  }

  @Test
  void aServerThatIsNotThereIsToldAtOnce() throws IOException {
    Files.writeString(rig.file, "before");
    rig.server.answer(Status.UNAVAILABLE.withDescription("Connection refused"));
    assertThat(rig.run()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(rig.file).hasContent("before");
  }

  @Test
  void aRefusalEndsIt() {
    rig.server.answer(Status.PERMISSION_DENIED.withDescription("no right to watch"));
    assertThat(rig.run()).isEqualTo(ExitCodes.REFUSED);
    assertThat(rig.shell.err()).contains("no right to watch");
  }

  @Test
  void templatesThatAreNoneAreToldBeforeAnybodyIsAsked() throws IOException {
    assertUsage(folder + "/none: no such file", "render", folder + "/none");
    Files.writeString(rig.template, "{{#services}}\n{{adress}}{{/services}}");
    assertUsage(
        rig.template
            + ":2: nothing is named 'adress' here (expected: services, service, count, instances,"
            + " id, name, address, host, port, weight, weight256, zone, version, labels.KEY)",
        "render",
        rig.template.toString());
    Files.write(rig.template, new byte[] {(byte) 0xff});
    assertUsage(rig.template + ": this is not UTF-8", "render", rig.template.toString());
    Files.write(rig.template, new byte[(1 << 20) + 1]);
    assertUsage(
        rig.template + ": too long for a template (expected: at most 1 MiB)",
        "render",
        rig.template.toString());
  }

  @Test
  void aFileThatCannotBeIsToldBeforeAnybodyIsAsked() {
    assertThat(rig.shell.run("render", rig.template.toString(), "-o", folder + "/none/out"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(rig.shell.err())
        .isEqualTo(
            "pulsewatch: cannot write to "
                + folder
                + "/none/out: there is no directory "
                + folder
                + "/none\n");
  }

  /** At once: only {@code --once} waits, for 10 s. */
  @Test
  @Timeout(9)
  void aFileThatAnotherOneKeepsIsRefused() throws IOException {
    try (FileChannel taken = rig.lock()) {
      assertThat(taken.isOpen()).isTrue();
      assertThat(rig.shell.run("render", rig.template.toString(), "-o", rig.file.toString()))
          .isEqualTo(ExitCodes.REFUSED);
    }
    assertThat(rig.shell.err()).contains("another pulsewatch render keeps " + rig.file);
    assertThat(rig.file).doesNotExist();
    assertThat(rig.server.questions()).isEmpty();
  }

  private void assertUsage(String line, String... args) {
    assertThat(rig.shell.run(args)).isEqualTo(ExitCodes.USAGE);
    assertThat(rig.shell.err()).isEqualTo("pulsewatch: " + line + "\n");
    assertThat(rig.server.questions()).isEmpty();
  }
}

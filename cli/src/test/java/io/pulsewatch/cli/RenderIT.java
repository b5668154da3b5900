package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real commands of {@code render}: how they are run, ended and told. */
final class RenderIT {
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
  void onceTheFileIsCheckedWrittenAndTold() {
    rig.answer();
    assertThat(rig.run("--check", "test -s \"$1\"", "--exec", "cp $PULSEWATCH_FILE \"$1.copy\""))
        .isZero();
    assertThat(rig.file).hasContent("orders: 10.0.0.1:8080\n");
    assertThat(folder.resolve("out.copy")).hasContent("orders: 10.0.0.1:8080\n");
    assertThat(rig.shell.err()).contains("out written: 1 instance of 1 service, ");
  }

  @Test
  void aFailedCheckIsToldWithWhatItSaid() {
    rig.answer();
    assertThat(rig.run("--check", "echo one; printf 'two\\033[1m\\n' >&2; exit 3"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(rig.file).doesNotExist();
    assertThat(rig.shell.err())
        .contains("pulsewatch: --check: exit 3 after 0 ms; ")
        .contains("    | one\n    | two\\u001b[1m\n");
  }

  @Test
  void aFailedReloadLeavesTheNewFile() {
    rig.answer();
    assertThat(rig.run("--exec", "kill -9 $$")).isEqualTo(ExitCodes.REFUSED);
    assertThat(rig.file).hasContent("orders: 10.0.0.1:8080\n");
    assertThat(rig.shell.err()).contains("--exec: signal 9 after");
  }

  @Test
  void aCommandThatTakesTooLongIsEnded() {
    rig.answer();
    assertThat(rig.run("--exec", "sleep 1000 & sleep 1000", "--command-limit", "100ms"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(rig.shell.err()).contains("--exec: not done in 100 ms after");
  }

  /** Else a retry would run beside it. */
  @Test
  void aGrandchildThatDoesNotEndIsEnded() throws Exception {
    rig.answer();
    Path pid = folder.resolve("pid");
    String command = "(trap '' TERM; echo ready; exec sleep 1000) & echo $! > " + pid + "; wait";
    assertThat(rig.run("--exec", command, "--command-limit", "1s")).isEqualTo(ExitCodes.REFUSED);
    long number = Long.parseLong(Files.readString(pid).strip());
    Optional<ProcessHandle> grandchild = ProcessHandle.of(number);
    if (grandchild.isPresent()) {
      grandchild.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }
}

package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  @Test
  void whatItSaidLastIsTold() {
    rig.answer();
    assertThat(rig.run("--exec", "seq 1 30; exit 1")).isEqualTo(ExitCodes.REFUSED);
    assertThat(rig.shell.err())
        .contains("    | 11\n    | 12\n")
        .contains("    | 30\n")
        .doesNotContain("    | 10\n");
  }

  @Test
  void ofALongLineTheEndIsTold() {
    rig.answer();
    assertThat(rig.run("--exec", "head -c 5000 /dev/zero | tr '\\0' x; exit 1"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(rig.shell.err()).contains("    | " + "x".repeat(4096) + "\n");
  }

  @Test
  void aCommandThatTakesTooLongMayTidyUp() {
    rig.answer();
    Path tidied = folder.resolve("tidied");
    assertThat(
            rig.run(
                "--exec",
                "trap 'echo yes > " + tidied + "; exit' TERM; sleep 1000 & wait",
                "--command-limit",
                "1s"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(tidied).hasContent("yes");
  }

  /** Another one that writes the file once is soon done. */
  @Test
  @Timeout(60)
  void onceItWaitsForOneThatKeepsTheFile() throws Exception {
    rig.answer();
    AtomicInteger end = new AtomicInteger(-1);
    Thread waits = new Thread(() -> end.set(rig.run()), "render");
    try (FileChannel taken = rig.lock()) {
      waits.start();
      while (waits.isAlive() && !isLookingAgain(waits)) {
        Thread.onSpinWait();
      }
      assertThat(waits.isAlive()).as(rig.shell.err()).isTrue();
      assertThat(taken.isOpen()).isTrue();
    }
    waits.join();
    assertThat(end).hasValue(ExitCodes.DONE);
    assertThat(rig.file).hasContent("orders: 10.0.0.1:8080\n");
  }

  private static boolean isLookingAgain(Thread waits) {
    List<String> names =
        Arrays.stream(waits.getStackTrace())
            .map(each -> each.getClassName() + "." + each.getMethodName())
            .toList();
    return names.contains("java.lang.Thread.sleep")
        && names.contains(RenderCommand.class.getName() + ".renderer");
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

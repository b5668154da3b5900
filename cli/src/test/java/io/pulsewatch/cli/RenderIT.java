package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real commands of {@code render}: how they are run, ended and told. */
final class RenderIT {
  @TempDir private Path folder;
  private FakeServer server;
  private Shell shell;
  private Path template;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    shell = server.shell();
    template = folder.resolve("t.mustache");
    file = folder.resolve("out");
    Files.writeString(
        template,
        "{{#services}}{{service}}:{{#instances}} {{address}}{{/instances}}\n{{/services}}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void onceTheFileIsCheckedWrittenAndTold() {
    answer();
    assertThat(run("--check", "test -s \"$1\"", "--exec", "cp $PULSEWATCH_FILE \"$1.copy\""))
        .isZero();
    assertThat(file).hasContent("orders: 10.0.0.1:8080\n");
    assertThat(folder.resolve("out.copy")).hasContent("orders: 10.0.0.1:8080\n");
    assertThat(shell.err()).contains("out written: 1 instance of 1 service, ");
  }

  @Test
  void aFailedCheckIsToldWithWhatItSaid() {
    answer();
    assertThat(run("--check", "echo one; printf 'two\\033[1m\\n' >&2; exit 3"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(file).doesNotExist();
    assertThat(shell.err())
        .contains("pulsewatch: --check: exit 3 after 0 ms; ")
        .contains("    | one\n    | two\\u001b[1m\n");
  }

  @Test
  void aFailedReloadLeavesTheNewFile() {
    answer();
    assertThat(run("--exec", "kill -9 $$")).isEqualTo(ExitCodes.REFUSED);
    assertThat(file).hasContent("orders: 10.0.0.1:8080\n");
    assertThat(shell.err()).contains("--exec: signal 9 after");
  }

  @Test
  void aCommandThatTakesTooLongIsEnded() {
    answer();
    assertThat(run("--exec", "sleep 1000 & sleep 1000", "--command-limit", "100ms"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(shell.err()).contains("--exec: not done in 100 ms after");
  }

  /** Else a retry would run beside it. */
  @Test
  void aGrandchildThatDoesNotEndIsEnded() throws Exception {
    answer();
    Path pid = folder.resolve("pid");
    String command = "(trap '' TERM; echo ready; exec sleep 1000) & echo $! > " + pid + "; wait";
    assertThat(run("--exec", command, "--command-limit", "1s")).isEqualTo(ExitCodes.REFUSED);
    long number = Long.parseLong(Files.readString(pid).strip());
    Optional<ProcessHandle> grandchild = ProcessHandle.of(number);
    if (grandchild.isPresent()) {
      grandchild.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  private int run(String... further) {
    List<String> args =
        new ArrayList<>(List.of("render", template.toString(), "--once", "-o", file.toString()));
    args.addAll(List.of(further));
    return shell.run(args.toArray(String[]::new));
  }

  private void answer() {
    List<Object> script =
        new ArrayList<>(
            Samples.snapshot(
                SnapshotReason.SNAPSHOT_REASON_INITIAL,
                Samples.furnished("orders", "o1", State.STATE_ALIVE)));
    script.add(
        WatchResponse.newBuilder()
            .setBookmark(Bookmark.newBuilder().setDetectorMode(DetectorMode.DETECTOR_MODE_NORMAL))
            .build());
    server.answer(script);
  }
}

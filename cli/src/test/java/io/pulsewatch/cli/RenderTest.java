package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command: what it asks, and what it says. */
final class RenderTest {
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
  void onceItIsPrintedWhereThereIsNoFile() {
    answer();
    assertThat(shell.run("render", template.toString(), "orders", "later", "--once")).isZero();
    assertThat(shell.out()).isEqualTo("later:\norders: 10.0.0.1:8080\n");
    assertThat(shell.err()).isEmpty();
    assertThat(((WatchRequest) server.lastQuestion()).getServicesList())
        .containsExactly("orders", "later");
  }

  @Test
  void aServerThatIsNotThereIsToldAtOnce() throws IOException {
    Files.writeString(file, "before");
    server.answer(Status.UNAVAILABLE.withDescription("Connection refused"));
    assertThat(run()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(file).hasContent("before");
  }

  @Test
  void aRefusalEndsIt() {
    server.answer(Status.PERMISSION_DENIED.withDescription("no right to watch"));
    assertThat(run()).isEqualTo(ExitCodes.REFUSED);
    assertThat(shell.err()).contains("no right to watch");
  }

  @Test
  void templatesThatAreNoneAreToldBeforeAnybodyIsAsked() throws IOException {
    assertUsage(folder + "/none: no such file", "render", folder + "/none");
    Files.writeString(template, "{{#services}}\n{{adress}}{{/services}}");
    assertUsage(
        template
            + ":2: nothing is named 'adress' here (expected: services, service, count, instances,"
            + " id, name, address, host, port, weight, weight256, zone, version, labels.KEY)",
        "render",
        template.toString());
    Files.write(template, new byte[] {(byte) 0xff});
    assertUsage(template + ": this is not UTF-8", "render", template.toString());
    Files.write(template, new byte[(1 << 20) + 1]);
    assertUsage(
        template + ": too long for a template (expected: at most 1 MiB)",
        "render",
        template.toString());
  }

  @Test
  void aFileThatCannotBeIsToldBeforeAnybodyIsAsked() {
    assertThat(shell.run("render", template.toString(), "-o", folder + "/none/out"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(shell.err())
        .isEqualTo(
            "pulsewatch: cannot write to "
                + folder
                + "/none/out: there is no directory "
                + folder
                + "/none\n");
  }

  private int run(String... further) {
    List<String> args =
        new ArrayList<>(List.of("render", template.toString(), "--once", "-o", file.toString()));
    args.addAll(List.of(further));
    return shell.run(args.toArray(String[]::new));
  }

  private void assertUsage(String line, String... args) {
    assertThat(shell.run(args)).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).isEqualTo("pulsewatch: " + line + "\n");
    assertThat(server.questions()).isEmpty();
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

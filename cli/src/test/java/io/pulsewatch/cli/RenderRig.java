package io.pulsewatch.cli;

import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A server that knows one instance, and a template to render it by. Confined to the test. */
final class RenderRig implements AutoCloseable {
  final FakeServer server = new FakeServer();
  final Shell shell = server.shell();
  final Path template;
  final Path file;

  RenderRig(Path folder) throws IOException {
    template = folder.resolve("t.mustache");
    file = folder.resolve("out");
    Files.writeString(
        template,
        "{{#services}}{{service}}:{{#instances}} {{address}}{{/instances}}\n{{/services}}");
  }

  @Override
  public void close() {
    server.close();
  }

  /** As another process that keeps the file, until it is closed. */
  FileChannel lock() throws IOException {
    FileChannel taken =
        FileChannel.open(
            file.resolveSibling(".out.pulsewatch-lock"),
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE);
    taken.lock();
    return taken;
  }

  int run(String... further) {
    List<String> args =
        new ArrayList<>(List.of("render", template.toString(), "--once", "-o", file.toString()));
    args.addAll(List.of(further));
    return shell.run(args.toArray(String[]::new));
  }

  void answer() {
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

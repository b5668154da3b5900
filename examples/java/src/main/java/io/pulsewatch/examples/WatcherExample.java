package io.pulsewatch.examples;

import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.client.PulsewatchWatcher;
import io.pulsewatch.client.WatchListener;
import io.pulsewatch.client.WatchSnapshot;
import io.pulsewatch.client.WatcherBuilder;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Instance;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Prints who is alive, and every change of it, until it is stopped. Flags: {@code --server
 * HOST:PORT [--services NAME,GLOB] [--bookmarks SECONDS] [--every-change]}, and those of {@link
 * Access}.
 */
public final class WatcherExample {
  private static final int REFUSED = 4;

  private WatcherExample() {}

  public static void main(String[] args) throws InterruptedException {
    Flags flags = Flags.parse(args);
    Story story = new Story();
    WatcherBuilder builder =
        PulsewatchWatcher.builder().server(flags.required("--server")).listener(story);
    flags.optional("--services").ifPresent(names -> builder.service(names.split(",")));
    flags.seconds("--bookmarks").ifPresent(builder::bookmarkInterval);
    flags.optional("--every-change").ifPresent(flag -> builder.everyChange());
    Access.apply(flags, builder::tls, builder::token);
    PulsewatchWatcher watcher = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(watcher::close));
    story.ended.await();
    System.exit(REFUSED);
  }

  /** Prints what happens. The whole view is at hand, too: {@link PulsewatchWatcher#view()}. */
  private static final class Story implements WatchListener {
    private final CountDownLatch ended = new CountDownLatch(1);
    private DetectorMode mode = DetectorMode.DETECTOR_MODE_UNSPECIFIED;

    @Override
    public void onSnapshot(WatchSnapshot snapshot) {
      System.out.println(
          "SNAPSHOT "
              + word(snapshot.reason(), "SNAPSHOT_REASON_")
              + " skipped="
              + snapshot.skipped());
      for (Instance instance : snapshot.instances().values()) {
        System.out.println(
            "= "
                + name(instance)
                + " "
                + word(instance.getState(), "STATE_")
                + " "
                + token(instance));
      }
      System.out.println("SNAPSHOT_END count=" + snapshot.instances().size());
    }

    @Override
    public void onChange(Change change) {
      Instance instance = change.getInstance();
      String before = change.hasPrevious() ? word(change.getPrevious().getState(), "STATE_") : "-";
      double silence =
          change.getEvidence().getSilence().getSeconds()
              + change.getEvidence().getSilence().getNanos() / 1e9;
      System.out.printf(
          "%d %s %s->%s %s silence=%.3f %s%n",
          change.getRevision(),
          name(instance),
          before,
          word(instance.getState(), "STATE_"),
          word(change.getCause(), "CAUSE_"),
          silence,
          token(instance));
    }

    @Override
    public void onFolded(long count) {
      System.out.println("FOLDED " + count);
    }

    @Override
    public void onBookmark(Bookmark bookmark) {
      if (bookmark.getDetectorMode() != mode) {
        mode = bookmark.getDetectorMode();
        System.out.println("MODE " + word(mode, "DETECTOR_MODE_"));
      }
    }

    @Override
    public void onDisconnected(PulsewatchException cause, Duration retryIn) {
      System.out.printf(
          "ENDED code=%s retry_in=%.3f %s%n",
          cause.code(), retryIn.toNanos() / 1e9, cause.description());
    }

    @Override
    public void onFailed(PulsewatchException cause) {
      System.out.println("ENDED code=" + cause.code() + " " + cause.description());
      ended.countDown();
    }

    private static String name(Instance instance) {
      return instance.getService() + "/" + instance.getInstanceId();
    }

    private static String token(Instance instance) {
      return "incarnation=" + instance.getIncarnation();
    }

    private static String word(Enum<?> value, String prefix) {
      return value.name().startsWith(prefix)
          ? value.name().substring(prefix.length())
          : value.name();
    }
  }
}

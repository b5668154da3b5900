package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.client.WatchListener;
import io.pulsewatch.client.WatchSnapshot;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.WatchResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Prints what a watch sees, as it comes. Confined to the watcher's thread, but for the futures. */
final class WatchPrinter implements WatchListener {
  private final Surroundings surroundings;
  private final OutputOption output;
  private final String servers;
  private final int serverCount;
  private final boolean once;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final CompletableFuture<Integer> contact = new CompletableFuture<>();

  private final ChangeLines lines;
  private int failures;
  private boolean lost;
  private boolean headed;

  /**
   * Makes one.
   *
   * @param serverCount servers to try before the first contact
   * @param once end with the first snapshot
   */
  WatchPrinter(
      Surroundings surroundings,
      OutputOption output,
      String servers,
      int serverCount,
      boolean once) {
    this.surroundings = surroundings;
    this.output = output;
    this.servers = servers;
    this.serverCount = serverCount;
    this.once = once;
    this.lines = new ChangeLines(surroundings);
  }

  /** Done with an exit code, or fails with a {@link CommandException}. */
  CompletableFuture<Integer> end() {
    return end;
  }

  /** Done as soon as any server has answered. */
  CompletableFuture<Integer> contact() {
    return contact;
  }

  @Override
  public void onResponse(WatchResponse response) {
    contact.complete(ExitCodes.DONE);
    if (lost) {
      lost = false;
      surroundings.say("reached " + servers + " again");
    }
    if (output.json() && !end.isDone()) {
      output.printJson(response);
      if (once && response.hasSnapshotEnd()) {
        end.complete(ExitCodes.DONE);
      }
      flush();
    }
  }

  @Override
  public void onSnapshot(WatchSnapshot snapshot) {
    if (output.json() || end.isDone()) {
      return;
    }
    if (snapshot.reason() != SnapshotReason.SNAPSHOT_REASON_INITIAL) {
      surroundings.say(
          "the server starts over ("
              + Words.bare(snapshot.reason(), "SNAPSHOT_REASON_").toLowerCase(Locale.ROOT)
              + ", "
              + snapshot.skipped()
              + " changes skipped): all states follow");
    }
    if (snapshot.instances().isEmpty()) {
      surroundings.say("no instances yet");
    } else {
      new InstanceTable(surroundings).print(snapshot.instances().values());
    }
    snapshot.instances().values().forEach(lines::fit);
    headed = false;
    if (once) {
      end.complete(ExitCodes.DONE);
    }
    flush();
  }

  @Override
  public void onChange(Change change) {
    if (output.json() || end.isDone()) {
      return;
    }
    if (!headed) {
      headed = true;
      surroundings.out().println();
      lines.fit(change);
      lines.printHeadings();
    }
    lines.print(change);
    flush();
  }

  @Override
  public void onFolded(long count) {
    if (!output.json() && !end.isDone()) {
      surroundings.say(count + " changes were folded into later ones");
    }
  }

  @Override
  public void onDisconnected(PulsewatchException cause, Duration retryIn) {
    failures++;
    if (!contact.isDone() && failures >= serverCount) {
      end.completeExceptionally(Failures.of(cause, servers));
    } else if (contact.isDone() && !lost) {
      lost = true;
      surroundings.say("lost " + servers + ": " + Failures.wordsOfBreak(cause) + "; trying again");
    }
  }

  @Override
  public void onFailed(PulsewatchException cause) {
    end.completeExceptionally(Failures.of(cause, servers));
  }

  /** Ends the watch where its reader has gone, as with {@code | head}. */
  private void flush() {
    if (surroundings.out().checkError()) {
      end.complete(ExitCodes.OUTPUT_CLOSED);
    }
  }
}

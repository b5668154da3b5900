package io.pulsewatch.cli.render;

import io.pulsewatch.v1.Instance;
import io.pulsewatch.xds.LivePools;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one file right: looks, renders, has the candidate checked, replaces the file, has the load
 * balancer told. Confined to one thread, which waits for the commands.
 *
 * <p>Each step is taken only where the one before changed something, and what fails is tried again:
 * at once with another text, else after a wait that doubles. While a command runs nothing else
 * does, so there are never two of them; what changes meanwhile is one change afterwards.
 */
public final class Renderer implements AutoCloseable {
  private final Setup setup;
  private final LiveView view;
  private final Commands commands;
  private final Report report;
  private final LongSupplier nanoTicker;
  private final LongConsumer acknowledge;
  private final @Nullable PoolFile file;

  private PoolTemplate template;
  private boolean templateIsNew = true;

  /** The newest that could be rendered, and its text. */
  private LiveView.@Nullable Look look;

  private @Nullable String text;

  /** There is a newer look, and it could not be rendered. */
  private boolean newestFailed;

  /** Somebody is to be told of the file, also where its note was lost. */
  private boolean owed;

  private boolean begun;
  private @Nullable String printed;
  private long quietUntilNanos;
  private boolean wasQuiet;
  private long retryNanos;
  private int failures;
  private long acknowledged;
  private Outcome outcome = Outcome.NOTHING_YET;
  private Set<String> withoutAddress = Set.of();
  private boolean wasFull;

  /**
   * What is to be done.
   *
   * @param file null: the text is printed
   * @param check null, or a command that looks at a candidate
   * @param exec null, or a command after each change
   * @param window what changes so soon after a look is one change
   */
  public record Setup(
      @Nullable Path file, @Nullable String check, @Nullable String exec, Duration window) {}

  /** How far it is. */
  public enum Outcome {
    /** No warm server has told all yet. */
    NOTHING_YET,
    /** Everything is as it was told last. */
    DONE,
    /** Something went wrong, and was told. */
    FAILED
  }

  /** What people are told. */
  public interface Report {
    /** One line. */
    void say(String line);

    /** What a command said. */
    void quote(List<String> lines);

    /** The text, where there is no file for it. */
    void print(String text);
  }

  /**
   * Makes one that has done nothing yet.
   *
   * @param acknowledge told a revision when all up to it is done
   * @throws FileTakenException where another one keeps the file right
   * @throws IOException where there can be no such file
   */
  public Renderer(
      Setup setup,
      PoolTemplate template,
      LiveView view,
      Commands commands,
      Report report,
      LongSupplier nanoTicker,
      LongConsumer acknowledge)
      throws IOException {
    this.setup = setup;
    this.template = template;
    this.view = view;
    this.commands = commands;
    this.report = report;
    this.nanoTicker = nanoTicker;
    this.acknowledge = acknowledge;
    Path named = setup.file();
    this.file = named == null ? null : new PoolFile(named);
  }

  /** Takes another template from the next turn on. */
  public void onTemplate(PoolTemplate next) {
    template = next;
    templateIsNew = true;
  }

  /** Returns how far it is. */
  public Outcome outcome() {
    return outcome;
  }

  /** Does what is due; returns the nanoseconds until something is, if nobody wakes it before. */
  public long turn() {
    if (!begun) {
      begun = true;
      payAtStart();
    }
    if (isDue() && untilQuietNanos() == 0) {
      look();
    } else if (failures > 0 && untilRetryNanos() == 0) {
      if (text == null) {
        payAtStart();
      } else {
        publish();
      }
    }
    if (outcome == Outcome.DONE) {
      acknowledge(view.lookedAt());
    }
    long untilRetry = failures > 0 ? untilRetryNanos() : Long.MAX_VALUE;
    long untilDue = isDue() ? 0 : view.untilNextNanos();
    return Math.min(untilRetry, Math.max(untilDue, untilQuietNanos()));
  }

  /** Lets others keep the file. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  private boolean isDue() {
    return view.isChanged() || (templateIsNew && (look != null || newestFailed));
  }

  private long untilQuietNanos() {
    return wasQuiet ? Math.max(0, quietUntilNanos - nanoTicker.getAsLong()) : 0;
  }

  private long untilRetryNanos() {
    return Math.max(0, retryNanos - nanoTicker.getAsLong());
  }

  private void look() {
    long now = nanoTicker.getAsLong();
    LiveView.Look seen = view.look();
    if (seen == null) {
      return;
    }
    templateIsNew = false;
    tellWithoutAddress(seen.withoutAddress());
    tellFull(seen.isFull());
    long window = setup.window().toNanos();
    wasQuiet = true;
    quietUntilNanos = now + window;
    String rendered;
    try {
      rendered = template.render(seen.pools());
    } catch (TemplateException e) {
      newestFailed = true;
      outcome = Outcome.FAILED;
      report.say(e.line() + stays());
      return;
    }
    boolean same = rendered.equals(text);
    look = seen;
    text = rendered;
    newestFailed = false;
    if (same) {
      quietUntilNanos = now + Math.min(window, RenderLimits.IDLE_WINDOW_NANOS);
    }
    if (!same || failures == 0) {
      publish();
    }
  }

  private void publish() {
    LiveView.Look done = look;
    String wanted = text;
    if (done == null || wanted == null) {
      return;
    }
    try {
      if (file == null) {
        print(wanted);
      } else if (!place(file, wanted, done)) {
        return;
      }
    } catch (IOException e) {
      failed("cannot write " + setup.file() + ": " + e);
      return;
    }
    failures = 0;
    outcome = newestFailed ? Outcome.FAILED : Outcome.DONE;
    acknowledge(done.revision());
  }

  /** All up to it is done. */
  private void acknowledge(long revision) {
    if (revision != 0 && revision != acknowledged) {
      acknowledged = revision;
      acknowledge.accept(revision);
    }
  }

  private void print(String wanted) {
    if (!wanted.equals(printed)) {
      report.print(wanted);
      printed = wanted;
    }
  }

  private boolean place(PoolFile target, String wanted, LiveView.Look done) throws IOException {
    boolean isNew = !target.says(wanted);
    if (isNew) {
      Path candidate = target.write(wanted);
      String check = setup.check();
      if (check != null && !ran("--check", check, candidate, stays())) {
        target.drop();
        pay(target); // for the one that stays
        return false;
      }
      boolean owing = setup.exec() != null;
      target.replace(owing);
      owed = owing;
    }
    if (!pay(target)) {
      return false;
    }
    if (isNew || failures > 0) {
      report.say(summary(target, done));
    }
    return true;
  }

  /** A reload that is owed does not wait for a server, which may be long in coming. */
  private void payAtStart() {
    if (file == null) {
      return;
    }
    Outcome before = outcome;
    try {
      if (pay(file)) {
        failures = 0;
      }
    } catch (IOException e) {
      failed("cannot write beside " + setup.file() + ": " + e);
    }
    outcome = before; // it says nothing of what the servers say
  }

  /** Has the load balancer told of the file in its place, where that is owed. */
  private boolean pay(PoolFile target) throws IOException {
    String exec = setup.exec();
    if (exec == null || !(owed || target.isUntold())) {
      return true;
    }
    if (!ran("--exec", exec, target.path(), "; the file is in its place")) {
      return false;
    }
    target.told();
    owed = false;
    return true;
  }

  private String summary(PoolFile target, LiveView.Look done) {
    int instances = done.pools().values().stream().mapToInt(List<Instance>::size).sum();
    Duration since = Duration.ofNanos(nanoTicker.getAsLong() - done.toldNanos());
    return target.path()
        + " written: "
        + counted(instances, "instance")
        + " of "
        + counted(done.pools().size(), "service")
        + ", "
        + since.toMillis()
        + " ms after the change"
        + (setup.exec() == null ? "" : ", --exec included");
  }

  private static String counted(int count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }

  private boolean ran(String option, String command, Path about, String consequence) {
    Commands.Result result = commands.run(command, about);
    if (result.done()) {
      return true;
    }
    failed(
        option + ": " + result.end() + " after " + result.took().toMillis() + " ms" + consequence);
    report.quote(result.said());
    return false;
  }

  private void failed(String what) {
    long doublings = Math.min(failures, 16);
    long wait =
        Math.min(RenderLimits.BACKOFF_LONGEST_NANOS, RenderLimits.BACKOFF_FIRST_NANOS << doublings);
    failures++;
    outcome = Outcome.FAILED;
    retryNanos = nanoTicker.getAsLong() + wait;
    report.say(what + "; again in " + Duration.ofNanos(wait).toSeconds() + " s, or with a change");
  }

  private String stays() {
    return setup.file() == null ? "" : "; " + setup.file() + " stays as it is";
  }

  private void tellFull(boolean now) {
    if (now && !wasFull) {
      report.say(
          "more than "
              + LivePools.MAX_SERVICES
              + " services: those that come later and are not named are left out");
    }
    wasFull = now;
  }

  /** Once for each: a name instead of an address is a mistake that lasts. */
  private void tellWithoutAddress(Set<String> now) {
    for (String each : new TreeSet<>(now)) {
      if (!withoutAddress.contains(each)) {
        report.say(each + " is left out: no endpoint of it that has an IP address");
      }
    }
    withoutAddress = now;
  }
}

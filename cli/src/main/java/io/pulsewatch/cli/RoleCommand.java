package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchSender;
import io.pulsewatch.client.Registration;
import io.pulsewatch.client.RoleHold;
import io.pulsewatch.client.SenderBuilder;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs only while a role is held.
 *
 * <p>{@link #run} is confined to the main thread, which starts and stops the command; the sender's
 * callbacks and signals leave it events, and the callback that tells of a loss waits until the
 * command is gone: then, and not before, the server hears that the role is free. The main thread
 * looks at the clock, too, and waits for nobody but the command.
 */
final class RoleCommand {
  // Stopped is what the command started, too: TERM goes to the command alone, as it would from a
  // service manager, and what of its descendants is left when its time is up is killed with it. A
  // descendant whose parent ended before is seen only if it was there when we began to stop.
  private static final String ROLE = "PULSEWATCH_ROLE";

  /** Not PULSEWATCH_TOKEN: that one is shown to servers. */
  private static final String TOKEN = "PULSEWATCH_ROLE_TOKEN";

  private static final long LOSS_PATIENCE_SECONDS = 1;

  /** So soon it is looked whether a command that was stopped by the clock may run again. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long FLUSH_MILLIS = 200;

  private final Surroundings surroundings;
  private final Launch launch;
  private final String role;
  private final @Nullable Duration stopWithin;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private final Remarks remarks;

  /** Nothing runs, nor will again. */
  private volatile boolean over;

  /** Main thread only. */
  private @Nullable Process child;

  /**
   * Of the command that runs, or that was stopped ahead of the callback that tells of the loss; 0:
   * neither. Main thread only.
   */
  private long token;

  /** Somebody asked the command to end. Main thread only. */
  private boolean ending;

  /** Why we leave, if it is not the end of the command. Main thread only. */
  private String reason = "";

  private sealed interface Event {}

  private record Granted(long token) implements Event {}

  private record Lost(CompletableFuture<Void> stopped) implements Event {}

  private record Ended(Process process) implements Event {}

  private record Signalled(String name) implements Event {}

  private record GaveUp(CommandException failure) implements Event {}

  /**
   * Makes one.
   *
   * @param command not empty
   * @param stopWithin null: min(250 ms, min(timeout, resume window) / 4)
   */
  RoleCommand(
      Surroundings surroundings, List<String> command, String role, @Nullable Duration stopWithin) {
    this.surroundings = surroundings;
    this.remarks = new Remarks(surroundings::say);
    this.role = role;
    this.stopWithin = stopWithin;
    launch = new Launch(command, surroundings.environment().getOrDefault("PATH", ""));
  }

  /** Stands for the role until the command ends by itself, or is asked to. */
  int run(SenderBuilder builder, BeatReport report) throws InterruptedException {
    if (!launch.diesWithUs()) {
      surroundings.say(
          "no setpriv --pdeathsig here: if beat is killed, the command runs on without the role");
    }
    try (PulsewatchSender sender = start(builder)) {
      Launch.FORWARDED.forEach(each -> Signals.on(each, name -> events.add(new Signalled(name))));
      CompletableFuture<String> unused = report.end().whenComplete((why, e) -> giveUp(e));
      int exitCode;
      try {
        exitCode = untilTheEnd(sender);
      } finally {
        end();
        remarks.flush(FLUSH_MILLIS);
      }
      sender.leave(reason.isEmpty() ? WrappedCommand.endInWords(exitCode) : reason);
      return exitCode;
    }
  }

  private PulsewatchSender start(SenderBuilder builder) {
    try {
      if (stopWithin == null) {
        builder.role(role, this::onGranted, this::onLost);
      } else {
        builder.role(role, stopWithin, this::onGranted, this::onLost);
      }
      return builder.start();
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private void giveUp(@Nullable Throwable failure) {
    if (failure instanceof CommandException told) {
      events.add(new GaveUp(told));
    }
  }

  private void onGranted(long token) {
    events.add(new Granted(token));
  }

  /** Returns when the command is gone. */
  private void onLost() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    events.add(new Lost(stopped));
    if (!over) {
      stopped.join();
    }
  }

  private int untilTheEnd(PulsewatchSender sender) throws InterruptedException {
    RoleHold hold = sender.role(role);
    while (true) {
      Event event = events.poll(untilLookNanos(hold), TimeUnit.NANOSECONDS);
      sender.registration().ifPresent(this::refuseShortFence);
      Process stopped = null;
      if (child != null && !hold.isHeld() && !(event instanceof Ended)) {
        stopped = stop(hold);
      } else if (event == null && child == null && token != 0) {
        startIfHeld(token, hold); // no callback will tell it: it was heard a moment later
      }
      if (event instanceof Granted granted) {
        startIfHeld(granted.token(), hold);
      } else if (event instanceof Lost lost) {
        stopped = child == null ? stopped : stop(hold);
        token = 0;
        lost.stopped().complete(null);
      } else if (event instanceof Ended ended && ended.process() == child) {
        if (ending || !endedWithTheRole(hold)) {
          return ended.process().exitValue();
        }
      } else if (event instanceof Signalled signal && onSignal(signal.name())) {
        return stopped == null ? ExitCodes.DONE : stopped.exitValue();
      } else if (event instanceof GaveUp gaveUp) {
        stop(hold);
        throw gaveUp.failure();
      }
      if (stopped != null && ending) {
        return stopped.exitValue();
      }
    }
  }

  private long untilLookNanos(RoleHold hold) {
    long untilLook = token == 0 ? TimeUnit.SECONDS.toNanos(1) : LOOK_NANOS;
    return child == null ? untilLook : Math.max(1, hold.remaining().toNanos());
  }

  private void startIfHeld(long newest, RoleHold hold) {
    if (ending || child != null || !hold.isHeld(newest)) {
      return;
    }
    String text = Long.toUnsignedString(newest);
    Process started = launch.start(Map.of(ROLE, role, TOKEN, text));
    child = started;
    token = newest;
    remarks.say("holds the role " + role + " with token " + text + "; the command starts");
    CompletableFuture<Void> unused =
        started.onExit().thenAccept(process -> events.add(new Ended(process)));
  }

  /**
   * What was wished for was looked at when the sender was made; a server may grant something else.
   */
  private void refuseShortFence(Registration granted) {
    Duration within = stopWithin == null ? quarter(granted) : stopWithin;
    Duration fence = granted.fence(within);
    Duration least = granted.interval().multipliedBy(11).dividedBy(10);
    if (fence.compareTo(least) < 0) {
      throw new CommandException(
          ExitCodes.REFUSED,
          "--stop-within "
              + Spans.exact(within)
              + " leaves a fence of "
              + Spans.exact(fence)
              + " of the times that were granted (expected: at least "
              + Spans.exact(least)
              + ", 1.1 x interval)");
    }
  }

  /** As the client has it where nothing was wished for: min(250 ms, b / 4). */
  private static Duration quarter(Registration granted) {
    long b = Math.min(granted.timeout().toMillis(), granted.resumeWindow().toMillis());
    return Duration.ofMillis(Math.min(250, b / 4));
  }

  /** Tells whether this is the end: nothing runs that could be handed the signal. */
  private boolean onSignal(String name) {
    ending |= Launch.ENDING.contains(name);
    Process running = child;
    if (running == null) {
      boolean ends = ending || name.equals("HUP");
      reason = ends ? "signal " + name : "";
      return ends;
    }
    if (!Launch.hasAlready(name)) {
      Launch.send(name, running);
    }
    return false;
  }

  /**
   * A command that was refused by what it writes to, since it was stopped for too long, may end a
   * moment before we learn that the role is lost. That is no end by itself.
   */
  private boolean endedWithTheRole(RoleHold hold) throws InterruptedException {
    if (hold.isHeld()) {
      return false;
    }
    Event next = events.poll(LOSS_PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next instanceof Lost lost) {
      child = null;
      token = 0;
      lost.stopped().complete(null);
      remarks.say("the role " + role + " is lost; the command had ended");
      return true;
    }
    return false;
  }

  /** Stops the command within the time that the role leaves; returns it if it ran. */
  private @Nullable Process stop(RoleHold hold) throws InterruptedException {
    Process running = child;
    if (running == null) {
      return null;
    }
    child = null;
    Set<ProcessHandle> family = new HashSet<>(running.descendants().toList());
    if (!hold.leftToStop().isZero()) {
      running.destroy();
      awaitEnd(running, family, hold.leftToStop());
    }
    boolean killed = running.isAlive();
    running.descendants().forEach(family::add);
    running.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
    running.waitFor();
    remarks.say(
        "the role " + role + " is lost; the command was " + (killed ? "killed" : "stopped"));
    return running;
  }

  private static void awaitEnd(Process running, Set<ProcessHandle> family, Duration left)
      throws InterruptedException {
    CompletableFuture<?>[] ends =
        Stream.concat(Stream.of(running.onExit()), family.stream().map(ProcessHandle::onExit))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(left.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException itIsKilled) {
      // By the caller.
    }
  }

  /** Nothing runs any more, and no callback waits for that: the goodbye can be said. */
  private void end() {
    Process running = child;
    if (running != null) {
      running.destroyForcibly(); // gone already, unless something broke
    }
    over = true;
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event instanceof Lost lost) {
        lost.stopped().complete(null);
      }
    }
  }
}

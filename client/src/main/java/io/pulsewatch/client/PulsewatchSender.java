package io.pulsewatch.client;

import io.pulsewatch.client.session.Standing;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * Keeps one instance registered: sends its heartbeats from a daemon thread of its own, comes back
 * after a cut, and tells the application when to stop believing in itself.
 *
 * <pre>{@code
 * try (PulsewatchSender sender =
 *     PulsewatchSender.builder("orders", "orders-1").server("127.0.0.1:5780").start()) {
 *   ...
 *   if (sender.isCurrent()) { // before each side effect that two must not have
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>No call blocks, but for {@link #close} and {@link #leave}, which return after at most 1 s.
 * Thread-safe.
 *
 * <p>A process has one sender for each name. Two with the same name are two claimants: the second
 * gets {@code ALREADY_EXISTS} until the first is gone. A process that ends without {@link #close}
 * is told as lost, not as gone on purpose.
 */
public final class PulsewatchSender implements AutoCloseable {
  private static final long LEAVE_LIMIT_NANOS = 900_000_000L;
  private static final long END_LIMIT_NANOS = 1_000_000_000L;

  private final SenderCore core;
  private final Mailbox mailbox;
  private final Driver driver;

  private PulsewatchSender(SenderCore core, Mailbox mailbox, ExecutorService probing) {
    this.core = core;
    this.mailbox = mailbox;
    Runnable end =
        () -> {
          probing.shutdownNow();
          core.callbacks().close();
          core.roles().callbacks().forEach(CallbackQueue::close);
        };
    driver = Driver.start("sender", core::turn, mailbox, core::onBroken, end);
  }

  static PulsewatchSender start(SenderSetup setup, SenderListener listener) {
    Mailbox mailbox = new Mailbox();
    ThreadPoolExecutor probing = Driver.occasional("probe", ProbeDesk.MAX_WAITING);
    SenderCore core = new SenderCore(setup, mailbox, listener, probing);
    core.callbacks().start();
    core.roles().callbacks().forEach(CallbackQueue::start);
    return new PulsewatchSender(core, mailbox, probing);
  }

  /**
   * Begins to describe an instance.
   *
   * @param service 1 to 253 characters of {@code A-Z a-z 0-9 . _ -}
   * @param instanceId the same, or {@code :} and {@code @}
   */
  public static SenderBuilder builder(String service, String instanceId) {
    return new SenderBuilder(service, instanceId);
  }

  /**
   * Says how the instance feels from now on; the newest word counts. It goes out at once where the
   * stream allows, at most once ahead of each heartbeat, and with the next heartbeat or register
   * otherwise.
   *
   * @throws IllegalArgumentException for {@code STATUS_UNSPECIFIED} and {@code UNRECOGNIZED}
   */
  public void reportStatus(Status status) {
    core.voice().report(Checks.reportable(status));
    mailbox.wake();
  }

  /**
   * Reports {@code DRAINING}, and tells when it is understood: the instance takes no new work, and
   * whoever sends it work has heard so. Then it may {@linkplain #close leave} and end without one
   * request that fails.
   *
   * <p>Done, by a thread of the JDK, with the names of those watchers that have not acknowledged it
   * when all have, or when the time is over: empty where all have. Without names it is done when
   * the server has committed it. While the stream is away it is said with the next one; {@link
   * #close} ends it with all names. It never fails.
   *
   * @param within 0 .. 5 min
   * @param watchers names of watchers, as their requests have them; at most 16
   * @throws IllegalArgumentException for another time, or a bad name
   */
  public CompletableFuture<Set<String>> drain(Duration within, String... watchers) {
    CompletableFuture<Set<String>> done =
        core.drain(Checks.watcherNames(watchers), Checks.within(within));
    mailbox.wake();
    return done;
  }

  /**
   * Sends a remark for people, as a status is sent; the newest one counts. It goes out once, and is
   * lost with the stream that it went out on.
   *
   * @param text at most 1 KiB
   * @throws IllegalArgumentException for a longer one
   */
  public void note(String text) {
    core.voice().note(Checks.text("note", text, Checks.MAX_NOTE_BYTES));
    mailbox.wake();
  }

  /**
   * Announces a pause, such as a long garbage collection or a move of the machine: nobody doubts
   * the instance until it is over, and its fence waits as long. Goes out at once where the stream
   * allows, and with the next heartbeat otherwise. The sender goes on beating where it can, and
   * says each time how much of the pause is left; zero ends it. It counts from its ack on, a moment
   * later. A server that knows no pauses says so once, to {@link SenderListener#onRejected}.
   *
   * @param pause 0 .. 5 min; the newest one counts
   * @throws IllegalArgumentException for another one
   */
  public void hold(Duration pause) {
    core.hold(Checks.hold(pause));
    mailbox.wake();
  }

  /**
   * Returns a counter that was promised when the sender was built; always the same one.
   *
   * @throws IllegalArgumentException for a counter that was not
   */
  public Progress progress(String counter) {
    return core.voice().progress(counter);
  }

  /**
   * Returns a role that it stands for; always the same one.
   *
   * @throws IllegalArgumentException for one that was not named when the sender was built
   */
  public RoleHold role(String name) {
    return core.roles().role(name);
  }

  /**
   * Tells whether the server certainly still believes in this incarnation: it is registered, and
   * its fence has not passed by this machine's clock. Reads a clock and a field; cheap enough to be
   * asked before each side effect. With a resume window of zero there is no fence, and the answer
   * is whether the stream is open.
   *
   * <p>The clock is the JVM's monotonic one. Where it stands still, as in a suspended machine, so
   * does the fence: guard shared resources with {@link #incarnation()} as a fencing token too.
   */
  public boolean isCurrent() {
    return core.isCurrent();
  }

  /** Returns the incarnation while it {@linkplain #isCurrent() is current}: a fencing token. */
  public OptionalLong incarnation() {
    long incarnation = core.incarnation();
    return incarnation == 0 ? OptionalLong.empty() : OptionalLong.of(incarnation);
  }

  /** Until when that is so. */
  Standing standing() {
    return core.standing();
  }

  /** Returns what was granted to the newest incarnation, current or not. */
  public Optional<Registration> registration() {
    return Optional.ofNullable(core.registration());
  }

  /** Leaves, as {@link #leave} without a reason. Calling it again does nothing. */
  @Override
  public void close() {
    leave("");
  }

  /**
   * Says goodbye to the server and stops. Returns after at most 1 s, whether the server heard it or
   * not; {@link #isCurrent()} is false from the first instant on. No callback tells of it, but for
   * the loss of roles: the goodbye waits until that call returns, since the next one is granted the
   * role at once. Where it does not in time (0.9 s, or where this is called by a role's callback)
   * nothing is said, and the role passes on as after a loss.
   *
   * @param reason for people; cut at 1 KiB
   */
  public void leave(String reason) {
    core.close(Checks.cut(reason, Checks.MAX_NOTE_BYTES), LEAVE_LIMIT_NANOS);
    driver.awaitEnd(END_LIMIT_NANOS);
  }
}

package io.pulsewatch.client;

import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the application has to say, until it is sent. Speaking is thread-safe; sending is confined
 * to the sender's thread.
 *
 * <p>Only the newest status and the newest note are kept, so a stream that is away costs nothing.
 */
final class Voice {
  private final AtomicReference<@Nullable String> note = new AtomicReference<>();
  private volatile Status status;
  private final Map<String, Progress> progress;
  private final AtomicReference<@Nullable Hold> asked = new AtomicReference<>();

  /** The pause that is announced, until it is over; null where none is. */
  private @Nullable Hold holding;

  private Status sent = Status.STATUS_UNSPECIFIED;

  /** Highest number since the newest register: news with one that is not greater are not heard. */
  private long newest;

  /** A pause: its end on the sender's clock, or a past instant to end the one that is announced. */
  private record Hold(long untilNanos) {}

  Voice(Status status, Map<String, Progress> progress) {
    this.status = status;
    this.progress = progress;
  }

  Progress progress(String counter) {
    Progress promised = progress.get(counter);
    if (promised == null) {
      throw new IllegalArgumentException(
          "progress: '"
              + counter
              + "' (expected: one of "
              + new TreeSet<>(progress.keySet())
              + ")");
    }
    return promised;
  }

  void report(Status status) {
    this.status = status;
  }

  void note(String text) {
    note.set(text);
  }

  /** The sender will be silent until then. */
  void hold(long untilNanos) {
    asked.set(new Hold(untilNanos));
  }

  /** The server takes no announcement. */
  void dropHold() {
    holding = null;
  }

  /** Tells whether a heartbeat would bring anything but life. */
  boolean hasNews() {
    return sent != status || note.get() != null || asked.get() != null;
  }

  /**
   * Completes the register.
   *
   * @param roles that it stands for
   */
  Register register(Register description, List<String> roles, String sessionToken) {
    sent = status;
    newest = 0;
    return description.toBuilder()
        .addAllRoles(roles)
        .setStatus(sent)
        .setSessionToken(sessionToken)
        .build();
  }

  Heartbeat heartbeat(
      long sequence, long sentNanos, long lateNanos, List<Long> tokensReleased, Instant now) {
    Heartbeat.Builder heartbeat =
        Heartbeat.newBuilder()
            .setSequence(sequence)
            .setSentMonotonicNanos(sentNanos)
            .setSentAt(Durations.toProto(now))
            .addAllRoleTokensReleased(tokensReleased);
    progress.forEach((counter, each) -> heartbeat.putProgress(counter, each.value()));
    if (lateNanos > 0) {
      heartbeat.setLate(Durations.toProto(lateNanos));
    }
    if (sequence > newest) {
      newest = sequence;
      sayNews(heartbeat);
    }
    Hold pause = holding;
    if (pause != null && pause.untilNanos() - sentNanos > 0) {
      heartbeat.setHold(Durations.toProto(pause.untilNanos() - sentNanos));
    } else {
      holding = null;
    }
    return heartbeat.build();
  }

  private void sayNews(Heartbeat.Builder heartbeat) {
    String remark = note.getAndSet(null);
    if (remark != null) {
      heartbeat.setNote(remark);
    }
    Hold pause = asked.getAndSet(null);
    holding = pause == null ? holding : pause;
    Status said = status;
    if (said != sent) {
      sent = said;
      heartbeat.setStatus(said);
    }
  }
}

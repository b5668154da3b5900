package io.pulsewatch.client;

import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Status;
import java.time.Instant;
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
  private Status sent = Status.STATUS_UNSPECIFIED;

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

  /** Tells whether a heartbeat would bring anything but life. */
  boolean hasNews() {
    return sent != status || note.get() != null;
  }

  Register register(Register description, String sessionToken) {
    sent = status;
    return description.toBuilder().setStatus(sent).setSessionToken(sessionToken).build();
  }

  Heartbeat heartbeat(long sequence, long sentNanos, long lateNanos, Instant now) {
    Heartbeat.Builder heartbeat =
        Heartbeat.newBuilder()
            .setSequence(sequence)
            .setSentMonotonicNanos(sentNanos)
            .setSentAt(Durations.toProto(now));
    progress.forEach((counter, each) -> heartbeat.putProgress(counter, each.value()));
    String remark = note.getAndSet(null);
    if (remark != null) {
      heartbeat.setNote(remark);
    }
    if (lateNanos > 0) {
      heartbeat.setLate(Durations.toProto(lateNanos));
    }
    Status newest = status;
    if (newest != sent) {
      sent = newest;
      heartbeat.setStatus(newest);
    }
    return heartbeat.build();
  }
}

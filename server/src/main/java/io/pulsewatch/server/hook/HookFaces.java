package io.pulsewatch.server.hook;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.pulsewatch.v1.Hook;
import java.util.concurrent.TimeUnit;

/** Hooks in the contract's words. Stateless. */
final class HookFaces {
  private HookFaces() {}

  static Hook hook(HookStatus status) {
    Hook.Builder hook =
        Hook.newBuilder()
            .setName(status.name())
            .setTarget(status.target())
            .setCursor(status.cursor())
            .setLag(Durations.fromNanos(TimeUnit.MILLISECONDS.toNanos(status.lagMillis())))
            .setWaiting(status.waiting())
            .setInFlight(status.inFlight())
            .setDelivered(status.delivered())
            .setFailedAttempts(status.failed())
            .setGaps(status.lost())
            .setDeadLetterCount(status.deadLetterCount())
            .setLastError(status.lastError());
    if (status.lastErrorMillis() > 0) {
      hook.setLastErrorAt(Timestamps.fromMillis(status.lastErrorMillis()));
    }
    if (status.lastDeliveredMillis() > 0) {
      hook.setLastDeliveredAt(Timestamps.fromMillis(status.lastDeliveredMillis()));
    }
    status.deadLetters().forEach(each -> hook.addDeadLetters(letter(each)));
    return hook.build();
  }

  private static io.pulsewatch.v1.DeadLetter letter(DeadLetter dead) {
    return io.pulsewatch.v1.DeadLetter.newBuilder()
        .setRevision(dead.letter().revision())
        .setType(dead.letter().type())
        .setSubject(dead.letter().subject())
        .setAt(Timestamps.fromMillis(dead.letter().atMillis()))
        .setAttempts(dead.attempts())
        .setError(dead.error())
        .setFailedAt(Timestamps.fromMillis(dead.failedAtMillis()))
        .build();
  }
}

package io.pulsewatch.client;

import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.client.transport.Reach;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.ProbeOutcome;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.ProbeResult;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Answers what a server asks a sender to look at. Confined to the sender's thread; the looks at
 * others run on the executor, which refuses what is too much.
 */
final class ProbeDesk {
  /** Looks that may wait for the one that is under way. */
  static final int MAX_WAITING = 4;

  static final int BURST = 8;
  static final long REFILL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  static final long DEFAULT_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  static final long MOST_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final InstanceName self;
  private final Probing probing;
  private final LongSupplier nanoTicker;
  private final Executor executor;
  private final Looker looker;
  private int permits = BURST;
  private long refilledNanos;

  /** Looks at an endpoint. Thread-safe; may take as long as it is given. */
  interface Looker {
    ProbeOutcome look(Endpoint endpoint, long withinNanos, Reach.Scope scope);
  }

  ProbeDesk(
      InstanceName self,
      Probing probing,
      LongSupplier nanoTicker,
      Executor executor,
      Looker looker) {
    this.self = self;
    this.probing = probing;
    this.nanoTicker = nanoTicker;
    this.executor = executor;
    this.looker = looker;
    refilledNanos = nanoTicker.getAsLong();
  }

  /**
   * Answers at once or later, once.
   *
   * @param incarnation that is held by the stream on which it came
   * @param nearby the server is on this machine's loopback
   * @param answer called on this thread or the executor's
   */
  void onProbe(
      ProbeRequest request,
      long incarnation,
      boolean nearby,
      long nowNanos,
      Consumer<ProbeResult> answer) {
    boolean isSelf =
        request.getService().equals(self.getService())
            && request.getInstanceId().equals(self.getInstanceId());
    if (isSelf) {
      boolean proven = probing != Probing.OFF && request.getIncarnation() == incarnation;
      ProbeOutcome outcome =
          proven ? ProbeOutcome.PROBE_OUTCOME_PROVEN : ProbeOutcome.PROBE_OUTCOME_DECLINED;
      answer.accept(result(request, outcome, 0));
      return;
    }
    if (!probing.looksAtOthers() || !request.hasEndpoint() || !permit(nowNanos)) {
      answer.accept(result(request, ProbeOutcome.PROBE_OUTCOME_DECLINED, 0));
      return;
    }
    try {
      executor.execute(() -> look(request, nearby, nowNanos, answer));
    } catch (RejectedExecutionException tooMuch) {
      answer.accept(result(request, ProbeOutcome.PROBE_OUTCOME_DECLINED, 0));
    }
  }

  /** On the executor. */
  private void look(
      ProbeRequest request, boolean nearby, long askedNanos, Consumer<ProbeResult> answer) {
    long begunNanos = nanoTicker.getAsLong();
    long left = withinNanos(request) - (begunNanos - askedNanos);
    if (left <= 0) { // it waited too long: that is no news of the other one
      answer.accept(result(request, ProbeOutcome.PROBE_OUTCOME_DECLINED, 0));
      return;
    }
    boolean anyAddress = probing == Probing.OTHERS_AT_ANY_ADDRESS;
    Reach.Scope scope = new Reach.Scope(anyAddress, nearby || anyAddress);
    ProbeOutcome outcome = looker.look(request.getEndpoint(), left, scope);
    answer.accept(result(request, outcome, nanoTicker.getAsLong() - begunNanos));
  }

  private boolean permit(long nowNanos) {
    long refills = (nowNanos - refilledNanos) / REFILL_NANOS;
    refilledNanos += refills * REFILL_NANOS;
    permits = (int) Math.min(BURST, permits + refills);
    if (permits == 0) {
      return false;
    }
    permits--;
    return true;
  }

  private static long withinNanos(ProbeRequest request) {
    return request.hasWithin()
        ? Math.min(Durations.toNanos(request.getWithin()), MOST_WITHIN_NANOS)
        : DEFAULT_WITHIN_NANOS;
  }

  private static ProbeResult result(ProbeRequest request, ProbeOutcome outcome, long tookNanos) {
    return ProbeResult.newBuilder()
        .setProbeId(request.getProbeId())
        .setOutcome(outcome)
        .setTook(Durations.toProto(tookNanos))
        .build();
  }
}

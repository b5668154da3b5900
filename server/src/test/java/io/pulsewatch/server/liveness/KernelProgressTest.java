package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker that is stuck behind a sender that is not. */
final class KernelProgressTest {
  private static final List<Progress.Rule> RULES = List.of(new Progress.Rule("orders", 6 * SECOND));

  private static ManualClient registered(Rig rig) {
    ManualClient client = rig.registered();
    client.pulse.watch(progress());
    return client;
  }

  private static Progress progress() {
    return new Progress(RULES, 2 * SECOND);
  }

  private static void beat(Rig rig, ManualClient client, long orders, @Nullable Status said) {
    client.pulse.onProgress(Map.of("orders", orders));
    Pulse.Outcome outcome =
        client.pulse.onHeartbeat(0, rig.nanos() - rig.origin, 0, said, rig.nanos());
    rig.post(outcome, client.pulse);
    rig.turn();
    rig.run(2 * SECOND);
  }

  /** Beats until it is stuck, which is told within 8 s after its last movement. */
  private static ManualClient stuck(Rig rig) {
    ManualClient client = registered(rig);
    for (int i = 0; i < 5; i++) {
      beat(rig, client, 7, null);
    }
    assertShown(rig, Status.DEGRADED, Cause.PROGRESS_STALLED);
    return client;
  }

  private static void assertShown(Rig rig, Status status, Cause cause) {
    rig.assertLast(State.ALIVE, cause);
    assertThat(rig.last().after().status()).isEqualTo(status);
    assertThat(rig.last().after().serving()).isEqualTo(status != Status.NOT_SERVING);
  }

  @Origins
  void isShownAsDegradedUntilItMoves(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = registered(rig);
    for (int i = 0; i < 4; i++) {
      beat(rig, client, 7, null);
    }
    assertThat(rig.changes).hasSize(1);
    beat(rig, client, 7, null);
    rig.assertTold(State.ALIVE, Cause.PROGRESS_STALLED, 8 * SECOND);
    assertShown(rig, Status.DEGRADED, Cause.PROGRESS_STALLED);
    assertThat(((Answer.Heard) client.lastReply()).status()).isEqualTo(Status.DEGRADED);
    for (int i = 0; i < 5; i++) {
      beat(rig, client, 7, null);
    }
    assertThat(rig.changes).as("told once").hasSize(2);
    beat(rig, client, 8, null);
    assertShown(rig, Status.SERVING, Cause.PROGRESS_STALLED);
    assertThat(((Answer.Heard) client.lastReply()).status()).isEqualTo(Status.SERVING);
    assertThat(rig.changes).hasSize(3);
  }

  @Origins
  void mayStandStillBehindAnotherStatus(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = stuck(rig);
    beat(rig, client, 7, Status.NOT_SERVING);
    assertShown(rig, Status.NOT_SERVING, Cause.REPORTED);
    for (int i = 0; i < 5; i++) {
      beat(rig, client, 7, null);
    }
    assertThat(rig.changes).hasSize(3);
    beat(rig, client, 7, Status.SERVING);
    assertShown(rig, Status.SERVING, Cause.REPORTED);
    for (int i = 0; i < 4; i++) {
      beat(rig, client, 7, null);
    }
    assertShown(rig, Status.DEGRADED, Cause.PROGRESS_STALLED);
  }

  @Origins
  void isNoNewsWhereItSaysItself(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = stuck(rig);
    beat(rig, client, 7, Status.DEGRADED);
    assertThat(rig.changes).hasSize(2);
    beat(rig, client, 7, Status.SERVING);
    assertShown(rig, Status.SERVING, Cause.REPORTED);
  }

  @Origins
  void outlivesAStream(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = stuck(rig);
    client.presented = client.token();
    client.register();
    client.pulse.watch(progress());
    rig.turn();
    assertThat(client.granted().resumed()).isTrue();
    assertThat(client.granted().entry().status()).isEqualTo(Status.DEGRADED);
    assertThat(rig.changes).hasSize(2);
    beat(rig, client, 7, null);
    beat(rig, client, 7, null);
    assertThat(rig.changes).hasSize(2);
    beat(rig, client, 8, null);
    assertShown(rig, Status.SERVING, Cause.PROGRESS_STALLED);
  }

  @Origins
  void isForgottenWithItsRule(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = stuck(rig);
    client.presented = client.token();
    client.register();
    rig.turn();
    assertThat(rig.last().after().status()).isEqualTo(Status.SERVING);
    for (int i = 0; i < 9; i++) {
      beat(rig, client, 7, null);
    }
    assertThat(rig.last().after().status()).isEqualTo(Status.SERVING);
  }

  @Origins
  void endsADoubtAllTheSame(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = stuck(rig);
    rig.run(3 * SECOND);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    beat(rig, client, 8, null);
    assertShown(rig, Status.SERVING, Cause.RECOVERED);
  }

  @Origins
  void isSeenByBeats(long origin) {
    Rig rig = new Rig(origin);
    for (int i = 0; i < 5; i++) {
      cron(rig, 7);
    }
    assertShown(rig, Status.DEGRADED, Cause.PROGRESS_STALLED);
    ManualClient last = cron(rig, 7);
    assertThat(rig.changes).hasSize(2);
    last.presented = last.token();
    last.beat(News.heard(0, rig.nanos() - rig.origin, Gap.NONE, null), Map.of("orders", 8L));
    rig.turn();
    assertShown(rig, Status.SERVING, Cause.PROGRESS_STALLED);
    assertThat(((Answer.Heard) last.lastReply()).status()).isEqualTo(Status.SERVING);
  }

  /** The one unchanging line, but for the counter. */
  private static ManualClient cron(Rig rig, long orders) {
    ManualClient cron = rig.client();
    cron.registerByBeat(
        News.heard(0, rig.nanos() - rig.origin, Gap.NONE, null),
        pulse -> {
          pulse.watch(progress());
          pulse.onProgress(Map.of("orders", orders));
        });
    rig.turn();
    rig.run(2 * SECOND);
    return cron;
  }
}

package io.pulsewatch.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.server.ledger.Drafts;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which changes a hook is told. */
final class SelectionTest {
  private static final Change DIED = Drafts.dead("a", 1).committed(7, false);

  private static boolean matches(Set<State> states, Set<Cause> causes, Change change) {
    return new Selection(List.of(), "", states, causes).matches(change);
  }

  private static Change after(State before, Cause cause) {
    return new Change(
        7,
        0,
        DIED.after(),
        new Change.Previous(before, Status.SERVING, Map.of()),
        cause,
        DIED.evidence(),
        false);
  }

  @Test
  void statesAreThoseThatAChangeLeadsInto() {
    Set<State> dead = Set.of(State.DEAD);
    assertThat(matches(dead, Set.of(), DIED)).isTrue();
    assertThat(matches(Set.of(State.SUSPECT), Set.of(), DIED)).isFalse();
    assertThat(matches(dead, Set.of(), after(State.DEAD, Cause.OVERRIDE))).isFalse();
    assertThat(matches(dead, Set.of(), after(State.SUSPECT, Cause.REMOVED))).isFalse();
    assertThat(
            matches(
                dead,
                Set.of(),
                new Change(7, 0, DIED.after(), null, Cause.SILENCE, DIED.evidence(), false)))
        .isTrue();
  }

  @Test
  void causesAndStatesHoldTogether() {
    assertThat(matches(Set.of(), Set.of(Cause.SILENCE), DIED)).isTrue();
    assertThat(matches(Set.of(), Set.of(Cause.STREAM_LOST), DIED)).isFalse();
    assertThat(matches(Set.of(), Set.of(Cause.REMOVED), after(State.DEAD, Cause.REMOVED))).isTrue();
    assertThat(matches(Set.of(State.DEAD), Set.of(Cause.STREAM_LOST), DIED)).isFalse();
  }

  @Test
  void servicesAndLabelsSelect() {
    assertThat(new Selection(List.of("ord*"), "", Set.of(), Set.of()).matches(DIED)).isTrue();
    assertThat(new Selection(List.of("mail"), "", Set.of(), Set.of()).matches(DIED)).isFalse();
    assertThat(new Selection(List.of(), "tier=gold", Set.of(), Set.of()).matches(DIED)).isTrue();
    assertThat(new Selection(List.of(), "tier=lead", Set.of(), Set.of()).matches(DIED)).isFalse();
    Change before =
        new Change(
            7,
            0,
            DIED.after(),
            new Change.Previous(State.ALIVE, Status.SERVING, Map.of("tier", "tin")),
            Cause.SILENCE,
            DIED.evidence(),
            false);
    assertThat(new Selection(List.of(), "tier=tin", Set.of(), Set.of()).matches(before)).isTrue();
    assertThat(new Selection(List.of("m"), "tier=tin", Set.of(), Set.of()).matches(before))
        .isFalse();
    assertThatThrownBy(() -> new Selection(List.of(), "tier in", Set.of(), Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

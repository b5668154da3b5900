package io.pulsewatch.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.KeptProgress;
import io.pulsewatch.server.liveness.Memory;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Stretched;
import io.pulsewatch.server.liveness.Token;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.server.transport.TestStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A ledger that numbers and keeps nothing. */
final class MemoryLedgerTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final MemoryLedger ledger = new MemoryLedger("lineage", 1_000);
  private final List<Draft> drafts = new ArrayList<>();
  private final List<Stretched> kept = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  private int commit() {
    return ledger.commit(
        new Moment(0, 0),
        new Ledger.Sink() {
          @Override
          public void onCommitted(Draft draft, Change change) {
            drafts.add(draft);
            changes.add(change);
          }

          @Override
          public void onKept(Note note) {}

          @Override
          public void onKept(Stretched stretched) {
            kept.add(stretched);
          }
        });
  }

  /** Entries are the kernel's to make: one is borrowed from it. */
  private Draft draft(Cause cause) {
    ManualEngine engine = new ManualEngine(grpc);
    TestStream.open(engine.channel()).send(Requests.register("orders/a"));
    engine.turn();
    Change made = engine.takeChange();
    Memory memory =
        new Memory(
            Token.FOREIGN,
            "",
            false,
            DetectorChoice.DEFAULT,
            Status.SERVING,
            0,
            0,
            List.of(),
            KeptProgress.NONE);
    return new Draft(
        5, made.after(), made.previous(), cause, made.evidence(), memory, false, List.of());
  }

  @Test
  void numbersInTheOrderOfTheProposals() {
    Draft first = draft(Cause.REGISTERED);
    Draft second = draft(Cause.REPORTED);
    ledger.propose(first);
    ledger.propose(second);
    assertThat(commit()).isEqualTo(2);
    assertThat(drafts).containsExactly(first, second);
    assertThat(changes).extracting(Change::revision).containsExactly(1_001L, 1_002L);
    assertThat(changes).extracting(Change::cause).containsExactly(Cause.REGISTERED, Cause.REPORTED);
    assertThat(changes.get(0).after().revision()).isEqualTo(1_001);
    assertThat(changes).noneMatch(Change::provisional);
    assertThat(commit()).isZero();

    ledger.propose(first);
    assertThat(commit()).isEqualTo(1);
    assertThat(changes.get(2).revision()).isEqualTo(1_003);
  }

  @Test
  void whatIsStretchedHoldsAtOnce() {
    ledger.keep(new Stretched(125, 150));
    assertThat(commit()).isEqualTo(1);
    assertThat(kept).containsExactly(new Stretched(125, 150));
    assertThat(commit()).isZero();
  }

  @Test
  void incarnationsOnlyGrow() {
    assertThat(ledger.nextIncarnation()).isEqualTo(1_001);
    assertThat(ledger.nextIncarnation()).isEqualTo(1_002);
    // A second later nobody can have needed a million.
    assertThat(new MemoryLedger("next", 1_001_000).nextIncarnation()).isGreaterThan(1_002);
  }

  @Test
  void namesItsLineageAndForgetsAtItsEnd() {
    assertThat(ledger.lineage()).isEqualTo("lineage");
    ledger.propose(draft(Cause.REGISTERED));
    ledger.close();
    ledger.close();
    assertThat(commit()).isZero();
  }
}

package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.hook.ChangeSource;
import io.pulsewatch.server.ledger.Drafts;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.WatchLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hooks are told of nothing that a crash may take back. */
final class HookReaderTest {
  private long unkeptFrom = Long.MAX_VALUE;

  private static ChangeSource.Answer.Page page(HookReader reader, long after) {
    List<ChangeSource.Answer> told = new ArrayList<>();
    reader.read(List.of(), after, 10, told::add);
    return (ChangeSource.Answer.Page) told.get(0);
  }

  @Test
  void whatIsNotOnDiskYetWaits() {
    Hub hub =
        new Hub(
            WatchLimits.DEFAULT,
            "a-lineage",
            new CommittedView(),
            () -> new ServerCondition(DetectorMode.PAUSED, false, 0, 0),
            () -> true,
            Drafts.START);
    hub.begin(0, List.of(), List.of());
    hub.onChanges(
        List.of(
            Drafts.dead("a", 1).committed(1, false),
            Drafts.dead("b", 1).committed(2, true),
            Drafts.dead("c", 1).committed(3, true)));
    HookReader reader = new HookReader(hub, Runnable::run, null, () -> unkeptFrom);
    unkeptFrom = 2;
    assertThat(page(reader, 0).changes()).extracting(Change::revision).containsExactly(1L);
    assertThat(page(reader, 0).next()).isEqualTo(1);
    assertThat(page(reader, 1).changes()).isEmpty();
    assertThat(page(reader, 1).next()).isEqualTo(1);
    unkeptFrom = 4;
    assertThat(page(reader, 1).changes()).extracting(Change::revision).containsExactly(2L, 3L);
    assertThat(page(reader, 1).next()).isEqualTo(3);
  }
}

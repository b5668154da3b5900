package io.pulsewatch.cli.render;

import static io.pulsewatch.cli.render.RendererRig.FAILS_IN_PROD;
import static io.pulsewatch.cli.render.RendererRig.MILLISECOND;
import static io.pulsewatch.cli.render.RendererRig.SECOND;
import static io.pulsewatch.cli.render.RendererRig.TEMPLATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who checks a candidate and who is told of the file: commands that fail, and what is owed, in
 * virtual time.
 */
final class ReloadTest {
  @TempDir private Path folder;
  private RendererRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new RendererRig(folder);
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  void aReloadThatFailsIsTriedAgainAndItsFileStays() {
    rig.results.addAll(List.of(true, false, false, true));
    rig.begin();
    assertThat(rig.file).hasContent("a b ");
    assertThat(rig.said)
        .containsExactly(
            "--exec: exit 1 after 0 ms; the file is in its place; again in 1 s, or with a change",
            "| why");
    assertThat(rig.acknowledged).isEmpty();
    assertThat(rig.renderer.turn()).isEqualTo(SECOND);
    rig.later(SECOND - 1);
    assertThat(rig.ran).hasSize(2);
    rig.later(1);
    assertThat(rig.ran).hasSize(3).last().isEqualTo("reload pool.conf: a b ");
    assertThat(rig.renderer.turn()).isEqualTo(2 * SECOND);
    rig.later(2 * SECOND);
    assertThat(rig.ran).hasSize(4);
    assertThat(rig.acknowledged).containsExactly(1L);
    assertThat(rig.renderer.outcome()).isEqualTo(Renderer.Outcome.DONE);
    rig.later(60 * SECOND);
    assertThat(rig.ran).hasSize(4);
  }

  @Test
  void theWaitDoublesUpToAMinute() {
    rig.results.addAll(List.of(true, false, false, false, false, false, false, false, false));
    rig.begin();
    for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      assertThat(rig.renderer.turn()).isEqualTo(seconds * SECOND);
      rig.later(seconds * SECOND);
    }
    assertThat(rig.ran).hasSize(10);
    assertThat(rig.acknowledged).containsExactly(1L);
  }

  @Test
  void changesOfOthersDoNotHurryAFailedReloadAndOwnOnesDo() {
    rig.results.addAll(List.of(true, false));
    rig.begin();
    rig.later(200 * MILLISECOND);
    rig.change(2, Backends.alive("a", 1).putLabels("canary", "yes"));
    rig.renderer.turn();
    assertThat(rig.ran).hasSize(2);
    rig.later(10 * MILLISECOND);
    rig.change(3, Backends.alive("c", 3));
    rig.renderer.turn();
    assertThat(rig.ran).hasSize(4).last().isEqualTo("reload pool.conf: a b c ");
    assertThat(rig.acknowledged).containsExactly(3L);
  }

  @Test
  void aReloadThatWasOwedWhenWeWereKilledIsDone() throws Exception {
    rig.results.addAll(List.of(true, false));
    rig.begin();
    rig.again("check", "reload");
    assertThat(rig.renderer.turn()).isEqualTo(Long.MAX_VALUE);
    assertThat(rig.ran).hasSize(3).last().isEqualTo("reload pool.conf: a b "); // before any look
    assertThat(rig.renderer.outcome()).isEqualTo(Renderer.Outcome.NOTHING_YET);
    assertThat(rig.acknowledged).isEmpty();
    rig.begin();
    assertThat(rig.ran).hasSize(3);
    assertThat(rig.acknowledged).containsExactly(1L);
    assertThat(rig.beside()).isEmpty();
  }

  @Test
  void aReloadThatIsOwedAndFailsAtTheStartIsTriedAgain() throws Exception {
    rig.results.addAll(List.of(true, false, false, true));
    rig.begin();
    rig.again("check", "reload");
    assertThat(rig.renderer.turn()).isEqualTo(SECOND);
    assertThat(rig.ran).hasSize(3);
    rig.later(SECOND);
    assertThat(rig.ran).hasSize(4).last().isEqualTo("reload pool.conf: a b ");
    assertThat(rig.beside()).isEmpty();
    assertThat(rig.renderer.turn()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aReloadIsOwedAlsoWhereItsNoteIsLost() throws IOException {
    rig.results.addAll(List.of(true, false));
    rig.begin();
    Files.delete(rig.folder.resolve(".pool.conf.pulsewatch-untold"));
    rig.later(SECOND);
    assertThat(rig.ran).hasSize(3).last().isEqualTo("reload pool.conf: a b ");
    assertThat(rig.acknowledged).containsExactly(1L);
  }

  @Test
  void whoReloadsNothingLeavesTheNoteOfWhoDoes() throws Exception {
    rig.results.addAll(List.of(true, false));
    rig.begin();
    rig.again("check", null);
    rig.begin();
    assertThat(rig.beside()).containsExactly(".pool.conf.pulsewatch-untold");
  }

  @Test
  void theReloadOfTheFileInPlaceIsNotHeldUpByACandidateThatIsNoGood() {
    rig.results.addAll(List.of(true, false, false, true));
    rig.begin();
    rig.later(200 * MILLISECOND);
    rig.change(2, Backends.alive("c", 3));
    rig.renderer.turn();
    assertThat(rig.ran)
        .hasSize(4)
        .endsWith("check .pool.conf.pulsewatch-new: a b c ", "reload pool.conf: a b ");
    assertThat(rig.beside()).isEmpty();
    assertThat(rig.renderer.outcome()).isEqualTo(Renderer.Outcome.FAILED);
    assertThat(rig.acknowledged).isEmpty();
    rig.later(2 * SECOND);
    assertThat(rig.file).hasContent("a b c ");
    assertThat(rig.acknowledged).containsExactly(2L);
  }

  @Test
  void aFailedReloadIsWaitedForWhileTheWindowLasts() throws Exception {
    rig.window = Duration.ofSeconds(10);
    rig.again("check", "reload");
    rig.results.addAll(List.of(true, false));
    rig.begin();
    assertThat(rig.renderer.turn()).isEqualTo(SECOND);
    rig.change(2, Backends.alive("c", 3));
    assertThat(rig.renderer.turn()).isEqualTo(SECOND);
    rig.later(SECOND);
    assertThat(rig.ran).hasSize(3);
  }

  @Test
  void aCandidateThatIsNoGoodIsNotPutInPlace() throws IOException {
    Files.writeString(rig.file, "what was there");
    rig.results.add(false);
    rig.begin();
    assertThat(rig.file).hasContent("what was there");
    assertThat(rig.beside()).isEmpty();
    assertThat(rig.said)
        .contains(
            "--check: exit 1 after 0 ms; "
                + rig.file
                + " stays as it is; again in 1 s, or with a change");
    assertThat(rig.acknowledged).isEmpty();
    rig.later(SECOND);
    assertThat(rig.file).hasContent("a b ");
    assertThat(rig.ran).hasSize(3);
  }

  @Test
  void whatChangesWhileACommandRunsIsOneChangeAfterwards() {
    rig.commandNanos = 3 * SECOND;
    rig.begin();
    rig.ran.clear();
    rig.later(SECOND);
    rig.change(2, Backends.alive("c", 3));
    rig.renderer.turn();
    rig.change(3, Backends.alive("d", 4));
    rig.change(4, Backends.alive("e", 5));
    rig.renderer.turn();
    assertThat(rig.ran).hasSize(4).last().isEqualTo("reload pool.conf: a b c d e ");
    assertThat(rig.acknowledged).endsWith(2L, 4L);
  }

  /** What failed to be rendered is neither done nor acknowledged by a retry of what was before. */
  @Test
  void aRetryOfTheFormerTextDoesNotAcknowledgeTheNewOne() throws Exception {
    rig.results.addAll(List.of(true, false));
    rig.begin();
    rig.later(200 * MILLISECOND);
    rig.renderer.onTemplate(PoolTemplate.of("t", FAILS_IN_PROD));
    rig.change(2, Backends.alive("a", 1).putLabels("env", "prod"));
    rig.renderer.turn();
    rig.later(SECOND);
    assertThat(rig.ran).hasSize(3).last().isEqualTo("reload pool.conf: a b ");
    assertThat(rig.renderer.outcome()).isEqualTo(Renderer.Outcome.FAILED);
    rig.later(SECOND);
    assertThat(rig.acknowledged).containsExactly(1L);
    rig.renderer.onTemplate(PoolTemplate.of("t", TEMPLATE));
    rig.later(SECOND);
    assertThat(rig.renderer.outcome()).isEqualTo(Renderer.Outcome.DONE);
    assertThat(rig.acknowledged).containsExactly(1L, 2L);
  }
}

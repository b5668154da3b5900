package io.pulsewatch.cli.render;

import static io.pulsewatch.cli.render.RendererRig.FAILS_IN_PROD;
import static io.pulsewatch.cli.render.RendererRig.MILLISECOND;
import static io.pulsewatch.cli.render.RendererRig.SECOND;
import static io.pulsewatch.cli.render.RendererRig.TEMPLATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.v1.Instance;
import io.pulsewatch.xds.LivePools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the file is written, in virtual time; commands are made by hand. */
final class RendererTest {
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
  void nothingIsWrittenBeforeAWarmServerHasToldAll() throws IOException {
    Files.writeString(rig.file, "what was there");
    assertThat(rig.renderer.turn()).isEqualTo(Long.MAX_VALUE);
    rig.view.onSnapshot(Backends.snapshot(1));
    rig.bookmark(Backends.WARMING_UP);
    assertThat(rig.renderer.turn()).isEqualTo(Long.MAX_VALUE);
    assertThat(rig.file).hasContent("what was there");
    assertThat(rig.renderer.outcome()).isEqualTo(Renderer.Outcome.NOTHING_YET);
  }

  @Test
  void anotherRendererOfTheFileIsRefusedUntilThisOneIsClosed() throws Exception {
    rig.begin();
    assertThatThrownBy(() -> new RendererRig(folder)).isInstanceOf(FileTakenException.class);
    rig.close();
    new RendererRig(folder).close();
  }

  @Test
  void theFirstChangeGoesAtOnceAndWhatFollowsIsJoined() {
    rig.begin();
    assertThat(rig.file).hasContent("a b ");
    assertThat(rig.ran)
        .containsExactly("check .pool.conf.pulsewatch-new: a b ", "reload pool.conf: a b ");
    rig.later(200 * MILLISECOND);
    rig.change(2, Backends.alive("c", 3));
    rig.renderer.turn();
    assertThat(rig.file).hasContent("a b c ");
    rig.now += MILLISECOND;
    rig.change(3, Backends.alive("d", 4));
    assertThat(rig.renderer.turn()).isEqualTo(99 * MILLISECOND);
    rig.now += MILLISECOND;
    rig.change(4, Backends.alive("e", 5));
    assertThat(rig.renderer.turn()).isEqualTo(98 * MILLISECOND);
    assertThat(rig.file).hasContent("a b c ");
    rig.now += 98 * MILLISECOND;
    rig.renderer.turn();
    assertThat(rig.file).hasContent("a b c d e ");
    assertThat(rig.ran).hasSize(6);
  }

  @Test
  void nothingIsDoneWhereNothingChanges() throws IOException {
    rig.begin();
    var before = Files.getLastModifiedTime(rig.file);
    rig.later(SECOND);
    rig.change(2, Backends.alive("a", 1).putLabels("canary", "yes"));
    rig.renderer.turn();
    assertThat(rig.ran).hasSize(2);
    assertThat(Files.getLastModifiedTime(rig.file)).isEqualTo(before);
    assertThat(rig.acknowledged).containsExactly(1L, 2L);
  }

  @Test
  void whatDoesNotConcernUsIsAcknowledgedWithABookmark() {
    rig.begin();
    rig.view.onBookmark(Backends.WARM, 9);
    rig.renderer.turn();
    rig.renderer.turn();
    assertThat(rig.acknowledged).containsExactly(1L, 9L);
  }

  @Test
  void aFileThatIsRightAlreadyIsLeftAlone() throws IOException {
    Files.writeString(rig.file, "a b ");
    rig.begin();
    assertThat(rig.ran).isEmpty();
    assertThat(rig.said).isEmpty();
    assertThat(rig.acknowledged).containsExactly(1L);
  }

  /** Else it turns at full speed until the window is over. */
  @Test
  void aKeptPoolThatEndsWithinTheWindowIsWaitedFor() throws Exception {
    rig.window = Duration.ofSeconds(10);
    rig.again("check", "reload");
    rig.begin();
    rig.later(11 * SECOND);
    rig.change(2, Backends.dead("a", 1));
    rig.change(3, Backends.dead("b", 2));
    rig.renderer.turn();
    rig.later(5 * SECOND);
    rig.change(4, Backends.alive("c", 3));
    rig.renderer.turn();
    rig.now += SECOND; // the pool's time is over, and nobody wakes us for the window's sake
    long wait = rig.renderer.turn();
    assertThat(wait).isPositive();
    rig.later(wait);
    assertThat(rig.file).hasContent("c ");
  }

  @Test
  void theServerGoneAndBackIsNoChange() {
    rig.begin();
    rig.view.onDisconnected();
    rig.later(3600 * SECOND);
    rig.view.onSnapshot(Backends.snapshot(1));
    rig.later(SECOND);
    rig.bookmark(Backends.WARMING_UP);
    rig.later(14 * SECOND);
    rig.change(2, Backends.alive("a", 1).setIncarnation(7));
    rig.change(3, Backends.alive("b", 2).setIncarnation(8));
    rig.later(SECOND);
    rig.bookmark(Backends.WARM);
    rig.later(SECOND);
    assertThat(rig.ran).hasSize(2);
    assertThat(rig.file).hasContent("a b ");
  }

  @Test
  void aPoolThatVerdictsEmptyIsKeptForOneTimeoutAndThenEmptiedByItself() {
    rig.begin();
    rig.later(SECOND);
    rig.change(2, Backends.dead("a", 1));
    rig.change(3, Backends.dead("b", 2));
    long wait = rig.renderer.turn();
    assertThat(rig.file).hasContent("a b ");
    assertThat(wait).isEqualTo(6 * SECOND);
    rig.later(wait);
    assertThat(rig.file).hasContent("");
  }

  @Test
  void whoHasNoAddressIsToldOnce() {
    rig.begin();
    for (int n = 0; n < 3; n++) {
      rig.later(SECOND);
      rig.change(2 + n, Backends.alive("c", 3).clearEndpoints().setVersion("" + n));
      rig.renderer.turn();
    }
    assertThat(rig.said)
        .containsOnlyOnce("orders/c is left out: no endpoint of it that has an IP address");
  }

  @Test
  void tooManyServicesAreToldOnce() {
    Instance.Builder[] all = new Instance.Builder[LivePools.MAX_SERVICES + 1];
    Arrays.setAll(all, n -> Backends.alive("a", 1 + n).setService("s" + n));
    rig.view.onSnapshot(Backends.snapshot(1, all));
    rig.bookmark(Backends.WARM);
    rig.renderer.turn();
    rig.later(SECOND);
    rig.change(2, Backends.alive("b", 2).setService("s1"));
    rig.later(SECOND);
    assertThat(rig.acknowledged).containsExactly(1L, 2L);
    assertThat(rig.said)
        .containsExactly(
            "more than 10000 services: those that come later and are not named are left out");
  }

  @Test
  void anotherTemplateIsUsedAtOnce() throws Exception {
    rig.begin();
    rig.later(SECOND);
    rig.renderer.onTemplate(PoolTemplate.of("t", "{{#services}}{{service}}{{/services}}"));
    rig.renderer.turn();
    assertThat(rig.file).hasContent("orders");
  }

  @Test
  void aTemplateThatFailsLeavesTheFile() throws Exception {
    rig.begin();
    rig.later(SECOND);
    rig.renderer.onTemplate(PoolTemplate.of("t", FAILS_IN_PROD));
    rig.change(2, Backends.alive("a", 1).putLabels("env", "prod"));
    rig.renderer.turn();
    assertThat(rig.file).hasContent("a b ");
    assertThat(rig.said)
        .last()
        .asString()
        .contains("'oops'")
        .endsWith(rig.file + " stays as it is");
  }

  @Test
  void aFirstLookThatFailedIsRenderedByTheNextTemplate() throws Exception {
    rig.renderer.onTemplate(PoolTemplate.of("t", FAILS_IN_PROD));
    rig.view.onSnapshot(Backends.snapshot(1, Backends.alive("a", 1).putLabels("env", "prod")));
    rig.bookmark(Backends.WARM);
    rig.renderer.turn();
    assertThat(rig.file).doesNotExist();
    rig.renderer.onTemplate(PoolTemplate.of("t", TEMPLATE));
    rig.later(SECOND);
    assertThat(rig.file).hasContent("a ");
  }
}

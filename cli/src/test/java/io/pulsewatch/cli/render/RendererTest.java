package io.pulsewatch.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the file is written and who is told of it, in virtual time; commands are made by hand. */
final class RendererTest {
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final String TEMPLATE =
      "{{#services}}{{#instances}}{{id}} {{/instances}}{{/services}}";
  private static final String FAILS_IN_PROD =
      "{{#services}}{{#instances}}{{#labels.env}}{{oops}}{{/labels.env}}{{id}} {{/instances}}"
          + "{{/services}}";

  @TempDir private Path folder;
  private Path file;
  private long now = Long.MAX_VALUE - SECOND; // it wraps on the way
  private final List<String> ran = new ArrayList<>();
  private final Queue<Boolean> results = new ArrayDeque<>();
  private final List<String> said = new ArrayList<>();
  private final List<Long> acknowledged = new ArrayList<>();
  private LiveView view = new LiveView("", List.of(), () -> now, () -> {});
  private Renderer renderer;
  private Duration window = Duration.ofMillis(100);
  private long commandNanos;
  private long newest = 1;

  @BeforeEach
  void start() throws Exception {
    file = folder.resolve("pool.conf");
    renderer = renderer("check", "reload");
  }

  @AfterEach
  void stop() throws IOException {
    renderer.close();
  }

  @Test
  void nothingIsWrittenBeforeAWarmServerHasToldAll() throws IOException {
    Files.writeString(file, "what was there");
    assertThat(renderer.turn()).isEqualTo(Long.MAX_VALUE);
    view.onSnapshot(Backends.snapshot(1));
    bookmark(Backends.WARMING_UP);
    assertThat(renderer.turn()).isEqualTo(Long.MAX_VALUE);
    assertThat(file).hasContent("what was there");
    assertThat(renderer.outcome()).isEqualTo(Renderer.Outcome.NOTHING_YET);
  }

  @Test
  void theFirstChangeGoesAtOnceAndWhatFollowsIsJoined() {
    begin();
    assertThat(file).hasContent("a b ");
    assertThat(ran)
        .containsExactly("check .pool.conf.pulsewatch-new: a b ", "reload pool.conf: a b ");
    later(200 * MILLISECOND);
    change(2, Backends.alive("c", 3));
    renderer.turn();
    assertThat(file).hasContent("a b c ");
    now += MILLISECOND;
    change(3, Backends.alive("d", 4));
    assertThat(renderer.turn()).isEqualTo(99 * MILLISECOND);
    now += MILLISECOND;
    change(4, Backends.alive("e", 5));
    assertThat(renderer.turn()).isEqualTo(98 * MILLISECOND);
    assertThat(file).hasContent("a b c ");
    now += 98 * MILLISECOND;
    renderer.turn();
    assertThat(file).hasContent("a b c d e ");
    assertThat(ran).hasSize(6);
  }

  @Test
  void nothingIsDoneWhereNothingChanges() throws IOException {
    begin();
    var before = Files.getLastModifiedTime(file);
    later(SECOND);
    change(2, Backends.alive("a", 1).putLabels("canary", "yes"));
    renderer.turn();
    assertThat(ran).hasSize(2);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
    assertThat(acknowledged).containsExactly(1L, 2L);
  }

  @Test
  void whatDoesNotConcernUsIsAcknowledgedWithABookmark() {
    begin();
    view.onBookmark(Backends.WARM, 9);
    renderer.turn();
    renderer.turn();
    assertThat(acknowledged).containsExactly(1L, 9L);
  }

  @Test
  void aFileThatIsRightAlreadyIsLeftAlone() throws IOException {
    Files.writeString(file, "a b ");
    begin();
    assertThat(ran).isEmpty();
    assertThat(said).isEmpty();
    assertThat(acknowledged).containsExactly(1L);
  }

  @Test
  void aReloadThatFailsIsTriedAgainAndItsFileStays() {
    results.addAll(List.of(true, false, false, true));
    begin();
    assertThat(file).hasContent("a b ");
    assertThat(said)
        .containsExactly(
            "--exec: exit 1 after 0 ms; the file is in its place; again in 1 s, or with a change",
            "| why");
    assertThat(acknowledged).isEmpty();
    assertThat(renderer.turn()).isEqualTo(SECOND);
    later(SECOND - 1);
    assertThat(ran).hasSize(2);
    later(1);
    assertThat(ran).hasSize(3).last().isEqualTo("reload pool.conf: a b ");
    assertThat(renderer.turn()).isEqualTo(2 * SECOND);
    later(2 * SECOND);
    assertThat(ran).hasSize(4);
    assertThat(acknowledged).containsExactly(1L);
    assertThat(renderer.outcome()).isEqualTo(Renderer.Outcome.DONE);
    later(60 * SECOND);
    assertThat(ran).hasSize(4);
  }

  @Test
  void changesOfOthersDoNotHurryAFailedReloadAndOwnOnesDo() {
    results.addAll(List.of(true, false));
    begin();
    later(200 * MILLISECOND);
    change(2, Backends.alive("a", 1).putLabels("canary", "yes"));
    renderer.turn();
    assertThat(ran).hasSize(2);
    later(10 * MILLISECOND);
    change(3, Backends.alive("c", 3));
    renderer.turn();
    assertThat(ran).hasSize(4).last().isEqualTo("reload pool.conf: a b c ");
    assertThat(acknowledged).containsExactly(3L);
  }

  @Test
  void aReloadThatWasOwedWhenWeWereKilledIsDone() throws Exception {
    results.addAll(List.of(true, false));
    begin();
    again("check", "reload");
    assertThat(renderer.turn()).isEqualTo(Long.MAX_VALUE);
    assertThat(ran).hasSize(3).last().isEqualTo("reload pool.conf: a b "); // before any look
    assertThat(renderer.outcome()).isEqualTo(Renderer.Outcome.NOTHING_YET);
    assertThat(acknowledged).isEmpty();
    begin();
    assertThat(ran).hasSize(3);
    assertThat(acknowledged).containsExactly(1L);
    assertThat(beside()).isEmpty();
  }

  @Test
  void aReloadThatIsOwedAndFailsAtTheStartIsTriedAgain() throws Exception {
    results.addAll(List.of(true, false, false, true));
    begin();
    again("check", "reload");
    assertThat(renderer.turn()).isEqualTo(SECOND);
    assertThat(ran).hasSize(3);
    later(SECOND);
    assertThat(ran).hasSize(4).last().isEqualTo("reload pool.conf: a b ");
    assertThat(beside()).isEmpty();
    assertThat(renderer.turn()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aReloadIsOwedAlsoWhereItsNoteIsLost() throws IOException {
    results.addAll(List.of(true, false));
    begin();
    Files.delete(folder.resolve(".pool.conf.pulsewatch-untold"));
    later(SECOND);
    assertThat(ran).hasSize(3).last().isEqualTo("reload pool.conf: a b ");
    assertThat(acknowledged).containsExactly(1L);
  }

  @Test
  void whoReloadsNothingLeavesTheNoteOfWhoDoes() throws Exception {
    results.addAll(List.of(true, false));
    begin();
    again("check", null);
    begin();
    assertThat(beside()).containsExactly(".pool.conf.pulsewatch-untold");
  }

  @Test
  void theReloadOfTheFileInPlaceIsNotHeldUpByACandidateThatIsNoGood() {
    results.addAll(List.of(true, false, false, true));
    begin();
    later(200 * MILLISECOND);
    change(2, Backends.alive("c", 3));
    renderer.turn();
    assertThat(ran)
        .hasSize(4)
        .endsWith("check .pool.conf.pulsewatch-new: a b c ", "reload pool.conf: a b ");
    assertThat(beside()).isEmpty();
    assertThat(renderer.outcome()).isEqualTo(Renderer.Outcome.FAILED);
    assertThat(acknowledged).isEmpty();
    later(2 * SECOND);
    assertThat(file).hasContent("a b c ");
    assertThat(acknowledged).containsExactly(2L);
  }

  /** Else it turns at full speed until the window is over. */
  @Test
  void aKeptPoolThatEndsWithinTheWindowIsWaitedFor() throws Exception {
    window = Duration.ofSeconds(10);
    again("check", "reload");
    begin();
    later(11 * SECOND);
    change(2, Backends.dead("a", 1));
    change(3, Backends.dead("b", 2));
    renderer.turn();
    later(5 * SECOND);
    change(4, Backends.alive("c", 3));
    renderer.turn();
    now += SECOND; // the pool's time is over, and nobody wakes us for the window's sake
    long wait = renderer.turn();
    assertThat(wait).isPositive();
    later(wait);
    assertThat(file).hasContent("c ");
  }

  @Test
  void aFailedReloadIsWaitedForWhileTheWindowLasts() throws Exception {
    window = Duration.ofSeconds(10);
    again("check", "reload");
    results.addAll(List.of(true, false));
    begin();
    assertThat(renderer.turn()).isEqualTo(SECOND);
    change(2, Backends.alive("c", 3));
    assertThat(renderer.turn()).isEqualTo(SECOND);
    later(SECOND);
    assertThat(ran).hasSize(3);
  }

  @Test
  void aCandidateThatIsNoGoodIsNotPutInPlace() throws IOException {
    Files.writeString(file, "what was there");
    results.add(false);
    begin();
    assertThat(file).hasContent("what was there");
    assertThat(beside()).isEmpty();
    assertThat(said)
        .contains(
            "--check: exit 1 after 0 ms; "
                + file
                + " stays as it is; again in 1 s, or with a change");
    assertThat(acknowledged).isEmpty();
    later(SECOND);
    assertThat(file).hasContent("a b ");
    assertThat(ran).hasSize(3);
  }

  @Test
  void whatChangesWhileACommandRunsIsOneChangeAfterwards() {
    commandNanos = 3 * SECOND;
    begin();
    ran.clear();
    later(SECOND);
    change(2, Backends.alive("c", 3));
    renderer.turn();
    change(3, Backends.alive("d", 4));
    change(4, Backends.alive("e", 5));
    renderer.turn();
    assertThat(ran).hasSize(4).last().isEqualTo("reload pool.conf: a b c d e ");
    assertThat(acknowledged).endsWith(2L, 4L);
  }

  @Test
  void theServerGoneAndBackIsNoChange() {
    begin();
    view.onDisconnected();
    later(3600 * SECOND);
    view.onSnapshot(Backends.snapshot(1));
    later(SECOND);
    bookmark(Backends.WARMING_UP);
    later(14 * SECOND);
    change(2, Backends.alive("a", 1).setIncarnation(7));
    change(3, Backends.alive("b", 2).setIncarnation(8));
    later(SECOND);
    bookmark(Backends.WARM);
    later(SECOND);
    assertThat(ran).hasSize(2);
    assertThat(file).hasContent("a b ");
  }

  @Test
  void aPoolThatVerdictsEmptyIsKeptForOneTimeoutAndThenEmptiedByItself() {
    begin();
    later(SECOND);
    change(2, Backends.dead("a", 1));
    change(3, Backends.dead("b", 2));
    long wait = renderer.turn();
    assertThat(file).hasContent("a b ");
    assertThat(wait).isEqualTo(6 * SECOND);
    later(wait);
    assertThat(file).hasContent("");
  }

  @Test
  void whoHasNoAddressIsToldOnce() {
    begin();
    for (int n = 0; n < 3; n++) {
      later(SECOND);
      change(2 + n, Backends.alive("c", 3).clearEndpoints().setVersion("" + n));
      renderer.turn();
    }
    assertThat(said)
        .containsOnlyOnce("orders/c is left out: no endpoint of it that has an IP address");
  }

  @Test
  void anotherTemplateIsUsedAtOnce() throws Exception {
    begin();
    later(SECOND);
    renderer.onTemplate(PoolTemplate.of("t", "{{#services}}{{service}}{{/services}}"));
    renderer.turn();
    assertThat(file).hasContent("orders");
  }

  @Test
  void aTemplateThatFailsLeavesTheFile() throws Exception {
    begin();
    later(SECOND);
    renderer.onTemplate(PoolTemplate.of("t", FAILS_IN_PROD));
    change(2, Backends.alive("a", 1).putLabels("env", "prod"));
    renderer.turn();
    assertThat(file).hasContent("a b ");
    assertThat(said).last().asString().contains("'oops'").endsWith(file + " stays as it is");
  }

  /** What failed to be rendered is neither done nor acknowledged by a retry of what was before. */
  @Test
  void aRetryOfTheFormerTextDoesNotAcknowledgeTheNewOne() throws Exception {
    results.addAll(List.of(true, false));
    begin();
    later(200 * MILLISECOND);
    renderer.onTemplate(PoolTemplate.of("t", FAILS_IN_PROD));
    change(2, Backends.alive("a", 1).putLabels("env", "prod"));
    renderer.turn();
    later(SECOND);
    assertThat(ran).hasSize(3).last().isEqualTo("reload pool.conf: a b ");
    assertThat(renderer.outcome()).isEqualTo(Renderer.Outcome.FAILED);
    later(SECOND);
    assertThat(acknowledged).containsExactly(1L);
    renderer.onTemplate(PoolTemplate.of("t", TEMPLATE));
    later(SECOND);
    assertThat(renderer.outcome()).isEqualTo(Renderer.Outcome.DONE);
    assertThat(acknowledged).containsExactly(1L, 2L);
  }

  @Test
  void aFirstLookThatFailedIsRenderedByTheNextTemplate() throws Exception {
    renderer.onTemplate(PoolTemplate.of("t", FAILS_IN_PROD));
    view.onSnapshot(Backends.snapshot(1, Backends.alive("a", 1).putLabels("env", "prod")));
    bookmark(Backends.WARM);
    renderer.turn();
    assertThat(file).doesNotExist();
    renderer.onTemplate(PoolTemplate.of("t", TEMPLATE));
    later(SECOND);
    assertThat(file).hasContent("a ");
  }

  private void again(String check, @Nullable String exec) throws Exception {
    renderer.close();
    view = new LiveView("", List.of(), () -> now, () -> {});
    renderer = renderer(check, exec);
  }

  private List<String> beside() {
    return Arrays.stream(Objects.requireNonNull(folder.toFile().list()))
        .filter(each -> !each.equals("pool.conf") && !each.endsWith(".pulsewatch-lock"))
        .toList();
  }

  private Renderer renderer(String check, @Nullable String exec) throws Exception {
    return new Renderer(
        new Renderer.Setup(file, check, exec, window),
        PoolTemplate.of("t", TEMPLATE),
        view,
        this::run,
        new Said(),
        () -> now,
        acknowledged::add);
  }

  private Commands.Result run(String command, Path about) {
    try {
      ran.add(command + " " + about.getFileName() + ": " + Files.readString(about));
    } catch (IOException e) {
      ran.add(e.toString());
    }
    now += commandNanos;
    boolean done = results.isEmpty() || results.remove();
    return new Commands.Result(
        done, done ? "" : "exit 1", Duration.ZERO, done ? List.of() : List.of("why"));
  }

  private void begin() {
    view.onSnapshot(Backends.snapshot(1, Backends.alive("a", 1), Backends.alive("b", 2)));
    bookmark(Backends.WARM);
    renderer.turn();
  }

  private void later(long nanos) {
    now += nanos;
    renderer.turn();
  }

  private void bookmark(Bookmark bookmark) {
    view.onBookmark(bookmark, newest);
  }

  private void change(long revision, Instance.Builder after) {
    newest = revision;
    view.onChange(Backends.change(revision, after));
  }

  private final class Said implements Renderer.Report {
    @Override
    public void say(String line) {
      if (!line.contains(" written: ")) {
        said.add(line);
      }
    }

    @Override
    public void quote(List<String> lines) {
      lines.forEach(each -> said.add("| " + each));
    }

    @Override
    public void print(String text) {
      throw new AssertionError(text);
    }
  }
}

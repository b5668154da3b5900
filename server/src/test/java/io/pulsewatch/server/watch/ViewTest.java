package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.labels;
import static io.pulsewatch.server.watch.Interests.services;
import static io.pulsewatch.server.watch.Interests.states;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The committed view, its pages, and the pages of changes. */
final class ViewTest {
  private final World world = new World();
  private final CommittedView view = world.view;

  @Test
  void itKnowsWhoIsThere() {
    world.register("a/1");
    assertThat(view.revision()).isEqualTo(world.revision());
    assertThat(view.find(World.key("a/1"))).isEqualTo(world.entry("a/1"));
    assertThat(view.size()).isEqualTo(1);
    world.go("a/1", State.LEFT).remove("a/1");
    assertThat(view.find(World.key("a/1"))).isNull();
    assertThat(view.service("a")).isNull();
    assertThat(view.size()).isZero();
    assertThat(view.revision()).isEqualTo(world.revision());
  }

  @Test
  void summariesFollowEachChange() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      String name = "s" + random.nextInt(3) + "/" + random.nextInt(5);
      if (!world.entries.containsKey(World.key(name))) {
        world.register(name);
      } else {
        switch (random.nextInt(4)) {
          case 0 -> world.remove(name);
          case 1 -> world.report(name, random.nextBoolean() ? Status.SERVING : Status.STARTING);
          default -> world.go(name, List.of(State.values()).get(random.nextInt(4)));
        }
      }
      for (String service : List.of("s0", "s1", "s2")) {
        assertThat(view.service(service)).isEqualTo(expected(service));
      }
    }
  }

  private @Nullable ServiceSummary expected(String service) {
    List<Entry> entries =
        world.entries.values().stream().filter(e -> e.key().service().equals(service)).toList();
    if (entries.isEmpty()) {
      return null;
    }
    return new ServiceSummary(
        service,
        count(entries, State.ALIVE),
        count(entries, State.SUSPECT),
        count(entries, State.DEAD),
        count(entries, State.LEFT),
        (int) entries.stream().filter(Entry::serving).count(),
        (int)
            entries.stream()
                .filter(e -> e.state() == State.SUSPECT && e.status() == Status.SERVING)
                .count());
  }

  private static int count(List<Entry> entries, State state) {
    return (int) entries.stream().filter(entry -> entry.state() == state).count();
  }

  @Test
  void instancesComeInPagesByServiceAndId() {
    world.register("b/2").register("b/1").register("a/9").register("a-b/1").register("a.b/1");
    world.register("c/1", "env=prod").go("b/1", State.DEAD);
    assertThat(pages(Filter.ALL, 2)).containsExactly("a/9 a-b/1", "a.b/1 b/1", "b/2 c/1");
    assertThat(pages(Filter.ALL, 6)).containsExactly("a/9 a-b/1 a.b/1 b/1 b/2 c/1");
    assertThat(pages(services("b", "a", "nobody"), 2)).containsExactly("a/9 b/1", "b/2");
    assertThat(pages(services("a?b", "c"), 1)).containsExactly("a-b/1", "a.b/1", "c/1");
    assertThat(pages(states(State.DEAD), 5)).containsExactly("b/1");
    assertThat(pages(labels("env"), 5)).containsExactly("c/1");
    assertThat(pages(services("nobody"), 5)).containsExactly("");
  }

  @Test
  void aPageLooksAtSoManyOnly() {
    for (int i = 0; i < PageSize.MAX_SCAN; i++) {
      world.register(String.format("a/%05d", i));
    }
    world.register("b/1", "env=prod");
    assertThat(pages(labels("env"), 5)).containsExactly("", "b/1");
  }

  @Test
  void aPageHasALimitInBytes() {
    for (int i = 0; i < 4; i++) {
      world.register("a/" + i, "l=" + "x".repeat(900_000));
    }
    assertThat(pages(Filter.ALL, 100)).containsExactly("a/0 a/1", "a/2 a/3");
  }

  @Test
  void servicesComeInPages() {
    world.register("b/1").register("a/1").register("c/1").register("c/2");
    assertThat(servicePages(ServiceNames.ALL, 2)).containsExactly("a b", "c");
    assertThat(servicePages(ServiceNames.ALL, 3)).containsExactly("a b c");
    assertThat(servicePages(ServiceNames.of(List.of("c", "a", "x")), 1)).containsExactly("a", "c");
    assertThat(servicePages(ServiceNames.of(List.of("?")), 1)).containsExactly("a", "b", "c");
    assertThat(servicePages(ServiceNames.of(List.of("x")), 1)).containsExactly("");
  }

  @Test
  void changesComeFromTheRing() {
    World small = new World(new WatchLimits(10, 5));
    small.register("a/1").register("b/1").register("b/2").register("a/2").register("a/3");
    long first = World.START_REVISION + 1;
    assertThat(changes(small, ServiceNames.ALL, null, 0, 2))
        .containsExactly("a/1 b/1", "b/2 a/2", "a/3");
    assertThat(changes(small, ServiceNames.of(List.of("a")), null, first, 9))
        .containsExactly("a/2 a/3");
    assertThat(changes(small, ServiceNames.ALL, "1", 0, 9)).containsExactly("a/1 b/1");
    assertThat(changes(small, ServiceNames.ALL, null, first + 4, 9)).containsExactly("");
    small.register("a/4");
    assertThat(changes(small, ServiceNames.ALL, null, 0, 9)).containsExactly("b/1 b/2 a/2 a/3 a/4");
    assertThat(changes(small, ServiceNames.ALL, null, first, 9))
        .containsExactly("b/1 b/2 a/2 a/3 a/4");
    assertThat(small.hub.changes(ServiceNames.ALL, null, first - 1, 9)).isNull();
  }

  @Test
  void recentChangesOfOneInstance() {
    World small = new World(new WatchLimits(10, 4));
    small.register("a/1").register("a/2").go("a/1", State.SUSPECT).go("a/1", State.ALIVE);
    assertThat(recent(small, 50)).containsExactly("REGISTERED", "STREAM_LOST", "RECOVERED");
    assertThat(recent(small, 2)).containsExactly("STREAM_LOST", "RECOVERED");
    small.register("a/3");
    assertThat(recent(small, 50)).containsExactly("STREAM_LOST", "RECOVERED");
    assertThat(small.hub.recent(World.key("x/1"), 50)).isEmpty();
  }

  private static List<String> recent(World world, int most) {
    return world.hub.recent(World.key("a/1"), most).stream()
        .map(change -> change.cause().name())
        .toList();
  }

  private List<String> pages(Filter filter, int size) {
    List<String> pages = new ArrayList<>();
    InstanceKey after = null;
    do {
      InstancePage page = InstancePage.read(view, filter, after, size);
      pages.add(names(page.entries().stream().map(Entry::key).toList()));
      after = page.next();
    } while (after != null);
    return pages;
  }

  private List<String> servicePages(ServiceNames names, int size) {
    List<String> pages = new ArrayList<>();
    String after = "";
    do {
      ServicePage page = ServicePage.read(view, names, after, size);
      pages.add(names(page.services().stream().map(ServiceSummary::service).toList()));
      after = page.next();
    } while (after != null);
    return pages;
  }

  private static List<String> changes(
      World world, ServiceNames names, @Nullable String id, long since, int size) {
    List<String> pages = new ArrayList<>();
    long after = since;
    boolean more = true;
    while (more) {
      ChangePage page = world.hub.changes(names, id, after, size);
      if (page == null) {
        throw new AssertionError("compacted");
      }
      pages.add(names(page.changes().stream().map(Change::key).toList()));
      after = page.next();
      more = page.more();
    }
    return pages;
  }

  private static String names(List<?> all) {
    return String.join(" ", all.stream().map(String::valueOf).toList());
  }
}

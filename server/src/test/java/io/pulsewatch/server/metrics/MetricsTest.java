package io.pulsewatch.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is read is what was counted, under names that Prometheus likes and docs/METRICS.md has. */
final class MetricsTest {
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-z_]+)(\\{[^}]*})? (\\S+)$", Pattern.MULTILINE);

  private final World world = new World(WatchLimits.DEFAULT);
  private final SomeSources sources = new SomeSources(world);
  private final Metrics metrics = new Metrics(sources);

  @Test
  void tellsWhatIsThere() {
    world.register("orders/a").register("orders/b").register("billing/a");
    world.go("orders/b", State.SUSPECT).go("orders/b", State.DEAD);
    world.report("orders/a", Status.NOT_SERVING);
    assertThat(page())
        .contains(
            "pulsewatch_instances{state=\"ALIVE\"} 2.0",
            "pulsewatch_instances{state=\"SUSPECT\"} 0.0",
            "pulsewatch_instances{state=\"DEAD\"} 1.0",
            "pulsewatch_instances_serving 1.0",
            "pulsewatch_services 2.0",
            "pulsewatch_heartbeats_total{via=\"stream\"} 41.0",
            "pulsewatch_heartbeats_total{via=\"beat\"} 42.0",
            "pulsewatch_streams 43.0",
            "pulsewatch_streams_registering 11.0",
            "pulsewatch_draining 1.0",
            "pulsewatch_leaves_waiting 12.0",
            "pulsewatch_pauses_total 3.0",
            "pulsewatch_paused_seconds_total 4.5",
            "pulsewatch_detector_mode{mode=\"PAUSED\"} 1.0",
            "pulsewatch_detector_mode{mode=\"NORMAL\"} 0.0",
            "pulsewatch_warming_up 1.0",
            "pulsewatch_serving 1.0",
            "pulsewatch_limit{name=\"max_streams\"} 7.0",
            "pulsewatch_start_time_seconds 1.7000000005E9",
            "pulsewatch_server_info{server_id=\"some\",version=\"1.2.3\"} 1");
    world.remove("orders/b");
    assertThat(page()).contains("pulsewatch_instances{state=\"DEAD\"} 0.0");
  }

  @Test
  void countsChangesAndHowLateTheyWere() {
    world.register("orders/a");
    tell(State.ALIVE, State.SUSPECT, Cause.SILENCE, 3);
    tell(State.SUSPECT, State.DEAD, Cause.SILENCE, 8);
    tell(State.SUSPECT, State.DEAD, Cause.STREAM_LOST, 70_000);
    tell(State.ALIVE, State.SUSPECT, Cause.STREAM_LOST, 0); // nobody waited for it
    assertThat(page())
        .contains(
            "pulsewatch_changes_total{cause=\"SILENCE\",state=\"SUSPECT\"} 1.0",
            "pulsewatch_changes_total{cause=\"SILENCE\",state=\"DEAD\"} 1.0",
            "pulsewatch_changes_total{cause=\"LEAVE\",state=\"LEFT\"} 0.0",
            "pulsewatch_detection_lateness_seconds_bucket{state=\"SUSPECT\",le=\"0.0025\"} 0",
            "pulsewatch_detection_lateness_seconds_bucket{state=\"SUSPECT\",le=\"0.005\"} 1",
            "pulsewatch_detection_lateness_seconds_count{state=\"SUSPECT\"} 1",
            "pulsewatch_detection_lateness_seconds_bucket{state=\"DEAD\",le=\"0.01\"} 1",
            "pulsewatch_detection_lateness_seconds_bucket{state=\"DEAD\",le=\"60.0\"} 1",
            "pulsewatch_detection_lateness_seconds_bucket{state=\"DEAD\",le=\"+Inf\"} 2",
            "pulsewatch_detection_lateness_seconds_sum{state=\"DEAD\"} 70.008");
  }

  @Test
  void measuresTheLedgerByTurns() {
    LoopMeter loop = sources.loop();
    loop.onProposed(0);
    loop.onProposed(0);
    loop.onProposed(0);
    loop.onProposed(TimeUnit.MILLISECONDS.toNanos(30));
    loop.onCommitted(1, TimeUnit.MILLISECONDS.toNanos(20));
    loop.onCommitted(3, TimeUnit.MILLISECONDS.toNanos(40)); // two after 40 ms, one after 10 ms
    loop.onCommitted(1, TimeUnit.MILLISECONDS.toNanos(50)); // the ledger's own
    loop.onFalseVerdict(Cause.STREAM_LOST);
    assertThat(page())
        .contains(
            "pulsewatch_ledger_commit_seconds_count 4",
            "pulsewatch_ledger_commit_seconds_bucket{le=\"0.01\"} 1",
            "pulsewatch_ledger_commit_seconds_bucket{le=\"0.025\"} 2",
            "pulsewatch_ledger_commit_seconds_bucket{le=\"0.05\"} 4",
            "pulsewatch_ledger_commit_seconds_sum 0.11",
            "pulsewatch_false_verdicts_total{cause=\"STREAM_LOST\"} 1.0",
            "pulsewatch_false_verdicts_total{cause=\"SILENCE\"} 0.0");
  }

  @Test
  void everyFamilyIsReadAndNothingElse() {
    sources.web().onAnswer(200);
    Map<String, String> read = new TreeMap<>();
    Matcher types = TYPE.matcher(metrics.page(null).text());
    while (types.find()) {
      read.put(types.group(1), types.group(2));
    }
    Map<String, String> known = new TreeMap<>();
    for (Family family : Family.values()) {
      String type = family.kind() == Family.Kind.INFO ? "gauge" : lower(family.kind());
      known.put(family.fullName(), type);
    }
    assertThat(read).isEqualTo(known);
  }

  /** What promtool check metrics asks for, as far as it can be asked for here. */
  @Test
  void namesAreAsPrometheusLikesThem() {
    for (Family family : Family.values()) {
      assertThat(family.fullName()).startsWith("pulsewatch_").matches("[a-z]+(_[a-z]+)+");
      assertThat(family.stem()).doesNotEndWith("_total").doesNotContain("__");
      assertThat(family.fullName())
          .doesNotMatch(".*_(gauge|counter|histogram|milliseconds|ms|kb|count|sum|bucket)(_.*)?");
      assertThat(family.help()).matches("[A-Z0-9].*\\.");
    }
    Matcher samples = SAMPLE.matcher(metrics.page(null).text());
    while (samples.find()) {
      assertThat(samples.group(1)).startsWith("pulsewatch_");
    }
  }

  @Test
  void speaksOpenMetricsToWhoAsksForIt() {
    Metrics.Page page = metrics.page("application/openmetrics-text;version=1.0.0,*/*;q=0.1");
    assertThat(page.contentType()).startsWith("application/openmetrics-text");
    assertThat(page.text()).endsWith("# EOF\n").contains("# TYPE pulsewatch_server info\n");
    assertThat(metrics.page("text/html").contentType()).startsWith("text/plain");
  }

  @Test
  void theDocumentTellsTheTruth() throws IOException {
    List<String> rows = new ArrayList<>();
    for (Family family : Family.values()) {
      rows.add(
          "| `%s` | %s | %s | %s |"
              .formatted(
                  family.fullName(), lower(family.kind()), labels(family.labels()), family.help()));
    }
    try (Stream<String> lines = Files.lines(Path.of("../docs/METRICS.md"))) {
      assertThat(lines.filter(line -> line.startsWith("| `pulsewatch_")).toList())
          .as("rows of docs/METRICS.md:\n" + String.join("\n", rows))
          .isEqualTo(rows);
    }
  }

  private static String labels(String names) {
    return names.isEmpty() ? "" : "`" + names.replace(",", "`, `") + "`";
  }

  private static String lower(Family.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private List<String> page() {
    return Arrays.asList(metrics.page(null).text().split("\n", -1));
  }

  private void tell(State before, State after, Cause cause, long overdueMillis) {
    world.go("orders/a", after);
    Evidence evidence =
        new Evidence(
            0,
            0,
            0,
            TimeUnit.MILLISECONDS.toNanos(overdueMillis),
            0,
            Evidence.UNKNOWN,
            0,
            "",
            "",
            0,
            0);
    sources
        .changes()
        .onChange(
            new Change(
                world.revision(),
                0,
                world.entry("orders/a"),
                new Change.Previous(before, Status.SERVING, Map.of()),
                cause,
                evidence,
                false));
  }
}

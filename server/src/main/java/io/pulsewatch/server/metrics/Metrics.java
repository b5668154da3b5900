package io.pulsewatch.server.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.SnapshotReason;
import io.pulsewatch.server.watch.WatchMeter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All metrics as Prometheus reads them. Whatever is counted is counted elsewhere; here it is only
 * asked for.
 *
 * <p>Thread-safe.
 */
public final class Metrics {
  private static final String PREFIX = "pulsewatch_";
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private final Sources sources;
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();
  private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();

  public Metrics(Sources sources) {
    this.sources = sources;
  }

  /** A page of metrics, and what it is written in. */
  public record Page(String contentType, String text) {}

  /**
   * Reads everything.
   *
   * @param accept the reader's Accept header: OpenMetrics where it names that, else Prometheus'
   *     text
   */
  public Page page(@Nullable String accept) {
    ExpositionFormatWriter writer =
        accept != null && openMetrics.accepts(accept) ? openMetrics : text;
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      writer.write(page, read());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new Page(writer.getContentType(), page.toString(StandardCharsets.UTF_8));
  }

  private MetricSnapshots read() {
    Scrape scrape = new Scrape();
    addServer(scrape);
    addInstances(scrape);
    addSenders(scrape);
    addWatchers(scrape);
    scrape.histogram(Family.COMMITS, Map.of(Labels.EMPTY, sources.loop().commits()));
    scrape.add(Family.PROVISIONAL, sources.changes().provisional());
    addHooks(scrape);
    List<Scrape.Point> calls = new ArrayList<>();
    sources
        .calls()
        .forEach((code, count) -> calls.add(Scrape.Point.of("code", code.name(), count)));
    scrape.add(Family.CALLS, calls);
    for (Family xds :
        List.of(
            Family.XDS_STREAMS,
            Family.XDS_RESPONSES,
            Family.XDS_NACKS,
            Family.XDS_KEPT,
            Family.EXTENSIONS_FAILED)) {
      String name = xds.stem().substring(PREFIX.length());
      scrape.add(xds, sources.extensionCounts().getOrDefault(name, 0L));
    }
    scrape.add(Family.WEB_CONNECTIONS, sources.web().connections());
    addAnswers(scrape);
    Jvm.addTo(scrape);
    return scrape.snapshots();
  }

  private void addServer(Scrape scrape) {
    scrape.info(Family.SERVER, "version", sources.version(), "server_id", sources.serverId());
    scrape.add(Family.START, sources.startedMillis() / MILLIS);
    scrape.add(Family.SERVING, sources.isServing() ? 1 : 0);
    DetectorMode mode = sources.condition().mode();
    List<Scrape.Point> modes = new ArrayList<>();
    for (DetectorMode each : DetectorMode.values()) {
      modes.add(Scrape.Point.of("mode", each.name(), each == mode ? 1 : 0));
    }
    scrape.add(Family.MODE, modes);
    scrape.add(Family.WARMING_UP, sources.condition().warmingUp() ? 1 : 0);
    scrape.add(Family.LIMIT, Scrape.by("name", sources.limits()));
  }

  private void addInstances(Scrape scrape) {
    List<Scrape.Point> states = new ArrayList<>();
    for (State state : State.values()) {
      states.add(Scrape.Point.of("state", state.name(), sources.view().count(state)));
    }
    scrape.add(Family.INSTANCES, states);
    scrape.add(Family.INSTANCES_SERVING, sources.view().serving());
    scrape.add(Family.SERVICES, sources.view().services());
    int held = sources.view().roles().held();
    int vacant = Math.max(0, sources.view().roles().size() - held);
    scrape.add(
        Family.ROLES,
        List.of(
            Scrape.Point.of("state", "held", held), Scrape.Point.of("state", "vacant", vacant)));
    scrape.add(Family.CHANGES, changes());
    Map<Labels, Spread> lateness = new LinkedHashMap<>();
    for (State state : List.of(State.SUSPECT, State.DEAD)) {
      lateness.put(Labels.of("state", state.name()), sources.changes().lateness(state));
    }
    scrape.histogram(Family.LATENESS, lateness);
    List<Scrape.Point> verdicts = new ArrayList<>();
    for (Cause cause : List.of(Cause.SILENCE, Cause.STREAM_LOST, Cause.HOLD_EXPIRED)) {
      verdicts.add(Scrape.Point.of("cause", cause.name(), sources.loop().falseVerdicts(cause)));
    }
    scrape.add(Family.FALSE_VERDICTS, verdicts);
  }

  private List<Scrape.Point> changes() {
    List<Scrape.Point> changes = new ArrayList<>();
    for (Cause cause : Cause.values()) {
      for (State state : State.values()) {
        long count = sources.changes().changes(cause, state);
        if (count > 0 || ChangeMeter.isPossible(cause, state)) {
          Labels labels = Labels.of("cause", cause.name(), "state", state.name());
          changes.add(new Scrape.Point(labels, count));
        }
      }
    }
    return changes;
  }

  private void addSenders(Scrape scrape) {
    scrape.add(
        Family.HEARTBEATS,
        List.of(
            Scrape.Point.of("via", "stream", sources.heartbeats()),
            Scrape.Point.of("via", "beat", sources.beats())));
    scrape.add(Family.STREAMS, sources.streams());
    scrape.add(Family.REGISTERING, sources.registering());
    ServerCondition condition = sources.condition();
    scrape.add(Family.PAUSES, condition.pauses());
    scrape.add(Family.PAUSED, condition.pausedNanos() / NANOS);
    scrape.add(Family.STRETCH, (double) sources.stretchPercent() / Times.AS_GRANTED);
    scrape.add(
        Family.STRETCH_GREATEST, (double) sources.greatestStretchPercent() / Times.AS_GRANTED);
    scrape.add(Family.DRAINING, sources.isDraining() ? 1 : 0);
    scrape.add(Family.LEAVES_WAITING, sources.waitingLeaves());
  }

  private void addWatchers(Scrape scrape) {
    WatchMeter watches = sources.watches();
    scrape.add(Family.WATCHERS, sources.watchers());
    scrape.add(Family.WATCHERS_BEHIND, watches.lag().behind());
    scrape.add(Family.WATCHER_LAG, watches.lag().mostChanges());
    scrape.add(Family.FOLDED, watches.folded());
    List<Scrape.Point> snapshots = new ArrayList<>();
    for (SnapshotReason reason : SnapshotReason.values()) {
      snapshots.add(Scrape.Point.of("reason", reason.name(), watches.snapshots(reason)));
    }
    scrape.add(Family.SNAPSHOTS, snapshots);
  }

  private void addHooks(Scrape scrape) {
    scrape.add(Family.HOOK_DELIVERED, hooks(HookReading::delivered));
    scrape.add(Family.HOOK_FAILED, hooks(HookReading::failed));
    scrape.add(Family.HOOK_DEAD, hooks(HookReading::dead));
    scrape.add(Family.HOOK_EVICTED, hooks(HookReading::evicted));
    scrape.add(Family.HOOK_UP, hooks(reading -> reading.isUp() ? 1 : 0));
    scrape.add(Family.HOOK_WAITING, hooks(HookReading::waiting));
    scrape.add(Family.HOOK_LAG, hooks(reading -> reading.lagMillis() / MILLIS));
  }

  private List<Scrape.Point> hooks(ToDoubleFunction<HookReading> value) {
    return sources.hooks().stream()
        .map(each -> Scrape.Point.of("hook", each.name(), value.applyAsDouble(each)))
        .toList();
  }

  private void addAnswers(Scrape scrape) {
    List<Scrape.Point> answers = new ArrayList<>();
    sources
        .web()
        .answers()
        .forEach(
            (status, count) ->
                answers.add(Scrape.Point.of("status", String.valueOf(status), count.sum())));
    scrape.add(Family.WEB_ANSWERS, answers);
  }
}

package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.v1.Instance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Instances, one a row, in the order of their names. Immutable. */
final class InstanceTable {
  private final Surroundings surroundings;

  InstanceTable(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  void print(Collection<Instance> instances) {
    Table table =
        new Table("INSTANCE", "STATE", "STATUS", "SERVING", "FOR", "HEARD", "OVERRIDE", "LABELS");
    instances.stream()
        .sorted(Comparator.comparing(Instance::getService).thenComparing(Instance::getInstanceId))
        .forEach(each -> table.row(cells(each)));
    table.print(surroundings.out(), surroundings.colour());
  }

  private List<Cell> cells(Instance instance) {
    Clock clock = surroundings.clock();
    Instant now = clock.instant();
    return List.of(
        Cell.plain(Words.name(instance)),
        new Cell(Words.of(instance.getState()), Paint.of(instance.getState())),
        Cell.plain(Words.of(instance.getStatus())),
        new Cell(
            Words.yesNo(instance.getServing()), instance.getServing() ? Paint.PLAIN : Paint.DIM),
        Cell.plain(
            instance.hasSince()
                ? Spans.age(Duration.between(Spans.of(instance.getSince()), now))
                : ""),
        Cell.plain(
            instance.hasLastHeartbeatAt()
                ? Spans.age(Duration.between(Spans.of(instance.getLastHeartbeatAt()), now)) + " ago"
                : "never"),
        Cell.plain(Words.overrideOf(instance, clock)),
        Cell.plain(Words.of(instance.getLabelsMap())));
  }
}

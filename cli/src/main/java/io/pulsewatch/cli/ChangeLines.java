package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import java.util.List;

/** Changes, one a line, in columns that settle as lines go by. Confined to one thread. */
final class ChangeLines {
  private static final List<String> HEADINGS =
      List.of("TIME", "INSTANCE", "CHANGE", "CAUSE", "SERVING", "EVIDENCE");
  private static final int TIME_WIDTH = "12:00:00.000".length();
  private static final int CHANGE_WIDTH = "ALIVE: MAINTENANCE".length();
  private static final int CAUSE_WIDTH = "stream closed".length();

  private final Surroundings surroundings;
  private final Columns columns;

  ChangeLines(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.columns = new Columns(surroundings.colour(), HEADINGS);
    columns.fit(0, TIME_WIDTH);
    columns.fit(2, CHANGE_WIDTH);
    columns.fit(3, CAUSE_WIDTH);
  }

  /** Makes room for the name. */
  void fit(Instance instance) {
    columns.fit(1, Words.name(instance).length());
  }

  /** Makes room for the change. */
  void fit(Change change) {
    columns.fit(cells(change));
  }

  void printHeadings() {
    surroundings.out().println(columns.headings(HEADINGS));
  }

  void print(Change change) {
    surroundings.out().println(columns.line(cells(change)));
  }

  private List<Cell> cells(Change change) {
    Instance after = change.getInstance();
    return List.of(
        Cell.plain(Words.time(Spans.of(change.getAt()), surroundings.clock())),
        Cell.plain(Words.name(after)),
        new Cell(ChangeWords.step(change), Paint.of(after.getState())),
        Cell.plain(Words.of(change.getCause())),
        new Cell(Words.yesNo(after.getServing()), after.getServing() ? Paint.PLAIN : Paint.DIM),
        Cell.plain(ChangeWords.evidence(change)));
  }
}

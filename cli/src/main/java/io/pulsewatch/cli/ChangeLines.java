package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Changes, one a line, in columns that settle as lines go by. Confined to one thread. */
final class ChangeLines {
  private static final String INSTANCE = "INSTANCE";
  private static final List<String> HEADINGS =
      List.of("TIME", INSTANCE, "CHANGE", "CAUSE", "SERVING", "EVIDENCE");
  private static final List<String> PAST_HEADINGS =
      List.of("REVISION", "TIME", INSTANCE, "CHANGE", "CAUSE", "SERVING", "EVIDENCE");
  private static final int TIME_WIDTH = "12:00:00.000".length();
  private static final int CHANGE_WIDTH = "ALIVE: MAINTENANCE".length();
  private static final int CAUSE_WIDTH = "stream closed".length();

  private final Surroundings surroundings;
  private final boolean past;
  private final List<String> headings;
  private final Columns columns;

  /** As they happen: the day is today. */
  ChangeLines(Surroundings surroundings) {
    this(surroundings, false);
    columns.fit(0, TIME_WIDTH);
    columns.fit(2, CHANGE_WIDTH);
    columns.fit(3, CAUSE_WIDTH);
  }

  private ChangeLines(Surroundings surroundings, boolean past) {
    this.surroundings = surroundings;
    this.past = past;
    this.headings = past ? PAST_HEADINGS : HEADINGS;
    this.columns = new Columns(surroundings.colour(), headings);
  }

  /** What happened, with the day, and with the revision by which one asks for what came after. */
  static ChangeLines ofThePast(Surroundings surroundings) {
    return new ChangeLines(surroundings, true);
  }

  /** Makes room for the name. */
  void fit(Instance instance) {
    columns.fit(headings.indexOf(INSTANCE), Words.name(instance).length());
  }

  /** Makes room for the change. */
  void fit(Change change) {
    columns.fit(cells(change));
  }

  void printHeadings() {
    surroundings.out().println(columns.headings(headings));
  }

  void print(Change change) {
    surroundings.out().println(columns.line(cells(change)));
  }

  private List<Cell> cells(Change change) {
    Instance after = change.getInstance();
    Instant at = Spans.of(change.getAt());
    Clock clock = surroundings.clock();
    List<Cell> cells = new ArrayList<>();
    if (past) {
      cells.add(Cell.plain(Long.toUnsignedString(change.getRevision())));
    }
    cells.add(Cell.plain(past ? Words.moment(at, clock) : Words.time(at, clock)));
    cells.add(Cell.plain(Words.name(after)));
    cells.add(new Cell(ChangeWords.step(change), Paint.of(after.getState())));
    cells.add(Cell.plain(Words.of(change.getCause())));
    cells.add(
        new Cell(Words.yesNo(after.getServing()), after.getServing() ? Paint.PLAIN : Paint.DIM));
    cells.add(Cell.plain(ChangeWords.evidence(change)));
    return cells;
  }
}

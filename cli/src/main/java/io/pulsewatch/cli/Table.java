package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Headings and rows, printed when all are known. Confined to one thread. */
final class Table {
  private final List<String> headings;
  private final List<List<Cell>> rows = new ArrayList<>();

  Table(String... headings) {
    this.headings = List.of(headings);
  }

  void row(List<Cell> cells) {
    rows.add(List.copyOf(cells));
  }

  void print(PrintStream out, boolean colour) {
    Columns columns = new Columns(colour, headings);
    rows.forEach(columns::fit);
    out.println(columns.headings(headings));
    rows.forEach(row -> out.println(columns.line(row)));
  }
}

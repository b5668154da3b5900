package io.pulsewatch.cli;

import java.util.Arrays;
import java.util.List;

/**
 * Lines of aligned cells. Widths only grow: what is fitted before it is printed is aligned, and a
 * stream of lines settles. Confined to one thread.
 */
final class Columns {
  private static final String GAP = "  ";

  private final boolean colour;
  private final int[] widths;

  Columns(boolean colour, List<String> headings) {
    this.colour = colour;
    this.widths = new int[headings.size()];
    fit(Cell.plain(headings));
  }

  /** One cell. The text is cleaned, and may be empty. */
  record Cell(String text, Paint paint) {
    Cell {
      text = Text.clean(text);
    }

    static Cell plain(String text) {
      return new Cell(text, Paint.PLAIN);
    }

    static List<Cell> plain(List<String> texts) {
      return texts.stream().map(Cell::plain).toList();
    }

    private int width() {
      return text.codePointCount(0, text.length());
    }
  }

  /** Makes room for these cells. */
  void fit(List<Cell> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).width());
    }
  }

  /** Makes a column so wide from the start. */
  void fit(int column, int width) {
    widths[column] = Math.max(widths[column], width);
  }

  /** Returns the line, which ends with its last text. */
  String line(List<Cell> cells) {
    fit(cells);
    StringBuilder line =
        new StringBuilder(Arrays.stream(widths).sum() + GAP.length() * widths.length);
    int owed = 0;
    for (int i = 0; i < widths.length; i++) {
      Cell cell = cells.get(i);
      if (!cell.text().isEmpty()) {
        line.append(" ".repeat(owed));
        line.append(colour ? cell.paint().apply(cell.text()) : cell.text());
        owed = 0;
      }
      owed += widths[i] - cell.width() + GAP.length();
    }
    return line.toString();
  }

  String headings(List<String> headings) {
    return line(headings.stream().map(each -> new Cell(each, Paint.BOLD)).toList());
  }
}

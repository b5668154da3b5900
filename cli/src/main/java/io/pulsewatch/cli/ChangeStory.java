package io.pulsewatch.cli;

import io.pulsewatch.v1.Change;
import java.util.List;

/** Changes, each with its reasons below it. Immutable. */
final class ChangeStory {
  private static final String INDENT = "    ";

  private final Surroundings surroundings;

  ChangeStory(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Prints them in the order given. */
  void print(List<Change> changes) {
    changes.forEach(this::print);
  }

  /** Prints them with the names of their instances. */
  void printNamed(List<Change> changes) {
    for (Change change : changes) {
      surroundings.out().print(Text.clean(Words.name(change.getInstance())) + "  ");
      print(change);
    }
  }

  private void print(Change change) {
    String step = Text.clean(ChangeWords.step(change));
    Paint paint = Paint.of(change.getInstance().getState());
    surroundings
        .out()
        .println(
            Words.day(Spans.of(change.getAt()), surroundings.clock())
                + "  "
                + (surroundings.colour() ? paint.apply(step) : step)
                + ", "
                + Words.of(change.getCause()));
    for (String sentence : Blame.of(change)) {
      surroundings.out().println(INDENT + Text.clean(sentence));
    }
  }
}

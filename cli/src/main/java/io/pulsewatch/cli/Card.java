package io.pulsewatch.cli;

import java.util.ArrayList;
import java.util.List;

/** Named facts, one a line. Confined to one thread. */
final class Card {
  private final Surroundings surroundings;
  private final List<Fact> facts = new ArrayList<>();

  Card(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  private record Fact(String name, String text, Paint paint) {}

  void line(String name, String text) {
    line(name, text, Paint.PLAIN);
  }

  /** Adds a fact, unless its text is empty. */
  void line(String name, String text, Paint paint) {
    if (!text.isEmpty()) {
      facts.add(new Fact(name, Text.clean(text), paint));
    }
  }

  void print() {
    int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
    for (Fact fact : facts) {
      String text = surroundings.colour() ? fact.paint().apply(fact.text()) : fact.text();
      surroundings
          .out()
          .println(fact.name() + " ".repeat(width - fact.name().length()) + "  " + text);
    }
  }
}

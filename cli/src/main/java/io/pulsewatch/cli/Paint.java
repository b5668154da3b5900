package io.pulsewatch.cli;

import io.pulsewatch.v1.State;

/** Colours of a terminal. */
enum Paint {
  PLAIN(""),
  GREEN("32"),
  YELLOW("33"),
  RED("31"),
  DIM("2"),
  BOLD("1");

  private final String code;

  Paint(String code) {
    this.code = code;
  }

  static Paint of(State state) {
    return switch (state) {
      case STATE_ALIVE -> GREEN;
      case STATE_SUSPECT -> YELLOW;
      case STATE_DEAD -> RED;
      case STATE_LEFT -> DIM;
      case STATE_UNSPECIFIED, UNRECOGNIZED -> PLAIN;
    };
  }

  String apply(String text) {
    return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}

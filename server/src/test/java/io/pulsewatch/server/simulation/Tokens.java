package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Token;

/** Tokens as the transport makes them: an offered one gets its incarnation with the grant. */
final class Tokens {
  private Tokens() {}

  static Token of(Token offered, long incarnation) {
    return new Token(incarnation, offered.hashHigh(), offered.hashLow());
  }
}

package io.pulsewatch.server.liveness;

/**
 * The kernel's memory of a session token: whose it is, and a hash of its secret, never the secret.
 *
 * @param incarnation for which it was given; 0 for an offered one, which gets its incarnation later
 */
public record Token(long incarnation, long hashHigh, long hashLow) {
  /** Belongs to no session: incarnations are greater than 0. */
  public static final Token FOREIGN = new Token(-1, 0, 0);

  boolean sameSecret(Token other) {
    return hashHigh == other.hashHigh && hashLow == other.hashLow;
  }

  Token of(long itsIncarnation) {
    return new Token(itsIncarnation, hashHigh, hashLow);
  }
}

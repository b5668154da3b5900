package io.pulsewatch.server.security;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes tokens with their lines. Stateless. */
public final class TokenMaker {
  private TokenMaker() {}

  /** A token and its line; the one must not be kept where the other is. */
  public record Made(String token, String line) {}

  /**
   * Makes one.
   *
   * @param chance unguessable
   * @throws IllegalArgumentException for a bad name or unknown rights
   */
  public static Made make(
      String name, String rights, @Nullable Instant expiresAt, RandomGenerator chance) {
    String token = Token.fresh(chance);
    Instant expiry = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.SECONDS);
    return new Made(
        token, new TokenLine(name, TokenLine.rights(rights), Token.hash(token), expiry).text());
  }
}

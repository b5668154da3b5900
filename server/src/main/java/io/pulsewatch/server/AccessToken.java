package io.pulsewatch.server;

import io.pulsewatch.server.security.TokenMaker;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A token that was just made, and the line that lets a server know it. Immutable.
 *
 * @param text the secret; nobody can find it out again
 * @param line for the token file; says nothing of the secret
 */
public record AccessToken(String text, String line) {
  /**
   * Makes a token of 256 random bits.
   *
   * @param name whose it is, for people; 1..253 of {@code A-Z a-z 0-9 . _ - : @}
   * @param rights {@code beat}, {@code watch}, {@code admin}, or several with commas
   * @param expiresAt null: never
   * @param chance unguessable, such as {@link java.security.SecureRandom}
   * @throws IllegalArgumentException for a bad name or unknown rights
   */
  public static AccessToken create(
      String name, String rights, @Nullable Instant expiresAt, RandomGenerator chance) {
    TokenMaker.Made made = TokenMaker.make(name, rights, expiresAt, chance);
    return new AccessToken(made.token(), made.line());
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "AccessToken[" + line + "]";
  }
}

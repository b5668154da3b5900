package io.pulsewatch.server.liveness;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Roles that a sender gives up, or has stopped to act in. Immutable.
 *
 * <p>By name is only what it was not told to hold when that was read: it may be one that was taken
 * from it. What it was told to hold is here by token, so that no later grant is given up with it.
 *
 * @param tokens of grants
 * @param names of roles
 */
public record Released(Set<Long> tokens, Set<String> names) {
  /** Of either, at the most: more than anybody can hold and be asked to give back. */
  static final int MAX = 64;

  public Released {
    tokens = tokens.stream().limit(MAX).collect(Collectors.toUnmodifiableSet());
    names = names.stream().limit(MAX).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Names of what it was told to hold become tokens: that is what it knew when it said so.
   *
   * @param told what its acks list at this moment
   */
  public Released knowing(List<HeldRole> told) {
    Set<Long> itsTokens = new HashSet<>(tokens);
    Set<String> others = new HashSet<>(names);
    for (HeldRole held : told) {
      if (others.remove(held.name())) {
        itsTokens.add(held.token());
      }
    }
    return new Released(itsTokens, others);
  }

  /** Without what says no more than a name: it may have been said before the newest grant. */
  Released byToken() {
    return new Released(tokens, Set.of());
  }

  Released and(Released later) {
    return new Released(both(tokens, later.tokens), both(names, later.names));
  }

  private static <T> Set<T> both(Set<T> some, Set<T> others) {
    return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
  }

  boolean covers(String role, long token) {
    return tokens.contains(token) || names.contains(role);
  }
}

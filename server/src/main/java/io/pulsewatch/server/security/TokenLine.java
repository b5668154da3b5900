package io.pulsewatch.server.security;

import io.pulsewatch.server.transport.Right;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One line of a token file: {@code NAME RIGHTS sha256:HASH [EXPIRES]}, as in {@code orders
 * beat,watch sha256:9f86... 2027-01-01T00:00:00Z}. Immutable.
 *
 * @param name for people; several lines may share it while tokens are exchanged
 * @param hash 64 hex digits
 * @param expiresAt null: never
 */
record TokenLine(String name, Set<Right> rights, String hash, @Nullable Instant expiresAt) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@:-]{1,253}");
  private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final String SCHEME = "sha256:";

  TokenLine {
    rights = Set.copyOf(rights);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: '" + name + "' (expected: 1..253 of A-Z a-z 0-9 . _ - : @)");
    }
    if (rights.isEmpty()) {
      throw badRights("");
    }
  }

  /**
   * Reads a line without its comment.
   *
   * @throws IllegalArgumentException for a malformed one; says nothing of what may be a secret
   */
  static TokenLine parse(String text) {
    List<String> columns = List.of(text.strip().split("\\s+"));
    if (columns.size() < 3 || columns.size() > 4) {
      throw new IllegalArgumentException(
          columns.size() + " columns (expected: NAME RIGHTS sha256:HASH [EXPIRES])");
    }
    if (!HASH.matcher(columns.get(2)).matches()) {
      throw new IllegalArgumentException(
          "the third column is no hash (expected: sha256: and 64 hex digits, never the token"
              + " itself; pulsewatch token create prints such a line)");
    }
    return new TokenLine(
        columns.get(0),
        rights(columns.get(1)),
        columns.get(2).substring(SCHEME.length()),
        columns.size() == 4 ? expiry(columns.get(3)) : null);
  }

  /** Reads {@code beat,watch}. */
  static Set<Right> rights(String text) {
    Set<Right> rights = EnumSet.noneOf(Right.class);
    for (String word : text.split(",", -1)) {
      rights.add(
          Arrays.stream(Right.values())
              .filter(right -> word(right).equals(word))
              .findFirst()
              .orElseThrow(() -> badRights(word)));
    }
    return rights;
  }

  boolean isExpired(long wallMillis) {
    return expiresAt != null && wallMillis >= expiresAt.toEpochMilli();
  }

  /** The line as {@link #parse} reads it. */
  String text() {
    Stream<String> columns =
        Stream.of(
            name,
            rights.stream().sorted().map(TokenLine::word).collect(Collectors.joining(",")),
            SCHEME + hash);
    return Stream.concat(columns, Stream.ofNullable(expiresAt).map(Instant::toString))
        .collect(Collectors.joining(" "));
  }

  private static String word(Right right) {
    return right.name().toLowerCase(Locale.ROOT);
  }

  private static IllegalArgumentException badRights(String word) {
    return new IllegalArgumentException(
        "rights: '" + word + "' (expected: beat, watch or admin, or several with commas)");
  }

  private static Instant expiry(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expiry: '" + text + "' (expected: an instant such as 2027-01-01T00:00:00Z)", e);
    }
  }
}

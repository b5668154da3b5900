package io.pulsewatch.server.security;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A token file as it was read: its lines, by hash. Immutable. */
final class TokenTable {
  /** Tokens in one file; a file with more is refused. */
  static final int MAX_TOKENS = 10_000;

  /** Knows nobody. */
  static final TokenTable EMPTY = new TokenTable(Map.of());

  private final Map<String, TokenLine> byHash;

  private TokenTable(Map<String, TokenLine> byHash) {
    this.byHash = Map.copyOf(byHash);
  }

  /**
   * Reads a whole file. What stands behind {@code #} is a comment.
   *
   * @throws IllegalArgumentException naming the first bad line; or where there is no token at all,
   *     which is rather a file that somebody is about to write
   */
  static TokenTable parse(String text) {
    Map<String, TokenLine> byHash = new HashMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String content = lines.get(i).replaceFirst("#.*", "");
      if (!content.isBlank()) {
        add(byHash, content, i + 1);
      }
    }
    if (byHash.isEmpty()) {
      throw new IllegalArgumentException(
          "no token in it (pulsewatch token create prints a line for it)");
    }
    return new TokenTable(byHash);
  }

  @Nullable TokenLine find(String hash) {
    return byHash.get(hash);
  }

  int size() {
    return byHash.size();
  }

  private static void add(Map<String, TokenLine> byHash, String content, int number) {
    TokenLine line;
    try {
      line = TokenLine.parse(content);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
    }
    if (byHash.put(line.hash(), line) != null) {
      throw new IllegalArgumentException(
          "line " + number + ": a token that stands there already (expected: each once)");
    }
    if (byHash.size() > MAX_TOKENS) {
      throw new IllegalArgumentException("more than " + MAX_TOKENS + " tokens");
    }
  }
}

package io.pulsewatch.server.transport;

import io.pulsewatch.server.watch.Position;
import org.jspecify.annotations.Nullable;

/**
 * How lists go on from page to page. A page's token belongs to one list: the same call with the
 * same question. Stateless.
 */
final class Pages {
  private static final int DEFAULT_SIZE = 100;
  private static final int MAX_SIZE = 1_000;

  private Pages() {}

  /** The wish, as uint32, within the limits. */
  static int size(int wish) {
    if (wish == 0) {
      return DEFAULT_SIZE;
    }
    return wish < 0 ? MAX_SIZE : Math.min(wish, MAX_SIZE);
  }

  /** Where a list is: null for its first page. */
  static Tokens.@Nullable Token read(String text, Tokens.Kind kind, long questionHash) {
    if (text.isEmpty()) {
      return null;
    }
    Tokens.Token token = Tokens.read("page_token", text);
    if (token.kind() != kind || token.at().filterHash() != questionHash) {
      throw Tokens.bad("page_token");
    }
    return token;
  }

  /**
   * Names the next page.
   *
   * @param token of this one; null where it is the first
   * @param revision at which this page was begun
   */
  static String next(
      Tokens.Kind kind,
      Tokens.@Nullable Token token,
      String lineage,
      long revision,
      long questionHash,
      String rest) {
    Position begun =
        token == null ? new Position(lineage, revision, revision, questionHash) : token.at();
    return Tokens.text(new Tokens.Token(kind, begun, rest));
  }
}

package io.pulsewatch.cli;

/**
 * Text of others, made fit for a terminal. Immutable.
 *
 * <p>Labels, reasons and error texts are written by whoever reaches the server. A terminal obeys
 * what it is shown, so control characters are shown as escapes. JSON output escapes them itself.
 */
final class Text {

  private Text() {}

  /** Returns the text on one line, control characters escaped as Java writes them. */
  static String clean(String text) {
    if (text.codePoints().noneMatch(Text::isControl)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            each -> {
              if (isControl(each)) {
                clean.append(String.format("\\u%04x", each));
              } else {
                clean.appendCodePoint(each);
              }
            });
    return clean.toString();
  }

  /** Escapes too: what turns the direction of text around, and the separators of lines. */
  private static boolean isControl(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}

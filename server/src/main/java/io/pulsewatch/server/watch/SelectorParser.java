package io.pulsewatch.server.watch;

import io.pulsewatch.server.watch.Selector.Operator;
import io.pulsewatch.server.watch.Selector.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a label selector.
 *
 * <pre>
 *   selector    = [ requirement { "," requirement } ]
 *   requirement = "!" word
 *               | word [ ( "=" | "==" | "!=" ) [ word ] | ( "in" | "notin" ) "(" values ")" ]
 *   values      = [ word ] { "," [ word ] }
 *   word        = one or more characters, but space and , ( ) = ! &lt; &gt;
 * </pre>
 *
 * <p>After Kubernetes' apimachinery, pkg/labels/selector.go, without its {@code <} and {@code >}.
 * An absent value is the empty text. Words are taken as they are: what is no label matches nothing.
 */
final class SelectorParser {
  private static final String PUNCTUATION = ",()=!<>";

  private final String text;
  private int at;

  SelectorParser(String text) {
    this.text = text;
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > Selector.MAX_BYTES) {
      throw new IllegalArgumentException(
          "label_selector: " + length + " bytes (expected: at most " + Selector.MAX_BYTES + ")");
    }
  }

  List<Requirement> parse() {
    List<Requirement> requirements = new ArrayList<>();
    skipSpace();
    if (isAtEnd()) {
      return requirements;
    }
    requirements.add(requirement());
    while (!isAtEnd()) {
      expect(',', "',' or the end");
      requirements.add(requirement());
    }
    return requirements;
  }

  private Requirement requirement() {
    if (accept("!")) {
      return new Requirement(word("a label's name"), Operator.ABSENT, Set.of());
    }
    String key = word("a label's name or '!'");
    if (isAtEnd() || peek() == ',') {
      return new Requirement(key, Operator.EXISTS, Set.of());
    }
    if (accept("==") || accept("=")) {
      return new Requirement(key, Operator.IN, Set.of(wordOrEmpty()));
    }
    if (accept("!=")) {
      return new Requirement(key, Operator.NOT_IN, Set.of(wordOrEmpty()));
    }
    int before = at;
    String operator = wordOrEmpty();
    if (operator.equals("in")) {
      return new Requirement(key, Operator.IN, values());
    }
    if (operator.equals("notin")) {
      return new Requirement(key, Operator.NOT_IN, values());
    }
    at = before;
    throw unexpected("'=', '==', '!=', 'in', 'notin', ',' or the end");
  }

  private Set<String> values() {
    expect('(', "'('");
    Set<String> values = new LinkedHashSet<>();
    do {
      values.add(wordOrEmpty());
    } while (accept(","));
    expect(')', "',' or ')'");
    return values;
  }

  private String word(String expected) {
    String word = wordOrEmpty();
    if (word.isEmpty()) {
      throw unexpected(expected);
    }
    return word;
  }

  private String wordOrEmpty() {
    int start = at;
    while (!isAtEnd() && !isSpace(peek()) && PUNCTUATION.indexOf(peek()) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    skipSpace();
    return word;
  }

  private boolean accept(String token) {
    if (!text.startsWith(token, at)) {
      return false;
    }
    at += token.length();
    skipSpace();
    return true;
  }

  private void expect(char c, String expected) {
    if (!accept(String.valueOf(c))) {
      throw unexpected(expected);
    }
  }

  private void skipSpace() {
    while (!isAtEnd() && isSpace(peek())) {
      at++;
    }
  }

  private char peek() {
    return text.charAt(at);
  }

  private boolean isAtEnd() {
    return at == text.length();
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private IllegalArgumentException unexpected(String expected) {
    String found = isAtEnd() ? "the end" : "'" + peek() + "'";
    return new IllegalArgumentException(
        "label_selector: found " + found + " at " + at + " (expected: " + expected + ")");
  }
}

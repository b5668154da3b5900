package io.pulsewatch.server.web;

import java.util.HashMap;
import java.util.Map;

/**
 * A whole answer. Immutable.
 *
 * @param headers besides those that every answer has
 */
public record WebAnswer(int status, String contentType, Map<String, String> headers, String text) {
  static final String JSON = "application/json";
  static final String PLAIN = "text/plain; charset=utf-8";

  public WebAnswer {
    headers = Map.copyOf(headers);
  }

  static WebAnswer plain(int status, String text) {
    return new WebAnswer(status, PLAIN, Map.of(), text);
  }

  static WebAnswer json(int status, String text) {
    return new WebAnswer(status, JSON, Map.of(), text);
  }

  WebAnswer with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new WebAnswer(status, contentType, more, text);
  }
}

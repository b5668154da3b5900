package io.pulsewatch.server.web;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.pulsewatch.server.transport.Statuses;

/** Messages of the contract as proto JSON, and back. Stateless. */
final class Json {
  private static final JsonFormat.Printer PRETTY = JsonFormat.printer();
  private static final JsonFormat.Printer COMPACT = PRETTY.omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();

  private Json() {}

  /** One line without its end, or many. */
  static String text(MessageOrBuilder message, boolean pretty) {
    try {
      return (pretty ? PRETTY : COMPACT).print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("a message of our own making", impossible);
    }
  }

  /** Reads a body; says what is wrong with it, and what was expected. */
  static <B extends Message.Builder> B read(ByteString body, B into) {
    if (!body.isValidUtf8()) {
      throw Statuses.invalid("BAD_JSON", "body: not UTF-8 (expected: proto JSON)");
    }
    String text = body.toStringUtf8();
    if (text.isBlank()) {
      throw Statuses.invalid(
          "BAD_JSON",
          "body: empty (expected: "
              + into.getDescriptorForType().getName()
              + " as proto JSON, such as {\"register\":{\"instance\":{\"service\":\"orders\","
              + "\"instanceId\":\"a\"},\"interval\":\"2s\"}})");
    }
    try {
      PARSER.merge(text, into);
    } catch (InvalidProtocolBufferException e) {
      throw Statuses.invalid(
          "BAD_JSON",
          "body: "
              + e.getMessage()
              + " (expected: "
              + into.getDescriptorForType().getFullName()
              + " as proto JSON)");
    }
    return into;
  }

  /** Text as a JSON string, with its quotes. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}

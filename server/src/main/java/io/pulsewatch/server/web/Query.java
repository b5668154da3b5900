package io.pulsewatch.server.web;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.pulsewatch.server.transport.Statuses;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A query string as a request of the contract. Each field has the name that it has there, in either
 * spelling; lists take their singular, too, and commas or repetition between their values; enums go
 * without their prefix. What is unknown is refused with what is known. Stateless.
 */
final class Query {
  /** Asked of the answer, not of the registry. */
  static final String PRETTY = "pretty";

  private static final Map<String, String> OTHER_NAMES =
      Map.of("selector", "label_selector", "labels", "label_selector");

  private Query() {}

  static boolean isPretty(WebRequest request) {
    List<String> said = request.query().get(PRETTY);
    return said != null && isTrue(PRETTY, said.get(said.size() - 1));
  }

  static <B extends Message.Builder> B read(WebRequest request, B into) {
    Descriptor type = into.getDescriptorForType();
    request
        .query()
        .forEach(
            (name, values) -> {
              if (!name.equals(PRETTY)) {
                FieldDescriptor field = field(type, name);
                values.forEach(value -> set(into, field, name, value));
              }
            });
    return into;
  }

  private static FieldDescriptor field(Descriptor type, String name) {
    String snake = name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    String wanted = OTHER_NAMES.getOrDefault(snake, snake);
    for (FieldDescriptor field : type.getFields()) {
      if (field.getName().equals(wanted)
          || (field.isRepeated() && field.getName().equals(wanted + "s"))) {
        return field;
      }
    }
    List<String> known = type.getFields().stream().map(FieldDescriptor::getName).toList();
    throw Statuses.invalid(
        "UNKNOWN_PARAMETER",
        "?" + name + ": unknown (expected: " + String.join(", ", known) + ", pretty)");
  }

  private static void set(Message.Builder into, FieldDescriptor field, String name, String value) {
    if (field.isRepeated()) {
      for (String each : split(value)) {
        into.addRepeatedField(field, one(field, name, each));
      }
    } else if (!value.isEmpty() || field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN) {
      into.setField(field, one(field, name, value));
    }
  }

  private static List<String> split(String values) {
    List<String> parts = new ArrayList<>();
    for (String part : values.split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  private static Object one(FieldDescriptor field, String name, String value) {
    return switch (field.getJavaType()) {
      case STRING -> value;
      case BOOLEAN -> isTrue(name, value);
      case INT -> (int) number(name, value, 0xffff_ffffL);
      case LONG -> number(name, value, -1);
      case ENUM -> constant(field.getEnumType(), name, value);
      case MESSAGE -> duration(name, value);
      case FLOAT, DOUBLE, BYTE_STRING ->
          throw new IllegalStateException(field.getFullName() + " in a query");
    };
  }

  private static boolean isTrue(String name, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "true", "1", "yes" -> true;
      case "false", "0", "no" -> false;
      default -> throw bad(name, value, "true or false");
    };
  }

  /** Unsigned, as the contract's numbers are; -1 as limit: none. */
  private static long number(String name, String value, long most) {
    try {
      long number = Long.parseUnsignedLong(value);
      if (Long.compareUnsigned(number, most) <= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw bad(name, value, "a number");
    }
    throw bad(name, value, "a number up to " + most);
  }

  private static EnumValueDescriptor constant(EnumDescriptor type, String name, String value) {
    String prefix =
        type.getName().replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT) + "_";
    String wanted = value.toUpperCase(Locale.ROOT);
    for (EnumValueDescriptor constant : type.getValues()) {
      boolean meant =
          constant.getName().equals(wanted) || constant.getName().equals(prefix + wanted);
      if (meant && constant.getNumber() != 0) {
        return constant;
      }
    }
    String known =
        type.getValues().stream()
            .filter(constant -> constant.getNumber() != 0)
            .map(constant -> constant.getName().substring(prefix.length()))
            .collect(Collectors.joining(", "));
    throw bad(name, value, known);
  }

  private static Duration duration(String name, String value) {
    try {
      return Durations.parse(value);
    } catch (ParseException e) {
      throw bad(name, value, "seconds, such as 10s or 0.5s");
    }
  }

  private static RuntimeException bad(String name, String value, String expected) {
    return Statuses.invalid(
        "BAD_PARAMETER", "?" + name + "=" + value + " (expected: " + expected + ")");
  }
}

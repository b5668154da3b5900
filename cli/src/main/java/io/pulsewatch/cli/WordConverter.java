package io.pulsewatch.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one of an enum's words as {@code toString} writes them, in any case. Immutable.
 *
 * @param <E> the enum
 */
final class WordConverter<E extends Enum<E>> implements ITypeConverter<E> {
  private final List<E> values;

  WordConverter(Class<E> type) {
    this.values = Arrays.asList(type.getEnumConstants());
  }

  @Override
  public E convert(String text) {
    return values.stream()
        .filter(each -> each.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' (expected: "
                        + values.stream().map(E::toString).collect(Collectors.joining(", "))
                        + ")"));
  }
}

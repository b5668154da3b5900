package io.pulsewatch.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How answers look: {@code --output} after the subcommand, or before it. Confined to the main
 * thread until the command is parsed, then immutable.
 */
final class OutputOption {
  static final String NAME = "--output";

  private final Surroundings surroundings;
  private final @Nullable OutputOption outer;

  @Option(
      names = {"-o", NAME},
      paramLabel = "table|json",
      description = "table for people (default), or json: proto JSON, one object a line.")
  private @Nullable Format format;

  OutputOption(Surroundings surroundings, @Nullable OutputOption outer) {
    this.surroundings = surroundings;
    this.outer = outer;
  }

  boolean json() {
    return said() == Format.JSON;
  }

  /** Prints the message as JSON, or for people, as was asked. */
  <M extends MessageOrBuilder> void print(M message, Consumer<M> forPeople) {
    if (json()) {
      printJson(message);
    } else {
      forPeople.accept(message);
    }
  }

  /** Prints each message as JSON as it comes, or all of them for people, whose columns need all. */
  <M extends MessageOrBuilder> void printAll(Iterator<M> messages, Consumer<List<M>> forPeople) {
    if (json()) {
      messages.forEachRemaining(this::printJson);
    } else {
      List<M> all = new ArrayList<>();
      messages.forEachRemaining(all::add);
      forPeople.accept(all);
    }
  }

  /** Prints one message on one line. */
  void printJson(MessageOrBuilder message) {
    try {
      surroundings
          .out()
          .println(JsonFormat.printer().omittingInsignificantWhitespace().print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no message of the contract holds an Any", e);
    }
  }

  private @Nullable Format said() {
    if (format != null) {
      return format;
    }
    return outer == null ? null : outer.said();
  }
}

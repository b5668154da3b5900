package io.pulsewatch.bench.load;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an {@link OpenFleet} is to do.
 *
 * @param prefix instance ids are this and the stream's number
 * @param bunch streams of one connection that beat together
 * @param sendLog the file of its {@link SendLog}
 */
public record FleetOrder(
    int port,
    String prefix,
    int connections,
    int streams,
    long intervalMillis,
    long timeoutMillis,
    long resumeMillis,
    int bunch,
    Path sendLog) {
  /** The same as arguments of a process. */
  public List<String> arguments() {
    return Stream.of(
            port,
            prefix,
            connections,
            streams,
            intervalMillis,
            timeoutMillis,
            resumeMillis,
            bunch,
            sendLog)
        .map(Object::toString)
        .toList();
  }

  static FleetOrder of(String... arguments) {
    return new FleetOrder(
        Integer.parseInt(arguments[0]),
        arguments[1],
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]),
        Long.parseLong(arguments[4]),
        Long.parseLong(arguments[5]),
        Long.parseLong(arguments[6]),
        Integer.parseInt(arguments[7]),
        Path.of(arguments[8]));
  }
}

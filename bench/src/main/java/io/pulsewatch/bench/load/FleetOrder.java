package io.pulsewatch.bench.load;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a {@link Fleet} or an {@link OpenFleet} is to do.
 *
 * @param prefix instance ids are this and the stream's number
 * @param intervalMillis what each promises
 * @param beatMillis from one beat of a stream to its next: the interval, or less
 * @param bunch streams of one connection that beat together
 * @param returningAtOnce registrations that may be under way where streams come back
 * @param pools which services they are of
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
    long beatMillis,
    int bunch,
    int returningAtOnce,
    Pools pools,
    Path sendLog) {
  /**
   * A fleet whose beats are spread evenly, one by one, over the interval; a stream that is lost may
   * stay away for the timeout, and all come back at once.
   */
  public static FleetOrder even(
      int port,
      String prefix,
      int connections,
      int streams,
      long intervalMillis,
      long timeoutMillis,
      Path sendLog) {
    return new FleetOrder(
        port,
        prefix,
        connections,
        streams,
        intervalMillis,
        timeoutMillis,
        timeoutMillis,
        intervalMillis,
        1,
        streams,
        Pools.NONE,
        sendLog);
  }

  /** The same fleet with bunches. */
  public FleetOrder bunched(int streamsTogether) {
    return with(resumeMillis, beatMillis, streamsTogether, returningAtOnce, pools);
  }

  /** The same fleet with a resume window. */
  public FleetOrder resuming(long millis) {
    return with(millis, beatMillis, bunch, returningAtOnce, pools);
  }

  /** The same fleet, which beats more often than it promises. */
  public FleetOrder beating(long millis) {
    return with(resumeMillis, millis, bunch, returningAtOnce, pools);
  }

  /** The same fleet, of which so many register at a time when they come back. */
  public FleetOrder returning(int atOnce) {
    return with(resumeMillis, beatMillis, bunch, atOnce, pools);
  }

  /** The same fleet, as instances of services that take calls. */
  public FleetOrder serving(Pools services) {
    return with(resumeMillis, beatMillis, bunch, returningAtOnce, services);
  }

  /** The first message of a stream. */
  byte[] register(int number) {
    return Registrations.register(
        prefix + number,
        intervalMillis,
        timeoutMillis,
        resumeMillis,
        pools.service(number),
        pools.host(number));
  }

  private FleetOrder with(long resume, long beat, int together, int atOnce, Pools services) {
    return new FleetOrder(
        port,
        prefix,
        connections,
        streams,
        intervalMillis,
        timeoutMillis,
        resume,
        beat,
        together,
        atOnce,
        services,
        sendLog);
  }

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
            beatMillis,
            bunch,
            returningAtOnce,
            pools,
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
        Long.parseLong(arguments[7]),
        Integer.parseInt(arguments[8]),
        Integer.parseInt(arguments[9]),
        Pools.of(arguments[10]),
        Path.of(arguments[11]));
  }
}

package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of a primary and its standby as processes, killed, stopped and handed over, with a
 * resource that checks tokens. {@code make failovers} runs the long form.
 *
 * <p>Each accepted line tells who wrote it and when, so that one who writes after another one began
 * is found; each refused one is kept.
 */
@Timeout(1200)
@Tag("once")
final class RoleFailoverIT {
  private static final int ROUNDS = Integer.getInteger("pulsewatch.failovers", 2);
  private static final long SEED = Long.getLong("pulsewatch.failover.seed", 20_261_123L);

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration RESUME_WINDOW = Duration.ofMillis(1500);

  /** One write is under way when its command is killed. */
  private static final Duration ONE_WRITE = Duration.ofMillis(200);

  /** From as many rounds on the medians count: fewer are chance. */
  private static final int MANY_ROUNDS = 20;

  /** A command starts, and the round trips of a hand-over. */
  private static final Duration BESIDES = Duration.ofMillis(1500);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Clock clock = Clock.systemUTC();
  private final SplittableRandom chance = new SplittableRandom(SEED);
  private final Map<String, Launched> beats = new LinkedHashMap<>();
  private final Map<Trouble, List<Duration>> tookOver = new LinkedHashMap<>();
  @TempDir private Path folder;
  private Launched server;

  /** What happens to the primary. */
  private enum Trouble {
    /** Both processes die: the stream is lost. */
    KILLED,
    /** Both processes stop for longer than the timeout, and go on. */
    STOPPED,
    /** An operator takes the role. */
    HANDED_OVER,
    /** Its beat stops, and the command works on. */
    BEAT_STOPPED,
    /** Its beat dies, and the kernel kills the command. */
    BEAT_KILLED;

    /** How long the server waits before it grants the role to somebody else. */
    Duration serversWait() {
      return switch (this) {
        case KILLED, BEAT_KILLED -> RESUME_WINDOW;
        case STOPPED, BEAT_STOPPED -> TIMEOUT;
        case HANDED_OVER -> Duration.ZERO;
      };
    }

    boolean stops() {
      return this == STOPPED || this == BEAT_STOPPED;
    }
  }

  /** One line of the resource. */
  private record Written(long token, String name, long pid, Instant at) {
    static Written of(String line) {
      String[] words = line.split(" ", -1);
      long nanos = Long.parseLong(words[3]);
      return new Written(
          Long.parseUnsignedLong(words[0]),
          words[1],
          Long.parseLong(words[2]),
          Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000));
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = Launched.start("serve", "--memory", "--listen", "127.0.0.1:0");
  }

  @AfterEach
  void stop() {
    beats.values().forEach(Launched::close);
    server.close();
  }

  @Test
  void oneAtATimeWhateverHappens() throws Exception {
    assumeTrue(Executable.find("setpriv", System.getenv("PATH")).isPresent(), "no setpriv");
    String address = server.address();
    stand("a", address);
    stand("b", address);
    for (int round = 0; round < ROUNDS; round++) {
      Trouble trouble = Trouble.values()[round % Trouble.values().length];
      Written primary = await(any -> true, clock.instant());
      Thread.sleep(200 + chance.nextInt(600));
      play(trouble, primary, address);
      assertThat(refused())
          .as("%s: seed %d, round %d", trouble, SEED, round)
          .allMatch(each -> trouble.stops() || each.at().isBefore(primary.at()));
    }
    tookOver.forEach((trouble, spans) -> System.out.println(report(trouble, spans)));
    check();
    if (ROUNDS >= MANY_ROUNDS) {
      tookOver.forEach(
          (trouble, spans) ->
              assertThat(median(spans))
                  .as("%s: seed %d", trouble, SEED)
                  .isLessThan(trouble.serversWait().plus(BESIDES)));
    }
  }

  private void stand(String name, String address) throws IOException {
    beats.put(
        name,
        Launched.start(
            "beat",
            "--server",
            address,
            "--service",
            "failover",
            "--id",
            name,
            "--interval",
            "500ms",
            "--timeout",
            TIMEOUT.toMillis() + "ms",
            "--resume-window",
            RESUME_WINDOW.toMillis() + "ms",
            "--role",
            "writer",
            "--",
            "../examples/failover/work.sh",
            lines().toString(),
            name));
  }

  private void play(Trouble trouble, Written primary, String address) throws Exception {
    Launched beat = Objects.requireNonNull(beats.get(primary.name()));
    ProcessHandle command = ProcessHandle.of(primary.pid()).orElseThrow();
    Instant begun = clock.instant();
    switch (trouble) {
      case KILLED -> {
        beat.process().destroyForcibly();
        command.destroyForcibly();
      }
      case BEAT_KILLED -> beat.process().destroyForcibly();
      case STOPPED -> {
        signal("STOP", primary.pid());
        beat.signal("STOP");
      }
      case BEAT_STOPPED -> beat.signal("STOP");
      case HANDED_OVER -> handOver(address);
    }
    Written next = await(each -> !each.name().equals(primary.name()), begun);
    tookOver
        .computeIfAbsent(trouble, none -> new ArrayList<>())
        .add(Duration.between(begun, next.at()));
    if (trouble.stops()) {
      signal("CONT", primary.pid());
      beat.signal("CONT");
      awaitEnd(command);
      beat.error("the role writer is lost");
      assertThat(beat.process().isAlive()).as("it stands by").isTrue();
    }
    if (!trouble.stops() && trouble != Trouble.HANDED_OVER) {
      beat.close();
      stand(primary.name(), address);
    }
  }

  /** Refused while its standby is not there yet. */
  private void handOver(String address) throws Exception {
    Instant last = clock.instant().plus(PATIENCE);
    int exitCode = ExitCodes.REFUSED;
    while (exitCode == ExitCodes.REFUSED && clock.instant().isBefore(last)) {
      try (Launched roles = Launched.start("--server", address, "roles", "hand-over", "writer")) {
        exitCode = roles.exitCode();
      }
    }
    assertThat(exitCode).isZero();
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid + " || :").start().waitFor();
  }

  private static void awaitEnd(ProcessHandle command) throws Exception {
    for (int i = 0; i < 200 && BeatIT.isRunning(command.pid()); i++) {
      Thread.sleep(10);
    }
    assertThat(BeatIT.isRunning(command.pid())).as("the command of one that was stopped").isFalse();
  }

  /** The first line like this that was written after an instant. */
  private Written await(Predicate<Written> wanted, Instant since) throws Exception {
    Instant last = clock.instant().plus(PATIENCE);
    while (clock.instant().isBefore(last)) {
      for (Written each : read(lines())) {
        if (each.at().isAfter(since) && wanted.test(each)) {
          return each;
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("nobody took over; seed " + SEED);
  }

  /** A token is one holder's, they only grow, and who had an older one wrote nothing any more. */
  private void check() throws IOException {
    Map<Long, String> holders = new LinkedHashMap<>();
    long newest = 0;
    Instant latest = Instant.EPOCH;
    for (Written each : read(lines())) {
      assertThat(holders.computeIfAbsent(each.token(), none -> each.name())).isEqualTo(each.name());
      assertThat(each.token()).isGreaterThanOrEqualTo(newest);
      assertThat(each.at()).isAfter(latest.minus(ONE_WRITE));
      newest = each.token();
      latest = each.at();
    }
    assertThat(holders).hasSizeGreaterThan(ROUNDS / 2);
  }

  private Path lines() {
    return folder.resolve("lines");
  }

  private List<Written> refused() throws IOException {
    return read(folder.resolve("lines.refused"));
  }

  /** A line that is being written is none. */
  private static List<Written> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file, UTF_8);
    return Stream.of(text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1))
        .filter(line -> !line.isEmpty())
        .map(Written::of)
        .toList();
  }

  private static Duration median(List<Duration> spans) {
    return spans.stream().sorted().toList().get(spans.size() / 2);
  }

  private static String report(Trouble trouble, List<Duration> spans) {
    List<Duration> sorted = spans.stream().sorted().toList();
    return String.format(
        "failover %s: %d, median %d ms, longest %d ms",
        trouble, sorted.size(), median(spans).toMillis(), sorted.get(sorted.size() - 1).toMillis());
  }
}

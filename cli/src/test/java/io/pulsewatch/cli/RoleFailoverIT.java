package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pulsewatch.client.PulsewatchClient;
import io.pulsewatch.v1.HandOverRoleRequest;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.RoleSummary;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of a primary and its standby as processes, killed, stopped and handed over, and a
 * server that is killed and started again meanwhile, with a resource that checks tokens. {@code
 * make failovers} runs the long form, which alone holds what it measures to bounds.
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

  /** Of a median: to notice, to decide, to say so, and to start a command. */
  private static final Duration BESIDES = Duration.ofMillis(50);

  /** What a command has to stop in, unless it is said: it needs less. */
  private static final Duration STOP_WITHIN = Duration.ofMillis(250);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Clock clock = Clock.systemUTC();
  private final SplittableRandom chance = new SplittableRandom(SEED);
  private final Map<String, Launched> beats = new LinkedHashMap<>();

  /** Until the next one wrote, and until it was granted the role. */
  private final Map<Trouble, List<Duration>> tookOver = new LinkedHashMap<>();

  private final Map<Trouble, List<Duration>> granted = new LinkedHashMap<>();
  @TempDir private Path folder;
  private Launched server;
  private String address;
  private Instant servedSince = Instant.EPOCH;

  /** What happens to the primary, or to the server, or to both. */
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
    BEAT_KILLED,
    /**
     * The server dies and is there again: told is when somebody writes after that. A server that
     * starts passes no role on for some time, so no bounded kind comes next.
     */
    SERVER_KILLED,
    /** Both processes die, and then the server: the next one does not know who died. */
    KILLED_AND_SERVER,
    /** Both processes stop while the server is started again, and go on. */
    STOPPED_AND_SERVER;

    /**
     * How long the median may be; null: it is told and no more, since a server needs a second or
     * two to start.
     */
    @Nullable Duration bound() {
      return switch (this) {
        case KILLED, BEAT_KILLED -> RESUME_WINDOW.plus(BESIDES);
        case STOPPED, BEAT_STOPPED -> TIMEOUT.plus(BESIDES);
        case HANDED_OVER -> STOP_WITHIN.plus(BESIDES);
        case SERVER_KILLED, KILLED_AND_SERVER, STOPPED_AND_SERVER -> null;
      };
    }

    boolean kills() {
      return this == KILLED || this == KILLED_AND_SERVER || this == BEAT_KILLED;
    }

    boolean stops() {
      return this == STOPPED || this == BEAT_STOPPED || this == STOPPED_AND_SERVER;
    }

    boolean killsServer() {
      return this == SERVER_KILLED || this == KILLED_AND_SERVER || this == STOPPED_AND_SERVER;
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
  void start() throws Exception {
    serve("127.0.0.1:0");
  }

  private void serve(String listen) throws Exception {
    String data = folder.resolve("data").toString();
    server = Launched.start("serve", "--data", data, "--web", "off", "--listen", listen);
    address = server.address();
    servedSince = clock.instant();
  }

  @AfterEach
  void stop() throws Exception {
    beats.values().forEach(Launched::close);
    server.close();
    // Who was killed may still end, and a command that it had just begun may write one line more.
    for (int i = 0; i < 3_000 && Processes.isAnyAbout(folder); i++) {
      Thread.sleep(10);
    }
    assertThat(Processes.isAnyAbout(folder)).as("somebody may still write").isFalse();
  }

  @Test
  void oneAtATimeWhateverHappens() throws Exception {
    assumeTrue(Executable.find("setpriv", System.getenv("PATH")).isPresent(), "no setpriv");
    stand("a");
    stand("b");
    for (int round = 0; round < ROUNDS; round++) {
      Trouble trouble = Trouble.values()[round % Trouble.values().length];
      Thread.sleep(200 + chance.nextInt(600));
      Written primary = primary();
      play(trouble, primary);
      assertThat(refused())
          .as("%s: seed %d, round %d", trouble, SEED, round)
          .allMatch(each -> trouble.stops() || each.at().isBefore(primary.at()));
    }
    tookOver.forEach((trouble, spans) -> System.out.println(report(trouble, spans)));
    check();
    if (ROUNDS >= MANY_ROUNDS) {
      assertBounds();
    }
  }

  private void assertBounds() {
    SoftAssertions all = new SoftAssertions();
    tookOver.forEach(
        (trouble, spans) -> {
          Duration bound = trouble.bound();
          if (bound != null) {
            all.assertThat(median(spans))
                .as("%s: seed %d", trouble, SEED)
                .isLessThanOrEqualTo(bound);
          }
        });
    all.assertAll();
  }

  private void stand(String name) throws IOException {
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

  private void play(Trouble trouble, Written primary) throws Exception {
    Launched beat = Objects.requireNonNull(beats.get(primary.name()));
    ProcessHandle command = ProcessHandle.of(primary.pid()).orElseThrow();
    Instant begun;
    try (PulsewatchClient operator = PulsewatchClient.builder().server(address).build()) {
      role(operator); // its connection is there
      begun = clock.instant();
      switch (trouble) {
        case KILLED, KILLED_AND_SERVER -> {
          beat.process().destroyForcibly();
          command.destroyForcibly();
        }
        case BEAT_KILLED -> beat.process().destroyForcibly();
        case STOPPED, STOPPED_AND_SERVER -> {
          signal("STOP", primary.pid());
          beat.signal("STOP");
        }
        case BEAT_STOPPED -> beat.signal("STOP");
        case HANDED_OVER ->
            operator.handOverRole(HandOverRoleRequest.newBuilder().setRole("writer").build());
        case SERVER_KILLED -> {}
      }
    }
    if (trouble.killsServer()) {
      server.close();
      serve(address);
    }
    if (trouble == Trouble.SERVER_KILLED) {
      noteNext(trouble, begun, await(any -> true, clock.instant()));
      Written same = primary(); // this server has heard both
      assertThat(same.name()).as("%s: seed %d", trouble, SEED).isEqualTo(primary.name());
      assertThat(same.token()).as("%s: seed %d", trouble, SEED).isEqualTo(primary.token());
      return;
    }
    noteNext(trouble, begun, await(each -> !each.name().equals(primary.name()), begun));
    if (trouble.stops()) {
      signal("CONT", primary.pid());
      beat.signal("CONT");
      awaitEnd(command);
      beat.error("the role writer is lost");
      assertThat(beat.process().isAlive()).as("it stands by").isTrue();
    }
    if (trouble.kills()) {
      beat.close();
      stand(primary.name());
    }
  }

  private void noteNext(Trouble trouble, Instant begun, Written next) {
    tookOver
        .computeIfAbsent(trouble, none -> new ArrayList<>())
        .add(Duration.between(begun, next.at()));
    try (PulsewatchClient operator = PulsewatchClient.builder().server(address).build()) {
      Instant since = Spans.of(role(operator).getSince());
      if (since.isAfter(begun)) { // else it is the former one's still
        granted
            .computeIfAbsent(trouble, none -> new ArrayList<>())
            .add(Duration.between(begun, since));
      }
    }
  }

  private static RoleSummary role(PulsewatchClient operator) {
    Iterator<RoleSummary> all = operator.listRoles(ListRolesRequest.getDefaultInstance());
    return all.hasNext() ? all.next() : RoleSummary.getDefaultInstance();
  }

  /**
   * Who writes once both are there and this server has heard them: else nobody could take over, and
   * a command may just be stopped because its beat was not heard in time.
   */
  private Written primary() throws Exception {
    try (PulsewatchClient operator = PulsewatchClient.builder().server(address).build()) {
      String holder = awaitBoth(operator);
      return await(
          each -> each.name().equals(holder) && ProcessHandle.of(each.pid()).isPresent(),
          clock.instant());
    }
  }

  private String awaitBoth(PulsewatchClient operator) throws Exception {
    Instant last = clock.instant().plus(PATIENCE);
    while (clock.instant().isBefore(last)) {
      String holder = role(operator).getHolder().getInstanceId();
      List<Instance> heard = new ArrayList<>();
      operator
          .listInstances(ListInstancesRequest.newBuilder().addStates(State.STATE_ALIVE).build())
          .forEachRemaining(heard::add);
      heard.removeIf(each -> Spans.of(each.getLastHeartbeatAt()).isBefore(servedSince));
      if (!holder.isEmpty() && heard.size() == beats.size()) {
        return holder;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("nobody stands by; seed " + SEED);
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid + " || :").start().waitFor();
  }

  private static void awaitEnd(ProcessHandle command) throws Exception {
    for (int i = 0; i < 3_000 && Processes.isRunning(command.pid()); i++) {
      Thread.sleep(10);
    }
    assertThat(Processes.isRunning(command.pid()))
        .as("the command of one that was stopped")
        .isFalse();
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

  private String report(Trouble trouble, List<Duration> spans) {
    List<Duration> grants = granted.getOrDefault(trouble, List.of());
    String told = grants.isEmpty() ? "" : ", granted to another one after " + words(grants);
    return String.format(
        "failover %s: %d%s, written after %s", trouble, spans.size(), told, words(spans));
  }

  private static String words(List<Duration> spans) {
    Duration longest = spans.stream().max(Duration::compareTo).orElseThrow();
    return String.format("%d ms (longest %d)", median(spans).toMillis(), longest.toMillis());
  }
}

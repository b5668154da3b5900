package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.nanos;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.Status.Code;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.AdaptiveDetector;
import io.pulsewatch.v1.Detector;
import io.pulsewatch.v1.DetectorProfile;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.FixedDetector;
import io.pulsewatch.v1.OnConflict;
import io.pulsewatch.v1.ProgressRule;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in a register: granted, clamped, taken at the limit, refused by field. */
final class RegisterFieldsTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);

  static Stream<Arguments> refused() {
    String name253 = "n".repeat(253);
    return Stream.of(
        refused("BAD_NAME", "service", "1..253", r -> r.clearInstance()),
        refused("BAD_NAME", "service", "1..253", r -> r.getInstanceBuilder().setService("")),
        refused("BAD_NAME", "instance_id", "1..253", r -> r.getInstanceBuilder().setInstanceId("")),
        refused(
            "BAD_NAME", "service", "254", r -> r.getInstanceBuilder().setService(name253 + "n")),
        refused(
            "BAD_NAME",
            "service",
            "60000",
            r -> r.getInstanceBuilder().setService("n".repeat(60_000))),
        refused(
            "BAD_NAME",
            "instance_id",
            "254",
            r -> r.getInstanceBuilder().setInstanceId(name253 + "n")),
        refused(
            "BAD_NAME", "service", "U+002F at 1", r -> r.getInstanceBuilder().setService("a/b")),
        refused("BAD_NAME", "service", "U+002A", r -> r.getInstanceBuilder().setService("*")),
        refused("BAD_NAME", "service", "U+003F", r -> r.getInstanceBuilder().setService("o?")),
        refused("BAD_NAME", "service", "U+003A", r -> r.getInstanceBuilder().setService("a:b")),
        refused("BAD_NAME", "service", "U+0040", r -> r.getInstanceBuilder().setService("a@b")),
        refused("BAD_NAME", "service", "U+0020", r -> r.getInstanceBuilder().setService("a b")),
        refused(
            "BAD_NAME", "service", "U+00E9", r -> r.getInstanceBuilder().setService("caf\u00e9")),
        refused(
            "BAD_NAME", "instance_id", "U+0000", r -> r.getInstanceBuilder().setInstanceId("\0")),
        refused(
            "BAD_NAME",
            "instance_id",
            "U+D83D",
            r -> r.getInstanceBuilder().setInstanceId("\ud83d\ude00")),
        refused("TOO_LONG", "process_id", "128", r -> r.setProcessId("p".repeat(129))),
        refused("TOO_LONG", "process_id", "130 bytes", r -> r.setProcessId("\u00e9".repeat(65))),
        refused("TOO_LONG", "zone", "253", r -> r.setZone("z".repeat(254))),
        refused("TOO_LONG", "version", "253", r -> r.setVersion("v".repeat(254))),
        refused("TOO_MANY", "weight", "10001", r -> r.setWeight(10_001)),
        refused("TOO_MANY", "weight", "2147483648", r -> r.setWeight(Integer.MIN_VALUE)),
        refused("TOO_MANY", "weight", "4294967295", r -> r.setWeight(-1)),
        refused("TOO_MANY", "labels", "65", r -> labels(r, 65)),
        refused("BAD_LABEL", "labels", "empty key", r -> r.putLabels("", "v")),
        refused("TOO_LONG", "labels key", "63", r -> r.putLabels("k".repeat(64), "v")),
        refused("TOO_LONG", "labels.k", "256", r -> r.putLabels("k", "v".repeat(257))),
        refused("TOO_MANY", "endpoints", "17", r -> endpoints(r, 17)),
        refused("TOO_LONG", "endpoints.name", "63", r -> endpoint(r, "n".repeat(64), "h", 1)),
        refused("TOO_LONG", "endpoints.host", "253", r -> endpoint(r, "n", "h".repeat(254), 1)),
        refused("BAD_ENDPOINT", "endpoints.host", "empty", r -> endpoint(r, "n", "", 1)),
        refused("BAD_ENDPOINT", "endpoints.port", "1..65535", r -> endpoint(r, "n", "h", 0)),
        refused("BAD_ENDPOINT", "endpoints.port", "65536", r -> endpoint(r, "n", "h", 65_536)),
        refused(
            "BAD_ENDPOINT",
            "endpoints.port",
            "2147483648",
            r -> endpoint(r, "n", "h", Integer.MIN_VALUE)),
        refused("BAD_ENDPOINT", "endpoints.port", "4294967295", r -> endpoint(r, "n", "h", -1)),
        refused("TOO_MANY", "roles", "17", r -> roles(r, 17)),
        refused("TOO_MANY", "progress_rules", "17", r -> rules(r, 17)),
        refused("BAD_NAME", "progress_rules.counter", "0 characters", r -> rule(r, "", 9_000)),
        refused("BAD_NAME", "progress_rules.counter", "U+002F", r -> rule(r, "a/b", 9_000)),
        refused(
            "BAD_PROGRESS_RULE", "progress_rules.c0.stall_after", "unset", r -> ruleWithoutTime(r)),
        refused(
            "BAD_PROGRESS_RULE", "progress_rules.c.stall_after", "99 ms", r -> rule(r, "c", 99)),
        refused(
            "BAD_PROGRESS_RULE",
            "progress_rules.c.stall_after",
            "86400001 ms",
            r -> rule(r, "c", 86_400_001)),
        refused(
            "BAD_PROGRESS_RULE",
            "progress_rules.c",
            "twice",
            r -> rule(rule(r, "c", 100), "c", 200)),
        refused("BAD_STATUS", "status", "99", r -> r.setStatusValue(99)),
        refused("BAD_STATUS", "status", "-1", r -> r.setStatusValue(-1)),
        refused("BAD_ON_CONFLICT", "on_conflict", "99", r -> r.setOnConflictValue(99)),
        refused("BAD_DETECTOR", "detector.adaptive.knob", "-1.0", r -> adaptive(r).setKnob(-1)),
        refused("BAD_DETECTOR", "detector.adaptive.knob", "0..", r -> adaptive(r).setKnob(1e9)),
        refused(
            "BAD_DETECTOR", "detector.adaptive.knob", "NaN", r -> adaptive(r).setKnob(Double.NaN)),
        refused("BAD_DETECTOR", "detector.adaptive.kind", "99", r -> adaptive(r).setKindValue(99)),
        refused(
            "BAD_DETECTOR",
            "detector.adaptive.profile",
            "99",
            r -> adaptive(r).setProfileValue(99)));
  }

  private static AdaptiveDetector.Builder adaptive(Register.Builder register) {
    return register.getDetectorBuilder().getAdaptiveBuilder();
  }

  /** Who says nothing is doubted by what his own heartbeats have shown; who names one gets it. */
  @Test
  void detectorsAreGrantedAsWished() {
    assertThat(doubtMillis(Detector.getDefaultInstance())).isBetween(2_200L, 3_900L);
    AdaptiveDetector.Builder mobile =
        AdaptiveDetector.newBuilder().setProfile(DetectorProfile.DETECTOR_PROFILE_MOBILE);
    assertThat(doubtMillis(Detector.newBuilder().setAdaptive(mobile).build()))
        .isBetween(4_900L, 5_020L);
    assertThat(doubtMillis(fixed(FixedDetector.getDefaultInstance()))).isBetween(4_000L, 4_020L);
    assertThat(doubtMillis(fixed(FixedDetector.newBuilder().setAfter(millis(2_500)).build())))
        .isBetween(2_500L, 2_520L);
    assertThat(doubtMillis(fixed(FixedDetector.newBuilder().setAfter(seconds(-1)).build())))
        .isBetween(2_200L, 2_220L);
  }

  private static Detector fixed(FixedDetector fixed) {
    return Detector.newBuilder().setFixed(fixed).build();
  }

  private long doubtMillis(Detector detector) {
    TestStream stream = TestStream.open(engine.channel());
    stream.send(register("orders/a").setDetector(detector));
    engine.turn();
    stream.registered();
    engine.takeChanges();
    long millis = 0;
    while (engine.takeChanges().isEmpty()) {
      engine.advanceMillis(10);
      millis += 10;
    }
    stream.leave("");
    engine.turn();
    engine.takeChanges();
    return millis;
  }

  private static Arguments refused(
      String reason, String field, String word, Consumer<Register.Builder> change) {
    return Arguments.of(reason, field, word, change);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("refused")
  void isRefusedByField(
      String reason, String field, String word, Consumer<Register.Builder> change) {
    Register.Builder register = register("orders/a");
    change.accept(register);
    TestStream stream = TestStream.open(engine.channel()).send(register);

    Fault fault = stream.fault().is(Code.INVALID_ARGUMENT, reason).naming(field, word);
    assertThat(fault.description()).startsWith(field).contains(": ").hasSizeLessThan(500);
    assertThat(engine.streams()).isZero();
    engine.turn();
    assertThat(engine.takeChanges()).isEmpty();
  }

  static Stream<Arguments> atTheLimit() {
    String all = "AZaz09._-";
    return Stream.of(
        Arguments.of(change(r -> r.getInstanceBuilder().setService(all).setInstanceId(all + ":@"))),
        Arguments.of(change(r -> r.getInstanceBuilder().setService("n".repeat(253)))),
        Arguments.of(change(r -> r.getInstanceBuilder().setInstanceId("n".repeat(253)))),
        Arguments.of(change(r -> r.setProcessId("p".repeat(128)))),
        Arguments.of(change(r -> r.setZone("z".repeat(253)).setVersion("v".repeat(253)))),
        Arguments.of(change(r -> labels(r, 64))),
        Arguments.of(change(r -> r.putLabels("k".repeat(63), "v".repeat(256)))),
        Arguments.of(change(r -> endpoints(r, 16))),
        Arguments.of(change(r -> endpoint(r, "n".repeat(63), "h".repeat(253), 65_535))),
        Arguments.of(change(r -> endpoint(r, "", "h", 1))),
        Arguments.of(change(r -> roles(r, 16))),
        Arguments.of(change(r -> rules(r, 16))),
        Arguments.of(change(r -> r.setOnConflict(OnConflict.ON_CONFLICT_REJECT))));
  }

  private static Consumer<Register.Builder> change(Consumer<Register.Builder> change) {
    return change;
  }

  @ParameterizedTest
  @MethodSource("atTheLimit")
  void isTakenAtTheLimit(Consumer<Register.Builder> change) {
    Register.Builder register = register("orders/a");
    change.accept(register);
    TestStream stream = TestStream.open(engine.channel()).send(register);
    engine.turn();

    assertThat(stream.registered().getIncarnation()).isPositive();
  }

  /** Wishes for interval, timeout and resume window, and what is granted. */
  static Stream<Arguments> wishes() {
    Duration day = seconds(86_400);
    Duration hour = seconds(3_600);
    Duration never = seconds(1_000_000_000_000L);
    Duration longest = nanos(Long.MAX_VALUE, Integer.MAX_VALUE);
    Duration before = nanos(Long.MIN_VALUE, Integer.MIN_VALUE);
    Duration none = seconds(0);
    return Stream.of(
        Arguments.of(seconds(2), seconds(6), seconds(6), seconds(2), seconds(6), seconds(6)),
        Arguments.of(none, none, none, millis(100), millis(150), none),
        Arguments.of(seconds(-1), seconds(-1), seconds(-1), millis(100), millis(150), millis(150)),
        Arguments.of(
            nanos(0, -1), nanos(0, -1), nanos(0, -1), millis(100), millis(150), millis(150)),
        Arguments.of(nanos(0, 1), nanos(0, 1), nanos(0, 1), millis(100), millis(150), millis(150)),
        Arguments.of(never, never, never, hour, day, day),
        Arguments.of(longest, longest, longest, hour, day, day),
        Arguments.of(before, before, before, millis(100), millis(150), millis(150)),
        Arguments.of(millis(99), millis(400), millis(400), millis(100), millis(400), millis(400)),
        Arguments.of(seconds(2), millis(2_999), seconds(60), seconds(2), seconds(3), seconds(3)),
        // Nanos beyond a second, either way: never more than the second they stand for.
        Arguments.of(
            nanos(1, Integer.MAX_VALUE),
            seconds(9),
            seconds(9),
            seconds(2),
            seconds(9),
            seconds(9)),
        Arguments.of(
            nanos(2, Integer.MIN_VALUE),
            seconds(9),
            seconds(9),
            seconds(1),
            seconds(9),
            seconds(9)));
  }

  @ParameterizedTest
  @MethodSource("wishes")
  void isClampedAndSaysSo(
      Duration interval,
      Duration timeout,
      Duration resume,
      Duration grantedInterval,
      Duration grantedTimeout,
      Duration grantedResume) {
    TestStream stream =
        TestStream.open(engine.channel())
            .send(
                register("orders/a")
                    .setInterval(interval)
                    .setTimeout(timeout)
                    .setResumeWindow(resume)
                    .setDetector(
                        Detector.newBuilder()
                            .setFixed(FixedDetector.newBuilder().setAfter(interval))));
    engine.turn();

    Registered registered = stream.registered();
    assertThat(registered.getInterval()).isEqualTo(grantedInterval);
    assertThat(registered.getTimeout()).isEqualTo(grantedTimeout);
    assertThat(registered.getResumeWindow()).isEqualTo(grantedResume);
    assertThat(registered.hasExpiresIn()).isEqualTo(!grantedResume.equals(seconds(0)));
  }

  private static void labels(Register.Builder register, int count) {
    for (int i = 0; i < count; i++) {
      register.putLabels("k" + i, "v");
    }
  }

  private static void endpoint(Register.Builder register, String name, String host, int port) {
    register.addEndpoints(Endpoint.newBuilder().setName(name).setHost(host).setPort(port));
  }

  private static void endpoints(Register.Builder register, int count) {
    for (int i = 0; i < count; i++) {
      endpoint(register, "n", "h", 1);
    }
  }

  private static void roles(Register.Builder register, int count) {
    for (int i = 0; i < count; i++) {
      register.addRoles("r" + i);
    }
  }

  private static Register.Builder rule(Register.Builder register, String counter, long millis) {
    return register.addProgressRules(
        ProgressRule.newBuilder().setCounter(counter).setStallAfter(Requests.millis(millis)));
  }

  private static void ruleWithoutTime(Register.Builder register) {
    register.addProgressRules(ProgressRule.newBuilder().setCounter("c0"));
  }

  private static void rules(Register.Builder register, int count) {
    for (int i = 0; i < count; i++) {
      rule(register, "c" + i, 100);
    }
  }
}

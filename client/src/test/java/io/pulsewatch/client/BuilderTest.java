package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.pulsewatch.client.session.ScriptedRandom;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What builders refuse, and what they say. Confined to the test's thread. */
final class BuilderTest {

  private static SenderBuilder sender() {
    return PulsewatchSender.builder("orders", "o-1").server("127.0.0.1:5780");
  }

  @CanIgnoreReturnValue
  private static SenderSetup setup(SenderBuilder builder) {
    return builder.setup(() -> 0, () -> Instant.EPOCH, new ScriptedRandom(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a*", "a b", "ä", "a:b"})
  void aBadServiceNameIsNamed(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PulsewatchSender.builder(name, "o-1"))
        .withMessage("service: '" + name + "' (expected: 1..253 of A-Z a-z 0-9 . _ -)");
  }

  @Test
  void anInstanceIdMayHaveMore() {
    assertThatCode(() -> PulsewatchSender.builder("orders", "host:80@zone"))
        .doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PulsewatchSender.builder("orders", "a".repeat(254)));
  }

  @ParameterizedTest
  @CsvSource({"OFF, false", "ITSELF, false", "OTHERS, true", "OTHERS_AT_ANY_ADDRESS, true"})
  void serversAreToldWhoLooksAtOthers(Probing probing, boolean told) {
    assertThat(setup(sender().probing(probing)).description().getProbesOthers()).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.099S, , , interval: PT0.099S (expected: PT0.1S..PT1H)",
    "PT1H0.001S, , , interval: PT1H0.001S (expected: PT0.1S..PT1H)",
    "PT1S, PT1.499S, , timeout: PT1.499S (expected: PT1.5S..PT24H)",
    ", PT2.9S, , timeout: PT2.9S (expected: PT3S..PT24H)",
    "PT1S, PT25H, , timeout: PT25H (expected: PT1.5S..PT24H)",
    "PT1S, PT5S, PT1.4S, resumeWindow: PT1.4S (expected: PT1.5S..PT5S)",
    "PT1S, PT5S, PT5.1S, resumeWindow: PT5.1S (expected: PT1.5S..PT5S)"
  })
  void aTimeOutOfRangeIsNamed(
      Duration interval, Duration timeout, Duration resumeWindow, String message) {
    SenderBuilder builder = sender();
    if (interval != null) {
      builder.interval(interval);
    }
    if (timeout != null) {
      builder.timeout(timeout);
    }
    if (resumeWindow != null) {
      builder.resumeWindow(resumeWindow);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> setup(builder)).withMessage(message);
  }

  @Test
  void noResumeWindowIsAWishToo() {
    SenderSetup setup = setup(sender().resumeWindow(Duration.ZERO));
    assertThat(setup.description().hasResumeWindow()).isTrue();
    assertThat(setup.wished().allowanceNanos()).isZero();
  }

  @Test
  void theTimesThatNobodyWishedForAreTheServersDefaults() {
    assertThat(setup(sender()).wished())
        .isEqualTo(setup(sender().interval(Duration.ofSeconds(2))).wished());
    assertThat(setup(sender()).wished().timeoutNanos()).isEqualTo(6_000_000_000L);
    assertThat(setup(sender()).wished().resumeWindowNanos()).isEqualTo(5_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:5780", "127.0.0.1:1", "[::1]:65535", "a.b-c.example:80"})
  void addressesAreHostAndPort(String address) {
    assertThatCode(() -> setup(PulsewatchSender.builder("s", "i").server(address)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:", ":80", "::1:80", "http://a:80", "a:0", "a:65536"})
  void aBadAddressIsRefused(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setup(PulsewatchSender.builder("s", "i").server(address)))
        .withMessageContaining("server");
  }

  @Test
  void aServerIsNeeded() {
    assertThatThrownBy(() -> setup(PulsewatchSender.builder("s", "i")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("server: none (expected: at least one)");
    assertThatThrownBy(() -> PulsewatchWatcher.builder().start())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> PulsewatchClient.builder().build())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theContractsLimitsAreKept() {
    assertThatIllegalArgumentException().isThrownBy(() -> sender().label("", "v"));
    assertThatIllegalArgumentException().isThrownBy(() -> sender().label("k".repeat(64), "v"));
    assertThatIllegalArgumentException().isThrownBy(() -> sender().label("k", "v".repeat(257)));
    assertThatIllegalArgumentException().isThrownBy(() -> sender().endpoint("e", "h", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> sender().zone("z".repeat(254)));
    assertThatIllegalArgumentException().isThrownBy(() -> sender().weight(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> sender().weight(10_001));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sender().status(Status.STATUS_UNSPECIFIED));
    SenderBuilder many = sender();
    for (int i = 0; i < 64; i++) {
      many.label("k" + i, "v");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> many.label("one more", "v"))
        .withMessage("labels: 65 (expected: at most 64)");
  }

  @Test
  void aPromiseOfProgressIsKeepable() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sender().progress("a/b", Duration.ofSeconds(1)))
        .withMessage("progress: 'a/b' (expected: 1..253 of A-Z a-z 0-9 . _ -)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sender().progress("orders", Duration.ofMillis(99)))
        .withMessage("stallAfter: PT0.099S (expected: PT0.1S..PT24H)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sender().progress("orders", Duration.ofHours(25)));
    SenderBuilder many = sender().progress("c0", Duration.ofSeconds(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> many.progress("c0", Duration.ofSeconds(2)))
        .withMessage("progress: 'c0' was promised already");
    for (int i = 1; i < 16; i++) {
      many.progress("c" + i, Duration.ofSeconds(1));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> many.progress("c16", Duration.ofSeconds(1)))
        .withMessage("progress: 17 (expected: at most 16)");
  }

  @Test
  void aPauseHasALimit() {
    assertThat(Checks.hold(Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checks.hold(Duration.ofMinutes(5).plusNanos(1)))
        .withMessage("hold: PT5M0.000000001S (expected: PT0S..PT5M)");
    assertThatIllegalArgumentException().isThrownBy(() -> Checks.hold(Duration.ofNanos(-1)));
  }

  @Test
  void aWatchersLimitsAreKept() {
    WatcherBuilder watcher = PulsewatchWatcher.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> watcher.service("a/b"));
    assertThatIllegalArgumentException().isThrownBy(() -> watcher.states(State.STATE_UNSPECIFIED));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> watcher.bookmarkInterval(Duration.ofMillis(99)))
        .withMessage("bookmarkInterval: PT0.099S (expected: PT0.1S..PT10M)");
  }

  @Test
  void textsForPeopleAreCutAtACharacter() {
    assertThat(Checks.cut("abc", 3)).isEqualTo("abc");
    assertThat(Checks.cut("abcd", 3)).isEqualTo("abc");
    assertThat(Checks.cut("aää", 4)).isEqualTo("aä");
    assertThat(Checks.cut("a😀", 4)).isEqualTo("a");
  }

  @Test
  void eachSenderIsAProcessOfItsOwn() {
    assertThat(setup(sender()).description().getProcessId())
        .isNotEqualTo(setup(sender()).description().getProcessId());
  }
}

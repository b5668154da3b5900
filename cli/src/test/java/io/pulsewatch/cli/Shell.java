package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewatch.client.ChannelFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Runs commands as a shell would, in this JVM. Confined to the test's thread. */
final class Shell {
  static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private final ChannelFactory channels;
  private boolean colour;

  Shell(ChannelFactory channels) {
    this.channels = channels;
  }

  /** A shell from which no server is asked. */
  static Shell withoutServer() {
    return new Shell(
        address -> {
          throw new AssertionError("asked " + address);
        });
  }

  Shell with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Shell onColourTerminal() {
    colour = true;
    return this;
  }

  int run(String... args) {
    out.reset();
    err.reset();
    return Cli.run(surroundings(new PrintStream(out, false, UTF_8)), args);
  }

  Surroundings surroundings(PrintStream answers) {
    return new Surroundings(
        answers,
        new PrintStream(err, true, UTF_8),
        colour,
        environment,
        Clock.fixed(NOW, ZoneOffset.UTC),
        () -> 0,
        (address, credentials) -> channels.create(address));
  }

  String out() {
    return out.toString(UTF_8);
  }

  String err() {
    return err.toString(UTF_8);
  }
}

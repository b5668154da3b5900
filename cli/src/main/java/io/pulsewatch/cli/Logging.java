package io.pulsewatch.cli;

import ch.qos.logback.classic.LoggerContext;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Which logs are shown, all on standard error. Chosen before anything logs: whoever asks for a
 * logger first settles which library has them all. Immutable.
 *
 * <p>A server logs through logback, which everybody can configure and which takes 0.2 s to start.
 * Other commands live for moments and say themselves what went wrong: the JDK's own logging is
 * enough for what libraries warn of.
 */
final class Logging {
  private static final String PROVIDER = "slf4j.provider";
  private static final String CONFIGURATION = "logback.configurationFile";
  private static final String VERBOSITY = "slf4j.internal.verbosity";
  private static final String JDK_FORMAT = "java.util.logging.SimpleFormatter.format";

  /** Held, for the JDK forgets a logger and its level when nobody does. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private Logging() {}

  /** How a line of a server's log looks. */
  enum Format {
    TEXT,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Says that this process will be a server: once its values are known, and before the files of its
   * hooks are looked at, for a class that does so may have a logger. Loads and starts nothing.
   */
  static void chooseForServer(Format format) {
    if (format == Format.JSON) {
      System.getProperties().putIfAbsent(CONFIGURATION, "logback-json.xml");
    }
    System.setProperty(VERBOSITY, "WARN");
    System.setProperty(PROVIDER, "ch.qos.logback.classic.spi.LogbackServiceProvider");
  }

  /**
   * A server tells what it does; gRPC's own logs go the same way.
   *
   * @throws IllegalStateException if they were chosen otherwise: the JDK's log would be told to
   *     itself, without end
   */
  static void forServer(Format format) {
    chooseForServer(format);
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
      throw new IllegalStateException(
          "logs were chosen before the server's: " + LoggerFactory.getILoggerFactory());
    }
    LogManager.getLogManager().reset();
    GRPC.setLevel(null);
    SLF4JBridgeHandler.install();
  }

  /** Warnings only, one line each; what gRPC warns of comes back as a failed call. */
  static void forCommands() {
    System.setProperty(VERBOSITY, "WARN");
    System.setProperty(PROVIDER, "org.slf4j.jul.JULServiceProvider");
    System.setProperty(JDK_FORMAT, "%1$tFT%1$tT.%1$tL %4$-7s %3$s %5$s%6$s%n");
    Logger.getLogger("").setLevel(Level.WARNING);
    GRPC.setLevel(Level.OFF);
  }
}

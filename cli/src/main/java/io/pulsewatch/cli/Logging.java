package io.pulsewatch.cli;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Which logs are shown, all on standard error. Called before anything logs. Immutable. */
final class Logging {
  /** Read by logback.xml. */
  private static final String LEVEL = "pulsewatch.log";

  private Logging() {}

  /** A server tells what it does; gRPC's own logs go the same way. */
  static void forServer() {
    System.setProperty(LEVEL, "INFO");
    LogManager.getLogManager().reset();
    SLF4JBridgeHandler.install();
  }

  /** Other commands say themselves what went wrong, in one line. */
  static void forCommands() {
    Logger.getLogger("").setLevel(Level.SEVERE);
  }
}

package io.pulsewatch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether this process is in the foreground of a terminal, which then sends the signals of its keys
 * to the whole group, children included. Immutable.
 */
final class Foreground {
  private static final Path STAT = Path.of("/proc/self/stat");
  private static final int PGRP = 2;
  private static final int TPGID = 5;

  private Foreground() {}

  static boolean isOurs() {
    try {
      return isOurs(Files.readString(STAT));
    } catch (IOException noProc) {
      return false;
    }
  }

  /** Reads a line of proc(5): what follows the command's name, which may hold anything. */
  static boolean isOurs(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", TPGID + 2);
    return fields.length > TPGID && fields[PGRP].equals(fields[TPGID]);
  }
}

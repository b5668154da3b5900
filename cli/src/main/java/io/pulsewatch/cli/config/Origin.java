package io.pulsewatch.cli.config;

/**
 * Where a value was said.
 *
 * @param name the file, the variable or the option; empty for a default
 * @param line line of the file, from 1; else 0
 */
public record Origin(Kind kind, String name, int line) {
  /** The built-in value. */
  public static final Origin DEFAULT = new Origin(Kind.DEFAULT, "", 0);

  /** From the weakest to the strongest. */
  public enum Kind {
    DEFAULT,
    FILE,
    ENVIRONMENT,
    FLAG
  }

  static Origin line(String file, int line) {
    return new Origin(Kind.FILE, file, line);
  }

  /** A variable of the environment. */
  public static Origin variable(String name) {
    return new Origin(Kind.ENVIRONMENT, name, 0);
  }

  /** An option on the command line. */
  public static Origin flag(String option) {
    return new Origin(Kind.FLAG, option, 0);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case DEFAULT -> "default";
      case FILE -> line == 0 ? name : name + ":" + line;
      case ENVIRONMENT -> "$" + name;
      case FLAG -> name;
    };
  }
}

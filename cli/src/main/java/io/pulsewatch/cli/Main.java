package io.pulsewatch.cli;

/** The entry point of the pulsewatch command. Stateless. */
public final class Main {

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.err.println("pulsewatch: no commands yet");
    System.exit(2);
  }
}

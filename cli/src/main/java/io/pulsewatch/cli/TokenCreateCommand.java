package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewatch.server.AccessToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pulsewatch token create}. */
@Command(
    name = "create",
    description = {
      "Make a token, and print it: this once, for only its hash is kept.",
      "Its line goes into the file that serve --token-file names, where a running server finds it"
          + " within seconds. To withdraw a token, delete its line."
    })
final class TokenCreateCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--name", required = true, paramLabel = "N", description = "Whose it is.")
  private String name = "";

  @Option(
      names = "--rights",
      required = true,
      paramLabel = "R[,R...]",
      description =
          "beat: be an instance. watch: read. admin: override, remove, look at the server.")
  private String rights = "";

  @Option(
      names = "--expires-in",
      paramLabel = "D",
      description = "How long it is good, such as 720h (default: until its line is deleted).")
  private @Nullable Duration expiresIn;

  @Option(
      names = "--append-to",
      paramLabel = "FILE",
      description = "Add the line to this file, and print the token alone.")
  private @Nullable Path file;

  TokenCreateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    AccessToken token = create();
    Path target = file;
    if (target == null) {
      surroundings.out().println("token:                   " + token.text());
      surroundings.out().println("line for the token file: " + token.line());
    } else {
      append(target, token.line());
      surroundings.out().println(token.text());
    }
    surroundings.out().flush();
    return ExitCodes.DONE;
  }

  private AccessToken create() {
    Duration life = expiresIn;
    if (life != null && life.isZero()) {
      throw CommandException.usage("--expires-in: 0s (expected: more)");
    }
    try {
      return AccessToken.create(
          name,
          rights,
          life == null ? null : surroundings.clock().instant().plus(life),
          new SecureRandom());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  /** In one write, so that a server that looks meanwhile sees the whole line or none of it. */
  private static void append(Path file, String line) {
    try {
      String end = needsNewline(file) ? System.lineSeparator() : "";
      Files.write(
          file,
          (end + line + System.lineSeparator()).getBytes(UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new CommandException(
          ExitCodes.REFUSED, "cannot write to " + file + ": " + e + "; no token was made");
    }
  }

  private static boolean needsNewline(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    String text = Files.readString(file);
    return !text.isEmpty() && !text.endsWith("\n");
  }
}

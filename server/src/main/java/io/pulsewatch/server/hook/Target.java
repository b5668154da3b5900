package io.pulsewatch.server.hook;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom a hook tells. */
public sealed interface Target {
  /** For people; without what is secret. */
  String shown();

  /**
   * Somebody who takes HTTP requests.
   *
   * @param secrets a file of {@link Secrets}
   * @param authorities PEM; null: those that the JVM trusts
   */
  record Webhook(URI url, Path secrets, @Nullable Path authorities) implements Target {
    @Override
    public String shown() {
      // Paths and queries are where keys of such addresses use to stand.
      String port = url.getPort() < 0 ? "" : ":" + url.getPort();
      String path = url.getRawPath() == null ? "" : url.getRawPath();
      boolean isBare = path.length() <= 1 && url.getRawQuery() == null;
      return url.getScheme() + "://" + url.getHost() + port + (isBare ? path : "/...");
    }

    @Override
    public String toString() {
      return shown();
    }
  }

  /**
   * A command of this machine.
   *
   * @param words the program and its arguments; no shell reads them
   */
  record Command(List<String> words) implements Target {
    public Command {
      words = List.copyOf(words);
    }

    @Override
    public String shown() {
      return words.get(0) + (words.size() > 1 ? " ..." : "");
    }
  }
}

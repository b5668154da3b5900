package io.pulsewatch.server;

import io.pulsewatch.server.hook.HookSettings;
import io.pulsewatch.server.hook.Patience;
import io.pulsewatch.server.hook.Selection;
import io.pulsewatch.server.hook.Target;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.runtime.WebhookReceivers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is done about changes: a receiver that is told of them, at least once each and in order for
 * each instance, across restarts of a server that keeps what it knows. Its name is what the ledger
 * knows it by. Immutable.
 */
public final class Hook {
  /** Of one server. */
  public static final int MAX_HOOKS = 32;

  private final HookSettings settings;

  private Hook(HookSettings settings) {
    this.settings = settings;
  }

  /**
   * Begins a hook that posts each change to a URL.
   *
   * @param name 1..63 of {@code a-z 0-9 _ -}
   * @param url http or https
   * @param secret a file of one or two lines, each {@code whsec_} and base64 of 24..64 bytes, by
   *     which receivers know us; looked at each second
   */
  public static Builder webhook(String name, URI url, Path secret) {
    String scheme = url.getScheme();
    boolean isHttp = "http".equals(scheme) || "https".equals(scheme);
    if (!isHttp || url.getHost() == null || url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "url: of no use (expected: http://.. or https://.., with a host and without a user)");
    }
    return new Builder(name, new Target.Webhook(url, secret, null));
  }

  /**
   * Begins a hook that runs a command for each change, which it finds in its environment and, as
   * JSON, on its standard input.
   *
   * @param name 1..63 of {@code a-z 0-9 _ -}
   * @param words the program and its arguments; no shell reads them
   */
  public static Builder command(String name, List<String> words) {
    if (words.isEmpty() || words.get(0).isBlank()) {
      throw new IllegalArgumentException("exec: no command (expected: a program, and arguments)");
    }
    return new Builder(name, new Target.Command(words));
  }

  /** The name that it was given. */
  public String name() {
    return settings.name();
  }

  /**
   * Reads the files that it names, as a start does.
   *
   * @throws IllegalArgumentException if one is missing or no good; it begins with the setting's
   *     name
   */
  public void checkFiles() {
    if (settings.target() instanceof Target.Webhook webhook) {
      WebhookReceivers.check(webhook);
    }
  }

  HookSettings settings() {
    return settings;
  }

  @Override
  public String toString() {
    return settings.name() + " -> " + settings.target().shown();
  }

  /**
   * Says what a hook is told, and how. Values are checked when they are given: an {@link
   * IllegalArgumentException} begins with the setting's name. Not thread-safe.
   */
  public static final class Builder {
    private static final int MAX_NAME = 63;
    private static final int MAX_ATTEMPTS = 1_000_000;
    private static final int MAX_PARALLEL = 64;

    private final String name;
    private Target target;
    private List<String> services = List.of();
    private String labels = "";
    private Set<State> states = Set.of();
    private Set<Cause> causes = Set.of();
    private Duration timeout = Duration.ofSeconds(10);
    private int maxAttempts = MAX_ATTEMPTS;
    private Duration maxAge = Duration.ofHours(24);
    private Duration least = Duration.ofSeconds(1);
    private Duration most = Duration.ofMinutes(5);
    private int parallel = 8;
    private boolean fromBeginning;

    private Builder(String name, Target target) {
      if (name.length() > MAX_NAME || !name.matches("[a-z0-9_-]+")) {
        throw new IllegalArgumentException(
            "name: '" + name + "' (expected: 1.." + MAX_NAME + " of a-z 0-9 _ -)");
      }
      this.name = name;
      this.target = target;
    }

    /** Names or globs; all services unless given. */
    public Builder services(List<String> globs) {
      new Selection(globs, "", Set.of(), Set.of());
      services = List.copyOf(globs);
      return this;
    }

    /** A label selector in Kubernetes' words; all instances unless given. */
    public Builder labelSelector(String selector) {
      new Selection(List.of(), selector, Set.of(), Set.of());
      labels = selector;
      return this;
    }

    /**
     * Only changes that lead into one of these states, such as {@code SUSPECT} and {@code DEAD};
     * all changes unless given.
     */
    public Builder states(List<String> names) {
      states = words("states", State.class, names);
      return this;
    }

    /** Only changes of these causes, such as {@code SILENCE}; of all unless given. */
    public Builder causes(List<String> names) {
      causes = words("causes", Cause.class, names);
      return this;
    }

    /** Trusts only who has a certificate of these authorities, PEM; the JVM's unless given. */
    public Builder authorities(Path file) {
      if (!(target instanceof Target.Webhook webhook)
          || !"https".equals(webhook.url().getScheme())) {
        throw new IllegalArgumentException("ca: of no use here (expected: with an https url)");
      }
      target = new Target.Webhook(webhook.url(), webhook.secrets(), file);
      return this;
    }

    /** For one attempt: 100 ms .. 5 min; 10 s unless given. A command is then asked to end. */
    public Builder timeout(Duration longest) {
      timeout = within("timeout", longest, Duration.ofMillis(100), Duration.ofMinutes(5));
      return this;
    }

    /**
     * After so many a change is a dead letter: 1..1000000; the most unless given, so that age
     * decides.
     */
    public Builder maxAttempts(int attempts) {
      maxAttempts = within("max_attempts", attempts, MAX_ATTEMPTS);
      return this;
    }

    /**
     * A change that was tried for so long is a dead letter after its next failure: 1 s .. 30 days;
     * 24 h unless given.
     */
    public Builder maxAge(Duration longest) {
      maxAge = within("max_age", longest, Duration.ofSeconds(1), Duration.ofDays(30));
      return this;
    }

    /** The first wait after a failure, doubled with each: 10 ms .. 1 h; 1 s unless given. */
    public Builder backoffMin(Duration wait) {
      least = within("backoff_min", wait, Duration.ofMillis(10), Duration.ofHours(1));
      return this;
    }

    /** The longest: 10 ms .. 1 h, 5 min unless given; at least the first. */
    public Builder backoffMax(Duration wait) {
      most = within("backoff_max", wait, Duration.ofMillis(10), Duration.ofHours(1));
      return this;
    }

    /** Instances of which it is told at once: 1..64; 8 unless given. */
    public Builder parallel(int instances) {
      parallel = within("parallel", instances, MAX_PARALLEL);
      return this;
    }

    /**
     * At its first start it is told all changes that are kept. Unless this is called it is told
     * what comes from then on. At later starts it goes on where it was.
     */
    public Builder fromBeginning() {
      fromBeginning = true;
      return this;
    }

    /** Makes it. */
    public Hook build() {
      Duration longest = most.compareTo(least) < 0 ? least : most;
      Patience patience =
          new Patience(
              timeout.toNanos(),
              maxAttempts,
              maxAge.toMillis(),
              least.toNanos(),
              longest.toNanos());
      Selection selection = new Selection(services, labels, states, causes);
      return new Hook(new HookSettings(name, target, selection, patience, parallel, fromBeginning));
    }

    private static int within(String what, int value, int most) {
      if (value < 1 || value > most) {
        throw new IllegalArgumentException(what + ": " + value + " (expected: 1.." + most + ")");
      }
      return value;
    }

    private static Duration within(
        String what, Duration value, Duration shortest, Duration longest) {
      if (value.compareTo(shortest) < 0 || value.compareTo(longest) > 0) {
        throw new IllegalArgumentException(
            what
                + ": "
                + text(value)
                + " (expected: "
                + text(shortest)
                + ".."
                + text(longest)
                + ")");
      }
      return value;
    }

    private static String text(Duration duration) {
      long millis = duration.toMillis();
      return millis % 1_000 == 0 ? TimeUnit.MILLISECONDS.toSeconds(millis) + "s" : millis + "ms";
    }

    private static <E extends Enum<E>> Set<E> words(
        String what, Class<E> type, List<String> names) {
      Set<E> found = EnumSet.noneOf(type);
      for (String each : names) {
        String name = each.toUpperCase(Locale.ROOT).replace('-', '_');
        @Nullable E known =
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findAny()
                .orElse(null);
        if (known == null) {
          throw new IllegalArgumentException(
              what + ": '" + each + "' (expected: of " + EnumSet.allOf(type) + ")");
        }
        found.add(known);
      }
      return found;
    }
  }
}

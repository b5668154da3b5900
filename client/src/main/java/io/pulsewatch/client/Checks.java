package io.pulsewatch.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The contract's ranges, checked where the caller made the mistake. Immutable. */
final class Checks {
  static final int MAX_NOTE_BYTES = 1024;
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final Duration MAX_INTERVAL = Duration.ofHours(1);
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration MAX_HOLD = Duration.ofMinutes(5);
  private static final int MAX_WATCHERS = 16;
  private static final Duration MAX_TIMEOUT = Duration.ofHours(24);
  private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern INSTANCE_ID = Pattern.compile("[A-Za-z0-9._:@-]{1,253}");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.%]+]|[^\\s/:\\[\\]]+):([0-9]{1,5})");
  private static final Pattern GLOB = Pattern.compile("[A-Za-z0-9._*?-]{1,253}");

  private Checks() {}

  static String serviceName(String name) {
    return matching("service", name, SERVICE, "1..253 of A-Z a-z 0-9 . _ -");
  }

  static String instanceId(String name) {
    return matching("instanceId", name, INSTANCE_ID, "1..253 of A-Z a-z 0-9 . _ - : @");
  }

  static String counterName(String name) {
    return matching("progress", name, SERVICE, "1..253 of A-Z a-z 0-9 . _ -");
  }

  static String roleName(String name) {
    return matching("role", name, SERVICE, "1..253 of A-Z a-z 0-9 . _ -");
  }

  static Duration stallAfter(Duration time) {
    inRange("stallAfter", time, MIN_INTERVAL, MAX_TIMEOUT);
    return time;
  }

  static Duration hold(Duration pause) {
    inRange("hold", pause, Duration.ZERO, MAX_HOLD);
    return pause;
  }

  static Duration within(Duration time) {
    inRange("within", time, Duration.ZERO, MAX_HOLD);
    return time;
  }

  static String watcherName(String name) {
    return matching("name", name, INSTANCE_ID, "1..253 of A-Z a-z 0-9 . _ - : @");
  }

  static Set<String> watcherNames(String... names) {
    Set<String> all = new LinkedHashSet<>();
    for (String name : names) {
      all.add(watcherName(name));
    }
    atMost("watchers", all.size(), MAX_WATCHERS);
    return all;
  }

  static String glob(String glob) {
    return matching("service", glob, GLOB, "1..253 of A-Z a-z 0-9 . _ - * ?");
  }

  static String labelKey(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("label key: empty (expected: 1..63 bytes)");
    }
    return text("label key", key, 63);
  }

  static String labelValue(String value) {
    return text("label value", value, 256);
  }

  @CanIgnoreReturnValue
  static String text(String what, String text, int maxBytes) {
    int bytes = text.getBytes(UTF_8).length;
    if (bytes > maxBytes) {
      throw new IllegalArgumentException(
          what + ": " + bytes + " bytes (expected: at most " + maxBytes + ")");
    }
    return text;
  }

  static int inRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + ": " + value + " (expected: " + min + ".." + max + ")");
    }
    return value;
  }

  static void inRange(String what, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          what + ": " + value + " (expected: " + min + ".." + max + ")");
    }
  }

  static void atMost(String what, int count, int max) {
    if (count > max) {
      throw new IllegalArgumentException(what + ": " + count + " (expected: at most " + max + ")");
    }
  }

  static void positive(String what, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: more than 0)");
    }
  }

  static Status reportable(Status status) {
    if (status == Status.STATUS_UNSPECIFIED || status == Status.UNRECOGNIZED) {
      throw new IllegalArgumentException("status: " + status + " (expected: a status)");
    }
    return status;
  }

  static State known(State state) {
    if (state == State.STATE_UNSPECIFIED || state == State.UNRECOGNIZED) {
      throw new IllegalArgumentException("state: " + state + " (expected: a state)");
    }
    return state;
  }

  static void addAddresses(Collection<String> servers, String... addresses) {
    for (String address : addresses) {
      if (address.isBlank()) {
        throw new IllegalArgumentException("server: blank (expected: host:port)");
      }
      servers.add(address);
    }
  }

  /** The addresses in their order; a factory of the application may give them a form of its own. */
  static List<String> servers(Collection<String> servers, @Nullable ChannelFactory factory) {
    if (servers.isEmpty()) {
      throw new IllegalStateException("server: none (expected: at least one)");
    }
    if (factory == null) {
      servers.forEach(Checks::hostAndPort);
    }
    return List.copyOf(servers);
  }

  private static void hostAndPort(String address) {
    Matcher matcher = HOST_AND_PORT.matcher(address);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("server: '" + address + "' (expected: host:port)");
    }
    inRange("server port", Integer.parseInt(matcher.group(1)), 1, 65535);
  }

  /** Cuts a text for people to what the contract takes, at a character's end. */
  static String cut(String text, int maxBytes) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int next = i + Character.charCount(text.codePointAt(i));
      bytes += text.substring(i, next).getBytes(UTF_8).length;
      if (bytes > maxBytes) {
        return text.substring(0, i);
      }
    }
    return text;
  }

  /** Wishes, each of which may be missing; the ranges of the later ones follow the earlier. */
  static void times(
      @Nullable Duration interval, @Nullable Duration timeout, @Nullable Duration resumeWindow) {
    Duration gap = interval == null ? DEFAULT_INTERVAL : interval;
    inRange("interval", gap, MIN_INTERVAL, MAX_INTERVAL);
    Duration least = gap.multipliedBy(3).dividedBy(2);
    Duration silence = timeout == null ? gap.multipliedBy(3) : timeout;
    inRange("timeout", silence, least, MAX_TIMEOUT);
    if (resumeWindow != null && !resumeWindow.isZero()) {
      inRange("resumeWindow", resumeWindow, least, silence);
    }
  }

  private static String matching(String what, String text, Pattern pattern, String expected) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(what + ": '" + text + "' (expected: " + expected + ")");
    }
    return text;
  }
}

package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.State;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which instances are meant: by service, labels and state. Immutable. Two filters that were asked
 * for in other words but mean the same are equal.
 */
public final class Filter {
  public static final Filter ALL = new Filter(ServiceNames.ALL, Selector.ALL, Set.of());

  private final ServiceNames services;
  private final Selector labels;
  private final EnumSet<State> states;
  private final String canonical;
  private final long hash;

  /**
   * Creates a filter.
   *
   * @param states empty: all
   */
  public Filter(ServiceNames services, Selector labels, Set<State> states) {
    this.services = services;
    this.labels = labels;
    this.states = states.isEmpty() ? EnumSet.allOf(State.class) : EnumSet.copyOf(states);
    this.canonical = services.canonical() + "\n" + labels.canonical() + "\n" + this.states;
    this.hash = hash(canonical);
  }

  public ServiceNames services() {
    return services;
  }

  /** Names this filter in tokens. */
  public long hash() {
    return hash;
  }

  /** Does an entry match that is there? */
  public boolean matches(Entry entry) {
    return services.matches(entry.key().service()) && matchesWithin(entry);
  }

  /** The same for an entry whose service is known to match. */
  boolean matchesWithin(Entry entry) {
    return matches(entry.state(), entry.details().labels());
  }

  /** Did the instance match before the change? Its service is known to match. */
  public boolean matchedBefore(Change change) {
    Change.@Nullable Previous previous = change.previous();
    return previous != null && matches(previous.state(), previous.labels());
  }

  /** Does it match after the change? Its service is known to match. */
  boolean matchesAfter(Change change) {
    return change.cause() != Cause.REMOVED && matchesWithin(change.after());
  }

  /**
   * May it have matched at some time after {@code since}? Exact while its labels stayed the same.
   */
  boolean mayHaveMatched(Track track, long since) {
    boolean labelsKnown = labels.isAll() || track.labelsSince() <= since;
    if (labelsKnown && !labels.matches(track.newest().entry().details().labels())) {
      return false;
    }
    for (State state : states) {
      if (track.wasIn(state, since)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Filter filter && canonical.equals(filter.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

  @Override
  public String toString() {
    return canonical.replace('\n', ' ');
  }

  private boolean matches(State state, Map<String, String> declared) {
    return states.contains(state) && labels.matches(declared);
  }

  private static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

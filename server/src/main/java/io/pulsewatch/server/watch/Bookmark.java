package io.pulsewatch.server.watch;

/**
 * "You are up to date, and this is how I judge."
 *
 * @param revision up to which everything was told
 * @param position to resume from; null while a snapshot is under way
 * @param staleNanos age of what the subscriber knows, at the most; {@link #UNKNOWN} while it has
 *     not caught up
 */
public record Bookmark(
    long revision,
    @org.jspecify.annotations.Nullable Position position,
    ServerCondition condition,
    long staleNanos) {
  public static final long UNKNOWN = -1;
}

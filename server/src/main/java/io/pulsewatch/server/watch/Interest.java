package io.pulsewatch.server.watch;

import org.jspecify.annotations.Nullable;

/**
 * What a subscriber wants. Immutable.
 *
 * @param resume where it was; null: it knows nothing
 * @param failIfCompacted end rather than start over with a COMPACTED snapshot
 * @param everyChange never fold
 * @param bookmarkNanos how often it is told that nothing happened
 */
public record Interest(
    Filter filter,
    @Nullable Position resume,
    boolean failIfCompacted,
    boolean everyChange,
    long bookmarkNanos) {}

package io.pulsewatch.server.watch;

import java.util.List;

/**
 * Some changes as one filter sees them. Immutable.
 *
 * @param at what a subscriber has been told with this; {@code at.since()} is complete
 * @param folded changes that were passed over because a later one stands for them
 */
public record ChangeBatch(Position at, List<Told> changes, long folded) {}

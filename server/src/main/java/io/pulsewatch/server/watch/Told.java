package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;

/**
 * A change as one filter sees it. Immutable.
 *
 * @param leftView the instance matched before and does not any more: forget it
 */
public record Told(Change change, boolean leftView) {}

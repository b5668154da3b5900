/**
 * The liveness kernel: sessions, deadlines, states, and the loop's turn.
 *
 * <p>Read {@link io.pulsewatch.server.liveness.Kernel} first: its {@code turn} is the whole life of
 * the server. Then {@link io.pulsewatch.server.liveness.Judge}, the decision table, and {@link
 * io.pulsewatch.server.liveness.Pulse}, the only place where another thread writes.
 *
 * <p>Time comes in as an argument; there is no I/O, no lock, no log and no thread in this package.
 */
@NullMarked
package io.pulsewatch.server.liveness;

import org.jspecify.annotations.NullMarked;

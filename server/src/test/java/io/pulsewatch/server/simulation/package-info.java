/**
 * A whole Pulsewatch in one thread and virtual time: the real kernel among simulated clients,
 * networks, readers, ledgers and watchers.
 *
 * <p>Read {@link io.pulsewatch.server.simulation.SimulatedWorld} first, then {@link
 * io.pulsewatch.server.simulation.Oracle}: what must hold, whatever happens.
 */
@NullMarked
package io.pulsewatch.server.simulation;

import org.jspecify.annotations.NullMarked;

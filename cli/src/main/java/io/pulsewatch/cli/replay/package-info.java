/**
 * How good a detector is on recorded heartbeats, measured as Chen, Toueg and Aguilera do (IEEE
 * Transactions on Computers 51(5), 2002): detection time, mistake rate, mistake duration, query
 * accuracy.
 *
 * <p>Pure, but for {@link io.pulsewatch.cli.replay.TraceReader}, which reads files. Begin with
 * {@link io.pulsewatch.cli.replay.Meter}.
 */
@NullMarked
package io.pulsewatch.cli.replay;

import org.jspecify.annotations.NullMarked;

/**
 * Scale: fleets, mass death, fan-out and reconnects beside references, each run by name. The load
 * and the servers are processes of their own.
 */
@NullMarked
package io.pulsewatch.bench.scale;

import org.jspecify.annotations.NullMarked;

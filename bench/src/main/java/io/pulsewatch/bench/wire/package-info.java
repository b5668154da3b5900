/**
 * A gRPC client of a few hundred lines: just enough HTTP/2 to hold ten thousand streams on one
 * thread, so that a measurement shows what the server costs and not what its client costs.
 */
@NullMarked
package io.pulsewatch.bench.wire;

import org.jspecify.annotations.NullMarked;

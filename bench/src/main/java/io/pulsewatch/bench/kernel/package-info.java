/** What the liveness kernel costs by itself, without gRPC: JMH. */
@NullMarked
package io.pulsewatch.bench.kernel;

import org.jspecify.annotations.NullMarked;

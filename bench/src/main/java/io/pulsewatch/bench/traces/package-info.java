/** Senders that are recorded, for traces of real streams. */
@NullMarked
package io.pulsewatch.bench.traces;

import org.jspecify.annotations.NullMarked;

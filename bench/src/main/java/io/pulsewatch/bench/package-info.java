/** Benchmarks and load tools, run by hand and never published. */
@NullMarked
package io.pulsewatch.bench;

import org.jspecify.annotations.NullMarked;

/** Processes that put load on a server or die before its eyes. */
@NullMarked
package io.pulsewatch.bench.load;

import org.jspecify.annotations.NullMarked;

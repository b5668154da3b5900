/** The two servers that are compared, each in a process of its own. */
@NullMarked
package io.pulsewatch.bench.serve;

import org.jspecify.annotations.NullMarked;

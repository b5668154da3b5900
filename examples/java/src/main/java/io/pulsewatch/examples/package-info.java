/** Small complete programs, one per use of the client. */
@NullMarked
package io.pulsewatch.examples;

import org.jspecify.annotations.NullMarked;

/** A sender and a watcher on the Java client, fit to be copied. */
@NullMarked
package io.pulsewatch.examples;

import org.jspecify.annotations.NullMarked;

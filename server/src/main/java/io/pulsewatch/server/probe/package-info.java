/**
 * Asking about suspects: whom to ask, where it may connect to, and how often. A subscriber of
 * changes like any other; what it learns goes to the liveness loop as evidence.
 */
@NullMarked
package io.pulsewatch.server.probe;

import org.jspecify.annotations.NullMarked;

/**
 * The consumers' side: who wants to know what, how far each has been told, and the way from there
 * to now.
 *
 * <p>Read {@link io.pulsewatch.server.watch.Hub} first; then {@link
 * io.pulsewatch.server.watch.History}, where the changes stand, and {@link
 * io.pulsewatch.server.watch.Subscription}, the way of one subscriber through them. {@link
 * io.pulsewatch.server.watch.CommittedView} answers questions without any of that.
 *
 * <p>There is no gRPC here, no clock, no lock and no thread.
 */
@NullMarked
package io.pulsewatch.server.watch;

import org.jspecify.annotations.NullMarked;

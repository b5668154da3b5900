/** Channels, streams, and what goes over them: translates and hands over, decides nothing. */
@NullMarked
package io.pulsewatch.client.transport;

import org.jspecify.annotations.NullMarked;

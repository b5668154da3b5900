/**
 * The gRPC services: a callback validates, translates, hands over and returns. Nothing here decides
 * who is alive.
 */
@NullMarked
package io.pulsewatch.server.transport;

import org.jspecify.annotations.NullMarked;

/**
 * Every thread of the server, the reading of the clocks, the mailbox, and the loops: the liveness
 * loop, the fan-out loop, and the event loops that gRPC reads and writes on.
 */
@NullMarked
package io.pulsewatch.server.runtime;

import org.jspecify.annotations.NullMarked;

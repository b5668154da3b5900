/** A relay between clients and a server that writes down when each heartbeat arrived. */
@NullMarked
package io.pulsewatch.cli.record;

import org.jspecify.annotations.NullMarked;

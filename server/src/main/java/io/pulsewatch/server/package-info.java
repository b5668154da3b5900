/** The embeddable server: its builder, its configuration, and the wiring of everything below it. */
@NullMarked
package io.pulsewatch.server;

import org.jspecify.annotations.NullMarked;

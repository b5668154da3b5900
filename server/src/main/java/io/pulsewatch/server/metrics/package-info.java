/**
 * What the server counts, and how Prometheus reads it. Counters are written by the thread that
 * knows, each by one alone, and read when somebody asks.
 */
@NullMarked
package io.pulsewatch.server.metrics;

import org.jspecify.annotations.NullMarked;

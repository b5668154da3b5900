/**
 * Measures the server beside a no-op gRPC server: processes are started, driven and stopped here.
 * Run by hand with {@code make bench}, never published.
 */
@NullMarked
package io.pulsewatch.bench;

import org.jspecify.annotations.NullMarked;

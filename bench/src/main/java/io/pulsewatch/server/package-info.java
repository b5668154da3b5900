/** What a benchmark needs of the server that its public API does not give. */
@NullMarked
package io.pulsewatch.server;

import org.jspecify.annotations.NullMarked;

/** {@code pulsewatch:///orders} as a target of gRPC: see docs/JAVA.md. */
@NullMarked
package io.pulsewatch.client.resolver;

import org.jspecify.annotations.NullMarked;

/** Tests of the stubs' side. */
@NullMarked
package io.pulsewatch.client.transport;

import org.jspecify.annotations.NullMarked;

/** The Java client: keeps one instance's session alive and watches others. */
@NullMarked
package io.pulsewatch.client;

import org.jspecify.annotations.NullMarked;

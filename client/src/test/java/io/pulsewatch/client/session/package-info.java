/** Tests of the pure machines: time is a number, chance is a script or a seed. */
@NullMarked
package io.pulsewatch.client.session;

import org.jspecify.annotations.NullMarked;

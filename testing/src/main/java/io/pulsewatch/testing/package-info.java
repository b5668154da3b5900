/** What tests of several modules share. Never published. */
@NullMarked
package io.pulsewatch.testing;

import org.jspecify.annotations.NullMarked;

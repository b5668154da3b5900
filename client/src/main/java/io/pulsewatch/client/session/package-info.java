/** The sender's and the watcher's course as pure machines: the JDK only, time passed in. */
@NullMarked
package io.pulsewatch.client.session;

import org.jspecify.annotations.NullMarked;

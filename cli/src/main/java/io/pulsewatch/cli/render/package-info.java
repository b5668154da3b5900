/** {@code pulsewatch render}: a file made of who is well, and a command after each change. */
@NullMarked
package io.pulsewatch.cli.render;

import org.jspecify.annotations.NullMarked;

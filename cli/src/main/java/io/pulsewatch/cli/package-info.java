/** The pulsewatch command: argument parsing, output and exit codes. */
@NullMarked
package io.pulsewatch.cli;

import org.jspecify.annotations.NullMarked;

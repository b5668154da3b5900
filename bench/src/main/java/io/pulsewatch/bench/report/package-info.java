/** Statistics, the table for people and the file for programs. */
@NullMarked
package io.pulsewatch.bench.report;

import org.jspecify.annotations.NullMarked;

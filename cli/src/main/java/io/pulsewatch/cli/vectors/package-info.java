/**
 * Conformance vectors for detectors: reads a file of them and holds each case against the detectors
 * of this release. Read {@link io.pulsewatch.cli.vectors.VectorFile} first.
 *
 * <p>A case counts as passed only if every field of it is understood and all that it expects is so.
 */
@NullMarked
package io.pulsewatch.cli.vectors;

import org.jspecify.annotations.NullMarked;

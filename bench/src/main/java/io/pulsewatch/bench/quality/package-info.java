/**
 * How good the detectors are: generated fleets, recorded streams, and the report docs/DETECTION.md.
 */
@NullMarked
package io.pulsewatch.bench.quality;

import org.jspecify.annotations.NullMarked;

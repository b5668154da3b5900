/**
 * Pure functions of what a stream has shown to the silence at which doubt is due.
 *
 * <p>Read {@link io.pulsewatch.server.detector.Detector} first, then {@link
 * io.pulsewatch.server.detector.DetectorChoice}, which names and makes them. The JDK only: no
 * clock, no lock, no thread. A detector may choose when SUSPECT is due, never when DEAD is.
 */
@NullMarked
package io.pulsewatch.server.detector;

import org.jspecify.annotations.NullMarked;

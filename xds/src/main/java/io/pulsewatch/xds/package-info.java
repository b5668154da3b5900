/** What the live registry says, in Envoy's words: see docs/XDS.md. */
@NullMarked
package io.pulsewatch.xds;

import org.jspecify.annotations.NullMarked;

/**
 * The seam between one machine and many: what numbers changes and makes them durable. The loop does
 * not know which ledger it has.
 */
@NullMarked
package io.pulsewatch.server.ledger;

import org.jspecify.annotations.NullMarked;

/**
 * What a benchmark needs of the server that its public API does not give: a clock of its own. Each
 * event loop asks for the time at least once in 10 ms, in a task of its own, so whoever holds the
 * clock holds the loop; no public call reaches all of them. A clock in the public API would invite
 * people to turn it. So this class is in the server's package, which works on a class path only;
 * benchmarks are never published.
 */
@NullMarked
package io.pulsewatch.server;

import org.jspecify.annotations.NullMarked;

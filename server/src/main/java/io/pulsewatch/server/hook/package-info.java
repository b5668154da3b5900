/**
 * Hooks: what is done about changes. Each is a cursor in the sequence of revisions, a bounded queue
 * and the rules by which it is told again; sockets, processes and the thread are in {@code
 * runtime}.
 */
@NullMarked
package io.pulsewatch.server.hook;

import org.jspecify.annotations.NullMarked;

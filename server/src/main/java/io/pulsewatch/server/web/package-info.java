/**
 * The web port: metrics, probes, and the contract as plain HTTP. It has no rules of its own: what
 * is asked goes to the same services that gRPC calls, and comes back as proto JSON. Sockets and
 * threads are in {@code runtime}.
 */
@NullMarked
package io.pulsewatch.server.web;

import org.jspecify.annotations.NullMarked;

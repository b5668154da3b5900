package io.pulsewatch.server.runtime;

/**
 * What the web port allows its clients. Immutable.
 *
 * @param maxOpen open at once; a further one is told so and closed
 * @param maxBodyBytes of one request
 * @param maxHeaderBytes of one request, and of its first line
 * @param requestSeconds from a request's first byte to its last
 * @param idleSeconds between two requests
 * @param stallSeconds for which a client may take nothing of an answer that waits for it
 */
public record WebSettings(
    int maxOpen,
    int maxBodyBytes,
    int maxHeaderBytes,
    int requestSeconds,
    int idleSeconds,
    int stallSeconds) {}

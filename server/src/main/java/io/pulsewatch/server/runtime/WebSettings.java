package io.pulsewatch.server.runtime;

/**
 * What the web port allows its clients. Immutable.
 *
 * @param maxOpen open at once; a further one is told so and closed
 * @param maxBodyBytes of one request
 * @param maxHeaderBytes of one request, and of its first line
 * @param requestSeconds from a request's first byte to its last
 * @param idleSeconds between two requests
 * @param stallSeconds for which an answer, or a part of a flow, may wait to be taken
 */
public record WebSettings(
    int maxOpen,
    int maxBodyBytes,
    int maxHeaderBytes,
    int requestSeconds,
    int idleSeconds,
    int stallSeconds) {}

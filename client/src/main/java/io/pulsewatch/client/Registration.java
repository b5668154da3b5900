package io.pulsewatch.client;

import java.time.Duration;

/**
 * What a server granted to one incarnation.
 *
 * @param service name of the service
 * @param instanceId name of the instance in it
 * @param incarnation greater than any before it: a fencing token
 * @param serverId the server that answered
 * @param interval granted gap between heartbeats
 * @param timeout granted silence, after which the instance is dead
 * @param resumeWindow granted time without a stream; zero means dead at stream loss, and no fence
 * @param detectionBound watchers learn of a death within this long after the last heartbeat (p99)
 */
public record Registration(
    String service,
    String instanceId,
    long incarnation,
    String serverId,
    Duration interval,
    Duration timeout,
    Duration resumeWindow,
    Duration detectionBound) {}

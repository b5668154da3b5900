package io.pulsewatch.client;

import io.pulsewatch.client.session.Fence;
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
    Duration detectionBound) {

  /**
   * Returns how long a role is held after the instant at which the newest heartbeat was sent whose
   * answer listed it. Negative where there is no time to stop in, or no fence.
   *
   * @param stopWithin how long work needs to stop
   */
  public Duration fence(Duration stopWithin) {
    Duration allowance = timeout.compareTo(resumeWindow) < 0 ? timeout : resumeWindow;
    return Duration.ofNanos(Fence.nanos(allowance.toNanos(), stopWithin.toNanos()));
  }
}

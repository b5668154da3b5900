package io.pulsewatch.client;

import io.grpc.ManagedChannel;

/**
 * Makes the gRPC channel to one server address: the way to proxies, tests, and whatever the
 * builders have no word for.
 *
 * <p>Each call must return a new channel; the client shuts it down. A sender and a watcher make a
 * fresh one for every attempt, so that gRPC's own connect backoff (up to 2 min) never delays them.
 * The call is made on the thread that sends heartbeats and must not block. What it throws counts as
 * a failed attempt.
 *
 * <p>The channels that are made without a factory use no proxy, whatever the environment and system
 * properties of the JVM say.
 */
@FunctionalInterface
public interface ChannelFactory {

  /**
   * Returns a new channel.
   *
   * @param address one of the configured addresses, or a peer that a server named, as {@code
   *     host:port}
   */
  ManagedChannel create(String address);
}

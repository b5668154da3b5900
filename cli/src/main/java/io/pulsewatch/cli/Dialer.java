package io.pulsewatch.cli;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;

/** The way to servers: makes a new channel, which its caller closes. Thread-safe. */
@FunctionalInterface
interface Dialer {
  /** Makes it; connects to nothing yet. */
  ManagedChannel dial(String address, ChannelCredentials credentials);
}

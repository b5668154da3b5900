package io.pulsewatch.client;

import io.pulsewatch.v1.WatchRequest;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a watcher is made of.
 *
 * @param request the first request, with the token to go on from
 * @param servers addresses, at least one
 * @param nanoTicker monotonic nanoseconds from any origin
 */
record WatchSetup(
    WatchRequest request,
    List<String> servers,
    ChannelFactory channels,
    LongSupplier nanoTicker,
    RandomGenerator random) {}

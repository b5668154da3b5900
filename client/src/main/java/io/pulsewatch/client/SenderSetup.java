package io.pulsewatch.client;

import io.pulsewatch.client.session.Terms;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Status;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a sender is made of.
 *
 * @param description the register without status, roles and token
 * @param status the first status
 * @param progress the counters that the description promises to move, by name
 * @param roles that it stands for
 * @param probing what it looks at when it is asked to
 * @param servers addresses, at least one
 * @param wished the times that the description wishes for
 * @param token what the channels show; null: none
 * @param nanoTicker monotonic nanoseconds from any origin
 * @param wallClock for people only
 */
record SenderSetup(
    Register description,
    Status status,
    Map<String, Progress> progress,
    List<RoleWish> roles,
    Probing probing,
    List<String> servers,
    Terms wished,
    ChannelFactory channels,
    @Nullable ShownToken token,
    LongSupplier nanoTicker,
    InstantSource wallClock,
    RandomGenerator random) {}

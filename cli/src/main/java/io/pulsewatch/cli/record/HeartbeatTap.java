package io.pulsewatch.cli.record;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewatch.cli.record.Arrival.Source;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.Register;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads along in one heartbeat stream. Confined to the event loop of its call. */
final class HeartbeatTap implements Consumer<byte[]> {
  private final Predicate<Source> wanted;
  private final ArrivalQueue queue;
  private final LongSupplier nanoTicker;
  private @Nullable Source source;

  HeartbeatTap(Predicate<Source> wanted, ArrivalQueue queue, LongSupplier nanoTicker) {
    this.wanted = wanted;
    this.queue = queue;
    this.nanoTicker = nanoTicker;
  }

  @Override
  public void accept(byte[] message) {
    long nowNanos = nanoTicker.getAsLong();
    HeartbeatRequest request;
    try {
      request = HeartbeatRequest.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      return; // the server will tell its sender
    }
    if (request.hasRegister()) {
      source = source(request.getRegister());
    } else if (request.hasHeartbeat() && source != null) {
      Heartbeat heartbeat = request.getHeartbeat();
      queue.put(
          new Arrival(
              source, heartbeat.getSequence(), heartbeat.getSentMonotonicNanos(), nowNanos));
    }
  }

  private @Nullable Source source(Register register) {
    Source source =
        new Source(
            register.getInstance().getService(),
            register.getInstance().getInstanceId(),
            register.getProcessId(),
            !register.getSessionToken().isEmpty());
    return wanted.test(source) ? source : null;
  }
}

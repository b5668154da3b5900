package io.pulsewatch.server.web;

import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.transport.Encoded;
import io.pulsewatch.server.transport.Hearer;
import io.pulsewatch.server.watch.Room;
import io.pulsewatch.v1.WatchResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A watch as server-sent events: an event for each message, named as the contract names it, with
 * the resume token as its id. A browser that comes back names the last one by itself.
 *
 * <p>Nothing goes out before the first event, so that a watch that is refused is refused with its
 * own status. One message at a time is on its way, and takes room with those of all other watchers
 * until it is written; who reads slowly is the hub's business, as with gRPC. The text is made on
 * the event loop, once for all who are told the same.
 *
 * <p>Confined to the fan-out thread, but for its beginning.
 */
final class EventFlow implements Hearer {
  static final String TYPE = "text/event-stream";

  /** How long a browser waits before it comes back. */
  static final int RETRY_MILLIS = 1_000;

  private static final Function<WatchResponse, Encoded.Text> WRITER = EventFlow::event;

  private final Exchange exchange;
  private final Room.Seat seat;
  private Exchange.@Nullable Flow flow;
  private boolean begun;

  EventFlow(Exchange exchange, Room.Seat seat) {
    this.exchange = exchange;
    this.seat = seat;
  }

  /** On the event loop; what the fan-out thread is given to do comes after it. */
  @Override
  public void onOpen(Open watch, Executor fanout) {
    flow =
        exchange.flow(
            TYPE,
            () -> fanout.execute(() -> onWritten(watch)),
            () -> fanout.execute(() -> onGone(watch)));
  }

  @Override
  public boolean isReady() {
    return seat.isEmpty();
  }

  @Override
  public void tell(Encoded message) {
    if (!begun) {
      begun = true;
      send("retry: " + RETRY_MILLIS + "\n\n");
    }
    seat.take(message.length());
    flow().send(() -> message.text(WRITER).bytes().duplicate());
  }

  @Override
  public void end(StatusRuntimeException why) {
    Failure failure = Failure.of(why);
    if (begun) {
      send("event: error\ndata: " + failure.json() + "\n\n");
      flow().end();
    } else {
      exchange.answer(failure.answer());
    }
  }

  private void onWritten(Open watch) {
    seat.clear();
    watch.onReady();
  }

  private void onGone(Open watch) {
    seat.clear();
    watch.onGone();
  }

  private Exchange.Flow flow() {
    return Objects.requireNonNull(flow);
  }

  private void send(String text) {
    ByteBuffer part = bytes(text);
    flow().send(() -> part);
  }

  private static Encoded.Text event(WatchResponse message) {
    StringBuilder event = new StringBuilder();
    if (!message.getResumeToken().isEmpty()) {
      event.append("id: ").append(message.getResumeToken()).append('\n');
    }
    event
        .append("event: ")
        .append(message.getMessageCase().name().toLowerCase(Locale.ROOT))
        .append("\ndata: ")
        .append(Json.text(message, false))
        .append("\n\n");
    return new Encoded.Text(bytes(event.toString()));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
  }
}

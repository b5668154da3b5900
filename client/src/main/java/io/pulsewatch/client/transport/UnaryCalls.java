package io.pulsewatch.client.transport;

import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Blocking calls over several servers, the one that answered last first. Thread-safe: its channels
 * are guarded by {@code this}, and no call is made under it.
 */
public final class UnaryCalls {
  private final List<String> addresses;
  private final Function<String, ManagedChannel> factory;
  private final long callNanos;
  private final @Nullable ManagedChannel[] channels;
  private volatile int favourite;
  private volatile boolean closed;

  /** One call. */
  @FunctionalInterface
  public interface Call<R> {
    /** Makes it. */
    R on(Channel channel, Deadline callDeadline);
  }

  /** Connects to nothing yet. */
  public UnaryCalls(
      List<String> addresses, Function<String, ManagedChannel> factory, long callNanos) {
    this.addresses = List.copyOf(addresses);
    this.factory = factory;
    this.callNanos = callNanos;
    channels = new ManagedChannel[addresses.size()];
  }

  /**
   * Asks one server after the other until one can be reached; each gets its share of what is left
   * of the call deadline.
   *
   * @throws StatusRuntimeException with the last refusal
   */
  public <R> R ask(Call<R> call) {
    int first = favourite;
    int count = addresses.size();
    Deadline whole = Deadline.after(callNanos, TimeUnit.NANOSECONDS);
    StatusRuntimeException last = null;
    for (int tried = 0; tried < count; tried++) {
      long share = whole.timeRemaining(TimeUnit.NANOSECONDS) / (count - tried);
      try {
        return on((first + tried) % count, Deadline.after(share, TimeUnit.NANOSECONDS), call);
      } catch (StatusRuntimeException refused) {
        if (!mayTryNext(refused)) {
          throw refused;
        }
        last = refused;
      }
    }
    throw last == null ? new StatusRuntimeException(Status.UNAVAILABLE) : last;
  }

  /**
   * Asks one server only: what must not be done twice.
   *
   * @throws StatusRuntimeException with its refusal
   */
  public <R> R askOnce(Call<R> call) {
    int index = favourite;
    try {
      return on(index, Deadline.after(callNanos, TimeUnit.NANOSECONDS), call);
    } catch (StatusRuntimeException refused) {
      if (mayTryNext(refused)) {
        favourite = (index + 1) % addresses.size(); // for the next call
      }
      throw refused;
    }
  }

  /** Gives up the connections; open and later calls fail. */
  public void close() {
    closed = true;
    synchronized (this) {
      for (ManagedChannel channel : channels) {
        if (channel != null) {
          channel.shutdownNow();
        }
      }
    }
  }

  private <R> R on(int index, Deadline callDeadline, Call<R> call) {
    if (closed) {
      throw Status.CANCELLED.withDescription("the client was closed").asRuntimeException();
    }
    ManagedChannel channel = channel(index);
    channel.resetConnectBackoff(); // gRPC's own would fail calls for up to 2 min
    R answer = call.on(channel, callDeadline);
    favourite = index;
    return answer;
  }

  private ManagedChannel channel(int index) {
    ManagedChannel channel = channelOrNull(index);
    return channel == null ? keep(index, factory.apply(addresses.get(index))) : channel;
  }

  private synchronized @Nullable ManagedChannel channelOrNull(int index) {
    return channels[index];
  }

  private ManagedChannel keep(int index, ManagedChannel made) {
    ManagedChannel kept = made;
    synchronized (this) {
      if (channels[index] != null) {
        kept = channels[index]; // another thread was first
      } else if (!closed) {
        channels[index] = made;
        return made;
      }
    }
    made.shutdownNow();
    return kept;
  }

  private static boolean mayTryNext(StatusRuntimeException refused) {
    Status.Code code = refused.getStatus().getCode();
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }
}

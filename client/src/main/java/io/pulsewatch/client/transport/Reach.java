package io.pulsewatch.client.transport;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.grpc.health.v1.HealthGrpc;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.ProbeOutcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A look at an endpoint of another instance: whether anything answers there. Thread-safe; blocks
 * for as long as it is allowed to, and for a name as long as its resolver takes.
 */
public final class Reach {
  // A TCP connection is accepted by the kernel of a process that stands still; an answer over gRPC
  // is not. Neither proves the incarnation.
  private static final String GRPC = "grpc";
  private static final int MAX_ANSWER_BYTES = 4 * 1024;

  private final LongSupplier nanoTicker;

  /**
   * Where it may look.
   *
   * @param anyAddress link-local and metadata addresses, too
   * @param loopback loopback addresses, too
   */
  public record Scope(boolean anyAddress, boolean loopback) {}

  public Reach(LongSupplier nanoTicker) {
    this.nanoTicker = nanoTicker;
  }

  /** Looks. */
  public ProbeOutcome look(Endpoint endpoint, long withinNanos, Scope scope) {
    long endNanos = nanoTicker.getAsLong() + withinNanos;
    int port = endpoint.getPort();
    if (port < 1 || port > 65_535 || !ProbeAddresses.mayBeAsked(endpoint.getHost(), scope)) {
      return ProbeOutcome.PROBE_OUTCOME_DECLINED;
    }
    InetAddress address = resolve(endpoint.getHost());
    if (address == null) {
      return ProbeOutcome.PROBE_OUTCOME_DECLINED;
    }
    // The address that was checked is the one that is connected to: a name is not asked twice.
    if (!ProbeAddresses.mayBeAsked(address, scope)) {
      return ProbeOutcome.PROBE_OUTCOME_DECLINED;
    }
    long left = endNanos - nanoTicker.getAsLong();
    if (left <= 0) { // the resolver took all of it: nobody was asked
      return ProbeOutcome.PROBE_OUTCOME_DECLINED;
    }
    return speaksGrpc(endpoint) ? ask(address, port, left) : touch(address, port, left);
  }

  /** By the words of its name, as the server has it. */
  private static boolean speaksGrpc(Endpoint endpoint) {
    String[] words = endpoint.getName().toLowerCase(Locale.ROOT).split("[^a-z0-9]+");
    return Arrays.asList(words).contains(GRPC);
  }

  private static @Nullable InetAddress resolve(String host) {
    try {
      return host.isEmpty() ? null : InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      return null;
    }
  }

  private static ProbeOutcome touch(InetAddress address, int port, long leftNanos) {
    int millis = (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), millis);
      return ProbeOutcome.PROBE_OUTCOME_REACHABLE;
    } catch (ConnectException refused) {
      return refusedOrNot(refused);
    } catch (IOException noAnswer) {
      return ProbeOutcome.PROBE_OUTCOME_NO_ANSWER;
    }
  }

  private static ProbeOutcome ask(InetAddress address, int port, long leftNanos) {
    String literal = address.getHostAddress();
    boolean v6 = literal.indexOf(':') >= 0;
    ManagedChannel channel =
        Channels.forProbe((v6 ? "[" + literal + "]" : literal) + ":" + port, MAX_ANSWER_BYTES);
    try {
      HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)
          .check(HealthCheckRequest.getDefaultInstance());
      return ProbeOutcome.PROBE_OUTCOME_REACHABLE;
    } catch (StatusRuntimeException answer) {
      return switch (answer.getStatus().getCode()) {
        case UNAVAILABLE -> refusedOrNot(answer.getStatus().getCause());
        case DEADLINE_EXCEEDED, CANCELLED -> ProbeOutcome.PROBE_OUTCOME_NO_ANSWER;
        // Any other status is an answer: it serves no health protocol, or not to us.
        default -> ProbeOutcome.PROBE_OUTCOME_REACHABLE;
      };
    } finally {
      channel.shutdownNow();
    }
  }

  private static ProbeOutcome refusedOrNot(@Nullable Throwable error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      String message = each.getMessage();
      if (each instanceof ConnectException && message != null && message.contains("refused")) {
        return ProbeOutcome.PROBE_OUTCOME_REFUSED;
      }
    }
    return ProbeOutcome.PROBE_OUTCOME_NO_ANSWER;
  }
}

package io.pulsewatch.cli.record;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.pulsewatch.cli.record.Arrival.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Records heartbeat streams that pass through it on their way to a server, one file for each
 * session. Confined to one thread, which writes; event loops of gRPC carry the streams.
 *
 * <p>Why a relay: the contract tells no arrival of a heartbeat, and a registry that is polled shows
 * some of them only. What stands where the server stands sees what it sees, to the microsecond.
 */
public final class TraceRecorder implements AutoCloseable {
  /** How often what is written goes to the operating system while nothing comes. */
  private static final long IDLE_MILLIS = 500;

  /** As often at least while much comes. */
  private static final int FLUSH_EVERY = 10_000;

  private static final long CLOSE_SECONDS = 1;

  private final ManagedChannel upstream;
  private final ArrivalQueue queue = new ArrivalQueue();
  private final Relay relay;
  private final TraceFolder folder;
  private @Nullable Server server;

  /**
   * @param upstream the server; closed with this
   * @param instances which are recorded, by {@code service/instance}; all are relayed
   * @param folder where the files go; made where there is none
   * @param nanoTicker stamps arrivals
   * @throws IOException the folder cannot be made
   */
  public TraceRecorder(
      ManagedChannel upstream, Predicate<String> instances, Path folder, LongSupplier nanoTicker)
      throws IOException {
    this.upstream = upstream;
    this.folder = new TraceFolder(folder);
    Predicate<Source> wanted =
        source -> instances.test(source.service() + "/" + source.instanceId());
    this.relay = new Relay(upstream, wanted, queue, nanoTicker);
  }

  /**
   * Begins to listen, and returns the port.
   *
   * @throws IOException the address cannot be had
   */
  public int listen(InetSocketAddress address) throws IOException {
    server = relay.listen(address);
    return server.getPort();
  }

  /**
   * Writes what arrives until the end; then what is left.
   *
   * @throws IOException the disk refuses
   */
  public void writeUntil(BooleanSupplier ended) throws IOException, InterruptedException {
    long unflushed = 0;
    while (true) {
      Arrival arrival = queue.take(ended.getAsBoolean() ? 0 : IDLE_MILLIS);
      if (arrival != null) {
        folder.write(arrival);
        unflushed++;
      } else if (ended.getAsBoolean()) {
        folder.flush();
        return;
      }
      if (arrival == null || unflushed >= FLUSH_EVERY) {
        folder.flush();
        unflushed = 0;
      }
    }
  }

  /** Files that were begun. */
  public int files() {
    return folder.opened();
  }

  /** Heartbeats that were written. */
  public long lines() {
    return folder.lines();
  }

  /** Heartbeats that were not: repeated, beyond a limit, or the disk was too slow for them. */
  public long leftOut() {
    return folder.leftOut() + queue.dropped();
  }

  /** Ends every stream, and closes the files. Takes at most a few seconds. */
  @Override
  public void close() throws IOException {
    if (server != null) {
      server.shutdownNow();
    }
    upstream.shutdownNow();
    try {
      if (server != null) {
        server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
      upstream.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    folder.close();
  }
}

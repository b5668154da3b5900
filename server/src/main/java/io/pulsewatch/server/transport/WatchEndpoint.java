package io.pulsewatch.server.transport;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.watch.Acknowledgements;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.Interest;
import io.pulsewatch.server.watch.Position;
import io.pulsewatch.server.watch.Room;
import io.pulsewatch.v1.AckWatchRequest;
import io.pulsewatch.v1.AckWatchResponse;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells who is alive, and every change of it. Bound by hand, for its messages go out as bytes that
 * are made once for all who are told the same.
 *
 * <p>Thread-safe.
 */
public final class WatchEndpoint implements BindableService {
  private static final MethodDescriptor<WatchRequest, Encoded> WATCH =
      WatchServiceGrpc.getWatchMethod().toBuilder(
              WatchServiceGrpc.getWatchMethod().getRequestMarshaller(), Encoded.MARSHALLER)
          .build();

  private static final long MIN_BOOKMARK = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MAX_BOOKMARK = TimeUnit.MINUTES.toNanos(10);
  private static final long DEFAULT_BOOKMARK = TimeUnit.SECONDS.toNanos(10);

  private final Hub hub;
  private final Executor fanout;
  private final WatchMessages messages;
  private final Authenticator authenticator;

  /**
   * Creates the service.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   * @param authenticator of watches that live longer than what they came in with
   */
  public WatchEndpoint(Hub hub, Executor fanout, Faces faces, Authenticator authenticator) {
    this.hub = hub;
    this.fanout = fanout;
    this.messages = new WatchMessages(faces);
    this.authenticator = authenticator;
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServiceDescriptor service = // with what reflection reads
        ServiceDescriptor.newBuilder(WatchServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(WatchServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(WATCH)
            .addMethod(WatchServiceGrpc.getAckWatchMethod())
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(WATCH, ServerCalls.asyncServerStreamingCall(this::watch))
        .addMethod(WatchServiceGrpc.getAckWatchMethod(), ServerCalls.asyncUnaryCall(this::ackWatch))
        .build();
  }

  private void watch(WatchRequest request, StreamObserver<Encoded> response) {
    try {
      ServerCallStreamObserver<Encoded> call = (ServerCallStreamObserver<Encoded>) response;
      open(request, Gate.current(), new Call(new Outlet<>(call, hub.room())));
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }

  /**
   * Opens a watch that goes out another way than gRPC, too. Any thread; returns at once.
   *
   * @param pass that it lives on
   * @throws StatusRuntimeException if the request is malformed; the hearer is not called then
   */
  public void open(WatchRequest request, Access.Pass pass, Hearer hearer) {
    Interest interest = interest(request);
    if (!request.getName().isEmpty()) {
      Names.checkWatcher("name", request.getName());
    }
    new WatchCall(hearer, messages, authenticator, fanout, request.getName())
        .begin(hub, interest, pass);
  }

  private void ackWatch(AckWatchRequest request, StreamObserver<AckWatchResponse> response) {
    try {
      Names.checkWatcher("name", request.getName());
    } catch (StatusRuntimeException e) {
      response.onError(e);
      return;
    }
    fanout.execute(() -> acknowledge(request.getName(), request.getRevision(), response));
  }

  private void acknowledge(String name, long revision, StreamObserver<AckWatchResponse> response) {
    if (revision < 0 || revision > hub.head()) {
      response.onError(
          Statuses.invalid(
              "BAD_REVISION",
              "revision: "
                  + Long.toUnsignedString(revision)
                  + " (expected: at most "
                  + hub.head()
                  + ", the newest)"));
      return;
    }
    long greatest = hub.acknowledgements().acknowledge(name, revision);
    if (greatest == Acknowledgements.UNKNOWN) {
      response.onError(
          Statuses.of(
              Status.Code.NOT_FOUND,
              "UNKNOWN_WATCHER",
              "No watch with the name " + name + " was opened here. Open one, then say it again."));
      return;
    }
    response.onNext(AckWatchResponse.newBuilder().setRevision(greatest).build());
    response.onCompleted();
  }

  /** What is told by HTTP takes room with all others. */
  public Room room() {
    return hub.room();
  }

  /** A gRPC call that is told. */
  private record Call(Outlet<Encoded> outlet) implements Hearer {
    @Override
    public void onOpen(Open watch, Executor fanout) {
      outlet.begin(fanout, watch::onReady, watch::onGone);
    }

    @Override
    public boolean isReady() {
      return outlet.isReady();
    }

    @Override
    public void tell(Encoded message) {
      outlet.send(message, message.length());
    }

    @Override
    public void end(StatusRuntimeException why) {
      outlet.end(why);
    }
  }

  private static Interest interest(WatchRequest request) {
    return new Interest(
        Filters.filter(
            request.getServicesList(), request.getLabelSelector(), request.getStatesValueList()),
        position(request.getResumeToken()),
        request.getFailIfCompacted(),
        everyChange(request),
        bookmarkNanos(request));
  }

  /** A page of ListInstances is good, too: the watch goes on from where the list began. */
  private static @Nullable Position position(String text) {
    if (text.isEmpty()) {
      return null;
    }
    Tokens.Token token = Tokens.read("resume_token", text);
    return switch (token.kind()) {
      case RESUME, INSTANCES -> token.at();
      case SERVICES, CHANGES, ROLES -> throw Tokens.bad("resume_token");
    };
  }

  private static boolean everyChange(WatchRequest request) {
    return switch (request.getDelivery()) {
      case DELIVERY_UNSPECIFIED, DELIVERY_LATEST -> false;
      case DELIVERY_EVERY_CHANGE -> true;
      case UNRECOGNIZED ->
          throw Statuses.invalid(
              "BAD_DELIVERY",
              "delivery: " + request.getDeliveryValue() + " (expected: LATEST or EVERY_CHANGE)");
    };
  }

  private static long bookmarkNanos(WatchRequest request) {
    if (!request.hasBookmarkInterval()) {
      return DEFAULT_BOOKMARK;
    }
    long wish = Nanos.of(request.getBookmarkInterval());
    if (wish < MIN_BOOKMARK || wish > MAX_BOOKMARK) {
      throw Statuses.invalid(
          "BAD_BOOKMARK_INTERVAL",
          "bookmark_interval: " + wish / 1e9 + "s (expected: 100ms..10min; unset: 10s)");
    }
    return wish;
  }
}

package io.pulsewatch.xds;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.ExtensionHost;
import io.pulsewatch.server.Limit;
import io.pulsewatch.server.ServerExtension;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.xds.envoy.AggregatedDiscoveryServiceGrpc;
import io.pulsewatch.xds.envoy.DiscoveryRequest;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The aggregated discovery service in one server. With the first stream it begins to watch
 * everybody, and goes on: whoever comes back finds what was kept for him.
 *
 * <p>Confined to the extension's thread, but for {@link #services}, {@link #counts} and the
 * beginning of calls.
 */
final class XdsPart implements ServerExtension.Part, AdsStream.Refusals, Catalog.Subscribers {
  private static final MethodDescriptor<DiscoveryRequest, Frame> METHOD =
      AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod().toBuilder(
              AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod()
                  .getRequestMarshaller(),
              Frame.MARSHALLER)
          .build();

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_ANSWERS_PER_TURN = 256;

  private final ExtensionHost host;
  private final int maxStreams;
  private final int maxNames;
  private final Outflow outflow;
  private final Catalog catalog;
  private final Interests interests = new Interests();
  private final RefusedAnswers refused;
  private final Map<AdsStream, AdsCall> calls = new LinkedHashMap<>();
  private final Map<Outflow.Seat, AdsCall> seats = new HashMap<>();
  private final Strangers<AdsCall> strangers = new Strangers<>();
  private final Queue<AdsCall> pending = new ArrayDeque<>();
  private long nowNanos;
  private boolean watching;
  private boolean watchEnded;
  private long watchAgainNanos;
  private boolean closed;
  private volatile int streams;
  private volatile long answers;
  private volatile int kept;

  XdsPart(ExtensionHost host) {
    this.host = host;
    this.maxStreams = host.limits().of(Limit.MAX_XDS_STREAMS);
    this.maxNames = host.limits().of(Limit.MAX_XDS_NAMES);
    this.outflow =
        new Outflow(
            host.limits().of(Limit.MAX_XDS_UNWRITTEN_BYTES),
            TimeUnit.SECONDS.toNanos(host.limits().of(Limit.XDS_STALL_SECONDS)));
    this.catalog = new Catalog(host.limits().of(Limit.MAX_XDS_ENDPOINTS), this);
    this.refused = new RefusedAnswers(System.getLogger("io.pulsewatch"));
  }

  @Override
  public List<ServerServiceDefinition> services() {
    ServiceDescriptor service = // with what reflection reads
        ServiceDescriptor.newBuilder(AggregatedDiscoveryServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(
                AggregatedDiscoveryServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(METHOD)
            .build();
    return List.of(
        ServerServiceDefinition.builder(service)
            .addMethod(METHOD, ServerCalls.asyncBidiStreamingCall(this::open))
            .build());
  }

  /** On the event loop of the call. */
  StreamObserver<DiscoveryRequest> open(StreamObserver<Frame> response) {
    AdsCall call =
        new AdsCall(
            this,
            host.thread(),
            (ServerCallStreamObserver<Frame>) response,
            outflow.seat(),
            host::caller,
            wire -> new AdsStream(catalog, interests, this, wire, maxNames));
    StreamObserver<DiscoveryRequest> requests = call.begin();
    host.thread().execute(() -> add(call));
    return requests;
  }

  @Override
  public int turn(long now) {
    nowNanos = now;
    if (closed) {
      return 0;
    }
    if (watchEnded ? now - watchAgainNanos >= 0 : !watching && calls.size() > strangers.size()) {
      watch();
    }
    int work = catalog.turn(now, host.isWarmingUp());
    kept = catalog.kept();
    endStalled();
    endStrangers();
    return work + answer();
  }

  @Override
  public void close() {
    closed = true;
    for (AdsCall call : List.copyOf(calls.values())) {
      call.end(
          Status.UNAVAILABLE.withDescription(
              "This server stops. Keep what you have, and come back, with jitter."));
    }
  }

  @Override
  public Map<String, Long> counts() {
    return Map.of(
        "xds_streams",
        (long) streams,
        "xds_responses",
        answers,
        "xds_nacks",
        refused.count(),
        "xds_kept_services",
        (long) kept);
  }

  long nowNanos() {
    return nowNanos;
  }

  boolean hasRoom() {
    return outflow.isOpen();
  }

  /** It may have something to be told. */
  void enqueue(AdsCall call) {
    if (!call.queued && call.stream().isPending()) {
      call.queued = true;
      pending.add(call);
    }
  }

  /** It has shown a token. Returns why it must end all the same; null: it goes on. */
  @Nullable Status onKnown(AdsCall call) {
    return strangers.remove(call) && calls.size() - strangers.size() > maxStreams ? full() : null;
  }

  void remove(AdsCall call) {
    strangers.remove(call);
    calls.remove(call.stream());
    seats.remove(call.seat());
    streams = calls.size();
  }

  @Override
  public void onRefused(String node, ResourceType type, String reason) {
    refused.onRefused(node, type, reason, nowNanos);
  }

  @Override
  public void onEndpoints(Service service) {
    interests.each(
        ResourceType.ENDPOINTS,
        service.name(),
        stream -> {
          stream.onEndpoints(service.name());
          enqueue(stream);
        });
  }

  @Override
  public void onName(String service) {
    for (ResourceType type :
        List.of(ResourceType.CLUSTER, ResourceType.LISTENER, ResourceType.ROUTES)) {
      interests.each(
          type,
          service,
          stream -> {
            stream.onName(type, service);
            enqueue(stream);
          });
    }
  }

  @Override
  public void onNames() {
    interests.eachOfAll(
        ResourceType.CLUSTER,
        stream -> {
          stream.onNames();
          enqueue(stream);
        });
  }

  @Override
  public void onOpen() {
    for (AdsStream stream : List.copyOf(calls.keySet())) {
      stream.onOpen();
      enqueue(stream);
    }
  }

  private void enqueue(AdsStream stream) {
    AdsCall call = calls.get(stream);
    if (call != null) {
      enqueue(call);
    }
  }

  private void add(AdsCall call) {
    if (call.isEnded()) {
      return; // its token was withdrawn meanwhile
    }
    if (closed) {
      call.end(Status.UNAVAILABLE.withDescription("This server stops."));
      return;
    }
    if (call.isKnown() && calls.size() - strangers.size() >= maxStreams) {
      call.end(full());
      return;
    }
    calls.put(call.stream(), call);
    seats.put(call.seat(), call);
    streams = calls.size();
    if (!call.isKnown()) {
      AdsCall oldest = strangers.add(call);
      if (oldest != null) {
        oldest.end(
            Status.RESOURCE_EXHAUSTED.withDescription(
                "Too many streams are open that have shown no token. Come back, with jitter."));
      }
    }
  }

  private static Status full() {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "This server has as many xDS streams as it may. Wait, with jitter; or raise"
            + " max_xds_streams.");
  }

  private void watch() {
    watching = true;
    watchEnded = false;
    host.watch(WatchRequest.getDefaultInstance(), catalog::onMessage, this::onWatchEnded);
  }

  /** There was no room for one watcher more, or the server stops. */
  private void onWatchEnded(StatusRuntimeException why) {
    watchEnded = true;
    watchAgainNanos = nowNanos + RETRY_NANOS;
  }

  private void endStrangers() {
    for (AdsCall call : strangers.turn(nowNanos)) {
      call.end(Status.UNAUTHENTICATED.withDescription("No token came with the first message."));
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private int answer() {
    int sent = 0;
    for (int looks = pending.size(); looks > 0 && sent < MAX_ANSWERS_PER_TURN; looks--) {
      AdsCall call = pending.remove();
      call.queued = false;
      sent += call.stream().flush();
      if (call.isWaitingForOthers()) {
        enqueue(call); // for want of room; whoever waits for his client is called when that reads
      }
    }
    answers += sent;
    return sent;
  }

  private void endStalled() {
    for (Outflow.@Nullable Seat seat = outflow.stalled(nowNanos);
        seat != null;
        seat = outflow.stalled(nowNanos)) {
      AdsCall call = seats.get(seat); // null: it has ended, and waits to be written to the end
      if (call != null) {
        call.end(
            Status.RESOURCE_EXHAUSTED.withDescription(
                "What you were told was not read for too long. Come back, with jitter."));
      }
    }
  }
}

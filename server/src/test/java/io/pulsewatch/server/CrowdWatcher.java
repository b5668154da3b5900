package io.pulsewatch.server;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One of very many watchers: keeps what it was told as numbers, reads as long as it is not stopped,
 * and fails for good when a change comes out of order. What it counted is for other threads once
 * {@link #accounted} or {@link #snapshots} shows it.
 *
 * <p>Written by the event loop of its call alone; read by the test.
 */
final class CrowdWatcher extends ClientCall.Listener<WatchResponse> {
  private final ClientCall<WatchRequest, WatchResponse> call;
  private final AtomicLong crowd;
  private final Map<String, Long> newest = new HashMap<>();
  private final boolean keepsNames;
  private long told;
  private long folded;
  private long skipped;
  private long last;
  private long orderHash;
  private boolean inSnapshot;
  private volatile int snapshots;
  private @Nullable SnapshotReason reason;
  private volatile boolean reading = true;
  private volatile @Nullable String fault;
  private volatile long accounted;

  private CrowdWatcher(Channel channel, Messages messages, AtomicLong crowd, boolean keepsNames) {
    this.call = channel.newCall(messages.method(), CallOptions.DEFAULT);
    this.crowd = crowd;
    this.keepsNames = keepsNames;
  }

  /**
   * Opens one.
   *
   * @param crowd counts the changes that all of its watchers have accounted for, and each snapshot
   * @param keepsNames remembers the newest revision of each instance, as few should
   */
  static CrowdWatcher open(
      Channel channel,
      Messages messages,
      WatchRequest request,
      AtomicLong crowd,
      boolean keepsNames) {
    CrowdWatcher watcher = new CrowdWatcher(channel, messages, crowd, keepsNames);
    watcher.call.start(watcher, new Metadata());
    watcher.call.request(1);
    watcher.call.sendMessage(request);
    watcher.call.halfClose();
    return watcher;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void onMessage(WatchResponse message) {
    long before = told + folded;
    boolean snapshot = false;
    switch (message.getMessageCase()) {
      case SNAPSHOT_BEGIN -> {
        inSnapshot = true;
        reason = message.getSnapshotBegin().getReason();
        skipped += message.getSnapshotBegin().getSkipped();
        newest.clear();
      }
      case INSTANCES -> {
        if (keepsNames) {
          message
              .getInstances()
              .getInstancesList()
              .forEach(one -> newest.put(one.getInstanceId(), one.getRevision()));
        }
      }
      case SNAPSHOT_END -> {
        snapshot = true;
        inSnapshot = false;
        last = Math.max(last, message.getRevision());
      }
      case CHANGES -> {
        message.getChanges().getChangesList().forEach(this::take);
        folded += message.getChanges().getFolded();
      }
      case BOOKMARK, GOODBYE, MESSAGE_NOT_SET -> {}
    }
    long more = told + folded - before;
    accounted += more;
    snapshots += snapshot ? 1 : 0;
    crowd.addAndGet(more + (snapshot ? 1 : 0));
    if (reading) {
      call.request(1);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    fault = "closed: " + status;
  }

  private void take(Change change) {
    if (change.getRevision() <= last || inSnapshot) {
      fault = change.getRevision() + " after " + last;
    }
    last = change.getRevision();
    told++;
    orderHash = 31 * orderHash + last;
    if (keepsNames) {
      newest.put(change.getInstance().getInstanceId(), last);
    }
  }

  /** Asks for no message after the one that comes next. */
  void stop() {
    reading = false;
  }

  void wake() {
    reading = true;
    call.request(1);
  }

  /** Changes told and folded so far. */
  long accounted() {
    return accounted;
  }

  /** Snapshots that have come to their end. */
  int snapshots() {
    return snapshots;
  }

  @Nullable String fault() {
    return fault;
  }

  long told() {
    return told;
  }

  long folded() {
    return folded;
  }

  long skipped() {
    return skipped;
  }

  /** The same for those who were told the same in the same order. */
  long orderHash() {
    return orderHash;
  }

  @Nullable SnapshotReason reason() {
    return reason;
  }

  Map<String, Long> newest() {
    return newest;
  }

  /**
   * Reads messages, each byte of them, but parses those that are equal only once: ten thousand
   * parsers would take the processor from the server that is to be looked at. Thread-safe.
   */
  static final class Messages implements MethodDescriptor.Marshaller<WatchResponse> {
    private static final int MOST_KNOWN = 256;

    private final Map<Long, Known> known = new ConcurrentHashMap<>();

    /** Immutable, if nobody writes into the array. */
    private static final class Known {
      private final byte[] bytes;
      private final WatchResponse message;

      Known(byte[] bytes, WatchResponse message) {
        this.bytes = bytes;
        this.message = message;
      }
    }

    MethodDescriptor<WatchRequest, WatchResponse> method() {
      return WatchServiceGrpc.getWatchMethod().toBuilder(
              ProtoUtils.marshaller(WatchRequest.getDefaultInstance()), this)
          .build();
    }

    @Override
    public InputStream stream(WatchResponse value) {
      return value.toByteString().newInput();
    }

    @Override
    public WatchResponse parse(InputStream stream) {
      try {
        byte[] bytes = stream.readAllBytes();
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        long key = sum.getValue() << 32 | bytes.length;
        Known before = known.get(key);
        if (before != null && Arrays.equals(before.bytes, bytes)) {
          return before.message;
        }
        if (known.size() > MOST_KNOWN) {
          known.clear();
        }
        WatchResponse message = WatchResponse.parseFrom(bytes);
        known.put(key, new Known(bytes, message));
        return message;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

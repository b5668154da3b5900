package io.pulsewatch.bench.load;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A watcher that stops reading its socket, and what it is told on waking. Confined to its thread.
 */
final class Sleeper implements RawEvents {
  private static final String WATCH = "/pulsewatch.v1.WatchService/Watch";

  private final RawConnection connection;
  private boolean isStanding;
  private long revision;
  private long changes;
  private long folded;
  private long snapshots;
  private long skipped;
  private long instances;

  Sleeper(RawLoop loop, Delivery delivery) throws IOException {
    byte[] request =
        WatchRequest.newBuilder()
            .addServices(Registrations.SERVICE)
            .setDelivery(delivery)
            .setBookmarkInterval(Registrations.millis(1_000))
            .build()
            .toByteArray();
    connection = loop.connect(this);
    connection.halfClose(connection.open(0, WATCH, request));
  }

  boolean isStanding() {
    return isStanding;
  }

  long revision() {
    return revision;
  }

  void sleep() {
    connection.stopReading();
    changes = 0;
    folded = 0;
    snapshots = 0;
    instances = 0;
  }

  void wake() {
    connection.readAgain();
  }

  /** What it was told since it fell asleep; what had been on its way counts. */
  Line told(String name, Line line) {
    return line.with(name + "_changes", changes)
        .with(name + "_folded", folded)
        .with(name + "_snapshots", snapshots)
        .with(name + "_skipped", skipped)
        .with(name + "_instances", instances);
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    WatchResponse told = parse(in.slice(from, length));
    revision = Math.max(revision, told.getRevision());
    switch (told.getMessageCase()) {
      case SNAPSHOT_BEGIN -> {
        snapshots++;
        skipped += told.getSnapshotBegin().getSkipped();
      }
      case INSTANCES -> instances += told.getInstances().getInstancesCount();
      case SNAPSHOT_END -> isStanding = true;
      case CHANGES -> {
        changes += told.getChanges().getChangesCount();
        folded += told.getChanges().getFolded();
      }
      case BOOKMARK, GOODBYE, MESSAGE_NOT_SET -> {}
    }
  }

  private static WatchResponse parse(ByteBuffer message) {
    try {
      return WatchResponse.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    throw new IllegalStateException("sleeper ended: " + why);
  }

  @Override
  public void onLost(RawConnection lost, String why) {
    throw new IllegalStateException("sleeper lost: " + why);
  }
}

package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.bench.wire.WatchAnswer;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Watchers, each on a connection of its own, that note when they were told and decode it only when
 * they are asked: what they cost does not make others late. Says {@code ready} when each has its
 * snapshot; answers {@code begin} (forget what was told) and {@code dump FILE} (decode all, write
 * it, forget it). Arguments: the port, how many, and {@code all} where they watch all services.
 *
 * <p>Confined to its thread.
 */
public final class WatchGroup implements RawEvents {
  private static final String PATH = "/pulsewatch.v1.WatchService/Watch";
  private static final int MAX_WAIT_MILLIS = 20;

  private final Orders orders = Orders.read();
  private final WatchAnswer answer = new WatchAnswer();
  private final List<Told> told = new ArrayList<>();
  private final int watchers;
  private final byte[] request;
  private int live;
  private int startedOver;

  private WatchGroup(int watchers, byte[] request) {
    this.watchers = watchers;
    this.request = request;
  }

  private record Told(int watcher, long atNanos, ByteBuffer message) {}

  /** Runs until the standard input ends. */
  public static void main(String[] args) throws IOException {
    boolean all = args.length > 2 && args[2].equals("all");
    WatchGroup group =
        new WatchGroup(Integer.parseInt(args[1]), all ? request(List.of()) : request());
    try (RawLoop loop = new RawLoop(Integer.parseInt(args[0]))) {
      group.run(loop);
    }
  }

  static byte[] request() {
    return request(List.of(Registrations.SERVICE));
  }

  private static byte[] request(List<String> services) {
    return WatchRequest.newBuilder()
        .addAllServices(services)
        .setDelivery(Delivery.DELIVERY_EVERY_CHANGE)
        .setBookmarkInterval(Registrations.millis(1_000))
        .build()
        .toByteArray();
  }

  private void run(RawLoop loop) throws IOException {
    for (int i = 0; i < watchers; i++) {
      RawConnection connection = loop.connect(this);
      connection.halfClose(connection.open(i, PATH, request));
    }
    while (true) {
      loop.turn(MAX_WAIT_MILLIS);
      String[] words = orders.poll();
      if (words != null) {
        obey(words);
      }
    }
  }

  private void obey(String... words) throws IOException {
    switch (words[0]) {
      case "begin" -> told.clear();
      case "dump" -> dump(Path.of(words[1]));
      default -> throw new IllegalArgumentException("order: " + words[0]);
    }
    System.out.println(new Line().with("started_over", startedOver));
  }

  private void dump(Path file) throws IOException {
    List<Sighting> all = new ArrayList<>();
    for (Told one : told) {
      for (Change change : WatchResponse.parseFrom(one.message).getChanges().getChangesList()) {
        all.add(Sighting.of(one.watcher, one.atNanos, change));
      }
    }
    told.clear();
    Sighting.write(file, all);
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    long now = System.nanoTime();
    answer.read(in, from, length);
    switch (answer.kind()) {
      case WatchAnswer.CHANGES -> {
        byte[] message = new byte[length];
        in.get(from, message);
        told.add(new Told(stream.number(), now, ByteBuffer.wrap(message)));
      }
      case WatchAnswer.SNAPSHOT_BEGIN -> startedOver += live == watchers ? 1 : 0;
      case WatchAnswer.SNAPSHOT_END -> {
        live++;
        if (live == watchers) {
          System.out.println("ready");
        }
      }
      default -> {}
    }
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    throw new IllegalStateException("watch " + stream.number() + " ended: " + why);
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new IllegalStateException("connection lost: " + why);
  }
}

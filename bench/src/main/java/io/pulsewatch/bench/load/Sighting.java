package io.pulsewatch.bench.load;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.State;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A change as one watcher was told it.
 *
 * @param watcher its number, from 0
 * @param atNanos {@link System#nanoTime} when it was read from the socket
 * @param number of the instance, the digits at the end of its id
 * @param prefix what is before them
 * @param decidedNanos when the server decided it, in {@link System#nanoTime} as well; its clock
 *     tells whole milliseconds, so it may be up to one too early
 * @param overdueNanos how long after its own deadline the server decided, as it says
 */
public record Sighting(
    int watcher,
    long atNanos,
    String prefix,
    int number,
    State state,
    Cause cause,
    long decidedNanos,
    long overdueNanos,
    long serverPauseNanos,
    boolean isProvisional) {

  /** From the deadline that the server keeps, which counts from arrivals, until it was read. */
  public long lateNanos() {
    return overdueNanos + atNanos - decidedNanos;
  }

  static Sighting of(int watcher, long atNanos, Change change) {
    String id = change.getInstance().getInstanceId();
    int digits = id.length();
    while (digits > 0 && Character.isDigit(id.charAt(digits - 1))) {
      digits--;
    }
    int number = digits == id.length() ? -1 : Integer.parseInt(id.substring(digits));
    Evidence evidence = change.getEvidence();
    return new Sighting(
        watcher,
        atNanos,
        id.substring(0, digits),
        number,
        change.getInstance().getState(),
        change.getCause(),
        nanoTime(change.getAt()),
        nanos(evidence.getOverdue()),
        nanos(evidence.getServerPause()),
        change.getProvisional());
  }

  static void write(Path file, List<Sighting> all) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(all.size());
      for (Sighting one : all) {
        out.writeInt(one.watcher);
        out.writeLong(one.atNanos);
        out.writeUTF(one.prefix);
        out.writeInt(one.number);
        out.writeInt(one.state.getNumber());
        out.writeInt(one.cause.getNumber());
        out.writeLong(one.decidedNanos);
        out.writeLong(one.overdueNanos);
        out.writeLong(one.serverPauseNanos);
        out.writeBoolean(one.isProvisional);
      }
    }
  }

  /** All that a {@link WatchGroup} wrote. */
  public static List<Sighting> read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int count = in.readInt();
      List<Sighting> all = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        all.add(
            new Sighting(
                in.readInt(),
                in.readLong(),
                in.readUTF().intern(),
                in.readInt(),
                State.forNumber(in.readInt()),
                Cause.forNumber(in.readInt()),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readBoolean()));
      }
      return all;
    }
  }

  /** The same instant by the other clock of this machine. */
  private static long nanoTime(Timestamp at) {
    long wallNanos = TimeUnit.SECONDS.toNanos(at.getSeconds()) + at.getNanos();
    Instant now = Instant.now();
    long agoNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - wallNanos;
    return System.nanoTime() - agoNanos;
  }

  private static long nanos(Duration duration) {
    return TimeUnit.SECONDS.toNanos(duration.getSeconds()) + duration.getNanos();
  }
}

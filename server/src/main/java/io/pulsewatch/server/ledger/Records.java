package io.pulsewatch.server.ledger;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.Hold;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.KeptProgress;
import io.pulsewatch.server.liveness.Memory;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import io.pulsewatch.server.liveness.Vitals;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a ledger keeps, as bytes, and back. Enums are written by name: a name that is gone from the
 * code makes the record unreadable, and is said. The layout belongs to the schema of the file that
 * holds it: whoever changes one raises {@link Schema#VERSION}.
 *
 * <p>Stateless.
 */
final class Records {
  private Records() {}

  /** A part of a record is written. */
  interface Writer<T> {
    void write(T value) throws IOException;
  }

  /** A part of a record is read. */
  interface Reader<T> {
    T read(ByteBuffer in) throws IOException;
  }

  static byte[] session(Entry entry, Memory memory) {
    return bytes(
        out -> {
          write(out, entry);
          write(out, memory);
          RoleRecords.write(out, entry);
        });
  }

  /**
   * Reads a session.
   *
   * @throws IOException if the bytes are none
   */
  static Kept.Remembered session(InstanceKey key, long revision, byte[] bytes, Moment now)
      throws IOException {
    return read(
        bytes,
        in -> {
          Entry entry = entry(in, key, revision, Vitals.still(0, now.wallMillis(), now));
          Memory memory = memory(in);
          return new Kept.Remembered(RoleRecords.read(in, entry), memory);
        });
  }

  static byte[] change(Change change, Memory memory) {
    return bytes(
        out -> {
          out.writeLong(memory.lastSequence());
          out.writeLong(memory.heardMillis());
          write(out, change.after());
          Change.Previous previous = change.previous();
          out.writeBoolean(previous != null);
          if (previous != null) {
            write(out, previous.state());
            write(out, previous.status());
            write(out, previous.labels());
          }
          write(out, change.evidence());
          RoleRecords.write(out, change.after());
        });
  }

  /**
   * Reads a change.
   *
   * @throws IOException if the bytes are none
   */
  static Change change(
      InstanceKey key, long revision, long atMillis, String cause, byte[] bytes, Moment now)
      throws IOException {
    return read(
        bytes,
        in -> {
          Vitals vitals = Vitals.still(in.getLong(), in.getLong(), now);
          Entry after = entry(in, key, revision, vitals);
          Change.Previous previous =
              flag(in)
                  ? new Change.Previous(one(State.class, in), one(Status.class, in), texts(in))
                  : null;
          Evidence evidence = evidence(in);
          return new Change(
              revision,
              atMillis,
              RoleRecords.read(in, after),
              previous,
              Cause.valueOf(cause),
              evidence,
              false);
        });
  }

  private static void write(DataOutputStream out, Entry entry) throws IOException {
    out.writeLong(entry.incarnation());
    write(out, entry.state());
    write(out, entry.status());
    OperatorOverride override = entry.override();
    out.writeBoolean(override != null);
    if (override != null) {
      write(out, override.kind());
      text(out, override.reason());
      out.writeLong(override.expiresAtMillis());
    }
    write(out, entry.details());
    out.writeLong(entry.times().intervalNanos());
    out.writeLong(entry.times().timeoutNanos());
    out.writeLong(entry.times().resumeWindowNanos());
    out.writeLong(entry.sinceMillis());
    out.writeLong(entry.hold().nanos());
    out.writeLong(entry.hold().untilMillis());
    out.writeBoolean(entry.settling());
  }

  private static Entry entry(ByteBuffer in, InstanceKey key, long revision, Vitals vitals)
      throws IOException {
    return new Entry(
        key,
        in.getLong(),
        revision,
        one(State.class, in),
        one(Status.class, in),
        flag(in) ? override(in) : null,
        details(in),
        new Times(in.getLong(), in.getLong(), in.getLong()),
        in.getLong(),
        vitals,
        new Hold(in.getLong(), in.getLong()),
        flag(in),
        List.of());
  }

  private static OperatorOverride override(ByteBuffer in) throws IOException {
    return new OperatorOverride(one(OperatorOverride.Kind.class, in), text(in), in.getLong());
  }

  private static void write(DataOutputStream out, Details details) throws IOException {
    write(out, details.endpoints(), endpoint -> write(out, endpoint));
    write(out, details.labels());
    text(out, details.zone());
    out.writeInt(details.weight());
    text(out, details.version());
  }

  private static Details details(ByteBuffer in) throws IOException {
    return new Details(list(in, Records::endpoint), texts(in), text(in), in.getInt(), text(in));
  }

  private static void write(DataOutputStream out, Details.Endpoint endpoint) throws IOException {
    text(out, endpoint.name());
    text(out, endpoint.host());
    out.writeInt(endpoint.port());
  }

  private static Details.Endpoint endpoint(ByteBuffer in) throws IOException {
    return new Details.Endpoint(text(in), text(in), in.getInt());
  }

  private static void write(DataOutputStream out, Memory memory) throws IOException {
    out.writeLong(memory.token().incarnation());
    out.writeLong(memory.token().hashHigh());
    out.writeLong(memory.token().hashLow());
    text(out, memory.processId());
    out.writeBoolean(memory.byBeat());
    write(out, memory.choice());
    write(out, memory.reported());
    out.writeLong(memory.lastSequence());
    out.writeLong(memory.heardMillis());
    write(out, memory.flapMillis(), out::writeLong);
    write(out, memory.progress());
  }

  private static Memory memory(ByteBuffer in) throws IOException {
    return new Memory(
        new Token(in.getLong(), in.getLong(), in.getLong()),
        text(in),
        flag(in),
        choice(in),
        one(Status.class, in),
        in.getLong(),
        in.getLong(),
        list(in, ByteBuffer::getLong),
        progress(in));
  }

  private static void write(DataOutputStream out, KeptProgress progress) throws IOException {
    write(out, progress.rules(), rule -> write(out, rule));
    out.writeInt(progress.stalled());
    write(out, List.copyOf(progress.values().entrySet()), value -> write(out, value));
  }

  private static KeptProgress progress(ByteBuffer in) throws IOException {
    return new KeptProgress(list(in, Records::rule), in.getInt(), values(in));
  }

  private static void write(DataOutputStream out, Progress.Rule rule) throws IOException {
    text(out, rule.counter());
    out.writeLong(rule.stallAfterNanos());
  }

  private static Progress.Rule rule(ByteBuffer in) throws IOException {
    return new Progress.Rule(text(in), in.getLong());
  }

  private static void write(DataOutputStream out, Map.Entry<String, Long> value)
      throws IOException {
    text(out, value.getKey());
    out.writeLong(value.getValue());
  }

  private static Map<String, Long> values(ByteBuffer in) throws IOException {
    Map<String, Long> values = new HashMap<>();
    for (int left = in.getInt(); left > 0; left--) {
      values.put(text(in), in.getLong());
    }
    return values;
  }

  private static void write(DataOutputStream out, DetectorChoice choice) throws IOException {
    if (choice instanceof DetectorChoice.Fixed fixed) {
      out.writeBoolean(true);
      out.writeLong(fixed.afterNanos());
    } else if (choice instanceof DetectorChoice.Adaptive adaptive) {
      out.writeBoolean(false);
      write(out, adaptive.kind());
      write(out, adaptive.profile());
      out.writeDouble(adaptive.knob());
    }
  }

  private static DetectorChoice choice(ByteBuffer in) throws IOException {
    return flag(in)
        ? new DetectorChoice.Fixed(in.getLong())
        : new DetectorChoice.Adaptive(
            one(DetectorChoice.Kind.class, in),
            one(DetectorChoice.Profile.class, in),
            in.getDouble());
  }

  private static void write(DataOutputStream out, Evidence evidence) throws IOException {
    out.writeLong(evidence.silenceNanos());
    out.writeLong(evidence.lastSequence());
    out.writeLong(evidence.skipped());
    out.writeLong(evidence.overdueNanos());
    out.writeLong(evidence.serverPauseNanos());
    out.writeLong(evidence.senderLateNanos());
    out.writeDouble(evidence.suspicion());
    text(out, evidence.transportError());
    text(out, evidence.leaveReason());
    out.writeLong(evidence.jitterNanos());
    out.writeLong(evidence.plannedNanos());
    write(out, evidence.probes(), probe -> write(out, probe));
  }

  private static Evidence evidence(ByteBuffer in) throws IOException {
    return new Evidence(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getDouble(),
        text(in),
        text(in),
        in.getLong(),
        in.getLong(),
        list(in, Records::probe));
  }

  private static void write(DataOutputStream out, Probe probe) throws IOException {
    text(out, probe.by());
    Details.Endpoint endpoint = probe.endpoint();
    out.writeBoolean(endpoint != null);
    if (endpoint != null) {
      write(out, endpoint);
    }
    write(out, probe.outcome());
    out.writeLong(probe.tookNanos());
  }

  private static Probe probe(ByteBuffer in) throws IOException {
    return new Probe(
        text(in), flag(in) ? endpoint(in) : null, one(Probe.Outcome.class, in), in.getLong());
  }

  /** Of any length, unlike {@code writeUTF}. */
  static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String text(ByteBuffer in) throws IOException {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IOException("a text of " + length + " bytes in " + in.remaining());
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static boolean flag(ByteBuffer in) {
    return in.get() != 0;
  }

  private static void write(DataOutputStream out, Map<String, String> texts) throws IOException {
    out.writeInt(texts.size());
    for (Map.Entry<String, String> text : texts.entrySet()) {
      text(out, text.getKey());
      text(out, text.getValue());
    }
  }

  private static Map<String, String> texts(ByteBuffer in) throws IOException {
    Map<String, String> texts = new HashMap<>();
    for (int left = in.getInt(); left > 0; left--) {
      texts.put(text(in), text(in));
    }
    return texts;
  }

  static <T> void write(DataOutputStream out, List<T> all, Writer<T> writer) throws IOException {
    out.writeInt(all.size());
    for (T one : all) {
      writer.write(one);
    }
  }

  static <T> List<T> list(ByteBuffer in, Reader<T> reader) throws IOException {
    List<T> all = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      all.add(reader.read(in));
    }
    return all;
  }

  private static void write(DataOutputStream out, Enum<?> one) throws IOException {
    text(out, one.name());
  }

  private static <E extends Enum<E>> E one(Class<E> type, ByteBuffer in) throws IOException {
    return Enum.valueOf(type, text(in));
  }

  static byte[] bytes(Writer<DataOutputStream> writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new IllegalStateException("an array takes everything", e);
    }
    return bytes.toByteArray();
  }

  static <T> T read(byte[] bytes, Reader<T> reader) throws IOException {
    try {
      return reader.read(ByteBuffer.wrap(bytes));
    } catch (RuntimeException e) { // a value that no part takes: the bytes are damaged
      throw new IOException(e);
    }
  }
}

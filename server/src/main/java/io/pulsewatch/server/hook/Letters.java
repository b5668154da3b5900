package io.pulsewatch.server.hook;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.pulsewatch.server.transport.Faces;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes letters. Thread-safe. */
public final class Letters {
  /** How the types of all changes begin; the state after them follows, or {@code removed}. */
  static final String CHANGE = "io.pulsewatch.change.";

  /** Changes that are not kept any more: the receiver has missed some. */
  static final String LOST = "io.pulsewatch.changes.lost";

  /** No change: an operator wants to know whether the receiver works. */
  static final String TEST = "io.pulsewatch.test";

  private static final String SAMPLE = "pulsewatch-test";

  private final JsonFormat.Printer json = JsonFormat.printer().omittingInsignificantWhitespace();
  private final Faces faces;
  private final String lineage;

  /**
   * Creates a writer.
   *
   * @param lineage names the sequence of revisions
   */
  public Letters(Faces faces, String lineage) {
    this.faces = faces;
    this.lineage = lineage;
  }

  /** A change that is committed and on disk, whatever was said of it when it was not. */
  Letter of(io.pulsewatch.server.liveness.Change change) {
    return of(faces.change(change).toBuilder().setProvisional(false).build());
  }

  /**
   * What the ledger kept of a letter.
   *
   * @param original {@link Letter#original}
   */
  Letter of(long revision, ByteString original) throws InvalidProtocolBufferException {
    return original.isEmpty() ? lost(0, revision, 0) : of(Change.parseFrom(original));
  }

  /** Changes after the one revision up to the other were not told, and never will be. */
  Letter lost(long after, long to, long wallMillis) {
    String body =
        "{\"lost\":{\"afterRevision\":\"" + after + "\",\"throughRevision\":\"" + to + "\"}}";
    return new Letter(
        to,
        lineage + "-" + Long.toUnsignedString(to) + "-lost",
        LOST,
        source(),
        "",
        wallMillis,
        ByteString.copyFromUtf8(body),
        Map.of(
            "PULSEWATCH_LOST_AFTER", Long.toUnsignedString(after),
            "PULSEWATCH_LOST_THROUGH", Long.toUnsignedString(to)),
        ByteString.EMPTY);
  }

  /**
   * A sample.
   *
   * @param nonce makes its id
   */
  Letter test(long nonce, long wallMillis) {
    Change sample =
        Change.newBuilder()
            .setAt(Timestamps.fromMillis(wallMillis))
            .setInstance(
                Instance.newBuilder()
                    .setService(SAMPLE)
                    .setInstanceId("sample")
                    .setState(State.STATE_DEAD))
            .setCause(Cause.CAUSE_SILENCE)
            .build();
    Letter letter = of(sample);
    Map<String, String> variables = new LinkedHashMap<>(letter.variables());
    variables.put("PULSEWATCH_TEST", "1");
    return new Letter(
        0,
        "test-" + Long.toHexString(nonce),
        TEST,
        letter.source(),
        letter.subject(),
        letter.atMillis(),
        letter.body(),
        variables,
        letter.original());
  }

  private Letter of(Change change) {
    Instance instance = change.getInstance();
    String revision = Long.toUnsignedString(change.getRevision());
    return new Letter(
        change.getRevision(),
        lineage + "-" + revision,
        type(change),
        source(),
        instance.getService() + "/" + instance.getInstanceId(),
        millis(change.getAt()),
        ByteString.copyFromUtf8(text(change)),
        variables(change),
        change.toByteString());
  }

  private static String type(Change change) {
    String what =
        change.getCause() == Cause.CAUSE_REMOVED
            ? "removed"
            : bare(change.getInstance().getState(), "STATE_").toLowerCase(Locale.ROOT);
    return CHANGE + what;
  }

  private String source() {
    return "urn:pulsewatch:" + lineage;
  }

  private String text(Change change) {
    try {
      return json.print(change);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("a message of our own making", impossible);
    }
  }

  private static Map<String, String> variables(Change change) {
    Instance instance = change.getInstance();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("PULSEWATCH_SERVICE", instance.getService());
    all.put("PULSEWATCH_INSTANCE", instance.getInstanceId());
    all.put("PULSEWATCH_STATE", bare(instance.getState(), "STATE_"));
    all.put(
        "PULSEWATCH_PREVIOUS_STATE",
        change.hasPrevious() ? bare(change.getPrevious().getState(), "STATE_") : "");
    all.put("PULSEWATCH_STATUS", bare(instance.getStatus(), "STATUS_"));
    all.put("PULSEWATCH_SERVING", String.valueOf(instance.getServing()));
    all.put("PULSEWATCH_CAUSE", bare(change.getCause(), "CAUSE_"));
    all.put("PULSEWATCH_REVISION", Long.toUnsignedString(change.getRevision()));
    all.put("PULSEWATCH_INCARNATION", Long.toUnsignedString(instance.getIncarnation()));
    all.put("PULSEWATCH_ZONE", instance.getZone());
    all.put("PULSEWATCH_AT", Instant.ofEpochMilli(millis(change.getAt())).toString());
    all.replaceAll((name, value) -> value.replace("\0", "")); // no environment can hold it
    return all;
  }

  private static String bare(Enum<?> word, String prefix) {
    return word.name().startsWith(prefix) ? word.name().substring(prefix.length()) : word.name();
  }

  private static long millis(Timestamp at) {
    return Timestamps.toMillis(at);
  }
}

package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.OperatorOverride;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upper bound for the bytes of a message, so that a batch stays well below the 4 MiB that gRPC
 * clients accept. Stateless.
 */
final class Weights {
  /** All fields of fixed size, with their tags and those of the messages around them. */
  private static final int FIXED = 400;

  /** A text's or an endpoint's tags and lengths. */
  private static final int FRAME = 16;

  /** UTF-8 takes at most three bytes for a char. */
  private static final int PER_CHAR = 3;

  private Weights() {}

  static int of(Entry entry, @Nullable Change change) {
    Details details = entry.details();
    int weight = FIXED + of(entry.key().service()) + of(entry.key().instanceId());
    weight += of(details.labels()) + of(details.zone()) + of(details.version());
    for (Details.Endpoint endpoint : details.endpoints()) {
      weight += FRAME + of(endpoint.name()) + of(endpoint.host());
    }
    OperatorOverride override = entry.override();
    weight += override == null ? 0 : of(override.reason());
    if (change != null) {
      weight += of(change.evidence().transportError());
      weight += of(change.evidence().leaveReason());
      Change.@Nullable Previous previous = change.previous();
      weight += previous == null ? 0 : of(previous.labels());
    }
    return weight;
  }

  private static int of(Map<String, String> labels) {
    int weight = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      weight += FRAME + of(label.getKey()) + of(label.getValue());
    }
    return weight;
  }

  private static int of(String text) {
    return FRAME + PER_CHAR * text.length();
  }
}

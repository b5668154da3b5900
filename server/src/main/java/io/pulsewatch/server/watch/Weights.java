package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Probe;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upper bound for the bytes of a message, so that a batch stays well below the 4 MiB that gRPC
 * clients accept. Stateless.
 */
final class Weights {
  /** All fields of fixed size, with their tags and those of the messages around them. */
  private static final int FIXED = 400;

  /** The tag and the length of a text, an endpoint or a label. */
  private static final int FRAME = 6;

  /** Its port, besides. */
  private static final int ENDPOINT = FRAME + 6;

  /** Its outcome and how long it took, besides. */
  private static final int PROBE = FRAME + 32;

  private static final int MAX_ONE_BYTE = 0x7f;
  private static final int MAX_TWO_BYTES = 0x7ff;

  private Weights() {}

  static int of(Entry entry, @Nullable Change change) {
    Details details = entry.details();
    int weight = FIXED + of(entry.key().service()) + of(entry.key().instanceId());
    weight += of(details.labels()) + of(details.zone()) + of(details.version());
    for (Details.Endpoint endpoint : details.endpoints()) {
      weight += of(endpoint);
    }
    OperatorOverride override = entry.override();
    weight += override == null ? 0 : of(override.reason());
    if (change != null) {
      weight += of(change.evidence().transportError());
      weight += of(change.evidence().leaveReason());
      for (Probe probe : change.evidence().probes()) {
        weight += of(probe);
      }
      Change.@Nullable Previous previous = change.previous();
      weight += previous == null ? 0 : of(previous.labels());
    }
    return weight;
  }

  private static int of(Probe probe) {
    int weight = PROBE + of(probe.by());
    Details.Endpoint endpoint = probe.endpoint();
    return endpoint == null ? weight : weight + of(endpoint);
  }

  private static int of(Details.Endpoint endpoint) {
    return ENDPOINT + of(endpoint.name()) + of(endpoint.host());
  }

  private static int of(Map<String, String> labels) {
    int weight = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      weight += FRAME + of(label.getKey()) + of(label.getValue());
    }
    return weight;
  }

  /** In UTF-8; each half of a pair counts for three bytes, though both together are four. */
  private static int of(String text) {
    int bytes = FRAME + text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c <= MAX_ONE_BYTE ? 0 : c <= MAX_TWO_BYTES ? 1 : 2;
    }
    return bytes;
  }
}

package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import java.util.List;

/**
 * One step's worth of the way to the head: what it finds, and where it ends. Subscribers that have
 * the same filter and stand at the same place share it.
 *
 * @param revision where it ends
 * @param atHead there is nothing after it
 * @param instances found, in a snapshot
 * @param changes found, otherwise
 * @param passed changes of the watched services that it went by
 * @param departed an instance was met that may have been told in this snapshot and left it since
 * @param scanned links looked at
 */
record Stretch(
    long revision,
    boolean atHead,
    Rendered<List<Entry>> instances,
    Rendered<ChangeBatch> changes,
    long passed,
    boolean departed,
    int scanned) {

  /** What the step costs, in links. */
  int cost() {
    return scanned
        + CatchUp.TOLD_COST * (instances.told().size() + changes.told().changes().size());
  }
}

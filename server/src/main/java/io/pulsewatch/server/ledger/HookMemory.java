package io.pulsewatch.server.ledger;

import java.util.List;
import java.util.Map;

/**
 * What an earlier process kept of its hooks. Immutable.
 *
 * @param cursors how far each had come, by name
 * @param letters what each could not deliver, by name, oldest first
 */
public record HookMemory(Map<String, Long> cursors, Map<String, List<DeadRow>> letters) {
  public static final HookMemory NOTHING = new HookMemory(Map.of(), Map.of());
}

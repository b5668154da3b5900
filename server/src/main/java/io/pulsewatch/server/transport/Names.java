package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.InstanceKey;
import java.nio.charset.StandardCharsets;

/** The rules for names and texts, with errors that name the field and the remedy. */
final class Names {
  static final int MAX_NAME = 253;
  static final int MAX_TEXT_BYTES = 1024;

  private Names() {}

  /** Checks both parts of an instance's name. */
  static InstanceKey key(String service, String instanceId) {
    check("service", service, "._-");
    check("instance_id", instanceId, "._-:@");
    return new InstanceKey(service, instanceId);
  }

  static void checkService(String service) {
    check("service", service, "._-");
  }

  static void checkCounter(String counter) {
    check("progress_rules.counter", counter, "._-");
  }

  static void checkWatcher(String field, String name) {
    check(field, name, "._-:@");
  }

  static void checkRole(String field, String role) {
    check(field, role, "._-");
  }

  /** Refuses a text that is longer in UTF-8 than it may be. */
  static void checkBytes(String field, String text, int max) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > max) {
      throw Statuses.invalid(
          "TOO_LONG", field + ": " + length + " bytes (expected: at most " + max + ")");
    }
  }

  private static void check(String field, String name, String alsoAllowed) {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw Statuses.invalid(
          "BAD_NAME", field + ": " + name.length() + " characters (expected: 1.." + MAX_NAME + ")");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && alsoAllowed.indexOf(c) < 0) {
        throw Statuses.invalid(
            "BAD_NAME",
            String.format(
                "%s: character U+%04X at %d (expected: A-Z a-z 0-9 and %s)",
                field, (int) c, i, String.join(" ", alsoAllowed.split(""))));
      }
    }
  }
}

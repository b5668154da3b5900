package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.RoleWait;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Roles as committed: what questions about them are answered from.
 *
 * <p>One writer at a time; readable by any thread, without waiting.
 */
public final class RoleBoard {
  private static final Comparator<Entry> ORDER =
      Comparator.comparing((Entry entry) -> !entry.serving())
          .thenComparing(entry -> -entry.details().weight())
          .thenComparingLong(Entry::incarnation);

  private final NavigableMap<String, Row> rows = new ConcurrentSkipListMap<>();

  /** One role. Written by one thread, readable by any. */
  private static final class Row {
    final Map<InstanceKey, Entry> members = new ConcurrentHashMap<>();
    volatile @Nullable RoleWait wait;

    boolean isEmpty() {
      return wait == null && members.isEmpty();
    }
  }

  /** Writer only: an entry is another one now, or none. */
  void put(InstanceKey key, @Nullable Entry before, @Nullable Entry after) {
    Set<String> named = names(after);
    for (String name : names(before)) {
      Row row = named.contains(name) ? null : rows.get(name);
      if (row != null) {
        row.members.remove(key);
        tidy(name, row);
      }
    }
    if (after != null) {
      named.forEach(name -> row(name).members.put(key, after));
    }
  }

  /** Writer only: nobody is granted the role for a while; null: anybody may be. */
  void put(String role, @Nullable RoleWait wait) {
    Row row = row(role);
    row.wait = wait;
    tidy(role, row);
  }

  /** Roles that somebody stands for, holds, or may still believe to hold. */
  public int size() {
    return rows.size();
  }

  /** Of those, the ones that somebody holds. Walks over them. */
  public int held() {
    int held = 0;
    for (Map.Entry<String, Row> row : rows.entrySet()) {
      held += holder(row.getKey(), row.getValue()) == null ? 0 : 1;
    }
    return held;
  }

  /** Null where nobody knows of it. */
  public @Nullable RoleStanding find(String name) {
    Row row = rows.get(name);
    return row == null ? null : standing(name, row);
  }

  /** Some roles by name: those that come after one. */
  public RolePage page(ServiceNames names, String after, int most) {
    PageSize size = new PageSize(most);
    List<RoleStanding> found = new ArrayList<>();
    String last = after;
    for (Map.Entry<String, Row> row : rows.tailMap(after, false).entrySet()) {
      if (!size.mayLook()) {
        return new RolePage(found, last);
      }
      if (names.matches(row.getKey())) {
        if (!size.hasRoomFor(0)) {
          return new RolePage(found, last);
        }
        found.add(standing(row.getKey(), row.getValue()));
      }
      last = row.getKey();
    }
    return new RolePage(found, null);
  }

  /**
   * Some roles.
   *
   * @param next name after which to go on; null: these are the last
   */
  public record RolePage(List<RoleStanding> roles, @Nullable String next) {}

  private Row row(String name) {
    return rows.computeIfAbsent(name, unknown -> new Row());
  }

  private void tidy(String name, Row row) {
    if (row.isEmpty()) {
      rows.remove(name);
    }
  }

  private static Set<String> names(@Nullable Entry entry) {
    if (entry == null || !entry.state().isLive()) {
      return Set.of();
    }
    Set<String> names = new HashSet<>(entry.details().roles());
    entry.roles().forEach(held -> names.add(held.name()));
    return names;
  }

  private static RoleStanding standing(String name, Row row) {
    Entry holder = holder(name, row);
    List<Entry> candidates = new ArrayList<>();
    for (Entry entry : row.members.values()) {
      if (!entry.equals(holder) && entry.details().roles().contains(name)) {
        candidates.add(entry);
      }
    }
    candidates.sort(ORDER);
    HeldRole held = holder == null ? null : held(name, holder);
    return new RoleStanding(name, holder, held, row.wait, candidates);
  }

  private static @Nullable Entry holder(String name, Row row) {
    for (Entry entry : row.members.values()) {
      if (held(name, entry) != null) {
        return entry;
      }
    }
    return null;
  }

  private static @Nullable HeldRole held(String name, Entry entry) {
    for (HeldRole held : entry.roles()) {
      if (held.name().equals(name)) {
        return held;
      }
    }
    return null;
  }
}

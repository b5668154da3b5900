package io.pulsewatch.xds;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have shown no token yet: so many of them for so long. They take no place of those who
 * have one; where there are more, the oldest goes first. Confined to the extension's thread.
 *
 * @param <T> a call
 */
final class Strangers<T> {
  static final int MOST = 256;
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Since when; the oldest first. */
  private final Map<T, Long> since = new LinkedHashMap<>();

  /** Came after the last turn: the time then says nothing of them. */
  private final Queue<T> fresh = new ArrayDeque<>();

  int size() {
    return since.size() + fresh.size();
  }

  /** Returns who must go for it; null: nobody. */
  @Nullable T add(T call) {
    fresh.add(call);
    if (size() <= MOST) {
      return null;
    }
    Iterator<T> oldest = since.keySet().iterator();
    if (!oldest.hasNext()) {
      return fresh.remove();
    }
    T first = oldest.next();
    oldest.remove();
    return first;
  }

  /** Returns whether it was one. */
  boolean remove(T call) {
    return since.remove(call) != null || fresh.remove(call);
  }

  /** Those whose time is over. */
  List<T> turn(long nowNanos) {
    for (T call = fresh.poll(); call != null; call = fresh.poll()) {
      since.put(call, nowNanos);
    }
    List<T> over = new ArrayList<>();
    for (Iterator<Map.Entry<T, Long>> each = since.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<T, Long> oldest = each.next();
      if (nowNanos - oldest.getValue() < PATIENCE_NANOS) {
        break;
      }
      over.add(oldest.getKey());
      each.remove();
    }
    return over;
  }
}

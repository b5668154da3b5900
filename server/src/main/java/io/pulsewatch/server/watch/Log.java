package io.pulsewatch.server.watch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Links in the order of their revisions: the newest of each instance, and those in the ring.
 *
 * <p>An array that grows at its end and is compacted when more than half of it is garbage, so both
 * adding and forgetting take constant time on average. A reader keeps a revision and no place, and
 * finds the place by binary search: compaction moves nobody, and nobody holds memory.
 *
 * <p>Confined to the fan-out thread.
 */
final class Log {
  private static final int MIN_CAPACITY = 4;

  private @Nullable Link[] links = new @Nullable Link[MIN_CAPACITY];
  private int size;
  private int garbage;

  int size() {
    return size;
  }

  Link get(int index) {
    Link link = links[index];
    if (link == null || index >= size) {
      throw new IndexOutOfBoundsException(index + " of " + size);
    }
    return link;
  }

  /** Adds a link; its revision is greater than all here. */
  void append(Link link) {
    if (size == links.length) {
      links = Arrays.copyOf(links, 2 * size);
    }
    links[size++] = link;
  }

  /** Index of the first link after a revision; {@code size} where there is none. */
  int after(long revision) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle).revision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** One of its links has become garbage. */
  void onGarbage() {
    garbage++;
    if (2 * garbage > size) {
      compact();
    }
  }

  private void compact() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Link link = get(i);
      if (!link.isGarbage()) {
        links[kept++] = link;
      }
    }
    Arrays.fill(links, kept, size, null);
    size = kept;
    garbage = 0;
    if (links.length > MIN_CAPACITY && 4 * size < links.length) {
      links = Arrays.copyOf(links, Math.max(MIN_CAPACITY, 2 * size));
    }
  }
}

package io.pulsewatch.bench.scale;

/**
 * Looks for the greatest of some sizes that holds, in as few probes as there are halvings: a size
 * that holds is taken to say that all smaller ones do. Confined to its thread.
 */
final class Bisection {
  private final int[] sizes;
  private int held = -1;
  private int failed;

  /**
   * Creates it before the first probe.
   *
   * @param ascending at least one
   */
  Bisection(int... ascending) {
    this.sizes = ascending.clone();
    this.failed = sizes.length;
  }

  boolean isDone() {
    return failed - held <= 1;
  }

  /** What to probe now. */
  int next() {
    return sizes[middle()];
  }

  /** The probe of {@link #next} has ended. */
  void on(boolean holds) {
    if (holds) {
      held = middle();
    } else {
      failed = middle();
    }
  }

  /** The greatest that held; 0 if none did. */
  int largest() {
    return held < 0 ? 0 : sizes[held];
  }

  /** The least that did not; 0 if all held. */
  int tooMany() {
    return failed == sizes.length ? 0 : sizes[failed];
  }

  private int middle() {
    return (held + failed) / 2;
  }
}

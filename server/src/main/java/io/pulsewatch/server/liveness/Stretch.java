package io.pulsewatch.server.liveness;

/**
 * By how much granted times are made longer: one factor for all, and for each session the greatest
 * one since it was granted its times.
 *
 * <p>A session notes its <i>age</i> when it registers or resumes: how often the factor had changed
 * by then. For each step it is known at which age it was in force last, so the greatest factor
 * since an age is one look at each step, and a factor that rises holds for a million sessions
 * without one of them being touched. How many live under each step is counted, so that the ledger
 * knows when nobody lives under the greatest any more.
 *
 * <p>Confined to the loop.
 */
final class Stretch {
  /** Percent of the granted times. */
  private static final int[] STEPS = {Times.AS_GRANTED, 125, 150, 200, 300, 400};

  /** Stands for what an earlier process kept beyond the last step: some fences may be as long. */
  private static final int BEYOND = STEPS.length;

  /** Of those whom an earlier process knew: they live under its greatest factor. */
  static final int RECALLED_AGE = 0;

  private static final int NEVER = -1;

  /** Each step's last age. */
  private final int[] lastAge = {0, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER};

  /** How many live under each step. */
  private final int[] sessions = new int[BEYOND + 1];

  /** Percent of {@link #BEYOND}. */
  private int beyondPercent = STEPS[BEYOND - 1];

  private int step;
  private int age;

  /** The step that makes times at least so long, or the last. */
  static int stepOf(int percent) {
    int found = 0;
    while (found < STEPS.length - 1 && STEPS[found] < percent) {
      found++;
    }
    return found;
  }

  static int percentOf(int step) {
    return STEPS[step];
  }

  /** The next step in this direction, where there is one. */
  static int stepAfter(int step, int direction) {
    return Math.max(0, Math.min(STEPS.length - 1, step + direction));
  }

  /** An earlier process stretched so: its sessions live under its greatest. */
  void recall(Stretched kept) {
    lastAge[0] = NEVER;
    beyondPercent = Math.max(beyondPercent, kept.greatestPercent());
    boolean beyond = kept.greatestPercent() > STEPS[BEYOND - 1];
    lastAge[beyond ? BEYOND : stepOf(kept.greatestPercent())] = RECALLED_AGE;
    step = stepOf(kept.percent());
    age = 1;
    lastAge[step] = age;
  }

  /** In force for who registers or resumes now. */
  int percent() {
    return STEPS[step];
  }

  int step() {
    return step;
  }

  /** How often the factor has changed. */
  int age() {
    return age;
  }

  /** Another factor from now on; one that is greater is so for everybody. */
  void set(int next) {
    if (next == step) {
      return;
    }
    step = next;
    age++;
    lastAge[next] = age;
    for (int lower = 0; lower < next; lower++) {
      sessions[next] += sessions[lower];
      sessions[lower] = 0;
    }
  }

  /** The greatest factor since that age. */
  int percentSince(int since) {
    return percentAt(stepSince(since));
  }

  /** A live session lives under the factors since that age. */
  void add(int since) {
    sessions[stepSince(since)]++;
  }

  /** It has ended, or lives under those since another one. */
  void remove(int since) {
    sessions[stepSince(since)]--;
  }

  /** The greatest factor under which a session lives or may begin to. */
  int greatestPercent() {
    int greatest = BEYOND;
    while (greatest > step && sessions[greatest] == 0) {
      greatest--;
    }
    return percentAt(greatest);
  }

  /** Half of the sessions live under no more than this. */
  int medianPercent() {
    long all = 0;
    for (int number : sessions) {
      all += number;
    }
    int median = 0;
    for (long below = sessions[0]; 2 * below < all; below += sessions[median]) {
      median++;
    }
    return percentAt(median);
  }

  private int percentAt(int place) {
    return place == BEYOND ? beyondPercent : STEPS[place];
  }

  private int stepSince(int since) {
    int greatest = BEYOND;
    while (greatest > 0 && lastAge[greatest] < since) {
      greatest--;
    }
    return greatest;
  }
}

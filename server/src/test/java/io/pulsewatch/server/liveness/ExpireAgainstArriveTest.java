package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The one interleaving that decides about life: a heartbeat arrives while its deadline expires.
 * Never may a heartbeat be acked on its event loop and its session be declared dead by a silence
 * that this heartbeat ended. Every interleaving of the two threads is tried, sequentially
 * consistent, which the volatile arrival and mark give.
 *
 * <p>Swapped orders are tried, too, to see that the search would find the bug.
 */
@Tag("once")
final class ExpireAgainstArriveTest {
  private static final long DUE = Rig.TIMES.timeoutNanos();

  @Test
  void neverAckedAndDead() {
    assertThatCode(() -> search(RealPulse.class)).doesNotThrowAnyException();
  }

  @Test
  void foundWhereTheLoopReadsTheArrivalBeforeItMarks() {
    assertThatThrownBy(() -> search(LoopSwapped.class)).hasMessageContaining("acked and dead");
  }

  @Test
  void foundWhereTheEventLoopReadsTheMarkBeforeItWritesTheArrival() {
    assertThatThrownBy(() -> search(EventLoopSwapped.class)).hasMessageContaining("acked and dead");
  }

  private static void search(Class<?> play) {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(4)
        .invocationsPerIteration(1_000)
        .check(play);
  }

  /** What both threads did. Each play gives it two sides. */
  public abstract static class Play {
    final Reader reader = new PassingReader();
    final AwakeClock loopClock = awakeForEver();
    private volatile boolean acked;
    private volatile boolean dead;

    /** Returns true where the heartbeat was acked at once. */
    abstract boolean arrive();

    /** One look at a deadline that has passed. Returns true for a verdict. */
    abstract boolean expire();

    @Operation(nonParallelGroup = "event loop")
    public void heartbeat() {
      if (arrive()) {
        acked = true;
      }
    }

    @Operation(nonParallelGroup = "loop")
    public void look() {
      if (!dead && expire()) {
        dead = true;
      }
    }

    @Validate
    public void neverBoth() {
      if (acked && dead) {
        throw new IllegalStateException("acked and dead");
      }
    }
  }

  /** The real pulse, and the loop's side of it as in {@link Kernel}. */
  public static class RealPulse extends Play {
    final Pulse pulse = new Pulse(reader, loopClock, 0);

    @Override
    boolean arrive() {
      return pulse.onHeartbeat(0, 0, 0, null, DUE) == Pulse.Outcome.ACK;
    }

    @Override
    boolean expire() {
      if (!isDue() || pulse.hasNews()) {
        return false;
      }
      pulse.mark();
      if (isDue()) {
        return true;
      }
      pulse.unmark();
      return false;
    }

    final boolean isDue() {
      return pulse.silenceNanos(DUE) >= DUE;
    }
  }

  /** Planted: the verdict stands before the mark is set. */
  public static final class LoopSwapped extends RealPulse {
    @Override
    boolean expire() {
      if (pulse.hasNews() || !isDue()) {
        return false;
      }
      pulse.mark();
      return true;
    }
  }

  /** Planted: a pulse that looks for the mark first. */
  public static final class EventLoopSwapped extends Play {
    private volatile long arrival;
    private volatile boolean marked;

    @Override
    boolean arrive() {
      boolean news = marked;
      arrival = DUE;
      return !news;
    }

    @Override
    boolean expire() {
      marked = true;
      if (DUE - arrival >= DUE) {
        return true;
      }
      marked = false;
      return false;
    }
  }

  private static AwakeClock awakeForEver() {
    return new AwakeClock(0, Long.MAX_VALUE / 2);
  }

  /** It has always passed, and is never late. */
  private static final class PassingReader implements Reader {
    private final AwakeClock clock = awakeForEver();

    @Override
    public AwakeClock clock() {
      return clock;
    }

    @Override
    public long ticket() {
      return 0;
    }

    @Override
    public boolean passed(long ticket) {
      return true;
    }

    @Override
    public void nudge() {}
  }
}

package io.pulsewatch.client;

import io.pulsewatch.client.session.RoleStanding;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A role that a {@link PulsewatchSender} stands for, as its server and this machine's clock have it
 * now. No call blocks: each reads a clock and a field, and is cheap enough to be asked before each
 * write. Thread-safe.
 *
 * <p>The clock is the JVM's monotonic one. A process that is stopped between the question and the
 * write finds that out too late, whatever it asked: send the token with each write, and have the
 * resource refuse a smaller one than it has seen.
 */
public final class RoleHold {
  private final String name;
  private final LongSupplier nanoTicker;
  private final Consumer<String> giveUp;
  private volatile RoleStanding standing = RoleStanding.NONE;
  private volatile boolean over;

  RoleHold(String name, LongSupplier nanoTicker, Consumer<String> giveUp) {
    this.name = name;
    this.nanoTicker = nanoTicker;
    this.giveUp = giveUp;
  }

  /** Returns the name of the role. */
  public String name() {
    return name;
  }

  /** Tells whether nobody else can hold the role now. */
  public boolean isHeld() {
    return !over && standing.isHeld(nanoTicker.getAsLong());
  }

  /**
   * The same for work that began with this token: false, too, where the role was lost meanwhile and
   * is held by another one.
   */
  public boolean isHeld(long token) {
    RoleStanding newest = standing;
    return !over && newest.token() == token && newest.isHeld(nanoTicker.getAsLong());
  }

  /** Returns the fencing token while the role is held. */
  public OptionalLong token() {
    RoleStanding newest = standing;
    return !over && newest.isHeld(nanoTicker.getAsLong())
        ? OptionalLong.of(newest.token())
        : OptionalLong.empty();
  }

  /** Returns how long the role is held for certain, whatever happens; zero where it is not. */
  public Duration remaining() {
    return over ? Duration.ZERO : Duration.ofNanos(standing.remainingNanos(nanoTicker.getAsLong()));
  }

  /**
   * Returns what is left to stop in: all of it while the role is held, less from the instant at
   * which it was lost, zero when somebody else may hold it.
   */
  public Duration leftToStop() {
    return Duration.ofNanos(standing.leftToStopNanos(nanoTicker.getAsLong()));
  }

  /**
   * Gives the role up, and stands for it no more, as long as this sender lives. It is held no more
   * from the first instant on; {@code onLost} is called if it was, and when that has returned the
   * next one is granted the role.
   */
  public void release() {
    if (!over) {
      over = true;
      giveUp.accept(name);
    }
  }

  boolean isWanted() {
    return !over;
  }

  /** What is believed from now on; one thread publishes. */
  void publish(RoleStanding newest) {
    standing = newest;
  }

  RoleStanding standing() {
    return standing;
  }

  /** Nothing is held any more, whatever was published. */
  void end() {
    over = true;
  }
}

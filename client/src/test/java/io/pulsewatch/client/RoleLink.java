package io.pulsewatch.client;

import io.pulsewatch.client.session.StreamEnd;

/** One stream of a {@link RoleSender} and the connection below it. Confined to its world. */
final class RoleLink {
  final RoleSender sender;
  final long attempt;
  boolean takes;
  private final RoleWorld world;
  private boolean open = true;
  private boolean swallows;
  private long upNanos;
  private long downNanos;

  RoleLink(RoleWorld world, RoleSender sender, long attempt) {
    this.world = world;
    this.sender = sender;
    this.attempt = attempt;
  }

  boolean isOpen() {
    return open;
  }

  /** Everything that is sent from now on is lost, and nobody is told. */
  void swallow() {
    swallows = true;
  }

  /** To the server, in order. */
  void up(Runnable arrival) {
    upNanos = Math.max(upNanos, world.nowNanos() + delay());
    boolean swallowed = swallows;
    world.after(
        upNanos - world.nowNanos(),
        () -> {
          if (open && !swallowed) {
            arrival.run();
          }
        });
  }

  /** To the sender's mailbox, in order. */
  void down(Runnable arrival) {
    downNanos = Math.max(downNanos, world.nowNanos() + delay());
    boolean swallowed = swallows;
    world.after(
        downNanos - world.nowNanos(),
        () -> {
          if (!swallowed && sender.uses(this)) {
            sender.post(arrival);
          }
        });
  }

  /** The server ends it. */
  void end(StreamEnd end) {
    close();
    down(() -> sender.machine().onStreamEnded(attempt, end, sender.clock()));
  }

  /** The server learns of it at once, and the sender when it pleases the network. */
  void cut() {
    close();
    StreamEnd lost = RoleWorld.end(StreamEnd.Kind.CUT, "UNAVAILABLE");
    world.after(
        delay(),
        () -> {
          if (sender.uses(this)) {
            sender.post(() -> sender.machine().onStreamEnded(attempt, lost, sender.clock()));
          }
        });
  }

  void close() {
    if (open) {
      open = false;
      sender.session.streamLost(this);
    }
  }

  private long delay() {
    long millis = world.chance(0.05) ? world.random.nextInt(3000) : 1 + world.random.nextInt(5);
    return millis * RoleWorld.MILLI;
  }
}

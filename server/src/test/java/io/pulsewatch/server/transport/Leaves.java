package io.pulsewatch.server.transport;

import io.pulsewatch.server.watch.Acknowledgements;

/** Unary goodbyes for servers of tests that have no fan-out. Stateless. */
public final class Leaves {
  private Leaves() {}

  /** Nobody watches. */
  public static LeaveDesk toNobody(Mailroom mailroom, Judging judging) {
    return new LeaveDesk(mailroom, judging, Runnable::run, new Acknowledgements(1, 0), 1);
  }
}

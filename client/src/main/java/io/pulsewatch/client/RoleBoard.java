package io.pulsewatch.client;

import io.pulsewatch.client.session.RoleStanding;
import io.pulsewatch.client.session.RoleTerms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * The roles of one sender, and what the application was told of them: of each on a thread of its
 * own, so that neither another role nor a slow listener delays its loss. {@link #publish} and
 * {@link #wanted} belong to the sender's thread; all else is thread-safe.
 */
final class RoleBoard {
  // The application is brought to what is published now, not through all that was: calls that wait
  // behind a slow one are not made twice, and none can be dropped.
  private final Map<String, Told> roles = new LinkedHashMap<>();
  private final LongSupplier nanoTicker;
  private final Reports reports;

  /** What the sender's thread has to know. Thread-safe. */
  interface Reports {
    /** The application wants the role no more. */
    void onGivenUp(String role);

    /** Its work has stopped, of all eras up to this one. */
    void onStopped(String role, long era);
  }

  RoleBoard(List<RoleWish> wishes, LongSupplier nanoTicker, Reports reports) {
    this.nanoTicker = nanoTicker;
    this.reports = reports;
    wishes.forEach(
        wish ->
            roles.put(
                wish.name(),
                new Told(wish, new RoleHold(wish.name(), nanoTicker, reports::onGivenUp))));
  }

  List<RoleTerms> terms() {
    return roles.values().stream().map(each -> each.wish.terms()).toList();
  }

  RoleHold role(String name) {
    Told named = roles.get(name);
    if (named == null) {
      throw new IllegalArgumentException(
          "role: '" + name + "' (expected: one of " + new TreeSet<>(roles.keySet()) + ")");
    }
    return named.hold;
  }

  /** The roles that it stands for. */
  List<String> wanted() {
    return roles.values().stream()
        .map(each -> each.hold)
        .filter(RoleHold::isWanted)
        .map(RoleHold::name)
        .toList();
  }

  /**
   * Lets everybody know.
   *
   * @param standings in the order of the terms
   */
  void publish(List<RoleStanding> standings) {
    int index = 0;
    for (Told each : roles.values()) {
      RoleStanding before = each.hold.standing();
      RoleStanding newest = standings.get(index++);
      if (!newest.equals(before)) {
        each.hold.publish(newest);
        if (newest.era() != before.era() || newest.held() != before.held()) {
          each.tell();
        }
      }
    }
  }

  /** Nothing is held from now on. */
  void end() {
    roles.values().forEach(each -> each.hold.end());
  }

  /** Has the application told that nothing is held. */
  void tellEnd() {
    end();
    roles.values().forEach(Told::tell);
  }

  List<CallbackQueue<RoleHold>> callbacks() {
    return roles.values().stream().map(each -> each.callbacks).toList();
  }

  /** One role. Confined to the thread of its callbacks, but for these and its hold. */
  private final class Told {
    private final RoleWish wish;
    private final RoleHold hold;
    private final CallbackQueue<RoleHold> callbacks;

    /** The application works in this era; 0: it does not. */
    private long working;

    /** No era up to this one is begun again. */
    private long settled;

    /** The application did not stop when it was asked to, and may work on. */
    private boolean failed;

    Told(RoleWish wish, RoleHold hold) {
      this.wish = wish;
      this.hold = hold;
      this.callbacks = new CallbackQueue<>(hold, told -> settle());
    }

    /** Never blocks. */
    void tell() {
      callbacks.offer(told -> settle());
    }

    /** Tells what changed, and returns the time until something may change by the clock. */
    private long settle() {
      RoleStanding newest = hold.standing();
      if (working != 0 && !isHeld(newest, working)) {
        stop(working);
        newest = hold.standing(); // that may have taken its time
      }
      if (newest.era() > settled && isHeld(newest, newest.era())) {
        start(newest);
      } else if (newest.era() > settled && working == 0) {
        report(newest.era()); // over before it was told
      }
      return working == 0 ? Long.MAX_VALUE : hold.standing().endsAtNanos() - nanoTicker.getAsLong();
    }

    private boolean isHeld(RoleStanding newest, long era) {
      return hold.isWanted() && newest.era() == era && newest.isHeld(nanoTicker.getAsLong());
    }

    private void start(RoleStanding newest) {
      working = newest.era();
      settled = newest.era();
      wish.onGranted().accept(newest.token());
    }

    /** Work has stopped when the application says so by returning. */
    private void stop(long era) {
      working = 0;
      failed = true;
      wish.onLost().run();
      failed = false;
      report(era);
    }

    private void report(long era) {
      settled = era;
      if (!failed) {
        reports.onStopped(wish.name(), era);
      }
    }
  }
}

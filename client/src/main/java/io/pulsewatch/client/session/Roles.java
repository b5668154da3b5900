package io.pulsewatch.client.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All roles that a sender stands for. Confined to its machine. */
final class Roles {
  private final List<RoleBelief> roles;

  Roles(List<RoleTerms> terms) {
    roles = terms.stream().map(RoleBelief::new).toList();
  }

  /** An answer listed these, by name, with their tokens. */
  void onListed(Map<String, Long> listed, Terms granted, Belief belief, long nowNanos) {
    roles.forEach(
        each -> {
          each.onListed(listed.get(each.name()), granted, belief, nowNanos);
          each.judge(belief, nowNanos);
        });
  }

  void onCovered(long sentNanos) {
    roles.forEach(each -> each.onCovered(sentNanos));
  }

  void onResumed() {
    roles.forEach(RoleBelief::onResumed);
  }

  void onGivenUp(String name, long nowNanos) {
    of(name).onGivenUp(nowNanos);
  }

  void onStopped(String name, long era) {
    of(name).onStopped(era);
  }

  void end(long nowNanos) {
    roles.forEach(each -> each.end(nowNanos));
  }

  void judge(Belief belief, long nowNanos) {
    roles.forEach(each -> each.judge(belief, nowNanos));
  }

  /** In the order of the terms. */
  List<RoleStanding> standings() {
    return roles.stream().map(RoleBelief::standing).toList();
  }

  /** Tells whether no work of the application's goes on. */
  boolean haveStopped() {
    return roles.stream().allMatch(RoleBelief::hasStopped);
  }

  boolean hasDue() {
    return roles.stream().anyMatch(each -> each.dueToken() != 0);
  }

  /** Tokens that a heartbeat of this instant gives up. */
  List<Long> release(long sentNanos) {
    List<Long> tokens = new ArrayList<>();
    for (RoleBelief each : roles) {
      if (each.dueToken() != 0) {
        tokens.add(each.dueToken());
        each.onReleased(sentNanos);
      }
    }
    return tokens;
  }

  /** Time until the first belief ends by the clock. */
  long untilEndNanos(long nowNanos) {
    long soonest = Long.MAX_VALUE;
    for (RoleBelief each : roles) {
      soonest = Math.min(soonest, each.untilEndNanos(nowNanos));
    }
    return soonest;
  }

  private RoleBelief of(String name) {
    return roles.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }
}

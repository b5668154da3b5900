package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

/** What is to be done about roles, and when. Confined to the test's thread. */
final class RoleTimersTest {
  private final RoleTimers timers = new RoleTimers();

  @Origins
  void eachRoleHasOneAtTheMost(long origin) {
    Role one = new Role("one");
    Role other = new Role("other");
    for (int i = 0; i < 100; i++) {
      timers.set(one, origin + 100 + i);
      timers.set(other, origin + 150);
    }
    assertThat(timers.size()).isEqualTo(2);
    assertThat(timers.poll(origin + 149)).isNull();
    assertThat(timers.poll(origin + 300)).isSameAs(other);
    timers.clear(one);
    assertThat(timers.size()).isZero();
    assertThat(timers.poll(origin + 300)).isNull();
  }
}

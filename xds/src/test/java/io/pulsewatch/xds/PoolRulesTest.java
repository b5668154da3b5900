package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.xds.Member.Standing;
import io.pulsewatch.xds.PoolRules.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of the pool as tables. A word is a service: one letter for each instance, on port 1, 2,
 * ..: {@code a}live, {@code d}oubted, {@code w}ants no work, {@code f}allen now, {@code o}ld
 * (fallen 11 s ago), {@code g}one now.
 */
final class PoolRulesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TIMEOUT = 6 * SECOND;

  @ParameterizedTest
  @CsvSource({
    "a, 1",
    "aaa, 1 2 3",
    "aad, 1 2",
    "ad, 1", // half
    "aadd, 1 2", // half
    "add, 1 2 3", // fewer than half
    "addd, 1 2 3 4",
    "dd, 1 2", // all
    "d, 1",
    "aaw, 1 2",
    "wd, 2", // who wants no work counts on neither side
    "wwwad, 4",
    "wwwadd, 4 5 6",
    "adff, 1", // nor who is gone
    "w, ''",
    "'', ''",
  })
  void whoIsDoubtedLeavesWhileHalfAreAlive(String members, String ports) {
    assertThat(shown(PoolRules.next(Pool.EMPTY, service(members, 0), 0))).isEqualTo(ports);
  }

  @ParameterizedTest
  @CsvSource({
    "a, f, 1", // one of one
    "aa, ff, 1 2",
    "ad, fd, 2", // not empty: nothing is kept
    "aaa, fgf, 1 3", // two of three; who said goodbye is not kept
    "aaaa, ffgg, ''", // half is not more than half
    "aaa, fgg, ''",
    "aa, ww, ''", // they wanted it
    "aaaa, ooof, 4", // verdicts of long ago are no part of it
    "aaaa, ooog, ''",
    "dd, ff, 1 2",
    "ww, gg, ''", // nobody was in it
  })
  void emptiedByVerdictsItKeepsWhoWasInIt(String before, String after, String ports) {
    Pool first = PoolRules.next(Pool.EMPTY, service(before, 0), 0);
    assertThat(shown(PoolRules.next(first, service(after, 0), 0))).isEqualTo(ports);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000})
  void itKeepsThemForOneTimeout(long origin) {
    Pool pool = PoolRules.next(Pool.EMPTY, service("aa", origin), origin);
    List<Member> fallen = service("ff", origin);
    pool = PoolRules.next(pool, fallen, origin);
    pool = PoolRules.next(pool, fallen, origin + TIMEOUT - 1);
    assertThat(shown(pool)).isEqualTo("1 2");
    pool = PoolRules.next(pool, fallen, origin + TIMEOUT);
    assertThat(shown(pool)).isEmpty();
    assertThat(shown(PoolRules.next(pool, fallen, origin + TIMEOUT + 1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000_000})
  void verdictsCountForTenSeconds(long origin) {
    Pool pool = PoolRules.next(Pool.EMPTY, service("aaa", origin), origin);
    List<Member> members = service("ffa", origin);
    pool = PoolRules.next(pool, members, origin);
    long window = PoolRules.WINDOW_NANOS;
    List<Member> all = new ArrayList<>(members.subList(0, 2));
    all.add(member(3, 1, Standing.GONE, origin + window));
    assertThat(shown(PoolRules.next(pool, all, origin + window))).isEqualTo("1 2");
    all.set(2, member(3, 1, Standing.GONE, origin + window + 1));
    assertThat(shown(PoolRules.next(pool, all, origin + window + 1))).isEmpty();
  }

  @Test
  void whoComesBackMeanwhileIsAddedAndReplacesItsOldSelf() {
    Pool pool = PoolRules.next(Pool.EMPTY, service("aaa", 0), 0);
    pool = PoolRules.next(pool, service("fff", 0), 0);
    List<Member> back = service("fff", 0);
    back.set(1, member(2, 9, Standing.ALIVE, 0));
    pool = PoolRules.next(pool, back, SECOND);
    assertThat(shown(pool)).isEqualTo("2 1 3");
    back.set(1, member(2, 9, Standing.DRAINING, SECOND)); // and is not kept when it leaves
    assertThat(shown(PoolRules.next(pool, back, 2 * SECOND))).isEqualTo("1 3");
  }

  @Test
  void anAddressBelongsToTheNewestThatIsThere() {
    Member old = member(1, 5, Standing.ALIVE, 0);
    Member newer = member(1, 7, Standing.ALIVE, 0);
    assertThat(PoolRules.next(Pool.EMPTY, List.of(old, newer), 0).members()).containsExactly(newer);
    assertThat(PoolRules.next(Pool.EMPTY, List.of(newer, old), 0).members()).containsExactly(newer);
    Member draining = member(1, 7, Standing.DRAINING, 0);
    assertThat(PoolRules.next(Pool.EMPTY, List.of(old, draining), 0).members()).isEmpty();
    Member gone = member(1, 7, Standing.GONE, 0);
    assertThat(PoolRules.next(Pool.EMPTY, List.of(old, gone), 0).members()).containsExactly(old);
  }

  private static List<Member> service(String word, long nowNanos) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < word.length(); i++) {
      members.add(
          switch (word.charAt(i)) {
            case 'a' -> member(i + 1, 1, Standing.ALIVE, nowNanos);
            case 'd' -> member(i + 1, 1, Standing.DOUBTED, nowNanos);
            case 'w' -> member(i + 1, 1, Standing.DRAINING, nowNanos);
            case 'f' -> member(i + 1, 1, Standing.FALLEN, nowNanos);
            case 'o' -> member(i + 1, 1, Standing.FALLEN, nowNanos - 11 * SECOND);
            case 'g' -> member(i + 1, 1, Standing.GONE, nowNanos);
            default -> throw new IllegalArgumentException(word);
          });
    }
    return members;
  }

  private static Member member(int port, long incarnation, Standing standing, long leftNanos) {
    return new Member(
        new Offer(new Address("10.0.0.1", port), "", 1), incarnation, TIMEOUT, standing, leftNanos);
  }

  private static String shown(Pool pool) {
    return pool.members().stream()
        .map(member -> Integer.toString(member.address().port()))
        .collect(Collectors.joining(" "));
  }
}

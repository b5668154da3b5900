package io.pulsewatch.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.transport.Access;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.Right;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens against the table, at once and over time. */
final class TokenAuthenticatorTest {
  private static final Instant EXPIRY = Instant.parse("2027-01-01T00:00:00Z");

  private final TokenMaker.Made beats =
      TokenMaker.make("orders", "beat,watch", EXPIRY, new Random(1));
  private final TokenMaker.Made admin = TokenMaker.make("ops", "admin", null, new Random(2));
  private final List<Access.Denied> told = new ArrayList<>();
  private long wallMillis = EXPIRY.toEpochMilli() - 1;
  private final TokenAuthenticator tokens = new TokenAuthenticator(() -> wallMillis);

  @BeforeEach
  void both() {
    tokens.take(TokenTable.parse(beats.line() + "\n" + admin.line()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   "})
  void knowsWhoShowsAToken(String scheme) {
    Access access = tokens.check(scheme + beats.token());
    assertThat(access).isInstanceOf(Access.Pass.class);
    assertThat(access.allowing(Right.BEAT)).isSameAs(access);
    assertThat(access.allowing(Right.WATCH)).isSameAs(access);
    denied(access.allowing(Right.ADMIN), Access.Reason.NO_RIGHT)
        .contains("orders", "may beat, watch", "needs admin");
  }

  @Test
  void nobodyIsLetInWithout() {
    denied(tokens.check(null), Access.Reason.TOKEN_MISSING).contains("Bearer");
    denied(tokens.check(""), Access.Reason.TOKEN_MISSING);
    denied(tokens.check("Basic b3BzOm9wcw=="), Access.Reason.TOKEN_MISSING).contains("Bearer");
    denied(tokens.check(beats.token()), Access.Reason.TOKEN_MISSING);
    denied(tokens.check("Bearer wrong"), Access.Reason.TOKEN_UNKNOWN).doesNotContain("wrong");
    denied(tokens.check("Bearer " + Token.hash(beats.token())), Access.Reason.TOKEN_UNKNOWN);
    assertThat(new TokenAuthenticator(() -> wallMillis).check("Bearer " + admin.token()))
        .isInstanceOf(Access.Denied.class);
  }

  @Test
  void expiresAtItsInstant() {
    assertThat(tokens.check("Bearer " + beats.token())).isInstanceOf(Access.Pass.class);
    wallMillis++;
    denied(tokens.check("Bearer " + beats.token()), Access.Reason.TOKEN_EXPIRED)
        .contains("orders", "2027-01-01T00:00:00Z", "token create");
    assertThat(tokens.check("Bearer " + admin.token())).isInstanceOf(Access.Pass.class);
  }

  @Test
  void tellsOnceThatAPassExpired() {
    follow(beats, Right.BEAT);
    follow(admin, Right.ADMIN);
    tokens.turn();
    assertThat(told).isEmpty();
    wallMillis++;
    tokens.turn();
    tokens.turn();
    assertThat(told).extracting(Access.Denied::reason).containsExactly(Access.Reason.TOKEN_EXPIRED);
    assertThat(tokens.eyes()).isEqualTo(1);
  }

  @Test
  void tellsThatATokenOrARightWasTaken() {
    follow(beats, Right.BEAT);
    follow(beats, Right.WATCH);
    follow(admin, Right.ADMIN);
    tokens.take(TokenTable.parse(beats.line().replace("beat,watch", "beat")));
    tokens.turn();
    assertThat(told)
        .extracting(Access.Denied::reason)
        .containsExactlyInAnyOrder(Access.Reason.NO_RIGHT, Access.Reason.TOKEN_UNKNOWN);
    assertThat(tokens.eyes()).isEqualTo(1);
  }

  @Test
  void looksAwayWhenAsked() {
    Authenticator.Hold hold = follow(beats, Right.BEAT);
    follow(beats, Right.BEAT);
    hold.release();
    hold.release();
    assertThat(tokens.eyes()).isEqualTo(1);
    wallMillis++;
    tokens.turn();
    assertThat(told).hasSize(1);
    assertThat(tokens.eyes()).isZero();
  }

  @Test
  void whoNeededNoPassIsNotLookedAt() {
    tokens.follow(Access.Pass.EVERYBODY, Right.WATCH, told::add);
    tokens.turn();
    assertThat(told).isEmpty();
  }

  private Authenticator.Hold follow(TokenMaker.Made made, Right right) {
    return tokens.follow((Access.Pass) tokens.check("Bearer " + made.token()), right, told::add);
  }

  private static AbstractStringAssert<?> denied(Access access, Access.Reason reason) {
    assertThat(access).isInstanceOf(Access.Denied.class);
    Access.Denied denied = (Access.Denied) access;
    assertThat(denied.reason()).isEqualTo(reason);
    return assertThat(denied.description());
  }
}

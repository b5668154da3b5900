package io.pulsewatch.server.security;

import io.pulsewatch.server.transport.Access;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.Right;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens against the newest token file.
 *
 * <p>A new call is judged as it comes. What goes on under a token is judged anew by {@link #turn}:
 * once for each token and right in use, however many streams there are.
 *
 * <p>Thread-safe.
 */
final class TokenAuthenticator implements Authenticator {
  private static final Pattern BEARER =
      Pattern.compile("bearer +(\\S+) *", Pattern.CASE_INSENSITIVE);

  private final LongSupplier wallMillis;
  private final ConcurrentHashMap<Use, Set<Eye>> eyes = new ConcurrentHashMap<>();
  private volatile TokenTable table = TokenTable.EMPTY;

  /** What eyes look at. */
  private record Use(Access.Pass pass, Right right) {}

  /** Knows nobody until a table is taken. */
  TokenAuthenticator(LongSupplier wallMillis) {
    this.wallMillis = wallMillis;
  }

  /** From now on these count. */
  void take(TokenTable newest) {
    table = newest;
  }

  @Override
  public Access check(@Nullable String authorization) {
    if (authorization == null) {
      return new Access.Denied(
          Access.Reason.TOKEN_MISSING,
          "This server wants a token. Send it as authorization: Bearer TOKEN; its operator makes"
              + " one with pulsewatch token create.");
    }
    Matcher bearer = BEARER.matcher(authorization);
    return bearer.matches()
        ? look(Token.hash(bearer.group(1)))
        : new Access.Denied(
            Access.Reason.TOKEN_MISSING,
            "The authorization is no bearer token (expected: authorization: Bearer TOKEN).");
  }

  @Override
  public Hold follow(Access.Pass pass, Right right, Consumer<Access.Denied> told) {
    if (pass.id().isEmpty()) {
      return Hold.NONE;
    }
    Eye eye = new Eye(new Use(pass, right), told);
    eyes.compute(
        eye.use,
        (use, known) -> {
          Set<Eye> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(eye);
          return all;
        });
    return eye;
  }

  /** Looks at every pass in use again, and tells those that it ended for. */
  void turn() {
    eyes.forEach(
        (use, all) -> {
          if (look(use.pass().id()).allowing(use.right()) instanceof Access.Denied denied) {
            all.forEach(eye -> eye.end(denied));
          }
        });
  }

  /** For tests: what is looked at. */
  int eyes() {
    return eyes.values().stream().mapToInt(Set::size).sum();
  }

  private Access look(String hash) {
    TokenLine line = table.find(hash);
    if (line == null) {
      return new Access.Denied(
          Access.Reason.TOKEN_UNKNOWN,
          "This token is not in the server's token file: mistyped, or withdrawn. Ask its operator"
              + " for a new one (pulsewatch token create).");
    }
    if (line.isExpired(wallMillis.getAsLong())) {
      return new Access.Denied(
          Access.Reason.TOKEN_EXPIRED,
          "The token of "
              + line.name()
              + " expired at "
              + line.expiresAt()
              + ". Ask the server's operator for a new one (pulsewatch token create).");
    }
    return new Access.Pass(line.name(), hash, line.rights());
  }

  /** One that is told when its use ends. Thread-safe. */
  private final class Eye implements Hold {
    private final Use use;
    private final Consumer<Access.Denied> told;
    private final AtomicBoolean over = new AtomicBoolean();

    Eye(Use use, Consumer<Access.Denied> told) {
      this.use = use;
      this.told = told;
    }

    void end(Access.Denied denied) {
      if (over.compareAndSet(false, true)) {
        forget();
        told.accept(denied);
      }
    }

    @Override
    public void release() {
      if (over.compareAndSet(false, true)) {
        forget();
      }
    }

    private void forget() {
      eyes.computeIfPresent(
          use,
          (same, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }
}

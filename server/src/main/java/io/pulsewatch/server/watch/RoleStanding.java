package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.RoleWait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One role as it stands, as committed. Immutable.
 *
 * @param holder null: nobody holds it
 * @param held by which grant; null: nobody holds it
 * @param waiting whose belief is waited for; null: nobody's
 * @param candidates who stands for it, without the holder: who goes first, first
 */
public record RoleStanding(
    String name,
    @Nullable Entry holder,
    @Nullable HeldRole held,
    @Nullable RoleWait waiting,
    List<Entry> candidates) {
  public RoleStanding {
    candidates = List.copyOf(candidates);
  }
}

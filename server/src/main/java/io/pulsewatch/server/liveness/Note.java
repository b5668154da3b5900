package io.pulsewatch.server.liveness;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that the ledger must keep and that is no change: nobody but the caller is told. */
public sealed interface Note {
  InstanceKey key();

  /** To be given once it is durable. */
  List<Answer> answers();

  /** A session goes on under another token, or by another process. */
  record Resumed(Entry entry, Memory memory, List<Answer> answers) implements Note {
    @Override
    public InstanceKey key() {
      return entry.key();
    }
  }

  /** The override of a name that has no entry any more is lifted. */
  record Lifted(InstanceKey key, List<Answer> answers) implements Note {}

  /**
   * Nobody is granted a role for a while, or anybody may be again.
   *
   * @param key of the former holder: what happens to that waits for this
   * @param waiting null: it is over
   */
  record RoleAwaited(String role, InstanceKey key, @Nullable RoleWait waiting) implements Note {
    @Override
    public List<Answer> answers() {
      return List.of();
    }
  }
}

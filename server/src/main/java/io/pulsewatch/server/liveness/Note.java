package io.pulsewatch.server.liveness;

import java.util.List;

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
}

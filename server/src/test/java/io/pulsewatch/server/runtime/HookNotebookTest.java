package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.ledger.HookNotes;
import org.junit.jupiter.api.Test;

/** What waits for a disk that is away is bounded. */
final class HookNotebookTest {
  @Test
  void itSaysWhenItIsFull() {
    HookNotebook notebook = new HookNotebook();
    assertThat(notebook.isEmpty()).isTrue();
    for (int i = 0; i < HookNotebook.MAX_LETTERS; i++) {
      assertThat(notebook.isFull()).isFalse();
      notebook.add(HookNotes.cursor("pager", i));
      notebook.add(HookNotes.forgotten("pager", i));
    }
    assertThat(notebook.isFull()).isTrue();
    notebook.take();
    assertThat(notebook.isFull()).isFalse();
  }
}

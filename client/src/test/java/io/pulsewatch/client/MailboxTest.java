package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one turn reads. Confined to the test's thread. */
final class MailboxTest {
  private final Mailbox mailbox = new Mailbox();
  private final List<Long> read = new ArrayList<>();

  @Test
  void readsInOrderWithTheTurnsTime() {
    mailbox.post(now -> read.add(now));
    mailbox.post(now -> read.add(now + 1));
    assertThat(mailbox.isWoken()).isTrue();
    mailbox.deliver(40);
    assertThat(read).containsExactly(40L, 41L);
    assertThat(mailbox.isWoken()).isFalse();
  }

  @Test
  void readsABoundedNumberAndAsksForAnotherTurn() {
    for (int i = 0; i < Mailbox.MAX_LETTERS_A_TURN + 1; i++) {
      mailbox.post(read::add);
    }
    mailbox.deliver(1);
    assertThat(read).hasSize(Mailbox.MAX_LETTERS_A_TURN);
    assertThat(mailbox.isWoken()).isTrue();
    mailbox.deliver(2);
    assertThat(read).hasSize(Mailbox.MAX_LETTERS_A_TURN + 1);
    assertThat(mailbox.isWoken()).isFalse();
  }

  @Test
  void whatIsPostedWhileReadingAsksForAnotherTurn() {
    mailbox.post(now -> mailbox.wake());
    mailbox.deliver(1);
    assertThat(mailbox.isWoken()).isTrue();
  }
}

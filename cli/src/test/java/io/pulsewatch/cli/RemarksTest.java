package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said where nobody reads. */
@Timeout(60)
final class RemarksTest {
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch reads = new CountDownLatch(1);
  private final Remarks remarks = new Remarks(this::say);

  private void say(String line) {
    try {
      reads.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    said.add(line);
  }

  @Test
  void nobodyWaitsForWhoDoesNotRead() throws Exception {
    for (int i = 0; i < 10 * Remarks.MAX_WAITING; i++) {
      remarks.say("line " + i);
    }
    remarks.flush(1);
    assertThat(said).isEmpty();
    reads.countDown();
    remarks.flush(TimeUnit.SECONDS.toMillis(30));
    assertThat(said).startsWith("line 0", "line 1").hasSizeLessThan(Remarks.MAX_WAITING + 2);
    remarks.say("heard again");
    remarks.flush(TimeUnit.SECONDS.toMillis(30));
    assertThat(said).endsWith("heard again");
  }
}

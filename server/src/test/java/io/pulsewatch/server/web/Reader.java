package io.pulsewatch.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks by HTTP, without a socket: the test's thread is its event loop, and the test
 * says whether it reads. Confined to the test's thread.
 */
final class Reader implements Exchange, Exchange.Flow {
  boolean ready = true;

  /** Parts that came while it read nothing. */
  int unread;

  boolean ended;
  private @Nullable WebAnswer answer;
  private final List<String> parts = new ArrayList<>();
  private Runnable onWritten = () -> {};
  private Runnable onGone = () -> {};

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public void answer(WebAnswer given) {
    assertThat(answer).as("answered twice").isNull();
    if (parts.isEmpty()) {
      answer = given;
    }
  }

  @Override
  public Flow flow(String contentType, Runnable whenWritten, Runnable whenGone) {
    assertThat(contentType).isEqualTo("text/event-stream");
    onWritten = whenWritten;
    onGone = whenGone;
    return this;
  }

  @Override
  public void send(Supplier<ByteBuffer> part) {
    String text = StandardCharsets.UTF_8.decode(part.get()).toString();
    parts.add(text);
    if (ready) {
      onWritten.run();
    } else {
      unread++;
    }
  }

  @Override
  public void end() {
    ended = true;
  }

  /** Reads on. */
  void resume() {
    ready = true;
    onWritten.run();
  }

  void goAway() {
    onGone.run();
  }

  /** The whole answer; it must be there. */
  WebAnswer answered() {
    WebAnswer given = answer;
    if (given == null) {
      throw new AssertionError("no answer; parts: " + parts);
    }
    return given;
  }

  /** What came since the last call. */
  String take() {
    String all = String.join("", parts);
    parts.clear();
    return all;
  }
}

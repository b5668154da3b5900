package io.pulsewatch.server.watch;

import org.jspecify.annotations.Nullable;

/**
 * One watch of a name's health. It has no queue: what cannot be taken now is looked up when it can,
 * so the latest value wins. A value is small, and one for each watch at the most: it asks for no
 * {@link Room}, so it waits for nobody's.
 *
 * <p>Confined to the fan-out thread.
 */
public final class HealthWatch {
  private final Hub hub;
  private final String name;
  private final HealthSubscriber subscriber;
  private boolean ended;
  private boolean toldAny;
  private @Nullable Health told;

  HealthWatch(Hub hub, String name, HealthSubscriber subscriber) {
    this.hub = hub;
    this.name = name;
    this.subscriber = subscriber;
  }

  /** The subscriber can take a value. */
  public void onReady() {
    hub.onReady(this);
  }

  /** The subscriber wants no more; it is not called any more. Idempotent. */
  public void cancel() {
    if (!ended) {
      ended = true;
      hub.onEnded(this);
    }
  }

  String name() {
    return name;
  }

  void end(End why) {
    ended = true;
    subscriber.onEnd(why);
  }

  /** It ends, if it has not. */
  void part() {
    if (!ended) {
      cancel();
      subscriber.onEnd(End.GOODBYE);
    }
  }

  /** Tells the value if it is another than before and the subscriber can take it. */
  void tell(@Nullable Health health) {
    if (ended || (toldAny && health == told) || !subscriber.isReady()) {
      return;
    }
    toldAny = true;
    told = health;
    subscriber.onHealth(health);
  }
}

package io.pulsewatch.server;

import io.pulsewatch.server.runtime.Engine;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.web.Condition;
import java.util.function.BooleanSupplier;

/** How the engine is, for those who look after it. Thread-safe. */
final class ServerStanding implements Condition {
  private final Engine engine;
  private final BooleanSupplier stopping;
  private final BooleanSupplier draining;

  ServerStanding(Engine engine, BooleanSupplier stopping, BooleanSupplier draining) {
    this.engine = engine;
    this.stopping = stopping;
    this.draining = draining;
  }

  @Override
  public boolean isAlive() {
    return !engine.hasFailed();
  }

  @Override
  public boolean isReady() {
    return !stopping.getAsBoolean() && !draining.getAsBoolean() && engine.isServing();
  }

  @Override
  public String words() {
    if (engine.hasFailed()) {
      return "broken: a loop broke, and this server judges nobody any more; restart it";
    }
    if (stopping.getAsBoolean()) {
      return "stopping: it says goodbye to its clients";
    }
    if (!engine.isServing()) {
      return "blind: an event loop has been stuck for 10 s, so it judges nobody until that runs";
    }
    if (draining.getAsBoolean()) {
      return "draining: it asks its clients to leave, and takes nobody";
    }
    ServerCondition now = engine.condition();
    return "ok: detector mode " + now.mode() + (now.warmingUp() ? ", warming up" : "");
  }
}

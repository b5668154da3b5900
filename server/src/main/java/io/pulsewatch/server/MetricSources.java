package io.pulsewatch.server;

import io.grpc.Status;
import io.pulsewatch.server.metrics.ChangeMeter;
import io.pulsewatch.server.metrics.HookReading;
import io.pulsewatch.server.metrics.LoopMeter;
import io.pulsewatch.server.metrics.Sources;
import io.pulsewatch.server.metrics.WebMeter;
import io.pulsewatch.server.runtime.Engine;
import io.pulsewatch.server.transport.CallMeter;
import io.pulsewatch.server.transport.DrainDesk;
import io.pulsewatch.server.transport.HeartbeatEndpoint;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.WatchMeter;
import java.util.List;
import java.util.Map;

/** Who is asked when metrics are read: everybody who counts. Thread-safe. */
record MetricSources(
    String version,
    String serverId,
    long startedMillis,
    Map<String, Long> limits,
    CommittedView view,
    ChangeMeter changes,
    WebMeter web,
    Engine engine,
    Hub hub,
    HeartbeatEndpoint senders,
    CallMeter callMeter,
    DrainDesk drains,
    HookParts hookParts,
    Extensions extensions)
    implements Sources {
  @Override
  public boolean isServing() {
    return engine.isServing();
  }

  @Override
  public ServerCondition condition() {
    return engine.condition();
  }

  @Override
  public LoopMeter loop() {
    return engine.meter();
  }

  @Override
  public WatchMeter watches() {
    return hub.meter();
  }

  @Override
  public long heartbeats() {
    return engine.heartbeats();
  }

  @Override
  public long beats() {
    return senders.beats();
  }

  @Override
  public int streams() {
    return senders.streams();
  }

  @Override
  public int registering() {
    return engine.registering();
  }

  @Override
  public int watchers() {
    return hub.watchers();
  }

  @Override
  public int stretchPercent() {
    return engine.judging().stretchPercent();
  }

  @Override
  public int greatestStretchPercent() {
    return engine.judging().greatestStretchPercent();
  }

  @Override
  public boolean isDraining() {
    return drains.isOn();
  }

  @Override
  public int waitingLeaves() {
    return senders.waitingLeaves();
  }

  @Override
  public List<HookReading> hooks() {
    return hookParts.readings();
  }

  @Override
  public Map<Status.Code, Long> calls() {
    return callMeter.ended();
  }

  @Override
  public Map<String, Long> extensionCounts() {
    return extensions.counts();
  }
}

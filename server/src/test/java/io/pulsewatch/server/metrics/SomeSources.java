package io.pulsewatch.server.metrics;

import io.grpc.Status;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.WatchMeter;
import io.pulsewatch.server.watch.World;
import java.util.List;
import java.util.Map;

/** A world, and round numbers for all else. Confined to the test's thread. */
public final class SomeSources implements Sources {
  private final World world;
  private final LoopMeter loop = new LoopMeter();
  private final ChangeMeter changes = new ChangeMeter();
  private final WebMeter web = new WebMeter();

  public SomeSources(World world) {
    this.world = world;
  }

  @Override
  public String version() {
    return "1.2.3";
  }

  @Override
  public String serverId() {
    return "some";
  }

  @Override
  public long startedMillis() {
    return 1_700_000_000_500L;
  }

  @Override
  public boolean isServing() {
    return world.serving;
  }

  @Override
  public ServerCondition condition() {
    return new ServerCondition(DetectorMode.PAUSED, true, 3, 4_500_000_000L);
  }

  @Override
  public Map<String, Long> limits() {
    return Map.of("max_streams", 7L);
  }

  @Override
  public CommittedView view() {
    return world.view;
  }

  @Override
  public LoopMeter loop() {
    return loop;
  }

  @Override
  public ChangeMeter changes() {
    return changes;
  }

  @Override
  public WatchMeter watches() {
    return world.hub.meter();
  }

  @Override
  public WebMeter web() {
    return web;
  }

  @Override
  public long heartbeats() {
    return 41;
  }

  @Override
  public long beats() {
    return 42;
  }

  @Override
  public int streams() {
    return 43;
  }

  @Override
  public int registering() {
    return 11;
  }

  @Override
  public int watchers() {
    return world.hub.watchers();
  }

  @Override
  public int stretchPercent() {
    return 150;
  }

  @Override
  public int greatestStretchPercent() {
    return 300;
  }

  @Override
  public boolean isDraining() {
    return true;
  }

  @Override
  public int waitingLeaves() {
    return 12;
  }

  @Override
  public List<HookReading> hooks() {
    return List.of(new HookReading("pager", 7, 8, 9, 2, 10, 1_500, true));
  }

  @Override
  public Map<Status.Code, Long> calls() {
    return Map.of(Status.Code.OK, 5L, Status.Code.UNAUTHENTICATED, 2L);
  }

  @Override
  public Map<String, Long> extensionCounts() {
    return Map.of("xds_streams", 3L, "xds_nacks", 1L);
  }
}

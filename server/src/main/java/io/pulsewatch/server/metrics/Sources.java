package io.pulsewatch.server.metrics;

import io.grpc.Status;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.WatchMeter;
import java.util.List;
import java.util.Map;

/** Who is asked when metrics are read. Thread-safe; returns at once, on a broken server, too. */
public interface Sources {
  String version();

  String serverId();

  long startedMillis();

  boolean isServing();

  ServerCondition condition();

  Map<String, Long> limits();

  CommittedView view();

  LoopMeter loop();

  ChangeMeter changes();

  WatchMeter watches();

  WebMeter web();

  /** Heartbeats that streams brought. */
  long heartbeats();

  /** Unary beats. */
  long beats();

  int streams();

  /** Streams whose register was read and is not answered. */
  int registering();

  int watchers();

  /** Percent of the granted times, in force for who registers now. */
  int stretchPercent();

  /** The same under which somebody may still live. */
  int greatestStretchPercent();

  /** True while everybody is asked to leave this server. */
  boolean isDraining();

  /** Instances that say goodbye and wait until watchers have acknowledged it. */
  int waitingLeaves();

  /** Empty: there are no hooks. */
  List<HookReading> hooks();

  /** Ended gRPC calls by the code of their status. */
  Map<Status.Code, Long> calls();

  /** What extensions count, by the stem of the metric without {@code pulsewatch_}. */
  Map<String, Long> extensionCounts();
}

package io.pulsewatch.server.simulation;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one register says.
 *
 * @param renewsOnly a beat that shows its token and nothing else
 */
record Registration(
    InstanceKey key,
    String processId,
    @Nullable Token presented,
    Token offered,
    boolean takeOver,
    Times times,
    DetectorChoice detector,
    Status status,
    List<Progress.Rule> rules,
    List<Details.Endpoint> endpoints,
    List<String> roles,
    boolean renewsOnly) {

  /** The token as the kernel sees it: a planted fault makes an old one good. */
  @Nullable Token presentedBy(SimulatedWorld world) {
    Token current = world.oracle().tokenOf(key);
    boolean isOld =
        presented != null && current != null && presented.incarnation() < current.incarnation();
    return isOld && world.fault() == Fault.OLD_TOKEN_ACCEPTED ? current : presented;
  }

  /** Three zones, and some who name none. */
  private String zone() {
    return place() % 4 == 3 ? "" : "z" + place() % 4;
  }

  private int place() {
    return Math.floorMod(key.hashCode(), 8);
  }

  Command.Register command(
      Party caller, Pulse pulse, SimulatedWorld world, @Nullable News heartbeat) {
    pulse.judgeBy(detector);
    return new Command.Register(
        caller,
        key,
        pulse,
        processId,
        presentedBy(world),
        offered,
        takeOver,
        new Details(endpoints, Map.of(), zone(), place() % 3, "", roles),
        times,
        status,
        heartbeat,
        "10.0." + place() % 2 + ".0/24",
        world.server().nanos());
  }
}

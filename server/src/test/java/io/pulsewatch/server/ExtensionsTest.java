package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerServiceDefinition;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.Faces;
import io.pulsewatch.server.transport.RefusalLog;
import io.pulsewatch.server.transport.WatchEndpoint;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an extension is offered. */
final class ExtensionsTest {
  private final World world = new World(WatchLimits.DEFAULT);

  /** One that only asks. Confined to the test's thread. */
  private record Asking(List<ExtensionHost> hosts) implements ServerExtension {
    @Override
    public String name() {
      return "asking";
    }

    @Override
    public Part begin(ExtensionHost host) {
      hosts.add(host);
      return new Idle();
    }
  }

  /** Serves nothing. Immutable. */
  private static final class Idle implements ServerExtension.Part {
    @Override
    public List<ServerServiceDefinition> services() {
      return List.of();
    }

    @Override
    public int turn(long nowNanos) {
      return 0;
    }

    @Override
    public void close() {}

    @Override
    public Map<String, Long> counts() {
      return Map.of();
    }
  }

  private ExtensionHost host(ServerCondition condition) {
    List<ExtensionHost> hosts = new ArrayList<>();
    new Extensions(
            List.of(new Asking(hosts)),
            new Extensions.Sockets(
                new WatchEndpoint(
                    world.hub, Runnable::run, new Faces(world::now), Authenticator.OPEN),
                Authenticator.OPEN,
                new RefusalLog(System.getLogger("test"), () -> 0L),
                () -> condition,
                Limits.DEFAULT,
                Clocks.SYSTEM))
        .close();
    return hosts.get(0);
  }

  @ParameterizedTest
  @EnumSource
  void warmUpIsWarmUpWhateverTheModeIs(DetectorMode mode) {
    assertThat(host(new ServerCondition(mode, true, 0, 0)).isWarmingUp()).isTrue();
    assertThat(host(new ServerCondition(mode, false, 0, 0)).isWarmingUp()).isFalse();
  }
}

package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.World;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How we judge, and our own pauses, as operators and watchers see them: each mode by its name,
 * warm-up beside it.
 */
final class ModesTest {
  private static final Duration PAUSED = Duration.newBuilder().setSeconds(4).build();

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  @ParameterizedTest
  @EnumSource
  void getServerStateTells(DetectorMode mode) {
    for (boolean warmingUp : new boolean[] {true, false}) {
      GetServerStateResponse state = state(new ServerCondition(mode, warmingUp, 3, 4_000_000_000L));
      assertThat(state.getDetectorMode().name()).isEqualTo("DETECTOR_MODE_" + mode);
      assertThat(state.getWarmingUp()).isEqualTo(warmingUp);
      assertThat(state.getPauses()).isEqualTo(3);
      assertThat(state.getPaused()).isEqualTo(PAUSED);
    }
  }

  private static GetServerStateResponse state(ServerCondition condition) {
    return new ServerFace(
            "s", "lineage", 0, Map.of(), () -> new ServerFace.Counts(condition, 1, 2, 4, 3, 150))
        .state();
  }

  @ParameterizedTest
  @EnumSource
  void bookmarksTell(DetectorMode mode) {
    WatchRig rig = new WatchRig(grpc);
    World world = rig.world;
    Messages<WatchRequest, WatchResponse> watch = new Messages<>();
    WatchRequest.Builder request =
        WatchRequest.newBuilder().setBookmarkInterval(Duration.newBuilder().setSeconds(1));
    rig.watches().watch(request.build(), watch);
    rig.turn();
    watch.next();
    watch.next();
    world.mode = mode;
    for (boolean warmingUp : new boolean[] {true, false}) {
      world.warmingUp = warmingUp;
      world.pass(1_000);
      Bookmark bookmark = watch.next().getBookmark();
      assertThat(bookmark.getDetectorMode().name()).isEqualTo("DETECTOR_MODE_" + mode);
      assertThat(bookmark.getWarmingUp()).isEqualTo(warmingUp);
      assertThat(bookmark.getPauses()).isEqualTo(3);
      assertThat(bookmark.getPaused()).isEqualTo(PAUSED);
    }
  }
}

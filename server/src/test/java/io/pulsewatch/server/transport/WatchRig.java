package io.pulsewatch.server.transport;

import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.pulsewatch.grpc.health.v1.HealthGrpc;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The consumers' services in process, on a world that the test moves. Nothing happens on the
 * fan-out thread until {@link #turn}. Confined to the test's thread.
 */
final class WatchRig {
  static final int MAX_LISTED = 2;

  final World world;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final ManagedChannel channel;

  WatchRig(GrpcExtension grpc) {
    this(grpc, WatchLimits.DEFAULT);
  }

  WatchRig(GrpcExtension grpc, WatchLimits limits) {
    world = new World(limits);
    String name = InProcessServerBuilder.generateName();
    Faces faces = new Faces(world::now);
    try {
      grpc.add(
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .addService(new WatchEndpoint(world.hub, tasks::add, faces, Authenticator.OPEN))
              .addService(new RegistryEndpoint(world.hub, world.view, tasks::add, faces, null))
              .addService(new HealthEndpoint(world.hub, tasks::add, MAX_LISTED, Authenticator.OPEN))
              .build()
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = grpc.add(InProcessChannelBuilder.forName(name).directExecutor().build());
  }

  WatchServiceGrpc.WatchServiceStub watches() {
    return WatchServiceGrpc.newStub(channel);
  }

  RegistryServiceGrpc.RegistryServiceStub registry() {
    return RegistryServiceGrpc.newStub(channel);
  }

  HealthGrpc.HealthStub health() {
    return HealthGrpc.newStub(channel);
  }

  /** The fan-out thread does all it has to do. */
  void turn() {
    do {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      world.settle();
    } while (!tasks.isEmpty());
  }
}

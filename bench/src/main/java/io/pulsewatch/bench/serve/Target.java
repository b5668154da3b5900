package io.pulsewatch.bench.serve;

import io.pulsewatch.server.ClockedServer;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.server.ServerBuilder;
import io.pulsewatch.xds.Xds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which server a process runs. */
public enum Target {
  OURS {
    @Override
    Running start(ServerOptions options) throws IOException {
      return new Ours(builder(options).start(), null);
    }
  },
  /**
   * Ours, with everything kept on disk, in a new directory below the working directory's target.
   */
  DURABLE {
    @Override
    Running start(ServerOptions options) throws IOException {
      Path directory = options.data();
      if (directory == null) {
        Path place = Files.createDirectories(Path.of("bench", "target", "data"));
        directory = Files.createTempDirectory(place, "ledger");
      }
      return new Ours(builder(options).data(directory).start(), null);
    }
  },
  /** Ours, with event loops that can be held up. */
  STALLING {
    @Override
    Running start(ServerOptions options) throws IOException {
      StallingClock clock = new StallingClock();
      return new Ours(ClockedServer.start(HOST, clock), clock);
    }
  },
  NOOP {
    @Override
    Running start(ServerOptions options) throws IOException {
      return new NoopServer(options);
    }
  };

  private static final String HOST = "127.0.0.1";

  private static ServerBuilder builder(ServerOptions options) {
    ServerBuilder builder =
        PulsewatchServer.builder().listen(HOST, options.port()).limits(options.limits());
    if (options.hasWeb()) {
      builder.web(HOST, 0);
    }
    if (options.hasXds()) {
      builder.withExtension(Xds.extension());
    }
    if (!options.hasStretching()) {
      builder.withoutStretching();
    }
    return options.hasPreservation() ? builder : builder.withoutPreservation();
  }

  /** Starts it on a port of this machine. */
  abstract Running start(ServerOptions options) throws IOException;

  /** A server that runs. */
  interface Running extends AutoCloseable {
    int port();

    /** The port of its metrics; 0 if it has none. */
    default int webPort() {
      return 0;
    }

    /** The clock that holds its event loops up; null if nothing does. */
    default @Nullable StallingClock clock() {
      return null;
    }

    @Override
    void close();
  }

  private record Ours(PulsewatchServer server, @Nullable StallingClock clock) implements Running {
    @Override
    public int port() {
      return server.port();
    }

    @Override
    public int webPort() {
      return server.webPort();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}

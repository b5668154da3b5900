package io.pulsewatch.bench.serve;

import io.pulsewatch.server.ClockedServer;
import io.pulsewatch.server.PulsewatchServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which server a process runs. */
public enum Target {
  OURS {
    @Override
    Running start() throws IOException {
      return new Ours(PulsewatchServer.builder().listen(HOST, 0).start(), null);
    }
  },
  /**
   * Ours, with everything kept on disk, in a new directory below the working directory's target.
   */
  DURABLE {
    @Override
    Running start() throws IOException {
      Path place = Files.createDirectories(Path.of("bench", "target", "data"));
      Path directory = Files.createTempDirectory(place, "ledger");
      return new Ours(PulsewatchServer.builder().listen(HOST, 0).data(directory).start(), null);
    }
  },
  /** Ours, with event loops that can be held up. */
  STALLING {
    @Override
    Running start() throws IOException {
      StallingClock clock = new StallingClock();
      return new Ours(ClockedServer.start(HOST, clock), clock);
    }
  },
  NOOP {
    @Override
    Running start() throws IOException {
      return new NoopServer();
    }
  };

  private static final String HOST = "127.0.0.1";

  /** Starts it on a free port of this machine. */
  abstract Running start() throws IOException;

  /** A server that runs. */
  interface Running extends AutoCloseable {
    int port();

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
    public void close() {
      server.close();
    }
  }
}

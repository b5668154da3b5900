package io.pulsewatch.bench.serve;

import io.pulsewatch.server.PulsewatchServer;
import java.io.IOException;

/** Which server a process runs. */
public enum Target {
  OURS {
    @Override
    Running start() throws IOException {
      PulsewatchServer server = PulsewatchServer.builder().listen(HOST, 0).start();
      return new Running() {
        @Override
        public int port() {
          return server.port();
        }

        @Override
        public void close() {
          server.close();
        }
      };
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

    @Override
    void close();
  }
}

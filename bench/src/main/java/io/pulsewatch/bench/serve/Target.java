package io.pulsewatch.bench.serve;

import java.io.IOException;

/** Which server a process runs. */
public enum Target {
  OURS {
    @Override
    Running start() throws IOException {
      return new NoopServer();
    }
  },
  NOOP {
    @Override
    Running start() throws IOException {
      return new NoopServer();
    }
  };

  /** Starts it on a free port of this machine. */
  abstract Running start() throws IOException;

  /** A server that runs. */
  interface Running extends AutoCloseable {
    int port();

    @Override
    void close();
  }
}

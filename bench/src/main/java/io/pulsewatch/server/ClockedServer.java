package io.pulsewatch.server;

import io.pulsewatch.server.runtime.Clocks;
import java.io.IOException;
import java.util.function.LongSupplier;

/** Starts a server whose threads read the time where the caller says. Stateless. */
public final class ClockedServer {
  private ClockedServer() {}

  /** On a free port of this machine. */
  public static PulsewatchServer start(String host, LongSupplier nanoTicker) throws IOException {
    return PulsewatchServer.builder()
        .listen(host, 0)
        .start(new Clocks(nanoTicker, System::currentTimeMillis));
  }
}

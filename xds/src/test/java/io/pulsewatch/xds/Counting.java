package io.pulsewatch.xds;

import io.pulsewatch.server.ExtensionHost;
import io.pulsewatch.server.ServerExtension;
import org.jspecify.annotations.Nullable;

/** The extension of one server, with its counts in sight. Thread-safe. */
final class Counting implements ServerExtension {
  private final ServerExtension xds = Xds.extension();
  private volatile @Nullable Part part;

  @Override
  public String name() {
    return xds.name();
  }

  @Override
  public Part begin(ExtensionHost host) {
    Part begun = xds.begin(host);
    part = begun;
    return begun;
  }

  /** Since the server began. */
  long count(String name) {
    Part begun = part;
    return begun == null ? 0 : begun.counts().getOrDefault(name, 0L);
  }
}

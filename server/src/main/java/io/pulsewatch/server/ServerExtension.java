package io.pulsewatch.server;

import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Map;

/**
 * What another module adds to a server: gRPC services on the same port, under the same rules, told
 * of changes like any other watch. Give it to {@link ServerBuilder#withExtension}.
 *
 * <p>An extension has a thread of its own, {@code pulsewatch-NAME-0}, so it delays neither
 * heartbeats nor watchers. What it throws there ends it alone: it is logged and counted, its calls
 * are ended and refused, and the server goes on.
 */
public interface ServerExtension {
  /** A lower-case word. */
  String name();

  /** Makes its part of one server. Nothing runs yet: no call comes before the server listens. */
  Part begin(ExtensionHost host);

  /** An extension at work in one server. On the extension's thread, unless it says otherwise. */
  interface Part {
    /** What it serves; asked once, before anything runs. Called on event loops: must not block. */
    List<ServerServiceDefinition> services();

    /**
     * One bounded step, about each 10 ms, and after whatever it was told; never before its first
     * task.
     *
     * @param nowNanos monotonic
     * @return the work done; not 0 while more waits that can be done now
     */
    int turn(long nowNanos);

    /** Ends its calls: the server stops. Nothing is judged any more. */
    void close();

    /** What it counts, by the name of the metric without prefix; any thread, at once. */
    Map<String, Long> counts();
  }
}

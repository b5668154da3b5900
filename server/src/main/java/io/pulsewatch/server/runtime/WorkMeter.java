package io.pulsewatch.server.runtime;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.List;

/**
 * Counts what clients make event loops read, whatever it is and whatever becomes of it: each
 * message, and each call, refused ones too. Runs on the event loops only, before anybody else sees
 * the call.
 */
final class WorkMeter extends ServerStreamTracer.Factory {
  /**
   * A call that begins, and ends, in heartbeats. docs/BENCHMARKS.md has 23 us for one that
   * registers, and 1.3 for a heartbeat, where many come at once.
   */
  static final int HEARTBEATS_OF_A_CALL = 20;

  private final List<IoLoop> loops;

  WorkMeter(List<IoLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  /** One for all calls of an event loop: it keeps nothing of them. */
  static final class Tracer extends ServerStreamTracer {
    private final IoLoop loop;

    Tracer(IoLoop loop) {
      this.loop = loop;
    }

    @Override
    public void inboundMessage(int number) {
      loop.countWork(1);
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    for (IoLoop loop : loops) {
      if (loop.isCurrent()) {
        loop.countWork(HEARTBEATS_OF_A_CALL);
        return loop.tracer();
      }
    }
    throw new IllegalStateException("a call that began off the event loops");
  }
}

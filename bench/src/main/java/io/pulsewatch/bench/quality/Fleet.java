package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Sweep;
import java.util.List;

/**
 * Streams that one setting of a detector has to suit together.
 *
 * @param name what it is
 * @param streams at least one, all equally long as far as blocks are concerned
 * @param warmUp heartbeats of each that teach and are not counted
 */
record Fleet(String name, List<Stream> streams, int warmUp) {
  Fleet {
    streams = List.copyOf(streams);
  }

  List<Sweep.Source> sources() {
    return streams.stream()
        .map(stream -> new Sweep.Source(stream.trace(), stream.intervalNanos(), warmUp))
        .toList();
  }

  /** Heartbeats that are counted. */
  long beats() {
    return streams.stream().mapToLong(stream -> stream.trace().size() - 1L - warmUp).sum();
  }
}

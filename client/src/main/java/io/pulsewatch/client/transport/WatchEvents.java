package io.pulsewatch.client.transport;

import io.pulsewatch.client.session.StreamEnd;
import io.pulsewatch.v1.WatchResponse;

/** What arrives on one {@link WatchStream}. Called by gRPC's threads. */
public interface WatchEvents {

  /** A response; the next is asked for by {@link WatchStream#next}. */
  void onResponse(WatchResponse response);

  /** The last event: the stream is over. */
  void onEnded(StreamEnd end);
}

package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Suspicion;

/** What the streams tell whoever asks about suspects. Thread-safe; returns at once. */
public interface Asking {
  /** Nobody is asked anything. */
  Asking OFF =
      new Asking() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void onAsked(Suspicion suspicion, long withinNanos) {}

        @Override
        public void onPeer(Peer peer) {}

        @Override
        public void onPeerGone(Peer peer) {}
      };

  /** Whether a suspect is asked over its own stream. */
  boolean isOn();

  /** A suspect has been asked over its own stream. */
  void onAsked(Suspicion suspicion, long withinNanos);

  /** A client looks at others when it is asked to. */
  void onPeer(Peer peer);

  /** Its stream is over. */
  void onPeerGone(Peer peer);
}

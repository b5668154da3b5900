package io.pulsewatch.bench.load;

import io.pulsewatch.bench.wire.RawConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a {@link Crowd} watches, and how changes are made there by a call. */
enum Watched {
  /** Changes are beats of {@link Flippers}, not calls. */
  OURS("/pulsewatch.v1.WatchService/Watch") {
    @Override
    byte[] request() {
      return WatchGroup.request();
    }

    @Override
    void change(RawConnection teller, int number, int count, Path sample) {
      throw new IllegalStateException("changes are made by beats");
    }
  },
  /** A gRPC server that hands the bytes of one of our changes to every call. */
  RAW("/bench.Fanout/Watch") {
    @Override
    byte[] request() {
      return new byte[1];
    }

    @Override
    void change(RawConnection teller, int number, int count, Path sample) throws IOException {
      byte[] message = Files.readAllBytes(sample);
      byte[] request = ByteBuffer.allocate(4 + message.length).putInt(count).put(message).array();
      teller.halfClose(teller.open(number, RAW_TELL, request));
    }
  },
  /** Each change is one put; of several at once etcd may tell in one message. */
  ETCD(EtcdMessages.WATCH) {
    @Override
    byte[] request() {
      return EtcdMessages.watch();
    }

    @Override
    void change(RawConnection teller, int number, int count, Path sample) {
      if (count != 1) {
        throw new IllegalArgumentException("changes at once: " + count + " (expected: 1)");
      }
      byte[] put = EtcdMessages.put(0, new byte[ETCD_VALUE_BYTES]);
      teller.halfClose(teller.open(number, EtcdMessages.PUT, put));
    }
  };

  private static final String RAW_TELL = "/bench.Fanout/Tell";

  /** With it a message of etcd is about as long as one of ours. */
  private static final int ETCD_VALUE_BYTES = 128;

  private final String path;

  Watched(String path) {
    this.path = path;
  }

  static Watched of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The call that watches. */
  String path() {
    return path;
  }

  /** True if a client says no more than its request: etcd takes that for the end of the watch. */
  boolean isHalfClosed() {
    return this != ETCD;
  }

  /** What it says first. */
  abstract byte[] request();

  /**
   * Starts a call that makes changes.
   *
   * @param number of its stream
   * @param sample the file that holds one of our changes
   */
  abstract void change(RawConnection teller, int number, int count, Path sample) throws IOException;
}

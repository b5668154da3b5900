package io.pulsewatch.server.transport;

import com.google.protobuf.Duration;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.Detector;
import io.pulsewatch.v1.FixedDetector;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Status;

/** What tests send, in few words. Stateless. */
public final class Requests {
  private Requests() {}

  /** A register of "service/id" with nothing else in it. */
  public static Register.Builder register(String name) {
    int slash = name.indexOf('/');
    return Register.newBuilder()
        .setInstance(
            InstanceName.newBuilder()
                .setService(name.substring(0, slash))
                .setInstanceId(name.substring(slash + 1)))
        .setDetector(Detector.newBuilder().setFixed(FixedDetector.getDefaultInstance()));
  }

  /** The same with times in milliseconds. */
  public static Register.Builder register(String name, long interval, long timeout, long resume) {
    return register(name)
        .setInterval(millis(interval))
        .setTimeout(millis(timeout))
        .setResumeWindow(millis(resume));
  }

  public static Heartbeat.Builder heartbeat(long sequence) {
    return Heartbeat.newBuilder().setSequence(sequence);
  }

  public static Heartbeat.Builder heartbeat(long sequence, Status status) {
    return heartbeat(sequence).setStatus(status);
  }

  public static BeatRequest.Builder beat() {
    return BeatRequest.newBuilder();
  }

  public static Duration millis(long millis) {
    return Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }

  public static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  public static Duration nanos(long seconds, int nanos) {
    return Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }
}

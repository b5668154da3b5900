package io.pulsewatch.bench.load;

import com.google.protobuf.Duration;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Register;
import java.util.concurrent.TimeUnit;

/** The first message of a stream. Stateless. */
public final class Registrations {
  /** The call that all load goes through. */
  public static final String PATH = "/pulsewatch.v1.HeartbeatService/Heartbeat";

  /** The service that every instance of a benchmark belongs to, unless there are {@link Pools}. */
  public static final String SERVICE = "bench";

  /** Where instances that say so take calls. */
  private static final int PORT = 8_080;

  private Registrations() {}

  /** An encoded registration, with a resume window as long as the timeout. */
  public static byte[] register(String instanceId, long intervalMillis, long timeoutMillis) {
    return register(instanceId, intervalMillis, timeoutMillis, timeoutMillis);
  }

  /** An encoded registration. */
  public static byte[] register(
      String instanceId, long intervalMillis, long timeoutMillis, long resumeMillis) {
    return register(instanceId, intervalMillis, timeoutMillis, resumeMillis, SERVICE, "");
  }

  /**
   * An encoded registration.
   *
   * @param host where it takes calls, on {@link #PORT}; empty: it says nothing of that
   */
  static byte[] register(
      String instanceId,
      long intervalMillis,
      long timeoutMillis,
      long resumeMillis,
      String service,
      String host) {
    Register.Builder register =
        Register.newBuilder()
            .setInstance(InstanceName.newBuilder().setService(service).setInstanceId(instanceId))
            .setProcessId("process-of-" + instanceId)
            .setInterval(millis(intervalMillis))
            .setTimeout(millis(timeoutMillis))
            .setResumeWindow(millis(resumeMillis));
    if (!host.isEmpty()) {
      register.addEndpoints(Endpoint.newBuilder().setName("grpc").setHost(host).setPort(PORT));
    }
    return HeartbeatRequest.newBuilder().setRegister(register).build().toByteArray();
  }

  /** Milliseconds as protobuf has them. */
  public static Duration millis(long millis) {
    return Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) TimeUnit.MILLISECONDS.toNanos(millis % 1_000))
        .build();
  }

  /** Milliseconds of a protobuf duration, the rest cut off. */
  public static long millis(Duration duration) {
    return TimeUnit.SECONDS.toMillis(duration.getSeconds())
        + TimeUnit.NANOSECONDS.toMillis(duration.getNanos());
  }
}

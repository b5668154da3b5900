package io.pulsewatch.examples;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Calls a service that Pulsewatch knows, balanced over those who are well, with grpc-xds on the
 * class path and {@code GRPC_XDS_BOOTSTRAP} naming what {@code pulsewatch xds-bootstrap} printed.
 * Flags: {@code [--target xds:///orders] [--every SECONDS]}.
 *
 * <p>The line to copy is that which makes the channel. With {@code --target
 * pulsewatch://HOST:PORT/orders} it is the client's own resolver, without xDS. Thread-safe.
 */
public final class BalancedExample {
  private static final long TOLD_EACH_MILLIS = 500;

  private final ManagedChannel channel;
  private final Object lock = new Object();
  private TreeMap<String, Integer> answers = new TreeMap<>(); // guarded by lock

  private BalancedExample(String target) {
    this.channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
  }

  public static void main(String[] args) {
    Flags flags = Flags.parse(args);
    BalancedExample caller =
        new BalancedExample(flags.optional("--target").orElse("xds:///orders"));
    double everySeconds = Double.parseDouble(flags.optional("--every").orElse("0.02"));
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    // A call at each tick, whatever became of those before.
    repeat(clock, caller::call, Math.round(everySeconds * 1e6));
    repeat(clock, caller::tell, TimeUnit.MILLISECONDS.toMicros(TOLD_EACH_MILLIS));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it ends with the program
  private static void repeat(ScheduledExecutorService clock, Runnable what, long everyMicros) {
    clock.scheduleAtFixedRate(what, 0, everyMicros, TimeUnit.MICROSECONDS);
  }

  private void call() {
    ClientCalls.asyncUnaryCall(
        channel.newCall(Who.ASK, CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS)),
        StringValue.getDefaultInstance(),
        new Answer(System.currentTimeMillis()));
  }

  private void tell() {
    TreeMap<String, Integer> told;
    synchronized (lock) {
      told = answers;
      answers = new TreeMap<>();
    }
    System.out.println(
        told.entrySet().stream()
            .map(each -> " " + each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining("", "ANSWERED", "")));
  }

  /** What becomes of one call. */
  private final class Answer implements StreamObserver<StringValue> {
    private final long startedMillis;

    Answer(long startedMillis) {
      this.startedMillis = startedMillis;
    }

    @Override
    public void onNext(StringValue name) {
      synchronized (lock) {
        answers.merge(name.getValue(), 1, Integer::sum);
      }
    }

    @Override
    public void onError(Throwable failure) {
      Status status = Status.fromThrowable(failure);
      System.out.printf(
          Locale.ROOT,
          "FAILED started=%.6f code=%s %s%n",
          startedMillis / 1e3,
          status.getCode(),
          status.getDescription());
    }

    @Override
    public void onCompleted() {}
  }
}

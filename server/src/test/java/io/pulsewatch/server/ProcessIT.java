package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Senders in processes of their own that are killed, stopped and started again. */
@Timeout(120)
final class ProcessIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private int port;
  private WatchLog watch;

  /** A sender that beats until its input ends. */
  static final class Sender {
    private Sender() {}

    /**
     * Runs it.
     *
     * @param arguments port, name, interval, timeout and resume window in milliseconds
     */
    public static void main(String[] arguments) throws IOException {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(arguments[0]))
              .usePlaintext()
              .build();
      ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
      new BeatingClient(
              channel,
              timer,
              System::nanoTime,
              register(
                      arguments[1],
                      Long.parseLong(arguments[2]),
                      Long.parseLong(arguments[3]),
                      Long.parseLong(arguments[4]))
                  .setProcessId(UUID.randomUUID().toString())
                  .build())
          .start();
      System.out.println("started");
      while (System.in.read() >= 0) {
        // until the parent is gone
      }
      Runtime.getRuntime().halt(0);
    }
  }

  @BeforeEach
  void open() throws IOException, InterruptedException {
    PulsewatchServer server = Sockets.server(grpc);
    port = server.port();
    watch = WatchLog.open(Sockets.channel(grpc, port));
  }

  private ChildProcess sender(String name, int interval, int timeout, int resume)
      throws IOException {
    return grpc.add(
        ChildProcess.start(
            Sender.class,
            Integer.toString(port),
            name,
            Integer.toString(interval),
            Integer.toString(timeout),
            Integer.toString(resume)));
  }

  @Test
  void aKilledProcessIsDoubtedAtOnceAndDeadAfterItsResumeWindow() throws Exception {
    ChildProcess sender = sender("orders/a", 2_000, 60_000, 3_000);
    watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    long killed = System.nanoTime();
    sender.signal("KILL");

    Change suspect = watch.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST);
    long doubted = System.nanoTime();
    Change dead = watch.next("orders/a", State.STATE_DEAD, Cause.CAUSE_STREAM_LOST);
    long between = millis(dead.getAt()) - millis(suspect.getAt());
    assertThat(between).isGreaterThanOrEqualTo(2_999);
    assertThat(dead.getInstance().getIncarnation())
        .isEqualTo(suspect.getInstance().getIncarnation());
    Measured.say(
        "kill -9: SUSPECT seen after %d ms, DEAD %d ms later (resume window 3000 ms)",
        (doubted - killed) / 1_000_000, between);
  }

  @Test
  void aStoppedProcessIsSilentAndNeverDeadBeforeItsTimeout() throws Exception {
    ChildProcess sender = sender("orders/a", 200, 2_000, 2_000);
    Change first = watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    Thread.sleep(1_000);
    sender.signal("STOP");

    Change suspect = watch.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(suspect)).isGreaterThanOrEqualTo(400);
    Change dead = watch.next("orders/a", State.STATE_DEAD, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(dead)).isGreaterThanOrEqualTo(2_000);
    assertThat(dead.getInstance().getIncarnation()).isEqualTo(first.getInstance().getIncarnation());

    sender.signal("CONT");
    Change again = watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    assertThat(again.getInstance().getIncarnation())
        .isGreaterThan(first.getInstance().getIncarnation());
    assertThat(sender.isAlive()).isTrue();
    Measured.say(
        "client stopped: SUSPECT after %d ms of silence (due 400), DEAD after %d ms (due 2000),"
            + " overdue %d us",
        WatchLog.silenceMillis(suspect),
        WatchLog.silenceMillis(dead),
        WatchLog.micros(dead.getEvidence().getOverdue()));
  }

  @Test
  void aProcessThatCrashedAndCameBackWaitsForNobody() throws Exception {
    ChildProcess sender = sender("orders/a", 30_000, 120_000, 120_000);
    Change first = watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    sender.signal("KILL");
    sender("orders/a", 30_000, 120_000, 120_000);

    watch.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST);
    Change superseded = watch.next("orders/a", State.STATE_DEAD, Cause.CAUSE_SUPERSEDED);
    Change second = watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    assertThat(superseded.getInstance().getIncarnation())
        .isEqualTo(first.getInstance().getIncarnation());
    assertThat(second.getInstance().getIncarnation())
        .isGreaterThan(first.getInstance().getIncarnation());
    assertThat(second.getRevision()).isGreaterThan(superseded.getRevision());
    // The first try succeeded: nobody was told to wait for the ghost.
    Thread.sleep(200);
    assertThat(watch.story("orders/a"))
        .containsExactly(
            "ALIVE REGISTERED", "SUSPECT STREAM_LOST", "DEAD SUPERSEDED", "ALIVE REGISTERED");
  }

  private static long millis(Timestamp at) {
    return at.getSeconds() * 1_000 + at.getNanos() / 1_000_000;
  }
}

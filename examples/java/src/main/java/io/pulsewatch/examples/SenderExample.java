package io.pulsewatch.examples;

import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.client.PulsewatchSender;
import io.pulsewatch.client.Registration;
import io.pulsewatch.client.SenderBuilder;
import io.pulsewatch.client.SenderListener;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A service that tells Pulsewatch that it lives, until it is stopped. Flags: {@code --server
 * HOST:PORT --service S --instance I [--interval SECONDS] [--timeout SECONDS] [--resume-window
 * SECONDS]}, and those of {@link Access}.
 */
public final class SenderExample {
  private static final int REFUSED = 4;

  private SenderExample() {}

  public static void main(String[] args) throws InterruptedException {
    Flags flags = Flags.parse(args);
    Story story = new Story();
    SenderBuilder builder =
        PulsewatchSender.builder(flags.required("--service"), flags.required("--instance"))
            .server(flags.required("--server"))
            .listener(story);
    flags.seconds("--interval").ifPresent(builder::interval);
    flags.seconds("--timeout").ifPresent(builder::timeout);
    flags.seconds("--resume-window").ifPresent(builder::resumeWindow);
    Access.apply(flags, builder::tls, builder::token);
    PulsewatchSender sender = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> sender.leave("stopping")));
    // Here the service does its work. What only one instance may do, it does like this:
    //   if (sender.isCurrent()) { write(record, sender.incarnation()); }
    story.ended.await();
    System.exit(REFUSED);
  }

  /** Prints what happens, where a real service would stop and start its work. */
  private static final class Story implements SenderListener {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long incarnation;

    @Override
    public void onRegistered(Registration registration) {
      incarnation = registration.incarnation();
      System.out.println("REGISTERED incarnation=" + incarnation + " resumed=false");
    }

    @Override
    public void onExpired() {
      System.out.println("EXPIRED incarnation=" + incarnation);
    }

    @Override
    public void onRestored() {
      System.out.println("RESTORED incarnation=" + incarnation);
    }

    @Override
    public void onDisconnected(PulsewatchException cause, Duration retryIn) {
      System.out.printf(
          "ENDED code=%s retry_in=%.3f %s%n",
          cause.code(), retryIn.toNanos() / 1e9, cause.description());
    }

    @Override
    public void onSuperseded(PulsewatchException cause) {
      onFailed(cause);
    }

    @Override
    public void onFailed(PulsewatchException cause) {
      System.out.println("ENDED code=" + cause.code() + " " + cause.description());
      ended.countDown();
    }
  }
}

package io.pulsewatch.examples;

import com.google.protobuf.StringValue;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.client.PulsewatchSender;
import io.pulsewatch.client.SenderBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A server to be balanced over: it says its name, and tells Pulsewatch that it lives, where, and
 * that it is about to go. Flags: {@code --server HOST:PORT --service S --instance I --port PORT
 * [--interval SECONDS] [--timeout SECONDS] [--drain SECONDS] [--wait-for WATCHER]}, and those of
 * {@link Access}. What to copy is the endpoint, and {@link #leave}.
 */
public final class BackendExample {
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private BackendExample() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Flags flags = Flags.parse(args);
    String name = flags.required("--instance");
    int port = Integer.parseInt(flags.required("--port"));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Server server =
        NettyServerBuilder.forAddress(address, InsecureServerCredentials.create())
            .addService(whoIs(name))
            .build()
            .start();
    SenderBuilder builder =
        PulsewatchSender.builder(flags.required("--service"), name)
            .server(flags.required("--server"))
            .endpoint("grpc", address.getAddress().getHostAddress(), port);
    flags.seconds("--interval").ifPresent(builder::interval);
    flags.seconds("--timeout").ifPresent(builder::timeout);
    Access.apply(flags, builder::tls, builder::token);
    PulsewatchSender sender = builder.start();
    Duration drain = flags.seconds("--drain").orElse(DRAIN);
    String[] waitFor = flags.optional("--wait-for").stream().toArray(String[]::new);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(sender, server, drain, waitFor)));
    System.out.println("SERVING " + name);
    server.awaitTermination();
  }

  /** No call fails: nobody sends new ones when the old ones are finished. */
  private static void leave(
      PulsewatchSender sender, Server server, Duration drain, String... waitFor) {
    long began = System.nanoTime();
    sender.drain(drain, waitFor).join();
    try {
      if (waitFor.length == 0) {
        // Nobody says that he knows, so that everybody has the time to.
        TimeUnit.NANOSECONDS.sleep(drain.toNanos() - (System.nanoTime() - began));
      }
      server.shutdown().awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.leave("stopping");
  }

  private static ServerServiceDefinition whoIs(String name) {
    StringValue answer = StringValue.of(name);
    return ServerServiceDefinition.builder(Who.SERVICE)
        .addMethod(
            Who.ASK,
            ServerCalls.asyncUnaryCall(
                (StringValue request, StreamObserver<StringValue> response) -> {
                  response.onNext(answer);
                  response.onCompleted();
                }))
        .build();
  }
}

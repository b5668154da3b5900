package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.client.session.ScriptedRandom;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.Register;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders with their threads, over sockets. Confined to the test's thread. */
@Timeout(60)
final class SenderIT {
  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  private final SenderListener listener =
      new SenderListener() {
        @Override
        public void onRegistered(Registration registration) {
          told.add("registered " + registration.incarnation());
        }

        @Override
        public void onExpired() {
          told.add("expired");
        }
      };

  /** Begins at the first address. */
  private PulsewatchSender start(SenderListener listener, String... servers) {
    SenderBuilder builder =
        PulsewatchSender.builder("orders", "o-1").server(servers).interval(LiveServer.INTERVAL);
    return PulsewatchSender.start(
        builder.setup(System::nanoTime, InstantSource.system(), new ScriptedRandom(0)), listener);
  }

  @Test
  void beatsAndLeaves() throws Exception {
    try (LiveServer server = new LiveServer();
        PulsewatchSender sender = start(listener, server.address())) {
      Register register = server.awaitRegister();
      assertThat(register.getSessionToken()).isEmpty();
      assertThat(server.awaitHeartbeat().getSequence()).isEqualTo(1);
      server.awaitHeartbeat();
      assertThat(sender.isCurrent()).isTrue();
      assertThat(sender.incarnation()).hasValue(7);
      assertThat(sender.registration().orElseThrow().timeout()).isEqualTo(LiveServer.ALLOWANCE);
      sender.leave("deploy");
      assertThat(sender.isCurrent()).isFalse();
      assertThat(server.awaitLeave()).isEqualTo("deploy");
    }
  }

  @Test
  void resumesOnAnotherServerAfterACut() throws Exception {
    try (LiveServer first = new LiveServer();
        LiveServer second = new LiveServer();
        PulsewatchSender sender = start(listener, first.address(), second.address())) {
      long last = first.awaitHeartbeat().getSequence();
      first.stop();
      assertThat(second.awaitRegister().getSessionToken()).isEqualTo("token");
      assertThat(second.awaitHeartbeat().getSequence()).isGreaterThan(last);
      assertThat(sender.isCurrent()).isTrue();
      assertThat(told).containsExactly("registered 7");
    }
  }

  @Test
  void replacesASilentConnectionBeforeItsFence() throws Exception {
    try (LiveServer server = new LiveServer();
        Relay relay = new Relay(server.port());
        PulsewatchSender sender = start(listener, relay.address(), server.address())) {
      server.awaitRegister();
      server.awaitHeartbeat();
      relay.fallSilent();
      assertThat(server.awaitRegister().getSessionToken()).isEqualTo("token");
      server.awaitHeartbeat();
      assertThat(sender.isCurrent()).isTrue();
      assertThat(told).containsExactly("registered 7");
    }
  }

  @Test
  void passesOverAServerThatAcceptsAndSaysNothing() throws Exception {
    try (LiveServer server = new LiveServer();
        Relay nobody = new Relay(0);
        PulsewatchSender sender = start(listener, nobody.address(), server.address())) {
      server.awaitRegister();
      server.awaitHeartbeat();
      assertThat(sender.isCurrent()).isTrue();
    }
  }

  @Test
  void aBlockedListenerDelaysNoHeartbeat() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    SenderListener blocked =
        new SenderListener() {
          @Override
          public void onRegistered(Registration registration) {
            try {
              release.await();
            } catch (InterruptedException ignored) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (LiveServer server = new LiveServer();
        PulsewatchSender sender = start(blocked, server.address())) {
      for (int i = 0; i < 5; i++) {
        server.awaitHeartbeat();
      }
      assertThat(sender.isCurrent()).isTrue();
    } finally {
      release.countDown();
    }
  }

  @Test
  void aListenerMayCloseItsSender() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    PulsewatchSender[] sender = new PulsewatchSender[1];
    CountDownLatch started = new CountDownLatch(1);
    SenderListener closing =
        new SenderListener() {
          @Override
          public void onRegistered(Registration registration) {
            try {
              started.await();
            } catch (InterruptedException ignored) {
              Thread.currentThread().interrupt();
            }
            sender[0].close();
            closed.countDown();
          }
        };
    try (LiveServer server = new LiveServer()) {
      sender[0] = start(closing, server.address());
      started.countDown();
      server.awaitLeave();
      closed.await();
    }
  }

  /** A port that refuses connections and that nobody else gets. */
  private static Socket reserved() throws IOException {
    Socket reserved = new Socket();
    reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return reserved;
  }

  @Test
  void startsAndClosesWithEveryServerDown() throws Exception {
    try (Socket reserved = reserved()) {
      long began = System.nanoTime();
      PulsewatchSender sender = start(listener, "127.0.0.1:" + reserved.getLocalPort());
      assertThat(sender.isCurrent()).isFalse();
      sender.close();
      sender.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(told).isEmpty();
    }
  }

  @Test
  void registersOnceTheServerIsThere() throws Exception {
    Socket reserved = reserved();
    int port = reserved.getLocalPort();
    CountDownLatch refused = new CountDownLatch(3);
    SenderListener counting =
        new SenderListener() {
          @Override
          public void onDisconnected(PulsewatchException cause, Duration retryIn) {
            refused.countDown();
          }
        };
    try (PulsewatchSender sender = start(counting, "127.0.0.1:" + port)) {
      refused.await();
      reserved.close();
      try (LiveServer server = new LiveServer(port)) {
        server.awaitRegister();
        server.awaitHeartbeat();
        assertThat(sender.isCurrent()).isTrue();
      }
    }
  }

  @Test
  void noProxyIsAskedFor() throws Exception {
    Queue<URI> asked = new ConcurrentLinkedQueue<>();
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            asked.add(uri);
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
    try (LiveServer server = new LiveServer();
        PulsewatchSender sender = start(listener, "localhost:" + server.port())) {
      Heartbeat heartbeat = server.awaitHeartbeat();
      assertThat(heartbeat.getSequence()).isPositive();
      assertThat(sender.isCurrent()).isTrue();
      assertThat(asked).isEmpty();
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  void itsThreadsAreNamedDaemons() throws Exception {
    try (LiveServer server = new LiveServer();
        PulsewatchSender sender = start(listener, server.address())) {
      server.awaitHeartbeat();
      List<Thread> ours =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("pulsewatch-"))
              .toList();
      assertThat(ours)
          .extracting(Thread::getName)
          .anyMatch(name -> name.matches("pulsewatch-sender-\\d+"))
          .anyMatch(name -> name.matches("pulsewatch-callback-\\d+"));
      assertThat(ours).allMatch(Thread::isDaemon);
      assertThat(sender.registration()).isPresent();
    }
  }
}

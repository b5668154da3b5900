package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.pulsewatch.server.AccessToken;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.testing.TlsFiles;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client with TLS, client certificates and tokens. Confined to the test's thread. */
@Timeout(120)
final class SecureClientIT {
  private static final long WAIT_SECONDS = 30;

  @TempDir Path folder = Path.of("");
  private TlsFiles files = new TlsFiles(Path.of(""), Path.of(""), Path.of(""));
  private Path tokens = Path.of("");
  private Path token = Path.of("");

  @BeforeEach
  void files() throws Exception {
    files = TlsFiles.in(folder);
    tokens = folder.resolve("tokens");
    token = folder.resolve("token");
  }

  @Test
  void allThreeClientsSpeakTlsAndShowTheirToken() throws Exception {
    AccessToken all = allow("beat,watch,admin");
    ClientTls tls =
        ClientTls.create().trusting(files.authority()).showing(files.certificate(), files.key());
    Told told = new Told();
    try (PulsewatchServer server = server(true);
        PulsewatchWatcher watcher =
            PulsewatchWatcher.builder()
                .server(address(server))
                .tls(tls)
                .token(all::text)
                .listener(told)
                .start();
        PulsewatchSender sender = sender(server).tls(tls).token(all::text).start();
        PulsewatchClient client =
            PulsewatchClient.builder().server(address(server)).tls(tls).token(all::text).build()) {
      assertThat(told.next()).isEqualTo(State.STATE_ALIVE);
      while (!sender.isCurrent()) {
        TimeUnit.MILLISECONDS.sleep(10); // a watcher may be told before the sender
      }
      assertThat(watcher.view()).hasSize(1);
      assertThat(client.getInstance(name()).getService()).isEqualTo("orders");
    }
  }

  @Test
  void whoDoesNotKnowTheServerOrIsNotKnownIsRefused() throws Exception {
    AccessToken watch = allow("watch");
    ClientTls tls =
        ClientTls.create().trusting(files.authority()).showing(files.certificate(), files.key());
    try (PulsewatchServer server = server(true)) {
      refused(server, ClientTls.create(), watch.text(), Code.UNAVAILABLE);
      refused(
          server, ClientTls.create().trusting(files.authority()), watch.text(), Code.UNAVAILABLE);
      refused(server, tls, "pw_wrong", Code.UNAUTHENTICATED);
      refused(server, tls, watch.text(), Code.PERMISSION_DENIED);
    }
  }

  @Test
  void badFilesAreToldBeforeAnythingIsAsked() throws Exception {
    Path none = folder.resolve("none");
    assertThatThrownBy(
            () ->
                PulsewatchSender.builder("a", "b")
                    .server("a:1")
                    .tls(ClientTls.create().trusting(none))
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(none.toString());
    Files.writeString(none, "nothing");
    assertThatThrownBy(() -> ClientTls.create().trusting(none).check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(none.toString());
    assertThatThrownBy(
            () ->
                PulsewatchSender.builder("a", "b")
                    .server("a:1")
                    .tls(ClientTls.create())
                    .channelFactory(SecureClientIT::noChannel)
                    .start())
        .isInstanceOf(IllegalStateException.class);
  }

  /** Its file is exchanged, and then the old one is withdrawn: the stream goes on. */
  @Test
  void aSenderShowsItsNewTokenOnTheStreamThatItHas() throws Exception {
    AccessToken old = allow("beat,watch,admin");
    Files.writeString(token, old.text() + "\n");
    Told told = new Told();
    TokenFile source = new TokenFile(token);
    try (PulsewatchServer server = server(false);
        PulsewatchSender sender = sender(server).tls(trust()).token(source).start();
        PulsewatchClient client =
            PulsewatchClient.builder().server(address(server)).tls(trust()).token(source).build();
        PulsewatchWatcher watcher =
            PulsewatchWatcher.builder()
                .server(address(server))
                .tls(trust())
                .token(source)
                .listener(told)
                .start()) {
      assertThat(told.next()).isEqualTo(State.STATE_ALIVE);
      AccessToken fresh = token("beat,watch,admin");
      Files.writeString(token, fresh.text());
      TimeUnit.SECONDS.sleep(2); // it is shown, refused, and shown again
      Files.writeString(tokens, old.line() + "\n" + fresh.line() + "\n");
      TimeUnit.SECONDS.sleep(5);
      Files.writeString(tokens, fresh.line() + "\n");
      TimeUnit.SECONDS.sleep(4);
      assertThat(client.getServerState(GetServerStateRequest.getDefaultInstance()).getStreams())
          .isEqualTo(1);
      assertThat(client.getInstance(name()).getState()).isEqualTo(State.STATE_ALIVE);
      assertThat(told.states).as("nobody saw it doubted").isEmpty();
      assertThat(sender.isCurrent()).isTrue();
      assertThat(watcher.view()).hasSize(1);
    }
  }

  private void refused(PulsewatchServer server, ClientTls tls, String shown, Code code) {
    try (PulsewatchClient client =
        PulsewatchClient.builder().server(address(server)).tls(tls).token(() -> shown).build()) {
      assertThatThrownBy(() -> client.getServerState(GetServerStateRequest.getDefaultInstance()))
          .isInstanceOfSatisfying(
              PulsewatchException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
  }

  private static ManagedChannel noChannel(String address) {
    throw new AssertionError("asked for " + address);
  }

  private ClientTls trust() {
    return ClientTls.create().trusting(files.authority());
  }

  private PulsewatchServer server(boolean mutual) throws IOException {
    var builder =
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .ioThreads(1)
            .tls(files.certificate(), files.key())
            .tokenFile(tokens);
    return (mutual ? builder.clientAuthorities(files.authority()) : builder).start();
  }

  private static SenderBuilder sender(PulsewatchServer server) {
    return PulsewatchSender.builder("orders", "o-1")
        .server(address(server))
        .interval(Duration.ofMillis(200))
        .timeout(Duration.ofSeconds(20));
  }

  private static String address(PulsewatchServer server) {
    return "127.0.0.1:" + server.port();
  }

  private static GetInstanceRequest name() {
    return GetInstanceRequest.newBuilder().setService("orders").setInstanceId("o-1").build();
  }

  private AccessToken allow(String rights) throws IOException {
    AccessToken made = token(rights);
    Files.writeString(tokens, made.line() + "\n");
    return made;
  }

  private static AccessToken token(String rights) {
    return AccessToken.create("test", rights, null, new SecureRandom());
  }

  /** States as they are told. Thread-safe. */
  private static final class Told implements WatchListener {
    private final BlockingQueue<State> states = new LinkedBlockingQueue<>();

    @Override
    public void onSnapshot(WatchSnapshot snapshot) {
      snapshot.instances().values().forEach(instance -> states.add(instance.getState()));
    }

    @Override
    public void onChange(Change change) {
      states.add(change.getInstance().getState());
    }

    State next() throws InterruptedException {
      State state = states.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (state == null) {
        throw new AssertionError("nothing was told");
      }
      return state;
    }
  }
}

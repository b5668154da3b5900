package io.pulsewatch.server;

import io.pulsewatch.server.probe.AddressRules;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.security.SecurityFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link PulsewatchServer}. Every method returns this builder; values are checked when
 * they are given. Not thread-safe.
 */
public final class ServerBuilder {
  /** Where a server listens unless it is told otherwise. */
  public static final int DEFAULT_PORT = 5780;

  private static final int MAX_PORT = 65_535;

  private InetSocketAddress listen = InetSocketAddress.createUnresolved("127.0.0.1", DEFAULT_PORT);
  private @Nullable InetSocketAddress web;
  private boolean webIfFree;
  private String serverId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private int ioThreads = Math.max(1, Runtime.getRuntime().availableProcessors());
  private Limits limits = Limits.DEFAULT;
  private boolean plaintextAnywhere;
  private SecurityFiles securityFiles = SecurityFiles.NONE;
  private boolean preservation = true;
  private boolean stretching = true;
  private boolean probes = true;
  private @Nullable Path dataDirectory;
  private List<String> probeTargets = List.of();
  private List<Hook> hooks = List.of();
  private final List<ServerExtension> extensions = new ArrayList<>();
  private Consumer<Throwable> onFailure = failure -> {};
  private Consumer<StateChange> stateChanges =
      change -> System.getLogger("io.pulsewatch").log(System.Logger.Level.INFO, change.toString());

  ServerBuilder() {}

  /**
   * Where to listen.
   *
   * @param listenHost host name or address; off loopback {@link #tls} or {@link
   *     #allowPlaintextOffLoopback} is needed
   * @param listenPort 0..65535; 0: any free port
   */
  public ServerBuilder listen(String listenHost, int listenPort) {
    listen = place("", listenHost, listenPort);
    return this;
  }

  /**
   * Where metrics, probes and the plain HTTP side of the contract are served. Unless this is called
   * there is no web port.
   *
   * @param webHost host name or address; off loopback {@link #tls} or {@link
   *     #allowPlaintextOffLoopback} is needed
   * @param webPort 0..65535; 0: any free port
   */
  public ServerBuilder web(String webHost, int webPort) {
    web = place("web ", webHost, webPort);
    webIfFree = false;
    return this;
  }

  /**
   * The same, but where the port cannot be bound the server starts without; its {@link
   * PulsewatchServer#webPort} is 0 then.
   */
  public ServerBuilder webIfFree(String webHost, int webPort) {
    web(webHost, webPort);
    webIfFree = true;
    return this;
  }

  /**
   * Encrypts. Both files are looked at each second; what is new there counts for connections to
   * come, those that stand are not touched. A bad new file is logged, and changes nothing.
   *
   * @param certificate PEM; the server's own first, then those that vouch for it
   * @param key its private key, PEM, without a passphrase
   */
  public ServerBuilder tls(Path certificate, Path key) {
    securityFiles =
        new SecurityFiles(
            certificate, key, securityFiles.clientAuthorities(), securityFiles.tokens());
    return this;
  }

  /**
   * Lets in only clients that show a certificate from one of these authorities. Without a {@link
   * #tokenFile} they may do everything. Looked at like the server's own; needs {@link #tls}, which
   * is called first.
   *
   * @param authorities PEM
   */
  public ServerBuilder clientAuthorities(Path authorities) {
    securityFiles =
        new SecurityFiles(
            securityFiles.certificate(), securityFiles.key(), authorities, securityFiles.tokens());
    return this;
  }

  /**
   * Asks each call for a token from this file, as {@link AccessToken} makes its lines; without it,
   * who can connect may do everything. Looked at each second: streams end whose token is taken out,
   * or expires.
   */
  public ServerBuilder tokenFile(Path tokens) {
    securityFiles =
        new SecurityFiles(
            securityFiles.certificate(),
            securityFiles.key(),
            securityFiles.clientAuthorities(),
            tokens);
    return this;
  }

  /** Listens without TLS where others can reach it, too: they can read and change all of it. */
  public ServerBuilder allowPlaintextOffLoopback() {
    plaintextAnywhere = true;
    return this;
  }

  /**
   * Judges each silence by itself, however many there are at once. Unless this is called, DEAD by
   * silence waits for up to two intervals where far more fall silent than chance explains.
   */
  public ServerBuilder withoutPreservation() {
    preservation = false;
    return this;
  }

  /**
   * Leaves granted times as they are, however much there is to do. Unless this is called, they get
   * up to four times longer while the heartbeats that were promised are more than the event loops
   * can take, and senders are told so.
   */
  public ServerBuilder withoutStretching() {
    stretching = false;
    return this;
  }

  /**
   * Asks nobody about suspects: neither themselves over their streams, nor their endpoints, nor
   * other clients. Unless this is called, all three are asked.
   */
  public ServerBuilder withoutProbes() {
    probes = false;
    return this;
  }

  /**
   * Lets suspects be looked at there, too. Unless this is called, neither link-local, multicast and
   * metadata addresses are connected to, nor, by a server that does not listen on it, loopback.
   *
   * @param networks each an address, or a range such as {@code 169.254.0.0/16}
   */
  public ServerBuilder allowProbesTo(String... networks) {
    List<String> targets = List.of(networks);
    AddressRules.check(targets);
    probeTargets = targets;
    return this;
  }

  /**
   * Tells a receiver of changes. May be called for several, at most 32, each with a name of its
   * own.
   */
  public ServerBuilder withHook(Hook hook) {
    List<Hook> all = new ArrayList<>(hooks);
    all.add(hook);
    HookParts.check(all);
    hooks = List.copyOf(all);
    return this;
  }

  /**
   * Keeps everything in this directory, which is made where it is missing, and belongs to one
   * server at a time. Unless this is called, nothing outlives the server.
   */
  public ServerBuilder data(Path directory) {
    dataDirectory = directory;
    return this;
  }

  /** Serves what this adds, too. */
  public ServerBuilder withExtension(ServerExtension extension) {
    extensions.add(extension);
    return this;
  }

  /** The name under which clients see this server; eight random hex digits unless given. */
  public ServerBuilder serverId(String id) {
    if (id.isBlank()) {
      throw new IllegalArgumentException("serverId: empty (expected: a name)");
    }
    serverId = id;
    return this;
  }

  /** Event loops, 1..64; one for each processor unless given. */
  public ServerBuilder ioThreads(int threads) {
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException("ioThreads: " + threads + " (expected: 1..64)");
    }
    ioThreads = threads;
    return this;
  }

  public ServerBuilder limits(Limits all) {
    limits = all;
    return this;
  }

  /**
   * What becomes of each change of state, at most 1,000 a second; past that they are counted in the
   * log. Unless given, each is a line of the log at INFO. Called on a thread that others wait for:
   * it must not block.
   */
  public ServerBuilder onStateChange(Consumer<StateChange> callback) {
    stateChanges = callback;
    return this;
  }

  /**
   * What to do if a loop of the engine breaks: the server says NOT_SERVING from then on, judges
   * nobody, and renews no fence. Called once, on the thread that broke.
   */
  public ServerBuilder onFailure(Consumer<Throwable> callback) {
    onFailure = callback;
    return this;
  }

  /**
   * Starts the server.
   *
   * @throws IllegalArgumentException if the host is off loopback and nothing is encrypted, and that
   *     was not allowed; or if a file of certificates, tokens or secrets is missing or no good
   * @throws IOException if the host is unknown, the port cannot be bound, or the data directory
   *     cannot be used: that is an {@link UnusableDataException}
   */
  public PulsewatchServer start() throws IOException {
    return start(Clocks.SYSTEM);
  }

  PulsewatchServer start(Clocks clocks) throws IOException {
    InetSocketAddress webPlace = web;
    return PulsewatchServer.start(
        this, resolve("", listen), webPlace == null ? null : resolve("web ", webPlace), clocks);
  }

  String serverId() {
    return serverId;
  }

  SecurityFiles securityFiles() {
    return securityFiles;
  }

  boolean hasPreservation() {
    return preservation;
  }

  boolean hasStretching() {
    return stretching;
  }

  boolean hasProbes() {
    return probes;
  }

  List<String> probeTargets() {
    return probeTargets;
  }

  List<Hook> hooks() {
    return hooks;
  }

  List<ServerExtension> extensions() {
    return List.copyOf(extensions);
  }

  /** Whether the web port is one that the server can do without. */
  boolean isWebOptional() {
    return webIfFree;
  }

  @Nullable Path dataDirectory() {
    return dataDirectory;
  }

  int ioThreads() {
    return ioThreads;
  }

  Limits limits() {
    return limits;
  }

  Consumer<StateChange> stateChanges() {
    return stateChanges;
  }

  Consumer<Throwable> onFailure() {
    return onFailure;
  }

  private static InetSocketAddress place(String which, String host, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(which + "port: " + port + " (expected: 0..65535)");
    }
    if (host.isBlank()) {
      throw new IllegalArgumentException(
          which + "host: empty (expected: a host name or an address)");
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  private InetSocketAddress resolve(String which, InetSocketAddress place) throws IOException {
    String host = place.getHostString();
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException(which + "host: " + host + " is unknown", e);
    }
    if (!address.isLoopbackAddress() && !securityFiles.hasTls() && !plaintextAnywhere) {
      throw new IllegalArgumentException(
          which
              + "host: "
              + host
              + " is not loopback, and there is no TLS (expected: tls, or 127.0.0.1, or"
              + " allowPlaintextOffLoopback)");
    }
    return new InetSocketAddress(address, place.getPort());
  }
}

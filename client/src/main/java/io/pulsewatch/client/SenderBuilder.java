package io.pulsewatch.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import io.pulsewatch.client.session.Terms;
import io.pulsewatch.client.transport.Channels;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Detector;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.FixedDetector;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.OnConflict;
import io.pulsewatch.v1.ProgressRule;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Status;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Says who an instance is and what it promises, and starts its {@link PulsewatchSender}. Confined
 * to one thread; may be used for one sender only.
 *
 * <p>What is left out gets the server's default: an interval of 2 s, a timeout of three intervals.
 */
@CheckReturnValue
public final class SenderBuilder {
  private static final int PROCESS_ID_BYTES = 16;

  private final Register.Builder register;
  private final Set<String> servers = new LinkedHashSet<>();
  private final Map<String, Progress> progress = new LinkedHashMap<>();
  private final Map<String, RoleWish> roles = new LinkedHashMap<>();
  private @Nullable Duration interval;
  private @Nullable Duration timeout;
  private @Nullable Duration resumeWindow;
  private Status status = Status.STATUS_SERVING;
  private SenderListener listener = new SenderListener() {};
  private Probing probing = Probing.ITSELF;
  private final Access access = new Access();

  SenderBuilder(String service, String instanceId) {
    register =
        Register.newBuilder()
            .setInstance(
                InstanceName.newBuilder()
                    .setService(Checks.serviceName(service))
                    .setInstanceId(Checks.instanceId(instanceId)));
  }

  /**
   * Adds servers, as {@code host:port}. The sender begins at a random one of them, and goes on to
   * the next after each failure.
   */
  @CanIgnoreReturnValue
  public SenderBuilder server(String... addresses) {
    Checks.addAddresses(servers, addresses);
    return this;
  }

  /** Wishes a gap between heartbeats, 100 ms .. 1 h. */
  @CanIgnoreReturnValue
  public SenderBuilder interval(Duration interval) {
    this.interval = interval;
    return this;
  }

  /** Wishes a silence after which the instance is dead, 1.5 x interval .. 24 h. */
  @CanIgnoreReturnValue
  public SenderBuilder timeout(Duration timeout) {
    this.timeout = timeout;
    return this;
  }

  /**
   * Wishes a time to come back after a lost stream, 1.5 x interval .. timeout; or zero: dead at
   * stream loss, without a fence.
   */
  @CanIgnoreReturnValue
  public SenderBuilder resumeWindow(Duration resumeWindow) {
    this.resumeWindow = resumeWindow;
    return this;
  }

  /** Wishes to be suspected after this silence, rather than after two intervals. */
  @CanIgnoreReturnValue
  public SenderBuilder suspectAfter(Duration silence) {
    Checks.positive("suspectAfter", silence);
    register.setDetector(
        Detector.newBuilder()
            .setFixed(FixedDetector.newBuilder().setAfter(Durations.toProto(silence))));
    return this;
  }

  /**
   * Promises that a counter moves while the instance says {@code SERVING}: {@link
   * PulsewatchSender#progress} gives it. While it stands still the server shows the instance as
   * {@code DEGRADED}. At most 16.
   *
   * @param counter 1 to 253 characters of {@code A-Z a-z 0-9 . _ -}
   * @param stallAfter how long it may stand still, 100 ms .. 24 h: the longest that is healthy, and
   *     an interval more, since it is looked at with each heartbeat
   */
  @CanIgnoreReturnValue
  public SenderBuilder progress(String counter, Duration stallAfter) {
    register.addProgressRules(
        ProgressRule.newBuilder()
            .setCounter(Checks.counterName(counter))
            .setStallAfter(Durations.toProto(Checks.stallAfter(stallAfter))));
    if (progress.put(counter, new Progress()) != null) {
      throw new IllegalArgumentException("progress: '" + counter + "' was promised already");
    }
    Checks.atMost("progress", progress.size(), 16);
    return this;
  }

  /**
   * Stands for a role, which one instance at a time holds. Stops within min(250 ms, b / 4), where b
   * is the smaller one of timeout and resume window; else as {@link #role(String, Duration,
   * LongConsumer, Runnable)}.
   */
  @CanIgnoreReturnValue
  public SenderBuilder role(String name, LongConsumer onGranted, Runnable onLost) {
    return add(new RoleWish(Checks.roleName(name), Terms.UNSET, onGranted, onLost));
  }

  /**
   * Stands for a role, which one instance at a time holds; {@link PulsewatchSender#role} tells
   * whether this one does. At most 16.
   *
   * <p>Called on a thread of the role's own, by turns, first {@code onGranted}, which must not
   * block: a loss waits behind it. The role is held before the one and is not when the other is
   * called; it is lost at the fence, too, and granted again, by the same token, where the server is
   * heard in time. Nobody else is granted a role that was taken away until {@code onLost} returns,
   * or the server's wait is over: stop in it. One that throws has not stopped, and nobody is told
   * that it has. Where the times that are granted leave no fence of 1.1 x interval the role is
   * given up, untold. What must not be done by two asks {@link RoleHold#isHeld(long)} before.
   *
   * @param name 1 to 253 characters of {@code A-Z a-z 0-9 . _ -}; whoever names it, in any service,
   *     stands for the same role
   * @param stopWithin how long work needs to stop: by so much sooner the role is lost than somebody
   *     else may be granted it. More than 0; what it leaves must be 1.1 x interval
   * @param onGranted told the fencing token, greater than any before
   * @param onLost stops work, and returns when it has
   */
  @CanIgnoreReturnValue
  public SenderBuilder role(
      String name, Duration stopWithin, LongConsumer onGranted, Runnable onLost) {
    Checks.positive("stopWithin", stopWithin);
    return add(new RoleWish(Checks.roleName(name), stopWithin.toNanos(), onGranted, onLost));
  }

  private SenderBuilder add(RoleWish wish) {
    if (roles.put(wish.name(), wish) != null) {
      throw new IllegalArgumentException("role: '" + wish.name() + "' was named already");
    }
    Checks.atMost("roles", roles.size(), 16);
    return this;
  }

  /** Adds a label: at most 64, keys to 63 bytes, values to 256 bytes. */
  @CanIgnoreReturnValue
  public SenderBuilder label(String key, String value) {
    register.putLabels(Checks.labelKey(key), Checks.labelValue(value));
    Checks.atMost("labels", register.getLabelsCount(), 64);
    return this;
  }

  /** Adds labels. */
  @CanIgnoreReturnValue
  public SenderBuilder labels(Map<String, String> labels) {
    labels.forEach(this::label);
    return this;
  }

  /**
   * Adds an address at which the instance can be reached; at most 16.
   *
   * @param name such as {@code grpc}; may be empty for the only one
   * @param port 1 .. 65535
   */
  @CanIgnoreReturnValue
  public SenderBuilder endpoint(String name, String host, int port) {
    register.addEndpoints(
        Endpoint.newBuilder()
            .setName(Checks.text("endpoint name", name, 63))
            .setHost(Checks.text("endpoint host", host, 253))
            .setPort(Checks.inRange("endpoint port", port, 1, 65535)));
    Checks.atMost("endpoints", register.getEndpointsCount(), 16);
    return this;
  }

  /** Names the zone; at most 253 bytes. */
  @CanIgnoreReturnValue
  public SenderBuilder zone(String zone) {
    register.setZone(Checks.text("zone", zone, 253));
    return this;
  }

  /** Wishes a share of the load, 0 .. 10000. */
  @CanIgnoreReturnValue
  public SenderBuilder weight(int weight) {
    register.setWeight(Checks.inRange("weight", weight, 0, 10_000));
    return this;
  }

  /** Names the instance's own version; at most 253 bytes. */
  @CanIgnoreReturnValue
  public SenderBuilder version(String version) {
    register.setVersion(Checks.text("version", version, 253));
    return this;
  }

  /** Says how the instance feels at first; {@code STATUS_SERVING} where nothing is said. */
  @CanIgnoreReturnValue
  public SenderBuilder status(Status status) {
    this.status = Checks.reportable(status);
    return this;
  }

  /**
   * Supersedes a living holder of the name. Without this the sender waits until the holder is gone
   * ({@link SenderListener#onDisconnected} tells of it).
   */
  @CanIgnoreReturnValue
  public SenderBuilder takeOverOnConflict() {
    register.setOnConflict(OnConflict.ON_CONFLICT_TAKE_OVER);
    return this;
  }

  /**
   * Says what the sender looks at when its server asks it to; itself where this is left out. {@link
   * Probing#OTHERS} helps the server to tell a dead neighbour from a broken path.
   */
  @CanIgnoreReturnValue
  public SenderBuilder probing(Probing probing) {
    this.probing = probing;
    return this;
  }

  /** Sets who is told what happens. */
  @CanIgnoreReturnValue
  public SenderBuilder listener(SenderListener listener) {
    this.listener = listener;
    return this;
  }

  /** Sets how channels are made; without a proxy where this is left out. */
  @CanIgnoreReturnValue
  public SenderBuilder channelFactory(ChannelFactory factory) {
    access.factory(factory);
    return this;
  }

  /** Encrypts; plaintext where this and {@link #channelFactory} are left out. */
  @CanIgnoreReturnValue
  public SenderBuilder tls(ClientTls tls) {
    access.tls(tls);
    return this;
  }

  /**
   * Shows a token with each call, whoever makes the channels.
   *
   * @param token asked for at each new stream, and each second whether the stream should have
   *     another one; must not block. {@link TokenFile} reads one from a file
   */
  @CanIgnoreReturnValue
  public SenderBuilder token(Supplier<String> token) {
    access.token(token);
    return this;
  }

  /**
   * Starts the sender. Never blocks, and succeeds with every server down.
   *
   * @throws IllegalArgumentException for a time out of range, one that leaves a role no fence, a
   *     malformed address, or files of TLS that are no good
   * @throws IllegalStateException without a server, or with TLS and a channel factory
   */
  public PulsewatchSender start() {
    return PulsewatchSender.start(
        setup(System::nanoTime, InstantSource.system(), new SplittableRandom()), listener);
  }

  SenderSetup setup(LongSupplier nanoTicker, InstantSource wallClock, RandomGenerator random) {
    Checks.times(interval, timeout, resumeWindow);
    Supplier<String> source = access.token();
    ShownToken token = source == null ? null : new ShownToken(source);
    Terms wished = Terms.wished(nanosOf(interval), nanosOf(timeout), nanosOf(resumeWindow));
    roles.values().forEach(each -> each.check(wished));
    List<String> addresses = Checks.servers(servers, access.factory());
    setIfWished(interval, register::setInterval);
    setIfWished(timeout, register::setTimeout);
    setIfWished(resumeWindow, register::setResumeWindow);
    return new SenderSetup(
        register.setProcessId(randomProcessId()).setProbesOthers(probing.looksAtOthers()).build(),
        status,
        Map.copyOf(progress),
        List.copyOf(roles.values()),
        probing,
        addresses,
        wished,
        access.channels(Channels::forHeartbeats, token),
        token,
        nanoTicker,
        wallClock,
        random);
  }

  // One for each sender rather than for the JVM: a second sender of the same name by mistake is
  // then told ALREADY_EXISTS, where it would else resume the first one's session and end its
  // stream.
  private static String randomProcessId() {
    byte[] bytes = new byte[PROCESS_ID_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void setIfWished(
      @Nullable Duration wish, Consumer<com.google.protobuf.Duration> setter) {
    if (wish != null) {
      setter.accept(Durations.toProto(wish));
    }
  }

  private static long nanosOf(@Nullable Duration wish) {
    return wish == null ? Terms.UNSET : wish.toNanos();
  }
}

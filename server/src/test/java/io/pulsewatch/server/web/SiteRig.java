package io.pulsewatch.server.web;

import com.google.protobuf.ByteString;
import io.pulsewatch.server.metrics.Metrics;
import io.pulsewatch.server.metrics.SomeSources;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.server.transport.Access;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.Faces;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.RefusalLog;
import io.pulsewatch.server.transport.RegistryEndpoint;
import io.pulsewatch.server.transport.Right;
import io.pulsewatch.server.transport.WatchEndpoint;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The site without sockets, on a world that the test moves, and a manual engine for beats. Nothing
 * happens on the fan-out thread until {@link #turn}. Confined to the test's thread.
 */
final class SiteRig implements Authenticator, Condition {
  /** Whoever asks is on this machine. */
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

  final World world;
  final ManualEngine engine;
  boolean alive = true;
  boolean readyToServe = true;

  /** Whether credentials are asked for: "Bearer beat", "Bearer watch". */
  boolean guarded;

  final List<Consumer<Access.Denied>> eyes = new ArrayList<>();
  int released;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Site site;

  SiteRig(GrpcExtension grpc, WatchLimits limits) {
    world = new World(limits);
    engine = new ManualEngine(grpc);
    Faces faces = new Faces(world::now);
    Api api =
        new Api(
            engine.heartbeats(),
            new RegistryEndpoint(world.hub, world.view, tasks::add, faces, null),
            new WatchEndpoint(world.hub, tasks::add, faces, this));
    site =
        new Site(
            this,
            new RefusalLog(System.getLogger("test"), () -> 0L),
            this,
            new Metrics(new SomeSources(world)),
            api);
  }

  /** The fan-out thread gets to it. */
  SiteRig turn() {
    do {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      world.settle();
    } while (!tasks.isEmpty());
    return this;
  }

  Reader get(String address, String... headers) {
    return ask("GET", address, "", headers);
  }

  /** The answer to a GET that the fan-out thread may have to give. */
  WebAnswer answer(String address, String... headers) {
    Reader reader = get(address, headers);
    turn();
    return reader.answered();
  }

  Reader ask(String method, String address, String body, String... headers) {
    URI uri = URI.create(address);
    List<String> path = new ArrayList<>();
    for (String segment : uri.getPath().split("/", -1)) {
      if (!segment.isEmpty()) {
        path.add(segment);
      }
    }
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      named.put(headers[i], headers[i + 1]);
    }
    Reader reader = new Reader();
    site.handle(
        new WebRequest(
            method, path, query(uri.getRawQuery()), named, ByteString.copyFromUtf8(body), HERE),
        reader);
    return reader;
  }

  @Override
  public boolean isAlive() {
    return alive;
  }

  @Override
  public boolean isReady() {
    return readyToServe;
  }

  @Override
  public String words() {
    return alive ? "well" : "broken";
  }

  @Override
  public Access check(@Nullable String authorization) {
    if (!guarded) {
      return Access.Pass.EVERYBODY;
    }
    if (authorization == null) {
      return new Access.Denied(Access.Reason.TOKEN_MISSING, "Show a token.");
    }
    return switch (authorization) {
      case "Bearer beat" -> new Access.Pass("a", "1", Set.of(Right.BEAT));
      case "Bearer watch" -> new Access.Pass("b", "2", Set.of(Right.WATCH));
      case "Bearer old" -> new Access.Denied(Access.Reason.TOKEN_EXPIRED, "It was good once.");
      default -> new Access.Denied(Access.Reason.TOKEN_UNKNOWN, "Not one of ours.");
    };
  }

  @Override
  public Hold follow(Access.Pass pass, Right right, Consumer<Access.Denied> told) {
    eyes.add(told);
    return () -> released++;
  }

  private static Map<String, List<String>> query(@Nullable String text) {
    Map<String, List<String>> query = new HashMap<>();
    if (text != null) {
      for (String part : text.split("&", -1)) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        query
            .computeIfAbsent(name, first -> new ArrayList<>())
            .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
      }
    }
    return query;
  }
}

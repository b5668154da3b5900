package io.pulsewatch.server;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.runtime.ExtensionLoop;
import io.pulsewatch.server.transport.Access;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.Encoded;
import io.pulsewatch.server.transport.Gate;
import io.pulsewatch.server.transport.Hearer;
import io.pulsewatch.server.transport.RefusalLog;
import io.pulsewatch.server.transport.Right;
import io.pulsewatch.server.transport.Statuses;
import io.pulsewatch.server.transport.StreamPass;
import io.pulsewatch.server.transport.WatchEndpoint;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The extensions of one server, each with its thread and its way to the rest. Thread-safe. */
final class Extensions {
  private static final System.Logger LOG = System.getLogger("io.pulsewatch");

  private final List<Extended> all = new ArrayList<>();

  /** What they are connected to. */
  record Sockets(
      WatchEndpoint watches,
      Authenticator authenticator,
      RefusalLog refusals,
      Supplier<ServerCondition> condition,
      Limits limits,
      Clocks clocks) {}

  Extensions(List<ServerExtension> extensions, Sockets sockets) {
    extensions.forEach(extension -> all.add(new Extended(extension, sockets)));
  }

  void install(NettyServerBuilder netty) {
    for (Extended extended : all) {
      for (ServerServiceDefinition service : extended.part.services()) {
        netty.addService(ServerInterceptors.intercept(service, extended.refusal()));
      }
    }
  }

  /** What they count, by name. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>();
    long failed = 0;
    for (Extended extended : all) {
      counts.putAll(extended.part.counts());
      failed += extended.loop.isFailed() ? 1 : 0;
    }
    counts.put("extensions_failed", failed);
    return counts;
  }

  /** Ends their calls; returns at once. */
  void sayGoodbye() {
    all.forEach(extended -> extended.loop.executeIfStarted(extended.part::close));
  }

  /** Ends their threads. Idempotent. */
  void close() {
    all.forEach(extended -> extended.loop.close());
  }

  /** One of them, and what it is given. Thread-safe. */
  private static final class Extended implements ExtensionHost {
    private final Sockets sockets;
    private final String name;
    private final ExtensionLoop loop;
    private final ServerExtension.Part part;

    Extended(ServerExtension extension, Sockets sockets) {
      this.sockets = sockets;
      this.name = extension.name();
      this.loop = new ExtensionLoop(extension.name(), sockets.clocks(), this::onFailure);
      this.part = extension.begin(this);
      loop.onTurn(part::turn);
    }

    /** The server goes on without it: senders and watchers have no part in it. */
    private void onFailure(Throwable failure) {
      LOG.log(
          System.Logger.Level.ERROR,
          "the extension "
              + name
              + " is broken until the server starts anew; its calls are refused",
          failure);
      try {
        part.close();
      } catch (RuntimeException e) { // it is in no known state
        LOG.log(System.Logger.Level.WARNING, "its open calls may hang", e);
      }
    }

    /** Its calls are answered by nobody once it is broken. */
    ServerInterceptor refusal() {
      return new ServerInterceptor() {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
          if (!loop.isFailed()) {
            return next.startCall(call, headers);
          }
          call.close(
              Status.UNAVAILABLE.withDescription(
                  "This part of the server is broken; its log says why. Ask another one."),
              new Metadata());
          return new ServerCall.Listener<>() {};
        }
      };
    }

    @Override
    public Executor thread() {
      return loop;
    }

    @Override
    public Limits limits() {
      return sockets.limits();
    }

    @Override
    public boolean isWarmingUp() {
      return sockets.condition().get().warmingUp();
    }

    @Override
    public void watch(
        WatchRequest request,
        Consumer<WatchResponse> told,
        Consumer<StatusRuntimeException> ended) {
      sockets.watches().open(request, Access.Pass.EVERYBODY, new Listening(loop, told, ended));
    }

    @Override
    public Caller caller(Consumer<StatusRuntimeException> ended) {
      return new Calling(Gate.current(), ended);
    }

    /** One call of it. Confined to the extension's thread, but for its beginning. */
    private final class Calling implements Caller {
      private final StreamPass pass;
      private boolean known;

      Calling(Access.Pass shown, Consumer<StatusRuntimeException> ended) {
        known = shown.rights().contains(Right.WATCH);
        pass =
            new StreamPass(
                sockets.authenticator(),
                Right.WATCH,
                loop,
                denied -> ended.accept(Statuses.of(denied)));
        if (known) {
          loop.execute(() -> pass.follow(shown));
        }
      }

      @Override
      public boolean isKnown() {
        return known;
      }

      @Override
      public @Nullable StatusRuntimeException show(String token) {
        Access.Denied denied =
            token.isEmpty()
                ? new Access.Denied(
                    Access.Reason.TOKEN_MISSING,
                    "This server asks for a token, as authorization: Bearer TOKEN, or in the"
                        + " node's metadata (pulsewatch xds-bootstrap --token-from FILE).")
                : pass.replace(token);
        if (denied != null) {
          sockets.refusals().onRefused(denied, name, null);
          return Statuses.of(denied);
        }
        known = true;
        return null;
      }

      @Override
      public void release() {
        pass.release();
      }
    }
  }

  /** A watch of an extension. Confined to the fan-out thread. */
  private static final class Listening implements Hearer {
    private final Executor loop;
    private final Consumer<WatchResponse> told;
    private final Consumer<StatusRuntimeException> ended;
    private @Nullable Open watch;
    private @Nullable Executor fanout;
    private boolean busy;

    Listening(Executor loop, Consumer<WatchResponse> told, Consumer<StatusRuntimeException> ended) {
      this.loop = loop;
      this.told = told;
      this.ended = ended;
    }

    /** Whatever the fan-out thread is given to do comes after it. */
    @Override
    public void onOpen(Open opened, Executor thread) {
      watch = opened;
      fanout = thread;
    }

    @Override
    public boolean isReady() {
      return !busy;
    }

    /** What precedes the end is told to those who are not ready, too. */
    @Override
    public void tell(Encoded message) {
      busy = true;
      loop.execute(() -> hear(message));
    }

    @Override
    public void end(StatusRuntimeException why) {
      loop.execute(() -> ended.accept(why));
    }

    private void hear(Encoded message) {
      told.accept(message.message());
      if (fanout != null) {
        fanout.execute(this::onHeard);
      }
    }

    private void onHeard() {
      busy = false;
      if (watch != null) {
        watch.onReady();
      }
    }
  }
}

package io.pulsewatch.server.runtime;

import io.pulsewatch.server.hook.HttpVerdict;
import io.pulsewatch.server.hook.Letter;
import io.pulsewatch.server.hook.Outcome;
import io.pulsewatch.server.hook.Receiver;
import io.pulsewatch.server.hook.Target;
import io.pulsewatch.server.security.Authorities;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP requests to receivers, by the JDK's client, one for each hook with threads of its own: a
 * receiver, or a name server, that does not answer holds no other hook. A client starts one more,
 * which only waits for sockets, is named {@code HttpClient-n-SelectorManager} and cannot be named
 * otherwise; it ends with the client.
 *
 * <p>Thread-safe.
 */
public final class WebhookReceivers implements AutoCloseable {
  /** Read of an answer's body, and thrown away, so that the connection can be used again. */
  static final int MAX_BODY_BYTES = 64 * 1024;

  /**
   * Tasks that wait for the threads of one hook. Those of attempts under way are few; whoever was
   * given up while all threads wait for a name server leaves one behind, and past this an attempt
   * fails at once. The queue itself refuses nothing: the client's own tasks must go through.
   */
  static final int MAX_WAITING = 256;

  private final Clocks clocks;
  private final ToThreads makeThreads;

  /** Those of each hook. */
  private final Queue<ExecutorService> threads = new ConcurrentLinkedQueue<>();

  /** The threads of one hook; another one has others. */
  interface ToThreads {
    ExecutorService of(String hook, int parallel, BlockingQueue<Runnable> waiting);
  }

  public WebhookReceivers(Clocks clocks) {
    this(clocks, WebhookReceivers::threads);
  }

  /** For tests of what happens where the threads of one hook all wait. */
  WebhookReceivers(Clocks clocks, ToThreads makeThreads) {
    this.clocks = clocks;
    this.makeThreads = makeThreads;
  }

  private static ExecutorService threads(
      String name, int parallel, BlockingQueue<Runnable> waiting) {
    ThreadPoolExecutor own =
        new ThreadPoolExecutor(
            parallel, parallel, 10, TimeUnit.SECONDS, waiting, new Threads("hook-http-" + name));
    own.allowCoreThreadTimeOut(true);
    return own;
  }

  /** The client looks names up on these threads and waits there, so no two hooks share them. */
  private HttpClient.Builder client(String name, int parallel, BlockingQueue<Runnable> waiting) {
    ExecutorService own = makeThreads.of(name, parallel, waiting);
    threads.add(own);
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1) // no attempt to upgrade: receivers are simple
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .executor(own);
  }

  /**
   * Reads the files of a receiver, and no more.
   *
   * @throws IllegalArgumentException if one is missing or no good; it begins with the setting
   */
  public static void check(Target.Webhook target) {
    check("secret", () -> new SecretFile(target.secrets(), () -> 0));
    Path authorities = target.authorities();
    if (authorities != null) {
      check("ca", () -> Authorities.context(authorities));
    }
  }

  private static void check(String setting, Supplier<?> reading) {
    try {
      var unused = reading.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes the receiver of one hook.
   *
   * @param name says which hook where it cannot be made, and names its threads
   * @param parallel how many it has
   * @throws IllegalArgumentException if a file is missing or no good
   */
  public Receiver of(String name, Target.Webhook target, int parallel) {
    try {
      SecretFile secrets = new SecretFile(target.secrets(), clocks.nanoTicker());
      Path authorities = target.authorities();
      BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
      HttpClient.Builder client = client(name, parallel, waiting);
      if (authorities != null) {
        client.sslContext(Authorities.context(authorities));
      }
      return new Webhook(client.build(), target, secrets, waiting);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("hook " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdownNow);
  }

  /** One receiver. Confined to the hooks' thread, but for what it tells. */
  private final class Webhook implements Receiver {
    private final HttpClient client;
    private final Target.Webhook target;
    private final SecretFile secrets;
    private final BlockingQueue<Runnable> waiting;

    Webhook(
        HttpClient client,
        Target.Webhook target,
        SecretFile secrets,
        BlockingQueue<Runnable> waiting) {
      this.client = client;
      this.target = target;
      this.secrets = secrets;
      this.waiting = waiting;
    }

    /**
     * Begins one attempt.
     *
     * @throws RejectedExecutionException where {@link #MAX_WAITING} tasks wait
     */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is told
    public Flight send(Letter letter, int attempt, Consumer<Outcome> done) {
      if (waiting.size() >= MAX_WAITING) {
        throw new RejectedExecutionException(
            "too many attempts that were given up wait for this hook's threads");
      }
      CompletableFuture<HttpResponse<Void>> answer =
          client.sendAsync(request(letter), head -> new Discarding());
      answer.whenComplete((response, failure) -> done.accept(outcome(response, failure)));
      return () -> answer.cancel(true);
    }

    private HttpRequest request(Letter letter) {
      byte[] body = letter.body().toByteArray();
      long seconds = TimeUnit.MILLISECONDS.toSeconds(clocks.now().wallMillis());
      HttpRequest.Builder request =
          HttpRequest.newBuilder(target.url())
              .header("content-type", "application/json")
              .header("user-agent", "pulsewatch")
              .header("ce-specversion", "1.0")
              .header("ce-id", letter.id())
              .header("ce-source", letter.source())
              .header("ce-type", letter.type())
              .header("ce-time", Instant.ofEpochMilli(letter.atMillis()).toString())
              .header("webhook-id", letter.id())
              .header("webhook-timestamp", Long.toString(seconds))
              .header("webhook-signature", secrets.secrets().sign(letter.id(), seconds, body));
      if (!letter.subject().isEmpty()) {
        request.header("ce-subject", letter.subject());
      }
      return request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    }

    private Outcome outcome(@Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
      if (response != null) {
        return HttpVerdict.of(
            response.statusCode(),
            response.headers().firstValue("retry-after").orElse(""),
            clocks.now().wallMillis());
      }
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      if (cause instanceof CancellationException) {
        return new Outcome.Failed("given up");
      }
      return new Outcome.Failed(cause == null ? "no answer" : words(cause));
    }
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    if (cause instanceof ConnectException && message == null) {
      return "cannot connect";
    }
    return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  /** Reads so many bytes and keeps none; who sends more is hung up on, and was understood. */
  private static final class Discarding implements HttpResponse.BodySubscriber<Void> {
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;
    private int bytes;

    @Override
    public CompletionStage<Void> getBody() {
      return end;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      buffers.forEach(buffer -> bytes += buffer.remaining());
      Flow.Subscription reading = subscription;
      if (bytes > MAX_BODY_BYTES && reading != null) {
        reading.cancel();
        end.complete(null);
      }
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      end.complete(null);
    }
  }
}

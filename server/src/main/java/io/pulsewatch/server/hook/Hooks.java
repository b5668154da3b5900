package io.pulsewatch.server.hook;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.transport.HookDesk;
import io.pulsewatch.server.transport.Statuses;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** All hooks of a server. Confined to the hooks' thread. */
public final class Hooks implements HookDesk {
  private final List<HookQueue> queues = new ArrayList<>();
  private Moment now;
  private long head;

  /**
   * Goes on where an earlier process stopped.
   *
   * @param receivers whom each hook tells
   * @param home runs tasks on the hooks' thread, later and in order
   * @param head the newest revision
   */
  public Hooks(
      List<HookSettings> all,
      Function<HookSettings, Receiver> receivers,
      HookLimits limits,
      ChangeSource source,
      HookStore store,
      Letters letters,
      Executor home,
      RandomGenerator chance,
      long head,
      Moment start) {
    this.now = start;
    this.head = head;
    HookQueue.Tools tools = new HookQueue.Tools(limits, source, store, letters, home, chance);
    for (HookSettings each : all) {
      queues.add(new HookQueue(each, receivers.apply(each), tools, head, start));
    }
  }

  /**
   * One bounded step of each.
   *
   * @param newest the newest revision
   */
  public int turn(Moment moment, long newest) {
    now = moment;
    head = newest;
    int work = 0;
    for (HookQueue queue : queues) {
      work += queue.turn(moment, newest);
    }
    return work;
  }

  /** How they are, without their dead letters. */
  public List<HookStatus> status() {
    return queues.stream().map(each -> each.status(now.wallMillis(), false)).toList();
  }

  /** Puts down how far they have come. */
  public void close() {
    queues.forEach(HookQueue::close);
  }

  @Override
  public void list(ListHooksRequest request, StreamObserver<ListHooksResponse> response) {
    answer(
        response,
        () -> {
          ListHooksResponse.Builder answer = ListHooksResponse.newBuilder().setRevision(head);
          boolean isOne = !request.getName().isEmpty();
          List<HookQueue> asked = isOne ? List.of(find(request.getName())) : queues;
          for (HookQueue queue : asked) {
            answer.addHooks(HookFaces.hook(queue.status(now.wallMillis(), isOne)));
          }
          return answer.build();
        });
  }

  @Override
  public void test(TestHookRequest request, StreamObserver<TestHookResponse> response) {
    try {
      long began = now.nanos();
      boolean isTaken =
          find(request.getName())
              .test(
                  outcome -> {
                    response.onNext(
                        TestHookResponse.newBuilder()
                            .setDelivered(outcome instanceof Outcome.Delivered)
                            .setOutcome(outcome.text())
                            .setTook(Durations.fromNanos(now.nanos() - began))
                            .build());
                    response.onCompleted();
                  });
      if (!isTaken) {
        throw Statuses.of(
            Status.Code.RESOURCE_EXHAUSTED,
            "LIMIT_HOOK_TESTS",
            "As many tests of hook " + request.getName() + " wait as may. Try again later.");
      }
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }

  @Override
  public void replay(ReplayHookRequest request, StreamObserver<ReplayHookResponse> response) {
    answer(
        response,
        () -> {
          HookQueue queue = find(request.getName());
          int letters = 0;
          if (request.hasSinceRevision()) {
            queue.rewind(within(request.getSinceRevision()));
          } else {
            letters = queue.replayDead();
          }
          return ReplayHookResponse.newBuilder()
              .setDeadLetters(letters)
              .setCursor(queue.cursor())
              .build();
        });
  }

  private long within(long revision) {
    if (revision < 0 || revision > head) {
      throw Statuses.invalid(
          "BAD_REVISION",
          "since_revision: "
              + Long.toUnsignedString(revision)
              + " (expected: at most "
              + head
              + ", the newest)");
    }
    return revision;
  }

  private HookQueue find(String name) {
    return queues.stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElseThrow(() -> HookDesk.unknown(name));
  }

  private static <T> void answer(StreamObserver<T> response, Supplier<T> answer) {
    T made;
    try {
      made = answer.get();
    } catch (StatusRuntimeException e) {
      response.onError(e);
      return;
    }
    response.onNext(made);
    response.onCompleted();
  }
}

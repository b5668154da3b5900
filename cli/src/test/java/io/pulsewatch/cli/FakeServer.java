package io.pulsewatch.cli;

import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ClearOverrideRequest;
import io.pulsewatch.v1.ClearOverrideResponse;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetInstanceResponse;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.HandOverRoleRequest;
import io.pulsewatch.v1.HandOverRoleResponse;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.ListRolesResponse;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.ListServicesResponse;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.RemoveInstanceRequest;
import io.pulsewatch.v1.RemoveInstanceResponse;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import io.pulsewatch.v1.SetOverrideRequest;
import io.pulsewatch.v1.SetOverrideResponse;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

/**
 * A server that says what it was told to say, in this process. Thread-safe once it is asked.
 *
 * <p>Each question takes the next answer, a message or a {@link Status}; a watch takes a list of
 * messages that may end with a status, and otherwise stays open.
 */
final class FakeServer implements AutoCloseable {
  private static final int LARGEST_PAGE = 3;

  private final Queue<Object> answers = new ArrayDeque<>();
  private final List<Message> questions = Collections.synchronizedList(new ArrayList<>());
  private final String name = InProcessServerBuilder.generateName();
  private final Server server;
  private List<Change> kept = List.of();
  private long keptFrom;

  FakeServer() throws IOException {
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(new Registry())
            .addService(new Admin())
            .addService(new Watch())
            .build()
            .start();
  }

  FakeServer answer(Object next) {
    answers.add(next);
    return this;
  }

  Message lastQuestion() {
    return questions.get(questions.size() - 1);
  }

  List<Message> questions() {
    return List.copyOf(questions);
  }

  ManagedChannel channel(String address) {
    return InProcessChannelBuilder.forName(name).build();
  }

  Shell shell() {
    return new Shell(this::channel);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private synchronized Object next(Message question) {
    questions.add(question);
    Object next = answers.poll();
    return next == null ? Status.INTERNAL.withDescription("no answer was told") : next;
  }

  @SuppressWarnings("unchecked") // the test tells what fits
  private <R> void answer(Message question, StreamObserver<R> observer) {
    Object next = next(question);
    if (next instanceof Status status) {
      observer.onError(status.asRuntimeException());
    } else {
      observer.onNext((R) next);
      observer.onCompleted();
    }
  }

  /**
   * Answers every question for changes from these, as a server does that forgot what was before.
   */
  FakeServer keeps(long floor, List<Change> changes) {
    kept = List.copyOf(changes);
    keptFrom = floor;
    return this;
  }

  private Object changes(ListChangesRequest question) {
    boolean next = !question.getPageToken().isEmpty();
    long since = next ? Long.parseLong(question.getPageToken()) : question.getSinceRevision();
    if (since > 0 && since < keptFrom) {
      return Status.OUT_OF_RANGE.withDescription("compacted");
    }
    List<Change> found =
        kept.stream()
            .filter(each -> each.getRevision() > since)
            .filter(
                each ->
                    question.getServicesCount() == 0
                        || question.getServices(0).equals(each.getInstance().getService()))
            .filter(
                each ->
                    question.getInstanceId().isEmpty()
                        || question.getInstanceId().equals(each.getInstance().getInstanceId()))
            .toList();
    int most = Math.min(found.size(), Math.min(question.getPageSize(), LARGEST_PAGE));
    ListChangesResponse.Builder page =
        ListChangesResponse.newBuilder()
            .addAllChanges(found.subList(0, most))
            .setRevision(kept.isEmpty() ? 0 : kept.get(kept.size() - 1).getRevision());
    if (most < found.size()) {
      page.setNextPageToken(Long.toString(found.get(most - 1).getRevision()));
    }
    return page.build();
  }

  private final class Registry extends RegistryServiceGrpc.RegistryServiceImplBase {
    @Override
    public void listServices(
        ListServicesRequest question, StreamObserver<ListServicesResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void listInstances(
        ListInstancesRequest question, StreamObserver<ListInstancesResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void listChanges(
        ListChangesRequest question, StreamObserver<ListChangesResponse> observer) {
      answer(changes(question));
      answer(question, observer);
    }

    @Override
    public void getInstance(
        GetInstanceRequest question, StreamObserver<GetInstanceResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void listRoles(ListRolesRequest question, StreamObserver<ListRolesResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void explainInstance(
        ExplainInstanceRequest question, StreamObserver<ExplainInstanceResponse> observer) {
      answer(question, observer);
    }
  }

  private final class Admin extends AdminServiceGrpc.AdminServiceImplBase {
    @Override
    public void setOverride(
        SetOverrideRequest question, StreamObserver<SetOverrideResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void clearOverride(
        ClearOverrideRequest question, StreamObserver<ClearOverrideResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void removeInstance(
        RemoveInstanceRequest question, StreamObserver<RemoveInstanceResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void handOverRole(
        HandOverRoleRequest question, StreamObserver<HandOverRoleResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void getServerState(
        GetServerStateRequest question, StreamObserver<GetServerStateResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void listHooks(ListHooksRequest question, StreamObserver<ListHooksResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void testHook(TestHookRequest question, StreamObserver<TestHookResponse> observer) {
      answer(question, observer);
    }

    @Override
    public void replayHook(
        ReplayHookRequest question, StreamObserver<ReplayHookResponse> observer) {
      answer(question, observer);
    }
  }

  private final class Watch extends WatchServiceGrpc.WatchServiceImplBase {
    @Override
    public void watch(WatchRequest question, StreamObserver<WatchResponse> observer) {
      Object next = next(question);
      for (Object each : next instanceof List<?> script ? script : List.of(next)) {
        if (each instanceof Status status) {
          observer.onError(status.asRuntimeException());
        } else {
          observer.onNext((WatchResponse) each);
        }
      }
    }
  }
}

package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.ChangePage;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.Filter;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.InstancePage;
import io.pulsewatch.server.watch.RoleBoard;
import io.pulsewatch.server.watch.Selector;
import io.pulsewatch.server.watch.ServiceNames;
import io.pulsewatch.server.watch.ServicePage;
import io.pulsewatch.server.watch.ServiceSummary;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetInstanceResponse;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.ListRolesResponse;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.ListServicesResponse;
import io.pulsewatch.v1.RegistryServiceGrpc;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers who is there: from the committed view, on the calling thread; and what happened: from the
 * ring, on the fan-out thread. Thread-safe.
 */
public final class RegistryEndpoint extends RegistryServiceGrpc.RegistryServiceImplBase {
  private static final int MAX_EXPLAINED = 50;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Hub hub;
  private final CommittedView view;
  private final Executor fanout;
  private final Faces faces;
  private final Explanation explanation;
  private final @Nullable Archive archive;

  /**
   * Creates the service.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   * @param archive what happened before the hub's ring begins; null where nobody kept it
   */
  public RegistryEndpoint(
      Hub hub, CommittedView view, Executor fanout, Faces faces, @Nullable Archive archive) {
    this.hub = hub;
    this.view = view;
    this.fanout = fanout;
    this.faces = faces;
    this.explanation = new Explanation(faces);
    this.archive = archive;
  }

  @Override
  public void getInstance(
      GetInstanceRequest request, StreamObserver<GetInstanceResponse> response) {
    answer(
        response,
        () -> {
          Entry entry = find(Names.key(request.getService(), request.getInstanceId()));
          return GetInstanceResponse.newBuilder().setInstance(faces.instance(entry)).build();
        });
  }

  @Override
  public void listServices(
      ListServicesRequest request, StreamObserver<ListServicesResponse> response) {
    answer(response, () -> services(request));
  }

  @Override
  public void listInstances(
      ListInstancesRequest request, StreamObserver<ListInstancesResponse> response) {
    answer(response, () -> instances(request));
  }

  @Override
  public void listChanges(
      ListChangesRequest request, StreamObserver<ListChangesResponse> response) {
    bearCancellation(response);
    fanout.execute(() -> changes(request, response));
  }

  @Override
  public void explainInstance(
      ExplainInstanceRequest request, StreamObserver<ExplainInstanceResponse> response) {
    answerLater(response, () -> explain(request));
  }

  @Override
  public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> response) {
    answer(response, () -> roles(request));
  }

  private ListRolesResponse roles(ListRolesRequest request) {
    ServiceNames names = Filters.roles(request.getRolesList());
    long question = question(names, "");
    Tokens.Token token = Pages.read(request.getPageToken(), Tokens.Kind.ROLES, question);
    long revision = view.revision();
    RoleBoard.RolePage page =
        view.roles()
            .page(names, token == null ? "" : token.rest(), Pages.size(request.getPageSize()));
    ListRolesResponse.Builder answer = ListRolesResponse.newBuilder().setRevision(revision);
    page.roles().forEach(role -> answer.addRoles(RoleFaces.summary(role)));
    String next = page.next();
    if (next != null) {
      answer.setNextPageToken(
          Pages.next(Tokens.Kind.ROLES, token, hub.lineage(), revision, question, next));
    }
    return answer.build();
  }

  private ListServicesResponse services(ListServicesRequest request) {
    ServiceNames names = Filters.services(request.getServicesList());
    long question = question(names, "");
    Tokens.Token token = Pages.read(request.getPageToken(), Tokens.Kind.SERVICES, question);
    long revision = view.revision();
    ServicePage page =
        ServicePage.read(
            view, names, token == null ? "" : token.rest(), Pages.size(request.getPageSize()));
    ListServicesResponse.Builder answer = ListServicesResponse.newBuilder().setRevision(revision);
    page.services().forEach(service -> answer.addServices(face(service)));
    String next = page.next();
    if (next != null) {
      answer.setNextPageToken(
          Pages.next(Tokens.Kind.SERVICES, token, hub.lineage(), revision, question, next));
    }
    return answer.build();
  }

  private ListInstancesResponse instances(ListInstancesRequest request) {
    Filter filter =
        Filters.filter(
            request.getServicesList(), request.getLabelSelector(), request.getStatesValueList());
    Tokens.Token token = Pages.read(request.getPageToken(), Tokens.Kind.INSTANCES, filter.hash());
    long revision = view.revision();
    InstancePage page =
        InstancePage.read(view, filter, key(token), Pages.size(request.getPageSize()));
    Moment now = faces.now();
    ListInstancesResponse.Builder answer = ListInstancesResponse.newBuilder().setRevision(revision);
    page.entries().forEach(entry -> answer.addInstances(faces.instance(entry, now)));
    InstanceKey next = page.next();
    if (next != null) {
      answer.setNextPageToken(
          Pages.next(
              Tokens.Kind.INSTANCES,
              token,
              hub.lineage(),
              revision,
              filter.hash(),
              next.toString()));
    }
    return answer.build();
  }

  private void changes(ListChangesRequest request, StreamObserver<ListChangesResponse> response) {
    try {
      ServiceNames names = Filters.services(request.getServicesList());
      String id = request.getInstanceId();
      if (!id.isEmpty()) {
        Names.key("any", id);
      }
      long question = question(names, id);
      Tokens.Token token = Pages.read(request.getPageToken(), Tokens.Kind.CHANGES, question);
      long since = token == null ? request.getSinceRevision() : token.at().revision();
      if (token != null && !token.at().lineage().equals(hub.lineage())) {
        throw compacted(since);
      }
      String wanted = id.isEmpty() ? null : id;
      int most = Pages.size(request.getPageSize());
      changes(
          new Archive.Question(request.getServicesList(), wanted, since, hub.ringFloor(), most),
          question,
          response);
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }

  /** From the ring where it reaches back so far; else from the archive, and on to the ring. */
  private void changes(
      Archive.Question asked, long question, StreamObserver<ListChangesResponse> response) {
    Archive past = archive;
    long since = asked.after();
    if (past == null || since >= hub.ringFloor() || (since == 0 && hub.isWhole())) {
      ServiceNames names = Filters.services(asked.services());
      answer(
          response,
          () ->
              changes(
                  hub.changes(names, asked.instanceId(), since, asked.most()), since, question));
      return;
    }
    long head = hub.head();
    past.ask(
        asked,
        found -> {
          if (found instanceof Archive.Answer.Page page
              && page.changes().isEmpty()
              && page.next() == asked.upTo()) {
            fanout.execute(
                () -> changes(asked.from(page.next(), hub.ringFloor()), question, response));
          } else {
            answer(response, () -> changes(page(found, head), since, question));
          }
        });
  }

  /** Null where it is not kept any more. */
  private static @Nullable ChangePage page(Archive.Answer found, long head) {
    if (found instanceof Archive.Answer.Page page) {
      return new ChangePage(page.changes(), page.next(), true, head);
    }
    if (found instanceof Archive.Answer.Unreadable unreadable) {
      throw Statuses.of(Status.Code.INTERNAL, "HISTORY_UNREADABLE", unreadable.why());
    }
    if (found instanceof Archive.Answer.Behind behind) {
      throw Statuses.of(
          Status.Code.UNAVAILABLE,
          "LEDGER_AWAY",
          "Changes after revision "
              + Long.toUnsignedString(behind.revision())
              + " wait for the disk, which does not answer. Try again, with jitter, or watch.",
          RETRY_NANOS);
    }
    if (found instanceof Archive.Answer.Busy) {
      throw Statuses.of(
          Status.Code.RESOURCE_EXHAUSTED,
          "LIMIT_HISTORY",
          "Too many ask for history at once. Try again, with jitter.",
          RETRY_NANOS);
    }
    return null;
  }

  private ListChangesResponse changes(@Nullable ChangePage page, long since, long question) {
    if (page == null) {
      throw compacted(since);
    }
    Moment now = faces.now();
    ListChangesResponse.Builder answer = ListChangesResponse.newBuilder().setRevision(page.head());
    page.changes().forEach(change -> answer.addChanges(face(change, now)));
    if (page.more()) {
      answer.setNextPageToken(
          Pages.next(Tokens.Kind.CHANGES, null, hub.lineage(), page.next(), question, ""));
    }
    return answer.build();
  }

  private static StatusRuntimeException compacted(long since) {
    return Statuses.of(
        Status.Code.OUT_OF_RANGE,
        "COMPACTED",
        "Changes since revision "
            + Long.toUnsignedString(since)
            + " are not kept any more. Ask from since_revision 0, the oldest kept.");
  }

  private ExplainInstanceResponse explain(ExplainInstanceRequest request) {
    Entry entry = find(Names.key(request.getService(), request.getInstanceId()));
    return explanation.of(entry, hub.recent(entry.key(), MAX_EXPLAINED), entry.vitals().lateness());
  }

  private Entry find(InstanceKey key) {
    Entry entry = view.find(key);
    if (entry == null) {
      throw Statuses.of(
          Status.Code.NOT_FOUND,
          "UNKNOWN_INSTANCE",
          key + " is not known here: never registered, or removed after its retention.");
    }
    return entry;
  }

  private io.pulsewatch.v1.Change face(Change change, Moment now) {
    return faces.change(change, false, now);
  }

  private static io.pulsewatch.v1.ServiceSummary face(ServiceSummary service) {
    io.pulsewatch.v1.ServiceSummary.Builder told =
        io.pulsewatch.v1.ServiceSummary.newBuilder()
            .setService(service.service())
            .setServing(service.serving());
    for (State state : State.values()) {
      if (service.count(state) > 0) {
        told.putCounts(state.name(), service.count(state));
      }
    }
    return told.build();
  }

  private static @Nullable InstanceKey key(Tokens.@Nullable Token token) {
    if (token == null) {
      return null;
    }
    int slash = token.rest().indexOf('/');
    if (slash < 0) {
      throw Tokens.bad("page_token");
    }
    return new InstanceKey(token.rest().substring(0, slash), token.rest().substring(slash + 1));
  }

  /** Names what is asked for, so that no page continues another list. */
  private static long question(ServiceNames names, String instanceId) {
    return new Filter(names, Selector.ALL, Set.of()).hash() * 31 + instanceId.hashCode();
  }

  /** Answers on the fan-out thread; a call that was cancelled meanwhile must not break it. */
  private <T> void answerLater(StreamObserver<T> response, Supplier<T> answer) {
    bearCancellation(response);
    fanout.execute(() -> answer(response, answer));
  }

  /** By gRPC; what comes by HTTP drops what nobody reads. */
  private static <T> void bearCancellation(StreamObserver<T> response) {
    if (response instanceof ServerCallStreamObserver<T> call) {
      call.setOnCancelHandler(() -> {});
    }
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

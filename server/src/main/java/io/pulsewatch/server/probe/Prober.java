package io.pulsewatch.server.probe;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Suspicion;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.transport.Asking;
import io.pulsewatch.server.transport.Peer;
import io.pulsewatch.server.watch.CommittedView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks about suspects: looks at one declared endpoint of each, asks a few other clients to look at
 * the same, and tells the liveness loop what came of it.
 *
 * <p>It decides nothing. A verdict waits for no answer, so each has a short time, well before the
 * verdict is due. Where many are suspected at once only so many are looked at, since then the news
 * is about the network and not about each of them; whoever waits too long is passed over.
 *
 * <p>Confined to the fan-out thread, but for what streams tell it, which hops there.
 */
public final class Prober implements Asking {
  /** How we sign what we saw ourselves. */
  static final String SERVER = "server";

  private final ProbeLimits limits;
  private final AddressRules rules;
  private final Sockets sockets;
  private final CommittedView view;
  private final Consumer<Command.Probed> mail;
  private final Executor fanout;
  private final Pace pace;
  private final Peers peers;
  private final Queue<Inquiry> waiting = new ArrayDeque<>();
  private final Queue<Due> due = new PriorityQueue<>(Due::compare);
  private int inFlight;
  private long nowNanos;

  /** Something that is over at an instant of the monotonic clock. */
  private record Due(long nanos, Runnable end) {
    private static int compare(Due one, Due other) {
      return Long.signum(one.nanos - other.nanos);
    }
  }

  /** One suspect that is looked at, or waits for it. */
  private static final class Inquiry {
    private final Suspicion suspicion;
    private final Details.Endpoint endpoint;
    private final long withinNanos;
    private final long latestNanos;
    private boolean looking;
    private boolean over;

    /**
     * Waits to begin.
     *
     * @param latestNanos a look that begins later comes too late
     */
    Inquiry(Suspicion suspicion, Details.Endpoint endpoint, long withinNanos, long latestNanos) {
      this.suspicion = suspicion;
      this.endpoint = endpoint;
      this.withinNanos = withinNanos;
      this.latestNanos = latestNanos;
    }
  }

  /**
   * Creates a prober that knows of nobody.
   *
   * @param view what is committed: an answer about what is over is not asked for
   * @param mail where answers go; they may be dropped
   * @param fanout runs tasks on the fan-out thread
   * @param chance picks the peers
   */
  public Prober(
      ProbeLimits limits,
      AddressRules rules,
      Sockets sockets,
      CommittedView view,
      Consumer<Command.Probed> mail,
      Executor fanout,
      RandomGenerator chance,
      long nowNanos) {
    this.limits = limits;
    this.rules = rules;
    this.sockets = sockets;
    this.view = view;
    this.mail = mail;
    this.fanout = fanout;
    this.pace = new Pace(limits.maxPerSecond(), nowNanos);
    this.peers = new Peers(limits.maxPeers(), chance);
    this.nowNanos = nowNanos;
  }

  /** The next committed changes, in revision order. */
  public void onChanges(List<Change> changes) {
    for (Change change : changes) {
      Change.Previous previous = change.previous();
      boolean fresh = previous == null || previous.state() != State.SUSPECT;
      if (fresh && change.after().state() == State.SUSPECT) {
        onSuspect(change);
      }
    }
  }

  /** What is over ends, and whoever may be looked at is. Returns the work done. */
  public int turn(long now) {
    nowNanos = now;
    int work = 0;
    for (Due next = due.peek(); next != null && now - next.nanos() >= 0; next = due.peek()) {
      due.remove();
      next.end().run();
      work++;
    }
    while (inFlight < limits.maxInFlight()) {
      Inquiry next = waiting.peek();
      boolean useful = next != null && now - next.latestNanos < 0 && isOpen(next.suspicion);
      if (next == null || (useful && !pace.take(now))) {
        break;
      }
      waiting.remove();
      if (useful) {
        begin(next);
      }
      work++;
    }
    return work;
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public void onAsked(Suspicion suspicion, long withinNanos) {
    fanout.execute(
        () -> {
          if (due.size() < limits.maxQueued() + limits.maxInFlight()) {
            due.add(new Due(nowNanos + withinNanos, () -> onUnanswered(suspicion, withinNanos)));
          }
        });
  }

  @Override
  public void onPeer(Peer peer) {
    fanout.execute(() -> peers.add(peer, nowNanos));
  }

  @Override
  public void onPeerGone(Peer peer) {
    fanout.execute(() -> peers.remove(peer));
  }

  /** Endpoints looked at right now. */
  int inFlight() {
    return inFlight;
  }

  private void onSuspect(Change change) {
    Entry suspect = change.after();
    Details.Endpoint endpoint = choose(suspect.details().endpoints());
    if (endpoint != null && waiting.size() < limits.maxQueued()) {
      long untilDead = untilDeadNanos(change);
      long within = Suspicion.withinNanos(untilDead);
      if (within > 0) {
        waiting.add(
            new Inquiry(Suspicion.of(suspect), endpoint, within, nowNanos + untilDead - within));
      }
    }
  }

  /** From this change on, if nothing more is heard. */
  private static long untilDeadNanos(Change change) {
    Times times = change.after().times();
    long bySilence = times.timeoutNanos() - change.evidence().silenceNanos();
    return change.cause() == Cause.STREAM_LOST
        ? Math.min(bySilence, times.resumeWindowNanos())
        : bySilence;
  }

  /** One that speaks gRPC, since it can tell a process that stands still; else the first. */
  private static Details.@Nullable Endpoint choose(List<Details.Endpoint> declared) {
    for (Details.Endpoint endpoint : declared) {
      if (protocol(endpoint) == Sockets.Protocol.GRPC) {
        return endpoint;
      }
    }
    return declared.isEmpty() ? null : declared.get(0);
  }

  private static Sockets.Protocol protocol(Details.Endpoint endpoint) {
    String[] words = endpoint.name().toLowerCase(Locale.ROOT).split("[^a-z0-9]+");
    return Arrays.asList(words).contains("grpc") ? Sockets.Protocol.GRPC : Sockets.Protocol.TCP;
  }

  private void begin(Inquiry inquiry) {
    inFlight++;
    if (!rules.allowsHost(inquiry.endpoint.host())) {
      end(inquiry, Probe.Outcome.DECLINED, 0);
      return;
    }
    due.add(new Due(nowNanos + inquiry.withinNanos, () -> onLate(inquiry)));
    sockets.resolve(
        inquiry.endpoint.host(), found -> fanout.execute(() -> onResolved(inquiry, found)));
  }

  /** The address that is judged is the one that is connected to: it is not looked up again. */
  private void onResolved(Inquiry inquiry, List<InetAddress> found) {
    if (inquiry.over) {
      return;
    }
    InetAddress address = found.stream().filter(rules::allows).findFirst().orElse(null);
    if (address == null) {
      end(inquiry, Probe.Outcome.DECLINED, 0);
      return;
    }
    inquiry.looking = true;
    sockets.look(
        new InetSocketAddress(address, inquiry.endpoint.port()),
        protocol(inquiry.endpoint),
        inquiry.withinNanos,
        saw -> fanout.execute(() -> end(inquiry, saw.outcome(), saw.tookNanos())));
    for (Peer peer : peers.pick(inquiry.suspicion.key(), ProbeLimits.PEERS_ASKED, nowNanos)) {
      peer.ask(inquiry.suspicion, inquiry.endpoint, inquiry.withinNanos);
    }
  }

  /** Who never came to look has not seen that nobody answers. */
  private void onLate(Inquiry inquiry) {
    if (inquiry.looking) {
      end(inquiry, Probe.Outcome.NO_ANSWER, inquiry.withinNanos);
    } else {
      end(inquiry, Probe.Outcome.DECLINED, 0);
    }
  }

  private void onUnanswered(Suspicion suspicion, long withinNanos) {
    if (isOpen(suspicion)) {
      String itself = suspicion.key().toString();
      tell(suspicion, new Probe(itself, null, Probe.Outcome.NO_ANSWER, withinNanos));
    }
  }

  private void end(Inquiry inquiry, Probe.Outcome outcome, long tookNanos) {
    if (!inquiry.over) {
      inquiry.over = true;
      inFlight--;
      tell(inquiry.suspicion, new Probe(SERVER, inquiry.endpoint, outcome, tookNanos));
    }
  }

  /** Where as many commands wait as may, evidence is what can be done without. */
  private void tell(Suspicion suspicion, Probe probe) {
    mail.accept(new Command.Probed(suspicion, probe, null));
  }

  private boolean isOpen(Suspicion suspicion) {
    Entry entry = view.find(suspicion.key());
    return entry != null && suspicion.isOf(entry);
  }
}

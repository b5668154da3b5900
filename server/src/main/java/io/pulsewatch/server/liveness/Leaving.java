package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Goodbyes that come by a unary call: the session is found by its token, whatever stream it has,
 * and keeps that while it drains.
 *
 * <p>Confined to the loop.
 */
final class Leaving {
  private final Registry registry;

  /** Those to whom a change is all the answer that is on its way to the ledger, by incarnation. */
  private final Map<Long, List<Awaiting>> awaiting = new HashMap<>();

  /**
   * One who said what was said before.
   *
   * @param left so many changes of the session were uncommitted then, and are still
   */
  private record Awaiting(Answer.Caller caller, int left) {}

  Leaving(Registry registry) {
    this.registry = registry;
  }

  void onLeave(Command.Leave ask, Moment now) {
    Session session = registry.find(ask.key());
    if (session == null) {
      refuse(ask, Answer.Refusal.UNKNOWN_INSTANCE);
    } else if (!session.accepts(ask.presented()) || session.entry.state() == State.DEAD) {
      refuse(ask, Answer.Refusal.SESSION_OVER);
    } else if (session.entry.state() == State.LEFT) {
      known(session, ask);
    } else if (ask.drains()) {
      drain(session, ask, now);
    } else {
      leave(session, ask, now);
    }
  }

  private void drain(Session session, Command.Leave ask, Moment now) {
    session.hear(Status.DRAINING, News.UNCHANGED);
    Entry after = session.entry.reporting(session.shown());
    if (after.status() == session.entry.status()) {
      known(session, ask);
      return;
    }
    Evidence evidence = session.evidence(0, now.nanos());
    Answer.Told told = new Answer.Told(session.pulse.lastSequence(), after.state(), after.status());
    List<Answer> answers = answers(session, told, ask);
    registry.change(session, after, session.shownBecause, evidence, answers, now);
  }

  private void leave(Session session, Command.Leave ask, Moment now) {
    Entry after = session.entry.in(State.LEFT, now);
    Evidence evidence = session.evidence(0, now.nanos()).withLeaveReason(ask.reason());
    List<Answer> answers = answers(session, new Answer.Farewell(), ask);
    registry.change(session, after, Cause.LEAVE, evidence, answers, now);
  }

  private static List<Answer> answers(Session session, Answer.Reply toStream, Command.Leave ask) {
    List<Answer> answers = new ArrayList<>(session.told(toStream));
    answers.add(new Answer(ask.caller(), new Answer.Done(session.entry)));
    return answers;
  }

  /** A change has its revision. */
  void onCommitted(Change change) {
    List<Awaiting> those = awaiting.remove(change.after().incarnation());
    if (those == null) {
      return;
    }
    List<Awaiting> still = new ArrayList<>();
    for (Awaiting each : those) {
      if (each.left > 1) {
        still.add(new Awaiting(each.caller, each.left - 1));
      } else {
        registry.outbox.answer(new Answer(each.caller, new Answer.Done(change.after())));
      }
    }
    if (!still.isEmpty()) {
      awaiting.put(change.after().incarnation(), still);
    }
  }

  /** It was said before; its revision may not be given yet. */
  private void known(Session session, Command.Leave ask) {
    if (session.uncommitted > 0) {
      awaiting
          .computeIfAbsent(session.entry.incarnation(), any -> new ArrayList<>())
          .add(new Awaiting(ask.caller(), session.uncommitted));
      return;
    }
    Answer.Done done = new Answer.Done(session.entry.at(session.revision));
    registry.outbox.answer(new Answer(ask.caller(), done));
  }

  private void refuse(Command.Leave ask, Answer.Refusal why) {
    registry.outbox.answer(new Answer(ask.caller(), new Answer.Refused(why, ask.key(), 0)));
  }
}

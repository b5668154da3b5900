package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.List;

/**
 * Goodbyes that come by a unary call: the session is found by its token, whatever stream it has,
 * and keeps that while it drains.
 *
 * <p>Confined to the loop.
 */
final class Leaving {
  private final Registry registry;

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

  /** It was said before. */
  private void known(Session session, Command.Leave ask) {
    Answer.Done done = new Answer.Done(session.entry.at(session.revision));
    registry.outbox.answer(new Answer(ask.caller(), done));
  }

  private void refuse(Command.Leave ask, Answer.Refusal why) {
    registry.outbox.answer(new Answer(ask.caller(), new Answer.Refused(why, ask.key(), 0)));
  }
}

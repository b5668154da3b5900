package io.pulsewatch.server.liveness;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which role.
 *
 * <pre>
 *   vacant, somebody who stands for it serves     granted to whoever is next
 *   its holder is DEAD, or LEFT                   vacant: the fence came first, or the holder stopped
 *   its holder is SUSPECT                         still held
 *   its holder gives it up                        vacant; it stands for it no more
 *   its holder is superseded                      nobody's for the old one's timeout
 *   taken from a living holder: by an operator,   nobody's until that one confirms, or is DEAD or
 *     while it drains, by a register without it   LEFT, or for its timeout
 * </pre>
 *
 * <p><b>When a timeout begins.</b> A holder believes for its timeout after the arrival of the
 * newest heartbeat whose ack lists the role, at the longest. From the instant on at which we
 * shorten what its pulse lists, or mark that, no such ack is made of what arrives; but that instant
 * lies within a turn, whose time was read before. So the wait begins with the next turn.
 *
 * <p><b>What is promised.</b> A grant binds: it is told when the ledger has it. So do waits, which
 * go to the ledger before the change that makes them needed. Tokens are incarnations, so none is
 * ever given twice. Where nobody kept who held what, nobody is granted a role before the longest
 * timeout of those who stand for it.
 *
 * <p>Confined to the loop.
 */
final class Roles {
  /** So long nobody is granted a role at the least, where nobody kept who held what. */
  private static final long FORGOTTEN_NANOS = Settings.DEFAULT.warmUpNanos();

  private final Registry registry;
  private final Map<String, Role> roles = new HashMap<>();

  private final RoleTimers timers = new RoleTimers();
  private final RoleWaits waits;

  /** Of the loop's awake time. */
  private final long startNanos;

  /** To be looked at in the next turns, each once. */
  private final Deque<Role> due = new ArrayDeque<>();

  /** This start is the first that knows who holds what. */
  private boolean isBeginning;

  Roles(Registry registry, Moment start) {
    this.registry = registry;
    this.startNanos = registry.awake(start);
    this.waits = new RoleWaits(registry, timers);
  }

  /** First in a turn: what was told in the last one is told now. */
  void begin(Moment now) {
    waits.turn(now);
  }

  /**
   * Last in a turn: ends waits, and looks at roles, within the limit of a turn. Returns how many.
   */
  int turn(Moment now) {
    int most = registry.settings.maxExpiriesPerTurn();
    int work = 0;
    long awake = registry.awake(now);
    while (work < most) {
      Role role = timers.poll(awake);
      if (role == null) {
        break;
      }
      work++;
      if (role.wait == null) {
        lookAt(role);
      } else {
        free(role);
      }
    }
    while (work < most && !due.isEmpty() && !registry.outbox.isAway()) {
      Role role = due.remove();
      role.isDue = false;
      work++;
      look(role, now);
    }
    return work;
  }

  /** Of those names the ones that there is room for. */
  List<String> withRoom(InstanceKey key, List<String> names) {
    RoleLimits limits = registry.settings.roles();
    int more = 0;
    List<String> kept = new ArrayList<>();
    for (String name : names) {
      Role role = roles.get(name);
      boolean hasRoom =
          role == null
              ? roles.size() + more < limits.maxRoles()
              : role.hasStanding(key) || role.candidates() < limits.maxCandidates();
      if (hasRoom) {
        more += role == null ? 1 : 0;
        kept.add(name);
      }
    }
    return kept;
  }

  /** A session has begun. */
  void onBegun(Session session) {
    session.entry.details().roles().forEach(name -> role(name).stand(session));
  }

  /**
   * Its entry is another one now. Before that is proposed.
   *
   * @param before it; its end takes what it held
   */
  void onChanged(Session session, Entry before, Cause cause, Moment now) {
    List<String> stood = before.details().roles();
    List<String> stands = session.entry.details().roles();
    if (stood.isEmpty() && stands.isEmpty() && before.roles().isEmpty()) {
      return;
    }
    boolean ended = before.state().isLive() && !session.isLive();
    for (String name : stood) {
      Role role = role(name);
      if (ended || !stands.contains(name)) {
        role.withdraw(session.key);
      }
      lookAt(role);
    }
    if (ended) {
      before.roles().forEach(held -> onHolderEnded(role(held.name()), session, before, cause, now));
      waits.of(session).forEach(role -> onFormerEnded(role, session, before, cause, now));
    } else if (session.isLive()) {
      for (String name : stands) {
        Role role = role(name);
        role.stand(session);
        lookAt(role);
      }
    }
  }

  /** It is told that the session is its sender's, or it came back: it may be granted a role. */
  void onReady(Session session) {
    session.entry.details().roles().forEach(name -> lookAt(role(name)));
  }

  /** Something of it is committed: that is what its acks list from now on. */
  void onCommitted(Session session, Entry committed) {
    List<HeldRole> decided = session.entry.roles();
    List<HeldRole> told = committed.roles().stream().filter(decided::contains).toList();
    List<HeldRole> before = session.pulse.roles();
    if (told.equals(before)) {
      return;
    }
    session.pulse.tellRoles(told);
    for (HeldRole held : told) {
      Role role = role(held.name());
      role.isTold |= role.holder == session;
      lookAt(role);
    }
    for (HeldRole lost : before) {
      Role role = told.contains(lost) ? null : roles.get(lost.name());
      RoleWait wait = role == null ? null : role.wait;
      if (role != null && wait != null && wait.isOf(session)) {
        waits.onTold(role);
      }
    }
  }

  /** It gives up what it holds, or has stopped to act in what was taken from it. */
  void onReleased(Session session, Released released, Moment now) {
    for (HeldRole held : session.entry.roles()) {
      Role role = role(held.name());
      if (released.tokens().contains(held.token()) && role.isHeldBy(session)) {
        giveUp(role, session, held, now);
      }
    }
    for (Role role : waits.of(session)) {
      RoleWait wait = role.wait;
      if (wait != null && wait.isTaken() && released.covers(role.name, wait.token())) {
        free(role);
      }
    }
  }

  /** An operator wants somebody else to have it. */
  void onHandOver(Command.HandOver ask, Moment now) {
    Role role = roles.get(ask.role());
    Session holder = role == null ? null : role.holder;
    if (role == null) {
      refuse(ask, Answer.RoleRefusal.UNKNOWN);
      return;
    }
    if (holder == null || !role.isTold) {
      refuse(ask, Answer.RoleRefusal.NOT_HELD);
      return;
    }
    InstanceKey to = ask.to();
    if (holder.key.equals(to)) {
      registry.outbox.answer(
          new Answer(ask.caller(), new Answer.Done(holder.entry.at(holder.revision))));
      return;
    }
    if ((to == null ? role.next() : role.eligible(to)) == null) {
      refuse(ask, Answer.RoleRefusal.NOBODY_ELIGIBLE);
    } else if (registry.outbox.isAway()) {
      Answer.Refused away =
          new Answer.Refused(Answer.Refusal.LEDGER_AWAY, holder.key, Registrar.AWAY_RETRY_NANOS);
      registry.outbox.answer(new Answer(ask.caller(), away));
    } else {
      Answer done = new Answer(ask.caller(), new Answer.Done(holder.entry));
      take(role, holder, to, ask.reason(), List.of(done), now);
    }
  }

  /** A session of an earlier process goes on, and holds what it held. */
  void recall(Session session) {
    if (session.isLive()) {
      onBegun(session);
      session.pulse.tellRoles(session.entry.roles());
      for (HeldRole held : session.entry.roles()) {
        Role role = role(held.name());
        role.grant(session, held.token());
        role.isTold = true;
      }
    }
  }

  /** What an earlier process waited for; after its sessions. Each wait is whole again. */
  void recall(List<RoleWait> allKept, boolean beginsNow, Moment now) {
    isBeginning = beginsNow;
    for (RoleWait kept : allKept) {
      Role role = role(kept.role());
      boolean isOver = role.holder != null;
      if (isOver) {
        registry.outbox.note(new Note.RoleAwaited(role.name, kept.former(), null));
      } else {
        role.token = kept.token();
        waits.begin(role, kept.anew(now));
        waits.onTold(role);
      }
    }
    roles.values().forEach(this::lookAt);
  }

  private Role role(String name) {
    return roles.computeIfAbsent(name, Role::new);
  }

  private void lookAt(Role role) {
    if (!role.isDue) {
      role.isDue = true;
      due.add(role);
    }
  }

  /** Grants it, takes it, or forgets it. */
  private void look(Role role, Moment now) {
    Session holder = role.holder;
    if (holder != null) {
      boolean isUnnamed = !role.hasStanding(holder.key);
      boolean drains = holder.entry.status() == Status.DRAINING && role.next() != null;
      if (role.isTold && (isUnnamed || drains)) {
        String reason = isUnnamed ? "it registered again without this role" : "it drains";
        take(role, holder, null, reason, List.of(), now);
      }
      return;
    }
    Session next = role.wait == null ? role.next() : null;
    if (next != null && openAt(role) - registry.awake(now) <= 0) {
      grant(role, next, now);
    } else if (next != null) {
      timers.set(role, openAt(role));
    } else if (role.isForgotten()) {
      timers.clear(role);
      roles.remove(role.name, role);
    }
  }

  /** Where nobody kept who held what, whoever held it may believe for so long. */
  private long openAt(Role role) {
    long warmUp = isBeginning ? FORGOTTEN_NANOS : registry.settings.warmUpNanos();
    return startNanos + (warmUp == 0 ? 0 : Math.max(warmUp, role.longestTimeoutNanos()));
  }

  private void grant(Role role, Session session, Moment now) {
    timers.clear(role);
    role.grant(session, registry.outbox.nextIncarnation());
    HeldRole held = new HeldRole(role.name, role.token, now.wallMillis());
    Entry after = session.entry.granted(held);
    change(session, after, Cause.ROLE_GRANTED, List.of(), now);
  }

  /** From a living holder, who is told and may confirm. */
  private void take(
      Role role,
      Session holder,
      @Nullable InstanceKey successor,
      String reason,
      List<Answer> answers,
      Moment now) {
    await(role, holder.entry, RoleWaits.nanos(holder, holder.entry), successor, reason, true, now);
    change(holder, holder.entry.withoutRole(role.name), Cause.ROLE_LOST, answers, now);
  }

  private void giveUp(Role role, Session session, HeldRole held, Moment now) {
    role.holder = null;
    Details others = session.entry.details().withoutRole(held.name());
    Entry after = session.entry.withoutRole(held.name()).declaring(others, session.entry.times());
    change(session, after, Cause.ROLE_LOST, List.of(), now);
    lookAt(role);
  }

  private void onHolderEnded(Role role, Session session, Entry before, Cause cause, Moment now) {
    if (role.holder != session) {
      return;
    }
    role.holder = null;
    if (cause == Cause.SUPERSEDED) {
      await(role, before, RoleWaits.nanos(session, before), null, "", false, now);
      waits.onTold(role);
    }
    lookAt(role);
  }

  /** It believes no more, but for one that is superseded. */
  private void onFormerEnded(Role role, Session former, Entry before, Cause cause, Moment now) {
    RoleWait wait = role.wait;
    if (wait == null) {
      return;
    }
    if (cause != Cause.SUPERSEDED) {
      free(role);
      return;
    }
    waits.begin(role, wait.unconfirmed(RoleWaits.nanos(former, before), now));
    waits.onTold(role); // it begins once more: that it was told may not be committed yet
  }

  private void await(
      Role role,
      Entry former,
      long nanos,
      @Nullable InstanceKey successor,
      String reason,
      boolean isTaken,
      Moment now) {
    waits.begin(
        role,
        new RoleWait(
            role.name,
            former.key(),
            former.incarnation(),
            role.token,
            nanos,
            isTaken,
            successor,
            reason,
            now.wallMillis(),
            now.wallMillis() + nanos / 1_000_000));
  }

  private void free(Role role) {
    waits.end(role);
    lookAt(role);
  }

  private void change(Session session, Entry after, Cause cause, List<Answer> answers, Moment now) {
    Answer.Told unasked =
        new Answer.Told(session.pulse.lastSequence(), after.state(), after.status());
    List<Answer> told = new ArrayList<>(session.told(unasked));
    told.addAll(answers);
    registry.change(session, after, cause, Evidence.NONE, told, now);
  }

  private void refuse(Command.HandOver ask, Answer.RoleRefusal why) {
    registry.outbox.answer(
        new Answer(ask.caller(), new Answer.RoleRefused(why, ask.role(), ask.to())));
  }
}

package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Servers that crash at any moment, and go on with what the ledger had of how times were stretched:
 * what it was told last, or what it had not confirmed, or less. Senders believe in themselves for
 * as long as they were told, and nobody is DEAD before that.
 */
final class StretchRestartTest {
  private static final int WORLDS = 100;
  private static final int STEPS = 300;
  private static final int NAMES = 8;
  private static final Load FULL = new Load(1, 0, 100_000);
  private static final Load CALM = new Load(0, 0, 0);

  private int deaths;
  private int restarts;
  private int stretched;

  /** One instance. Its fence is as long as it may be, and its clock is exact. */
  private static final class Sender {
    final InstanceKey key;
    @Nullable ManualClient client;
    @Nullable Token token;
    Times granted = Times.NONE;
    int told;
    long believesUntil;

    Sender(String name) {
      key = new InstanceKey("orders", name);
    }

    void believe(long nanos) {
      believesUntil = Math.max(believesUntil, nanos);
    }

    /** What it may believe if it is told so at this instant. */
    long fence(long nowNanos) {
      return nowNanos + granted.stretched(told).shortestNanos();
    }
  }

  private final class World {
    private final long seed;
    private final SplittableRandom random;
    private final List<Sender> senders = new ArrayList<>();
    private final Map<InstanceKey, Kept.Remembered> kept = new LinkedHashMap<>();
    private Rig rig = new Rig(0);
    private int drafts;
    private int confirmed;
    private Stretched durable = Stretched.NOT;

    World(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      rig.keepsLate = true;
      for (int i = 0; i < NAMES; i++) {
        senders.add(new Sender("i" + i));
      }
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        pass(random.nextLong(SECOND));
        Sender sender = senders.get(random.nextInt(NAMES));
        switch (random.nextInt(20)) {
          case 0 -> look(FULL, 1 + random.nextInt(30));
          case 1 -> look(CALM, 60);
          case 2, 3 -> confirm();
          case 4, 5, 6 -> register(sender, random.nextInt(3) > 0);
          case 7 -> lose(sender);
          case 8 -> restart(random.nextInt(4) == 0);
          default -> beat(sender, random.nextInt(8) > 0);
        }
      }
      pass(60 * SECOND);
      assertThat(rig.kernel.live()).as("seed %d", seed).isZero();
      look(CALM, 360);
      while (confirmed < rig.asked.size()) {
        confirm();
      }
      assertThat(durable).as("seed %d", seed).isEqualTo(Stretched.NOT);
    }

    private void pass(long nanos) {
      for (long done = 0; done < nanos; done += 10 * MS) {
        rig.step(10 * MS);
        commit();
      }
    }

    /** All that was decided is durable, and must not have come too soon. */
    private void commit() {
      for (; drafts < rig.drafts.size(); drafts++) {
        Draft draft = rig.drafts.get(drafts);
        kept.put(draft.key(), new Kept.Remembered(rig.changes.get(drafts).after(), draft.memory()));
        if (draft.after().state() == State.DEAD) {
          Sender dead = senders.stream().filter(one -> one.key.equals(draft.key())).findAny().get();
          assertThat(rig.nanos()).as("seed %d", seed).isGreaterThanOrEqualTo(dead.believesUntil);
          dead.client = null;
          dead.token = null;
          deaths++;
        }
      }
    }

    private void look(Load load, int looks) {
      for (int i = 0; i < looks; i++) {
        rig.kernel.onLoad(load, new Moment(rig.nanos() + 60 * SECOND, rig.wallMillis()));
      }
      stretched += rig.kernel.stretchPercent() > Times.AS_GRANTED ? 1 : 0;
    }

    /** The ledger has one more of what it was asked to keep. */
    private void confirm() {
      if (confirmed < rig.asked.size()) {
        durable = rig.asked.get(confirmed++);
        rig.kernel.onKept(durable);
      }
    }

    /** Registers, or resumes with a stream of its own; the answer may be lost. */
    private void register(Sender sender, boolean answered) {
      ManualClient client = rig.client(random.nextBoolean() ? rig.first : rig.second, sender.key);
      client.presented = sender.token;
      client.register();
      rig.turn();
      commit();
      Answer.Granted granted = client.granted();
      sender.token = client.token();
      sender.granted = granted.entry().times();
      sender.told = granted.stretchPercent();
      sender.client = answered ? client : null;
      if (answered) {
        sender.believe(sender.fence(rig.nanos()));
      }
    }

    private void lose(Sender sender) {
      if (sender.client != null) {
        sender.client.end(News.End.LOST);
        sender.client = null;
        rig.turn();
        commit();
      }
    }

    /** As a stream does it: the ack on its event loop, or the loop's answer to news. */
    private void beat(Sender sender, boolean answered) {
      ManualClient client = sender.client;
      if (client == null) {
        register(sender, answered);
        return;
      }
      Pulse.Outcome outcome = client.heartbeat();
      follow(sender, client, rig.kernel.stretchPercent());
      long fence = sender.fence(rig.nanos());
      if (outcome != Pulse.Outcome.ACK) {
        rig.turn();
        commit();
        Answer.Heard heard = (Answer.Heard) client.lastReply();
        follow(sender, client, heard.stretchPercent());
        fence = rig.nanos() + heard.times().shortestNanos();
      }
      if (answered) {
        sender.believe(fence);
      }
    }

    private void follow(Sender sender, ManualClient client, int percent) {
      if (percent > sender.told) {
        sender.told = percent;
        client.pulse.grant(sender.granted, percent);
      }
    }

    /** What was asked for may be durable before it is confirmed. */
    private void restart(boolean asked) {
      Stretched found =
          asked && confirmed < rig.asked.size()
              ? rig.asked.get(confirmed + random.nextInt(rig.asked.size() - confirmed))
              : durable;
      long downMillis = random.nextLong(5_000);
      long wallMillis = rig.wallMillis() + downMillis;
      Kept left =
          new Kept(List.copyOf(kept.values()), Map.of(), rig.wallMillis(), 0, found, List.of());
      rig = new Rig(rig.nanos() + downMillis * MS, Settings.DEFAULT, wallMillis);
      rig.keepsLate = true;
      rig.kernel.recall(left, rig.now());
      senders.forEach(sender -> sender.client = null);
      drafts = 0;
      confirmed = 0;
      durable = found;
      restarts++;
    }
  }

  @Test
  void nobodyDiesBeforeItStopsToBelieve() {
    for (long seed = 1; seed <= WORLDS; seed++) {
      new World(seed).run();
    }
    assertThat(deaths).isGreaterThan(WORLDS);
    assertThat(restarts).isGreaterThan(WORLDS);
    assertThat(stretched).isGreaterThan(WORLDS);
  }
}

package io.pulsewatch.server;

import io.pulsewatch.server.hook.ChangeSource;
import io.pulsewatch.server.hook.HookLimits;
import io.pulsewatch.server.hook.HookSettings;
import io.pulsewatch.server.hook.HookStatus;
import io.pulsewatch.server.hook.HookStore;
import io.pulsewatch.server.hook.Hooks;
import io.pulsewatch.server.hook.Letters;
import io.pulsewatch.server.hook.Receiver;
import io.pulsewatch.server.hook.Target;
import io.pulsewatch.server.metrics.HookReading;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.runtime.CommandReceivers;
import io.pulsewatch.server.runtime.DiskHookStore;
import io.pulsewatch.server.runtime.HookLoop;
import io.pulsewatch.server.runtime.LedgerDisk;
import io.pulsewatch.server.runtime.WebhookReceivers;
import io.pulsewatch.server.transport.HookDesk;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A server's hooks put together; nothing at all where there are none. Thread-safe. */
final class HookParts implements AutoCloseable {
  private final @Nullable WebhookReceivers webhooks;
  private final @Nullable CommandReceivers commands;
  private final @Nullable HookLoop loop;

  /**
   * Puts them together; nothing runs yet.
   *
   * @param disk null: nothing outlives this process
   * @throws IllegalArgumentException if a file is missing or no good
   */
  HookParts(
      ServerBuilder options,
      @Nullable LedgerDisk disk,
      ChangeSource source,
      Letters letters,
      Clocks clocks,
      long head) {
    List<HookSettings> hooks = options.hooks().stream().map(Hook::settings).toList();
    if (hooks.isEmpty()) {
      this.webhooks = null;
      this.commands = null;
      this.loop = null;
      return;
    }
    WebhookReceivers web = new WebhookReceivers(clocks);
    CommandReceivers exec = new CommandReceivers(clocks, commandsAtOnce(hooks));
    Limits limits = options.limits();
    HookStore store = disk == null ? HookStore.NONE : new DiskHookStore(disk);
    this.webhooks = web;
    this.commands = exec;
    this.loop =
        new HookLoop(
            clocks,
            home ->
                new Hooks(
                    hooks,
                    each -> receiver(each, web, exec),
                    new HookLimits(
                        limits.of(Limit.MAX_HOOK_QUEUE), limits.of(Limit.MAX_DEAD_LETTERS)),
                    source,
                    store,
                    letters,
                    home,
                    new SplittableRandom(),
                    head,
                    clocks.now()),
            head);
  }

  /**
   * Looks at what the builder alone can tell.
   *
   * @throws IllegalArgumentException if two have one name, or there are too many
   */
  static void check(List<Hook> hooks) {
    Set<String> names = new HashSet<>();
    for (Hook each : hooks) {
      if (!names.add(each.name())) {
        throw new IllegalArgumentException("name: '" + each.name() + "' (expected: another one)");
      }
    }
    if (hooks.size() > Hook.MAX_HOOKS) {
      throw new IllegalArgumentException(
          "hooks: " + hooks.size() + " (expected: at most " + Hook.MAX_HOOKS + ")");
    }
  }

  HookDesk desk() {
    return loop == null ? HookDesk.NONE : loop.desk();
  }

  /** Changes up to there were told. */
  void onHead(long revision) {
    if (loop != null) {
      loop.onHead(revision);
    }
  }

  List<HookReading> readings() {
    return loop == null
        ? List.of()
        : loop.status().stream().map(each -> reading(each, !loop.isBroken())).toList();
  }

  void start() {
    if (loop != null) {
      loop.start();
    }
  }

  /** Before the ledger is closed, which keeps how far they have come. */
  @Override
  public void close() {
    if (loop != null) {
      loop.close();
    }
    if (webhooks != null) {
      webhooks.close();
    }
    if (commands != null) {
      commands.close();
    }
  }

  private static HookReading reading(HookStatus status, boolean isUp) {
    return new HookReading(
        status.name(),
        status.delivered(),
        status.failed(),
        status.dead(),
        status.evicted(),
        status.waiting() + status.inFlight(),
        status.lagMillis(),
        isUp);
  }

  private static Receiver receiver(
      HookSettings hook, WebhookReceivers webhooks, CommandReceivers commands) {
    if (hook.target() instanceof Target.Webhook webhook) {
      return webhooks.of(hook.name(), webhook, hook.parallel());
    }
    return commands.of(hook.name(), (Target.Command) hook.target());
  }

  private static int commandsAtOnce(List<HookSettings> hooks) {
    int all = 0;
    for (HookSettings each : hooks) {
      all += each.target() instanceof Target.Command ? each.parallel() : 0;
    }
    return Math.max(1, all);
  }
}

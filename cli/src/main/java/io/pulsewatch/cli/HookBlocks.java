package io.pulsewatch.cli;

import io.pulsewatch.cli.config.Block;
import io.pulsewatch.cli.config.Fault;
import io.pulsewatch.cli.config.Key;
import io.pulsewatch.cli.config.Origin;
import io.pulsewatch.server.Hook;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** The hooks of a file, each fault with its line. Immutable. */
final class HookBlocks {
  /** The list's name in the file. */
  static final String KEY = "hooks";

  private static final String BEGINNING = "beginning";

  private final List<Hook> hooks;
  private final List<Fault> faults;

  private HookBlocks(List<Hook> hooks, List<Fault> faults) {
    this.hooks = List.copyOf(hooks);
    this.faults = List.copyOf(faults);
  }

  /** What one hook may say. */
  static Collection<Key> keys() {
    List<Key> keys = new ArrayList<>();
    for (String one :
        List.of(
            "name",
            "url",
            "label_selector",
            "timeout",
            "max_attempts",
            "max_age",
            "backoff_min",
            "backoff_max",
            "parallel",
            "from")) {
      keys.add(new Key(one, false, false, true));
    }
    for (String several : List.of("exec", "services", "states", "causes")) {
      keys.add(new Key(several, true, false, true));
    }
    for (String path : List.of("secret", "ca")) {
      keys.add(new Key(path, false, true, true));
    }
    return keys;
  }

  /** Reads them. */
  static HookBlocks of(List<Block> blocks) {
    List<Hook> hooks = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    Map<String, Origin> names = new HashMap<>();
    for (Block block : blocks) {
      Reading reading = new Reading(block, faults);
      Hook hook = reading.hook();
      if (hook != null) {
        Origin before = names.putIfAbsent(hook.name(), block.origin());
        if (before == null && hooks.size() == Hook.MAX_HOOKS) {
          reading.fault("name", "one too many (expected: at most " + Hook.MAX_HOOKS + ")");
        } else if (before == null) {
          hooks.add(hook);
        } else {
          reading.fault(
              "name", "name: '" + hook.name() + "' has another hook, at " + before + ", too");
        }
      }
    }
    return new HookBlocks(hooks, faults);
  }

  /** What one is, for people. */
  static String shown(Block block) {
    Block.Value name = block.find("name");
    Block.Value url = block.find("url");
    Block.Value exec = block.find("exec");
    String target = url != null ? "url" : exec != null ? "exec " + exec.text() : "";
    return (name == null ? "?" : name.text()) + (target.isEmpty() ? "" : " (" + target + ")");
  }

  /** In the order of the file. */
  List<Hook> hooks() {
    return hooks;
  }

  List<Fault> faults() {
    return faults;
  }

  /** Reads one. Confined to one thread. */
  private static final class Reading {
    private final Block block;
    private final List<Fault> faults;

    Reading(Block block, List<Fault> faults) {
      this.block = block;
      this.faults = faults;
    }

    /** Null where anything is wrong. */
    @Nullable Hook hook() {
      int before = faults.size();
      Hook.Builder builder = begin();
      if (builder == null) {
        return null;
      }
      list("services", builder::services);
      text("label_selector", text -> text, builder::labelSelector);
      list("states", builder::states);
      list("causes", builder::causes);
      text("ca", Path::of, builder::authorities);
      text("timeout", Reading::duration, builder::timeout);
      text("max_attempts", Reading::number, builder::maxAttempts);
      text("max_age", Reading::duration, builder::maxAge);
      text("backoff_min", Reading::duration, builder::backoffMin);
      text("backoff_max", Reading::duration, builder::backoffMax);
      text("parallel", Reading::number, builder::parallel);
      text("from", text -> text, text -> from(text, builder));
      Hook hook = builder.build();
      try {
        hook.checkFiles();
      } catch (IllegalArgumentException e) {
        told(e);
      }
      return faults.size() == before ? hook : null;
    }

    void fault(String name, String what) {
      Block.Value value = block.find(name);
      faults.add(new Fault(value == null ? block.origin() : value.origin(), KEY + ": " + what));
    }

    private Hook.@Nullable Builder begin() {
      Block.Value name = block.find("name");
      Block.Value url = block.find("url");
      Block.Value exec = block.find("exec");
      Block.Value secret = block.find("secret");
      if (name == null) {
        fault("name", "no name (expected: name: and 1..63 of a-z 0-9 _ -)");
      } else if (url != null && exec != null) {
        fault("exec", name.text() + ": url: and exec: (expected: one of them)");
      } else if (url == null && exec == null) {
        fault("name", name.text() + ": one of url: and exec: is needed");
      } else if (url != null && secret == null) {
        fault(
            "url",
            name.text()
                + ": no secret (expected: secret: and a file that the receiver has, too; make one"
                + " with: echo whsec_$(openssl rand -base64 32))");
      } else if (url == null && secret != null) {
        fault("secret", name.text() + ": secret: a command is not signed: leave it out");
      } else {
        return begin(name.text(), url, exec, secret);
      }
      return null;
    }

    private Hook.@Nullable Builder begin(
        String name,
        Block.@Nullable Value url,
        Block.@Nullable Value exec,
        Block.@Nullable Value secret) {
      try {
        if (url != null && secret != null) {
          return Hook.webhook(name, new URI(url.text()), Path.of(secret.text()));
        }
        return Hook.command(name, exec == null ? List.of() : exec.texts());
      } catch (URISyntaxException e) {
        // Without the text: keys stand in such addresses.
        fault("url", "url: " + e.getReason() + " (expected: http://.. or https://..)");
      } catch (IllegalArgumentException e) {
        told(e);
      }
      return null;
    }

    /** A message that begins with the setting's name. */
    private void told(IllegalArgumentException e) {
      String told = String.valueOf(e.getMessage());
      fault(told.substring(0, Math.max(0, told.indexOf(':'))), told);
    }

    private void list(String name, Consumer<List<String>> into) {
      Block.Value value = block.find(name);
      if (value != null) {
        attempt(name, () -> into.accept(value.texts()));
      }
    }

    private <T> void text(String name, Function<String, T> read, Consumer<T> into) {
      Block.Value value = block.find(name);
      if (value != null) {
        attempt(name, () -> into.accept(read.apply(value.text())));
      }
    }

    private void attempt(String name, Runnable task) {
      try {
        task.run();
      } catch (IllegalArgumentException e) {
        String told = String.valueOf(e.getMessage());
        fault(name, told.startsWith(name) ? told : name + ": " + told);
      } catch (TypeConversionException e) {
        fault(name, name + ": " + e.getMessage());
      }
    }

    private static void from(String text, Hook.Builder builder) {
      if (text.equals(BEGINNING)) {
        builder.fromBeginning();
      } else if (!text.equals("now")) {
        throw new IllegalArgumentException("'" + text + "' (expected: now or " + BEGINNING + ")");
      }
    }

    private static Duration duration(String text) {
      return new DurationConverter().convert(text);
    }

    private static int number(String text) {
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' (expected: a whole number)", e);
      }
    }
  }
}

package io.pulsewatch.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the environment says. Immutable. */
final class Variables {

  private Variables() {}

  /** Reads every variable that begins as ours do; one that is empty says nothing. */
  static Contents read(Map<String, String> environment, Keys keys) {
    List<Setting> settings = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(Keys.PREFIX) && !value.isBlank()) {
                Key key = keys.byVariable(name);
                Origin origin = Origin.variable(name);
                if (key == null) {
                  faults.add(new Fault(origin, "unknown variable" + hint(name, keys)));
                } else {
                  settings.add(new Setting(key.name(), value.strip(), origin));
                }
              }
            });
    return new Contents(settings, faults);
  }

  private static String hint(String name, Keys keys) {
    List<String> endings =
        keys.variables().stream().map(each -> each.substring(Keys.PREFIX.length())).toList();
    @Nullable String nearest = Nearest.to(name.substring(Keys.PREFIX.length()), endings);
    return nearest == null
        ? " (pulsewatch config print tells which there are)"
        : "; did you mean " + Keys.PREFIX + nearest + "?";
  }
}

package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The parts of the benchmark that are about scale, by name. Stateless. */
public final class Scale {
  /** Each is run only when named. */
  public static final List<String> PARTS =
      List.of("deaths", "fleet", "fanout", "stopped", "reconnect", "etcd", "growth");

  private Scale() {}

  /** The results of a part. */
  public static Map<String, Object> run(String part, Sizes sizes, Children children)
      throws IOException, InterruptedException {
    return switch (part) {
      case "deaths" -> new MassDeath(sizes, children).run();
      case "fleet" -> new OpenLoop(sizes, children).run();
      case "fanout" -> new FanOut(sizes, children).run();
      case "stopped" -> new StoppedWatcher(sizes, children).run();
      case "etcd" -> new KeepAlives(sizes, children).run();
      case "growth" -> new Growth(sizes, children).run();
      case "reconnect" -> new Reconnects(sizes, children).run();
      default -> throw new IllegalArgumentException("part: " + part);
    };
  }
}

package io.pulsewatch.bench.serve;

import io.pulsewatch.server.Limits;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server of a benchmark departs from its defaults: {@code name=value} on the command line,
 * names of limits among them. Immutable.
 *
 * @param port 0: any free one
 * @param hasWeb whether it has a web port, any free one
 * @param hasXds whether it serves xDS
 * @param hasStretching whether it makes times longer under load; most measure by the times that
 *     were wished, so only who asks for it has it
 * @param data null: a new directory, where a server needs one
 */
public record ServerOptions(
    int port,
    boolean hasWeb,
    boolean hasXds,
    boolean hasPreservation,
    boolean hasStretching,
    @Nullable Path data,
    Limits limits) {

  static ServerOptions of(Iterable<String> words) {
    int port = 0;
    boolean web = false;
    boolean xds = false;
    boolean preservation = true;
    boolean stretching = false;
    Path data = null;
    Map<String, Integer> limits = new HashMap<>();
    for (String word : words) {
      String[] pair = word.split("=", 2);
      switch (pair[0]) {
        case "port" -> port = Integer.parseInt(pair[1]);
        case "web" -> web = pair[1].equals("on");
        case "xds" -> xds = pair[1].equals("on");
        case "preservation" -> preservation = !pair[1].equals("off");
        case "stretch" -> stretching = pair[1].equals("on");
        case "data" -> data = Path.of(pair[1]);
        default -> limits.put(pair[0], Integer.parseInt(pair[1]));
      }
    }
    return new ServerOptions(
        port, web, xds, preservation, stretching, data, Limits.DEFAULT.with(limits));
  }
}

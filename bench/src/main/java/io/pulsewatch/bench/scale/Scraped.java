package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a server says of itself at {@code /metrics}, at one moment. Immutable. */
final class Scraped {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Map<String, Double> values;

  private Scraped(Map<String, Double> values) {
    this.values = values;
  }

  static Scraped of(Children.Server server) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.web() + "/metrics");
    String text =
        HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
    Map<String, Double> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int blank = line.lastIndexOf(' ');
      if (blank > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, blank), Double.parseDouble(line.substring(blank + 1)));
      }
    }
    return new Scraped(values);
  }

  double get(String name) {
    return values.getOrDefault("pulsewatch_" + name, 0.0);
  }

  /** How much a counter has grown since then. */
  double since(Scraped before, String name) {
    return get(name) - before.get(name);
  }

  /**
   * The sum of a counter over all its labels, where one of them is this; empty: whatever they are.
   */
  double sum(String name, String label) {
    return values.entrySet().stream()
        .filter(e -> e.getKey().startsWith("pulsewatch_" + name + "{"))
        .filter(e -> label.isEmpty() || e.getKey().contains("\"" + label + "\""))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** The mode in which it judges. */
  String mode() {
    return values.entrySet().stream()
        .filter(e -> e.getValue() == 1 && e.getKey().startsWith("pulsewatch_detector_mode{"))
        .map(e -> e.getKey().replaceAll(".*\"(.*)\".*", "$1"))
        .findFirst()
        .orElse("unknown");
  }

  /**
   * A quantile of a histogram since then, in milliseconds: within its bucket by the rule of three,
   * as Prometheus has it.
   */
  double quantileMillis(Scraped before, String histogram, double quantile) {
    TreeMap<Double, Double> buckets = new TreeMap<>();
    String start = "pulsewatch_" + histogram + "_bucket{le=\"";
    values.forEach(
        (name, value) -> {
          if (name.startsWith(start)) {
            String bound = name.substring(start.length(), name.indexOf('"', start.length()));
            double upper =
                bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
            buckets.put(upper, value - before.values.getOrDefault(name, 0.0));
          }
        });
    double all = buckets.isEmpty() ? 0 : buckets.lastEntry().getValue();
    double lower = 0;
    double below = 0;
    for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
      if (bucket.getValue() >= quantile * all && all > 0) {
        double within = bucket.getValue() - below;
        double share = within == 0 ? 1 : (quantile * all - below) / within;
        double upper = Double.isInfinite(bucket.getKey()) ? lower : bucket.getKey();
        return (lower + share * (upper - lower)) * TimeUnit.SECONDS.toMillis(1);
      }
      lower = bucket.getKey();
      below = bucket.getValue();
    }
    return 0;
  }
}

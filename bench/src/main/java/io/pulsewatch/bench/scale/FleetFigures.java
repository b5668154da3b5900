package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Line;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What an open-loop fleet says of itself, for the file. Stateless. */
final class FleetFigures {
  private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private FleetFigures() {}

  static Map<String, Object> json(Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    double seconds = line.get("took_nanos") / (double) TimeUnit.SECONDS.toNanos(1);
    json.put("live", line.get("live"));
    json.put("seconds", seconds);
    json.put("beats_per_second", line.get("sent") / seconds);
    json.put("ack_after_due_ms_p50", millis(line, "ack_p50_nanos"));
    json.put("ack_after_due_ms_p99", millis(line, "ack_p99_nanos"));
    json.put("ack_after_due_ms_p999", millis(line, "ack_p999_nanos"));
    json.put("ack_after_due_ms_max", millis(line, "ack_max_nanos"));
    json.put("sent_after_due_ms_p99", millis(line, "send_p99_nanos"));
    json.put("sent_after_due_ms_max", millis(line, "send_max_nanos"));
    json.put("slots_without_room", line.get("skipped"));
    json.put("unanswered_for_a_second", line.get("overdue"));
    json.put("streams_ended", line.get("ended"));
    json.put("refused", line.get("refused"));
    json.put("resumed", line.get("resumed"));
    json.put("put_off", line.get("put_off"));
    json.put("load_cores", line.get("cpu_nanos") / (double) line.get("took_nanos"));
    return json;
  }

  private static double millis(Line line, String name) {
    return line.get(name) / NANOS_PER_MILLI;
  }
}

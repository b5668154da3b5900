package io.pulsewatch.bench.report;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file of results. A run replaces what it has measured and keeps what others measured on the
 * same machine, part by part. Stateless.
 */
public final class ResultsFile {
  /** What has to be the same of two machines. */
  private static final List<String> MACHINE = List.of("cpu", "cores", "jdk");

  /** Objects with one entry for each part. */
  private static final List<String> BY_PART =
      List.of("cores_used_by_others", "measured_at", "settings", "commits");

  private ResultsFile() {}

  /** Writes a report into the file, which may be there with parts of other runs. */
  public static void write(Path file, Map<String, Object> report) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Map<String, Object> whole = report;
    if (Files.exists(file)) {
      whole = merge(read(Files.readString(file)), report);
    }
    Files.writeString(file, Json.write(whole));
  }

  /** What the earlier report has and the later has not, and all of the later. */
  static Map<String, Object> merge(Map<String, Object> earlier, Map<String, Object> later) {
    Map<?, ?> was = map(earlier.get("machine"));
    Map<?, ?> is = map(later.get("machine"));
    for (String name : MACHINE) {
      if (!String.valueOf(was.get(name)).equals(String.valueOf(is.get(name)))) {
        return later;
      }
    }
    Map<String, Object> merged = new LinkedHashMap<>(later);
    Map<String, Object> conditions = union(Map.of(), later.get("conditions"));
    for (String name : BY_PART) {
      conditions.put(name, union(map(earlier.get("conditions")).get(name), conditions.get(name)));
    }
    merged.put("conditions", conditions);
    merged.put("results", union(earlier.get("results"), later.get("results")));
    return merged;
  }

  /** The object that a text holds; an empty one if it holds none. */
  static Map<String, Object> read(String text) {
    Struct.Builder struct = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(text, struct);
    } catch (InvalidProtocolBufferException e) {
      System.err.println("bench: the file of results is no JSON object and is written anew");
      return Map.of();
    }
    return plain(struct.build());
  }

  private static Map<String, Object> plain(Struct struct) {
    Map<String, Object> plain = new LinkedHashMap<>();
    struct.getFieldsMap().forEach((name, value) -> plain.put(name, plain(value)));
    return plain;
  }

  private static Object plain(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> plain(value.getStructValue());
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream().map(ResultsFile::plain).toList();
      case NUMBER_VALUE -> number(value.getNumberValue());
      case BOOL_VALUE -> value.getBoolValue();
      case STRING_VALUE -> value.getStringValue();
      case NULL_VALUE, KIND_NOT_SET -> "";
    };
  }

  private static Object number(double number) {
    return number == Math.rint(number) ? (Object) (long) number : (Object) number;
  }

  private static Map<String, Object> union(@Nullable Object earlier, @Nullable Object later) {
    Map<String, Object> union = new LinkedHashMap<>();
    map(earlier).forEach((name, value) -> union.put(String.valueOf(name), value));
    map(later).forEach((name, value) -> union.put(String.valueOf(name), value));
    return union;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}

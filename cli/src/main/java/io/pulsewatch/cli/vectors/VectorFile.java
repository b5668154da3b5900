package io.pulsewatch.cli.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.Value.KindCase;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file of detector vectors: groups of cases with what is expected of each. Immutable. */
public final class VectorFile {
  /** The only format that is known, as the file names it. */
  public static final String FORMAT = "pulsewatch-detector-vectors/1";

  private static final int MAX_BYTES = 64 << 20;

  private final List<Struct> groups;

  private VectorFile(List<Struct> groups) {
    this.groups = List.copyOf(groups);
  }

  /** Reads a file, at most 64 MiB. */
  public static VectorFile read(Path file) throws BadVectorFileException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new BadVectorFileException(file + ": larger than 64 MiB");
      }
      return parse(file.toString(), Files.readString(file, UTF_8));
    } catch (NoSuchFileException e) {
      throw new BadVectorFileException(file + ": no such file");
    } catch (CharacterCodingException e) {
      throw new BadVectorFileException(file + ": no UTF-8 text");
    } catch (IOException e) {
      throw new BadVectorFileException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /**
   * Reads the text of a file.
   *
   * @param name how to call it where it is wrong
   */
  public static VectorFile parse(String name, String text) throws BadVectorFileException {
    Struct.Builder file = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(text, file);
    } catch (InvalidProtocolBufferException e) {
      throw new BadVectorFileException(name + ": no JSON object: " + words(e));
    }
    Value format = file.getFieldsOrDefault("format", Value.getDefaultInstance());
    if (!format.getStringValue().equals(FORMAT)) {
      throw new BadVectorFileException(
          name + ": not a file of vectors: \"format\" is not \"" + FORMAT + "\"");
    }
    Value list = file.getFieldsOrDefault("groups", Value.getDefaultInstance());
    if (list.getKindCase() != KindCase.LIST_VALUE) {
      throw new BadVectorFileException(name + ": \"groups\" is not a list");
    }
    List<Struct> groups = new ArrayList<>();
    for (Value group : list.getListValue().getValuesList()) {
      groups.add(checkedGroup(name + ": groups[" + groups.size() + "]", group));
    }
    return new VectorFile(groups);
  }

  /** Holds all groups against the detectors, in the order of the file. */
  public List<GroupResult> run() {
    return groups.stream().map(VectorFile::run).toList();
  }

  private static Struct checkedGroup(String name, Value value) throws BadVectorFileException {
    Map<String, Value> fields = value.getStructValue().getFieldsMap();
    Value id = fields.getOrDefault("id", Value.getDefaultInstance());
    if (id.getStringValue().isEmpty()) {
      throw new BadVectorFileException(name + " has no \"id\"");
    }
    Value cases = fields.getOrDefault("cases", Value.getDefaultInstance());
    if (cases.getKindCase() != KindCase.LIST_VALUE) {
      throw new BadVectorFileException(
          name + " (" + id.getStringValue() + "): \"cases\" is not a list");
    }
    for (Value each : cases.getListValue().getValuesList()) {
      if (each.getKindCase() != KindCase.STRUCT_VALUE) {
        throw new BadVectorFileException(
            name + " (" + id.getStringValue() + "): a case is not an object");
      }
    }
    return value.getStructValue();
  }

  /** The first line, without the class that said it. */
  private static String words(Exception e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return line.replaceFirst("^[\\w.]*Exception: ", "");
  }

  private static GroupResult run(Struct group) {
    String id = group.getFieldsOrThrow("id").getStringValue();
    int passed = 0;
    int unsupported = 0;
    List<String> failures = new ArrayList<>();
    int index = 0;
    for (Value value : group.getFieldsOrThrow("cases").getListValue().getValuesList()) {
      VectorCase each = new VectorCase(id, group, value.getStructValue());
      switch (each.judge()) {
        case PASSED -> passed++;
        case UNSUPPORTED -> unsupported++;
        case FAILED -> failures.add(id + "[" + index + "]: " + each.complaint());
      }
      index++;
    }
    return new GroupResult(id, passed, failures.size(), unsupported, failures);
  }
}

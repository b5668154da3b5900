package io.pulsewatch.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one file. Confined to one thread.
 *
 * <p>It walks YAML's nodes and makes no objects of them: nothing in a file can run code or name a
 * type, every value keeps its line, and text stays as it was written ({@code off} is a word, {@code
 * 0755} no number). See decision 0011.
 */
final class YamlFile {
  /** Far more than all keys take. */
  static final int MAX_BYTES = 1 << 20;

  private static final Set<Tag> PLAIN = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL);

  private final Path file;
  private final Keys keys;
  private final List<Setting> settings = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Integer> lines = new HashMap<>();

  private YamlFile(Path file, Keys keys) {
    this.file = file;
    this.keys = keys;
  }

  /** Reads what it says; a file that cannot be read is a fault. */
  static Contents read(Path file, Keys keys) {
    YamlFile reading = new YamlFile(file, keys);
    String text = reading.text();
    if (text != null) {
      reading.compose(text);
    }
    return new Contents(reading.settings, reading.blocks, reading.faults);
  }

  private @Nullable String text() {
    try {
      if (!Files.isDirectory(file) && Files.size(file) > MAX_BYTES) {
        return broken(0, "larger than " + MAX_BYTES + " bytes: is it the right file?");
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
    } catch (CharacterCodingException e) {
      return broken(0, "not UTF-8: is it the right file?");
    } catch (NoSuchFileException e) {
      return broken(0, "no such file");
    } catch (AccessDeniedException e) {
      return broken(0, "no permission to read it");
    } catch (IOException e) {
      return broken(0, "cannot be read: " + e.getMessage());
    }
  }

  private @Nullable String broken(int line, String what) {
    faults.add(new Fault(Origin.line(file.toString(), line), what));
    return null;
  }

  private void compose(String text) {
    LoadSettings yaml =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setUseMarks(true)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      new Compose(yaml).composeString(text).ifPresent(this::document);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      broken(line, "not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      broken(0, "not YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " "));
    }
  }

  private void document(Node root) {
    if (root instanceof MappingNode mapping) {
      section("", mapping);
    } else if (!root.getTag().equals(Tag.NULL)) {
      broken(line(root), "no keys (expected: lines such as listen: 127.0.0.1:5780)");
    }
  }

  private void section(String prefix, MappingNode mapping) {
    for (NodeTuple tuple : mapping.getValue()) {
      Node node = tuple.getKeyNode();
      if (node instanceof ScalarNode key) {
        entry(prefix + key.getValue(), node, tuple.getValueNode());
      } else {
        broken(line(node), "a key is a word, not a list or a mapping");
      }
    }
  }

  private void entry(String name, Node at, Node value) {
    Integer before = lines.putIfAbsent(name, line(at));
    Key key = keys.find(name);
    Map<String, Key> inside = keys.block(name);
    if (before != null) {
      broken(line(at), name + ": said twice, first in line " + before);
    } else if (inside != null) {
      blocks(name, inside, at, value);
    } else if (keys.isSection(name)) {
      if (value instanceof MappingNode mapping) {
        section(name + ".", mapping);
      } else {
        broken(line(at), name + ": " + form(value) + " (expected: names and values below it)");
      }
    } else if (key == null) {
      broken(line(at), "unknown key " + name + hint(name));
    } else if (!key.inFile()) {
      broken(line(at), name + ": a file cannot say it; " + Keys.variable(name) + " can");
    } else {
      value(key, at, value);
    }
  }

  private void blocks(String name, Map<String, Key> inside, Node at, Node value) {
    if (!(value instanceof SequenceNode list)) {
      broken(line(at), name + ": " + form(value) + " (expected: a list, each with a dash before)");
      return;
    }
    for (Node each : list.getValue()) {
      if (each instanceof MappingNode mapping) {
        blocks.add(block(name, inside, mapping));
      } else {
        broken(line(each), name + ": " + form(each) + " (expected: names and values)");
      }
    }
  }

  private Block block(String name, Map<String, Key> inside, MappingNode mapping) {
    Map<String, Block.Value> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node node = tuple.getKeyNode();
      String said = node instanceof ScalarNode word ? word.getValue() : "";
      Key key = inside.get(said);
      if (key == null) {
        String nearest = Nearest.to(said, inside.keySet());
        String hint = nearest == null ? "one of " + inside.keySet() : nearest;
        broken(line(node), name + ": unknown key " + said + " (expected: " + hint + ")");
      } else if (values.containsKey(said)) {
        broken(line(node), name + ": " + said + " said twice");
      } else {
        List<String> texts = texts(key, tuple.getValueNode());
        if (!texts.isEmpty()) {
          values.put(said, new Block.Value(texts, origin(node)));
        }
      }
    }
    return new Block(name, values, origin(mapping));
  }

  /** One text or several; nothing where that is a fault. */
  private List<String> texts(Key key, Node value) {
    List<Node> nodes =
        key.several() && value instanceof SequenceNode list ? list.getValue() : List.of(value);
    if (nodes.isEmpty()) {
      broken(line(value), key.name() + ": an empty list says nothing: leave the key out");
    }
    if (!nodes.stream().allMatch(each -> isText(key, each))) {
      return List.of();
    }
    return nodes.stream().map(each -> text(key, (ScalarNode) each)).toList();
  }

  private Origin origin(Node node) {
    return Origin.line(file.toString(), line(node));
  }

  private String hint(String name) {
    Map<String, String> spellings = keys.spellings();
    String nearest = Nearest.to(name, spellings.keySet());
    if (nearest == null && name.contains(".")) {
      nearest = Nearest.to(name.substring(name.lastIndexOf('.') + 1), spellings.keySet());
    }
    if (nearest == null) {
      return " (pulsewatch config print tells which there are)";
    }
    String meant = spellings.getOrDefault(nearest, nearest);
    int dot = meant.lastIndexOf('.');
    boolean below = dot > 0 && !name.startsWith(meant.substring(0, dot + 1));
    return "; did you mean "
        + meant.substring(dot + 1)
        + (below ? ", below " + meant.substring(0, dot) : "")
        + "?";
  }

  private void value(Key key, Node at, Node value) {
    if (value instanceof SequenceNode list) {
      if (!key.several()) {
        broken(line(at), key.name() + ": a list (expected: one value)");
      } else if (list.getValue().isEmpty()) {
        broken(line(at), key.name() + ": an empty list says nothing: leave the key out");
      } else if (list.getValue().stream().allMatch(each -> isText(key, each))) {
        String text =
            list.getValue().stream()
                .map(each -> text(key, (ScalarNode) each))
                .collect(Collectors.joining(","));
        settings.add(new Setting(key.name(), text, Origin.line(file.toString(), line(at))));
      }
    } else if (isText(key, value)) {
      settings.add(
          new Setting(
              key.name(),
              text(key, (ScalarNode) value),
              Origin.line(file.toString(), line(value))));
    }
  }

  /** Else it is a fault. */
  private boolean isText(Key key, Node value) {
    String expected = key.several() ? "one value or a list" : "one value";
    if (value instanceof ScalarNode scalar && PLAIN.contains(scalar.getTag())) {
      if (!scalar.getValue().isBlank()) {
        return true;
      }
      broken(line(value), key.name() + ": no value (leave the key out for the default)");
    } else if (value.getTag().equals(Tag.NULL)) {
      broken(line(value), key.name() + ": no value (leave the key out for the default)");
    } else {
      broken(line(value), key.name() + ": " + form(value) + " (expected: " + expected + ")");
    }
    return false;
  }

  private static String form(Node value) {
    if (value instanceof MappingNode) {
      return "a mapping";
    }
    if (value instanceof SequenceNode) {
      return "a list";
    }
    return PLAIN.contains(value.getTag()) || value.getTag().equals(Tag.NULL)
        ? "'" + ((ScalarNode) value).getValue() + "'"
        : "a tag " + value.getTag();
  }

  private String text(Key key, ScalarNode value) {
    String text = value.getValue().strip();
    if (!key.isPath()) {
      return text;
    }
    try {
      return file.toAbsolutePath().resolveSibling(text).normalize().toString();
    } catch (InvalidPathException e) {
      return text;
    }
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}

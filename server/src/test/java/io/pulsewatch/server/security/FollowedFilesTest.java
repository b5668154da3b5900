package io.pulsewatch.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.testing.LoggedLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken from files, when, and what is said. */
final class FollowedFilesTest {
  @TempDir Path folder = Path.of("");

  private final List<String> taken = new ArrayList<>();
  private final LoggedLines log = new LoggedLines();
  private final List<String> logged = log.all();
  private Path first = Path.of("");
  private Path second = Path.of("");
  private FollowedFiles files = new FollowedFiles("", List.of(), contents -> "", log);

  @BeforeEach
  void twoFiles() throws IOException {
    first = folder.resolve("first");
    second = folder.resolve("second");
    write("a", "b");
    files = new FollowedFiles("pair", List.of(first, second), this::take, log);
  }

  @Test
  void takesAPairWhenItHasStoodForTwoLooks() throws IOException {
    files.load();
    files.look();
    write("c", "b");
    files.look();
    write("c", "d");
    files.look();
    assertThat(taken).containsExactly("ab");
    files.look();
    files.look();
    assertThat(taken).containsExactly("ab", "cd");
    assertThat(logged).containsExactly("INFO pair " + first + ", " + second + ": taken anew; fine");
  }

  @Test
  void aBadOneIsSaidOnceAndChangesNothing() throws IOException {
    files.load();
    write("bad", "b");
    for (int i = 0; i < 5; i++) {
      files.look();
    }
    assertThat(taken).containsExactly("ab");
    assertThat(logged)
        .containsExactly(
            "WARNING pair "
                + first
                + ", "
                + second
                + ": bad (expected: good); what was read before stays in use");
    write("a", "b");
    files.look();
    files.look();
    write("bad", "b");
    files.look();
    files.look();
    assertThat(logged).as("it was good meanwhile").hasSize(2);
    write("good", "b");
    files.look();
    files.look();
    assertThat(taken).containsExactly("ab", "goodb");
  }

  @Test
  void aFileThatIsGoneIsABadOne() throws IOException {
    files.load();
    Files.delete(second);
    files.look();
    files.look();
    files.look();
    assertThat(logged).hasSize(1);
    assertThat(logged.get(0)).contains("there is no " + second, "stays in use");
    write("a", "b");
    files.look();
    files.look();
    assertThat(taken).as("nothing new").containsExactly("ab");
  }

  @Test
  void atFirstItMustBeGood() throws IOException {
    write("bad", "b");
    assertThatThrownBy(files::load)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pair " + first)
        .hasMessageContaining("expected: good");
    Files.delete(first);
    assertThatThrownBy(files::load)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no " + first);
    write("a".repeat(FollowedFiles.MAX_BYTES + 1), "b");
    assertThatThrownBy(files::load).hasMessageContaining("is greater than");
  }

  private void write(String one, String other) throws IOException {
    Files.writeString(first, one);
    Files.writeString(second, other);
  }

  private String take(List<byte[]> contents) {
    String text =
        contents.stream()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .collect(Collectors.joining());
    if (text.contains("bad")) {
      throw new IllegalArgumentException("bad (expected: good)");
    }
    taken.add(text);
    return "fine";
  }
}

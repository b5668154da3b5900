package io.pulsewatch.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the file is replaced. */
final class PoolFileTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("pool.conf");
  }

  @Test
  void itIsReplacedAsAWholeAndKeepsItsMode() throws IOException {
    Files.writeString(path, "before");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    try (PoolFile file = new PoolFile(path)) {
      Path candidate = file.write("after");
      assertThat(path).hasContent("before");
      assertThat(candidate).hasContent("after").hasParent(path.toRealPath().getParent());
      file.replace(true);
      assertThat(path).hasContent("after");
      assertThat(mode()).isEqualTo("rw-r-----");
      assertThat(candidate).doesNotExist();
    }
  }

  @Test
  void aNewOneMayBeReadByOthers() throws IOException {
    write("text");
    assertThat(mode()).startsWith("rw-r");
  }

  @Test
  void whatALinkLeadsToIsReplaced() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "before");
    Files.createSymbolicLink(path, target);
    write("after");
    assertThat(path).isSymbolicLink();
    assertThat(target).hasContent("after");
  }

  @Test
  void whatACrashLeftIsReplaced() throws IOException {
    Path bait = Files.writeString(folder.resolve("bait"), "untouched");
    Files.createSymbolicLink(folder.resolve(".pool.conf.pulsewatch-new"), bait);
    write("after");
    assertThat(path).hasContent("after").isRegularFile();
    assertThat(bait).hasContent("untouched");
  }

  @Test
  void thatNobodyWasToldOfItOutlivesUs() throws IOException {
    write("text");
    try (PoolFile file = new PoolFile(path)) {
      assertThat(file.isUntold()).isTrue();
      file.write("more");
      file.replace(true);
      assertThat(file.isUntold()).isTrue();
      file.told();
      assertThat(file.isUntold()).isFalse();
    }
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("pool.conf", ".pool.conf.pulsewatch-lock");
  }

  @Test
  void theNoteOfAnotherRunIsLeftWhereNobodyIsToBeTold() throws IOException {
    write("text");
    try (PoolFile file = new PoolFile(path)) {
      file.write("more");
      file.replace(false);
      assertThat(file.isUntold()).isTrue();
    }
  }

  @Test
  void aLinkInPlaceOfTheNoteLeadsNowhere() throws IOException {
    Path bait = Files.writeString(folder.resolve("bait"), "untouched");
    Path note = folder.resolve(".pool.conf.pulsewatch-untold");
    Files.createSymbolicLink(note, bait);
    write("text");
    assertThat(bait).hasContent("untouched");
    assertThat(note).isRegularFile();
    assertThat(Files.isSymbolicLink(note)).isFalse();
    Files.delete(note);
    Files.createSymbolicLink(note, folder.resolve("none"));
    try (PoolFile file = new PoolFile(path)) {
      assertThat(file.isUntold()).isTrue(); // once too often, and not once too seldom
      file.told();
      assertThat(Files.isSymbolicLink(note)).isFalse();
    }
  }

  @Test
  void oneAloneKeepsIt() throws IOException {
    try (PoolFile first = new PoolFile(path)) {
      assertThat(first.isUntold()).isFalse();
      assertThatThrownBy(() -> new PoolFile(path))
          .isInstanceOf(FileTakenException.class)
          .hasMessage("another pulsewatch render keeps " + path);
    }
    new PoolFile(path).close();
  }

  @Test
  void itKnowsWhatItSays() throws IOException {
    try (PoolFile file = new PoolFile(path)) {
      assertThat(file.says("")).isFalse();
    }
    write("ä");
    try (PoolFile file = new PoolFile(path)) {
      assertThat(file.says("ä")).isTrue();
      assertThat(file.says("a")).isFalse();
    }
  }

  @Test
  void whereThereCanBeNoneIsToldAtOnce() {
    assertThatThrownBy(() -> new PoolFile(folder)).hasMessageContaining("directory");
    assertThatThrownBy(() -> new PoolFile(folder.resolve("none/pool.conf")))
        .hasMessageContaining("there is no directory");
    assertThatThrownBy(() -> new PoolFile(Path.of("/dev/null")))
        .hasMessageContaining("no ordinary file");
  }

  private void write(String text) throws IOException {
    try (PoolFile file = new PoolFile(path)) {
      file.write(text);
      file.replace(true);
    }
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

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
    PoolFile file = new PoolFile(path);
    Path candidate = file.write("after");
    assertThat(path).hasContent("before");
    assertThat(candidate).hasContent("after").hasParent(path.toRealPath().getParent());
    file.replace();
    assertThat(path).hasContent("after");
    assertThat(mode()).isEqualTo("rw-r-----");
    assertThat(candidate).doesNotExist();
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
    assertThat(new PoolFile(path).isUntold()).isTrue();
    new PoolFile(path).told();
    assertThat(new PoolFile(path).isUntold()).isFalse();
    assertThat(folder.toFile().list()).containsExactly("pool.conf");
  }

  @Test
  void itKnowsWhatItSays() throws IOException {
    PoolFile file = new PoolFile(path);
    assertThat(file.says("")).isFalse();
    write("ä");
    assertThat(file.says("ä")).isTrue();
    assertThat(file.says("a")).isFalse();
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
    PoolFile file = new PoolFile(path);
    file.write(text);
    file.replace();
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

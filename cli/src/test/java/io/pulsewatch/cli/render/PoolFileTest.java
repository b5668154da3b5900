package io.pulsewatch.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the file is replaced. */
final class PoolFileTest {
  /** A user and a group that need not exist; only root may give a file to them. */
  private static final int SOMEBODY = 12_345;

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("pool.conf");
  }

  @Test
  void itIsReplacedAsAWholeAndKeepsItsMode() throws IOException {
    Files.writeString(path, "before");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    try (PoolFile file = new PoolFile(path);
        BufferedReader reads = Files.newBufferedReader(path)) {
      Path candidate = file.write("after");
      assertThat(path).hasContent("before");
      assertThat(candidate).hasContent("after").hasParent(path.toRealPath().getParent());
      file.replace(true);
      assertThat(path).hasContent("after");
      assertThat(reads.readLine()).as("who opened it before").isEqualTo("before");
      assertThat(mode(path)).isEqualTo("rw-rw----"); // whatever the umask takes from new ones
      assertThat(candidate).doesNotExist();
    }
  }

  @Test
  void itKeepsItsOwnerAndGroup() throws IOException {
    Object own = Files.getAttribute(folder, "unix:uid");
    Object owner = own.equals(0) ? SOMEBODY : own;
    Object group = own.equals(0) ? SOMEBODY : Files.getAttribute(folder, "unix:gid");
    Files.writeString(path, "before");
    Files.setAttribute(path, "unix:gid", group);
    Files.setAttribute(path, "unix:uid", owner);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    write("after");
    assertThat(path).hasContent("after");
    assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(owner);
    assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(group);
    assertThat(mode(path)).isEqualTo("rw-rw----");
  }

  @Test
  void aNewOneMayBeReadByOthersAsFarAsTheUmaskLets() throws IOException {
    Path like = folder.resolve("like");
    Files.createFile(
        like, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
    write("text");
    assertThat(mode(path)).isEqualTo(mode(like));
  }

  /** A crash tells once too often, and not once too seldom. */
  @Test
  void theNoteIsThereBeforeTheFile() throws IOException {
    write("before");
    try (PoolFile file = new PoolFile(path)) {
      file.told();
      Path candidate = file.write("after");
      Files.delete(candidate);
      assertThatThrownBy(() -> file.replace(true)).isInstanceOf(NoSuchFileException.class);
      assertThat(file.isUntold()).isTrue();
      assertThat(path).hasContent("before");
    }
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
  void aLinkInPlaceOfTheLockLeadsNowhere() throws IOException {
    Path bait = folder.resolve("bait");
    Files.createSymbolicLink(folder.resolve(".pool.conf.pulsewatch-lock"), bait);
    assertThatThrownBy(() -> new PoolFile(path))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FileTakenException.class);
    assertThat(bait).doesNotExist();
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

  private static String mode(Path of) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(of));
  }
}

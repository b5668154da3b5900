package io.pulsewatch.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who has a directory, seen from within and from another process; and what to do without one. */
final class DataDirectoryTest {
  @TempDir private Path directory;

  /** Another process that wants the directory, and says what came of it. */
  static final class Rival {
    private Rival() {}

    /**
     * Asks once.
     *
     * @param arguments the directory
     */
    public static void main(String[] arguments) {
      try (DataDirectory got = DataDirectory.lock(Path.of(arguments[0]))) {
        System.out.println("got " + got.path());
      } catch (LedgerException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private String rival(String... before) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path"),
            Rival.class.getName(),
            directory.toString()));
    Process rival = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(rival.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(rival.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  /** POSIX lets go of a lock when its process closes any descriptor of the file. */
  @Test
  void whoAsksTwiceDoesNotLoseIt() throws Exception {
    Path alias = Files.createSymbolicLink(directory.resolveSibling("alias"), directory);
    try (DataDirectory held = DataDirectory.lock(directory)) {
      assertThat(held.path()).isEqualTo(directory);
      for (Path way : new Path[] {directory, directory.resolve("."), alias}) {
        assertThatThrownBy(() -> DataDirectory.lock(way))
            .isInstanceOf(LedgerException.class)
            .hasMessageContaining("another Pulsewatch has");
      }
      assertThat(rival()).startsWith("refused: another Pulsewatch has");
    } finally {
      Files.delete(alias);
    }
    assertThat(rival()).startsWith("got");
  }

  @Test
  void whatWasClosedIsClosedOnce() throws Exception {
    DataDirectory first = DataDirectory.lock(directory);
    first.close();
    try (DataDirectory second = DataDirectory.lock(directory)) {
      first.close();
      assertThatThrownBy(() -> DataDirectory.lock(directory)).hasMessageContaining("another");
      assertThat(second.path()).isEqualTo(directory);
      assertThat(rival()).startsWith("refused");
    }
  }

  @Test
  void anOpeningThatBreaksHoldsNothing() throws Exception {
    Path lock = Files.createDirectory(directory.resolve("lock"));
    assertThatThrownBy(() -> DataDirectory.lock(directory)).isInstanceOf(LedgerException.class);
    Files.delete(lock);
    DataDirectory.lock(directory).close();
  }

  /** Only who may mount can show it: others have the words below. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aReadOnlyMountIsSaid() throws Exception {
    assumeThat(root("unshare", "-m", "mount", "-t", "tmpfs", "-o", "ro", "none", "/mnt")).isTrue();
    String mount = "mount -t tmpfs -o ro none '" + directory + "' && exec \"$@\"";
    assertThat(rival("unshare", "-m", "sh", "-c", mount, "sh"))
        .startsWith("refused: cannot use " + directory)
        .contains("Read-only file system")
        .contains("mount it read-write");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDirectoryOfSomebodyElseIsSaid() throws Exception {
    assumeThat(root("setpriv", "--reuid=65534", "--clear-groups", "true")).isTrue();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    String said = rival("setpriv", "--reuid=65534", "--clear-groups");
    assumeThat(said).as("it can read our classes").doesNotContain("ClassNotFound");
    assertThat(said)
        .startsWith("refused: cannot use " + directory + " (permission denied)")
        .contains("chown");
  }

  /** True where this process may do that. */
  private static boolean root(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }

  @Test
  void whatCannotBeWrittenIsRefusedWithTheWayOut() throws IOException {
    String name = directory.toString();
    assertThat(DataDirectory.remedy(new AccessDeniedException(name)))
        .contains("chown")
        .contains("choose another directory");
    assertThat(DataDirectory.remedy(new FileSystemException(name, null, "Read-only file system")))
        .contains("mount it read-write")
        .contains("choose another directory");
    assertThat(DataDirectory.remedy(new FileSystemException(name, null, "No space left on device")))
        .contains("make room");
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.lock(file))
        .hasMessageContaining("choose a directory that can be written");
  }

  @Test
  void soIsAFileInADirectoryThatCan() {
    assertThat(refusal("[SQLITE_READONLY] Attempt to write a readonly database")).contains("chown");
    assertThat(refusal("[SQLITE_CANTOPEN] Unable to open the database file")).contains("chown");
    assertThat(refusal("[SQLITE_FULL] The disk is full")).contains("make room");
    assertThat(refusal("[SQLITE_NOTADB] no")).contains("is damaged");
  }

  /** As when somebody else, often root, left a file there. */
  @Test
  void soIsTheFileBesideIt() {
    String name = "/srv/fullbackup/reserved.next";
    assertThat(refusal("cannot write", new AccessDeniedException(name))).contains("chown");
    assertThat(refusal("cannot write", new IOException("No space left on device")))
        .contains("make room");
    FileSystemException readOnly = new FileSystemException(name, null, "Read-only file system");
    assertThat(refusal("cannot write " + readOnly, readOnly)).contains("mount it read-write");
  }

  /** Its words are not the operating system's. */
  @Test
  void aPathIsNoReason() throws IOException {
    Path full = directory.resolve("fullbackup with no space");
    assertThat(DataDirectory.remedy(new FileSystemException(full.toString(), null, "Is a mess")))
        .isEqualTo("choose a directory that can be written");
    Files.createDirectories(full.resolve("reserved.next"));
    HistoryLimits limits = new HistoryLimits(1_000, 1_000_000_000);
    assertThatThrownBy(
            () -> {
              try (SqliteFile file = SqliteFile.open(full, limits)) {
                file.begin(() -> "a-lineage", 3, Drafts.START);
              }
            })
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("reserved.next")
        .hasMessageEndingWith("choose a directory that can be written");
  }

  private static String refusal(String fault) {
    return refusal(fault, null);
  }

  private static String refusal(String fault, @Nullable IOException cause) {
    return String.valueOf(SqliteFile.unusable("f.db", new SQLException(fault, cause)).getMessage());
  }
}

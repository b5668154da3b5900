package io.pulsewatch.server.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A directory that belongs to one server at a time: the lock is the operating system's, so it dies
 * with the process.
 *
 * <p>Confined to who opened it.
 */
final class DataDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  @SuppressWarnings("unused") // held until the channel is closed
  private final FileLock lock;

  private DataDirectory(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Makes the directory where it is missing, readable by its owner only, and locks it.
   *
   * @throws LedgerException if another server has it, or it cannot be written
   */
  static DataDirectory lock(Path path) throws LedgerException {
    try {
      create(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new LedgerException(
            "another Pulsewatch has " + path + "; stop it, or choose another directory");
      }
      return new DataDirectory(path, channel, lock);
    } catch (LedgerException e) {
      throw e;
    } catch (IOException e) {
      throw new LedgerException(
          "cannot use " + path + " (" + reason(e) + "); choose a directory that can be written", e);
    }
  }

  Path file(String name) {
    return path.resolve(name);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger("io.pulsewatch")
          .log(System.Logger.Level.WARNING, "cannot unlock " + path + "; the process's end does");
    }
  }

  private static void create(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    boolean posix =
        Files.getFileStore(parent == null ? path : parent).supportsFileAttributeView("posix");
    if (posix) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(path);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException file ? file.getReason() : null;
    String kind = e.getClass().getSimpleName().replace("Exception", "");
    return reason == null ? kind : reason;
  }
}

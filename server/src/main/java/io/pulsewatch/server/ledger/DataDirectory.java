package io.pulsewatch.server.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory that belongs to one server at a time: the lock is the operating system's, so it dies
 * with the process.
 *
 * <p>Confined to who opened it.
 */
final class DataDirectory implements AutoCloseable {
  /**
   * What this process holds, by real path. POSIX lets go of a process's lock when the process
   * closes any descriptor of the file, so a second opening must be refused before it opens
   * anything. That is a matter of the process, hence static.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path realPath;
  private final FileChannel channel;

  @SuppressWarnings("unused") // held until the channel is closed
  private final FileLock lock;

  private DataDirectory(Path path, Path realPath, FileChannel channel, FileLock lock) {
    this.path = path;
    this.realPath = realPath;
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
      Path realPath = path.toRealPath();
      if (!HELD.add(realPath)) {
        throw taken(path);
      }
      DataDirectory locked = null;
      try {
        locked = lock(path, realPath);
        return locked;
      } finally {
        if (locked == null) {
          HELD.remove(realPath);
        }
      }
    } catch (LedgerException e) {
      throw e;
    } catch (IOException e) {
      throw new LedgerException("cannot use " + path + " (" + reason(e) + "); " + remedy(e), e);
    }
  }

  private static DataDirectory lock(Path path, Path realPath) throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = tryLock(channel);
      if (lock == null) {
        throw taken(path);
      }
      return new DataDirectory(path, realPath, channel, lock);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
  }

  Path file(String name) {
    return path.resolve(name);
  }

  Path path() {
    return path;
  }

  /** Idempotent: by the second time it may be somebody else's. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger("io.pulsewatch")
          .log(System.Logger.Level.WARNING, "cannot unlock " + path + "; the process's end does");
    } finally {
      HELD.remove(realPath); // last: who opens it from here on is not robbed by our closing
    }
  }

  /** What to do about a directory that cannot be used. */
  static String remedy(IOException e) {
    // The message of a file's exception has its path, and a path may have any words.
    String fault = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return remedy(
        String.valueOf(fault).toLowerCase(Locale.ROOT), e instanceof AccessDeniedException);
  }

  /**
   * What to do about a fault, by the operating system's words for it.
   *
   * @param fault in lower case
   */
  static String remedy(String fault, boolean isForbidden) {
    if (fault.contains("read-only file system")) {
      return "it is mounted read-only: mount it read-write (in a container: mount a volume there),"
          + " or choose another directory";
    }
    if (isForbidden) {
      return "the user that runs the server must be able to write it: give it to that user"
          + " (chown), or choose another directory";
    }
    if (fault.contains("no space") || fault.contains("quota") || fault.contains("full")) {
      return "make room, or choose another directory";
    }
    return "choose a directory that can be written";
  }

  private static LedgerException taken(Path path) {
    return new LedgerException(
        "another Pulsewatch has " + path + "; stop it, or choose another directory");
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
    if (reason != null) {
      return reason;
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : e.getClass().getSimpleName().replace("Exception", "");
  }
}

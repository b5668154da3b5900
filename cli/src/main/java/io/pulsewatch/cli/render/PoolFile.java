package io.pulsewatch.cli.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file that a load balancer reads. Whoever opens it finds the old text or the new one, whole,
 * and after a crash, too. Confined to one thread.
 *
 * <p>Three files may lie beside it, with names that begin with a dot: a candidate, which becomes
 * it, a note that the load balancer was not told of it yet, and a lock: two that write the same
 * file would put each other's candidates in place and forget each other's notes.
 */
final class PoolFile implements AutoCloseable {
  private static final Set<PosixFilePermission> NEW = PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final Path folder;
  private final Path candidate;
  private final Path note;
  private final FileChannel lock;

  /**
   * Looks at what is there, and keeps others from it until it is closed or this process ends.
   *
   * @throws FileTakenException where another one keeps us from it
   * @throws IOException where there can be no such file
   */
  PoolFile(Path named) throws IOException {
    // What a link leads to is replaced, not the link.
    path = Files.exists(named) ? named.toRealPath() : named.toAbsolutePath().normalize();
    Path parent = path.getParent();
    Path last = path.getFileName();
    if (parent == null || last == null || Files.isDirectory(path)) {
      throw new IOException("it is a directory");
    }
    if (!Files.isDirectory(parent)) {
      throw new IOException("there is no directory " + parent);
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException("it is no ordinary file, and only such a one can be replaced");
    }
    folder = parent;
    candidate = folder.resolve("." + last + ".pulsewatch-new");
    note = folder.resolve("." + last + ".pulsewatch-untold");
    lock = locked(folder.resolve("." + last + ".pulsewatch-lock"));
  }

  /** It stays there: who removed it would take it from one who waits for it. */
  private FileChannel locked(Path named) throws IOException {
    FileChannel channel =
        FileChannel.open(
            named,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(OWNERS));
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException byThisProcess) {
      // Taken all the same.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new FileTakenException("another pulsewatch render keeps " + path);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  Path path() {
    return path;
  }

  /** Whether it says just this. */
  boolean says(String text) throws IOException {
    byte[] wanted = text.getBytes(UTF_8);
    try {
      return Files.size(path) == wanted.length && Arrays.equals(Files.readAllBytes(path), wanted);
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  /** Whether somebody is still to be told of it. */
  boolean isUntold() {
    return Files.exists(note, LinkOption.NOFOLLOW_LINKS);
  }

  /** He was. */
  void told() throws IOException {
    Files.deleteIfExists(note);
  }

  /** Writes the text beside it, with its mode and, where that is allowed, its owner. */
  Path write(String text) throws IOException {
    PosixFileAttributes like = like();
    Files.deleteIfExists(candidate);
    FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(like == null ? NEW : OWNERS);
    try (FileChannel channel =
        FileChannel.open(
            candidate,
            Set.of(
                StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS),
            mode)) {
      for (ByteBuffer rest = ByteBuffer.wrap(text.getBytes(UTF_8)); rest.hasRemaining(); ) {
        channel.write(rest);
      }
      if (like != null) {
        liken(like);
      }
      channel.force(true);
    }
    return candidate;
  }

  /**
   * The candidate becomes the file.
   *
   * @param somebodyIsToBeTold else nobody will be
   */
  void replace(boolean somebodyIsToBeTold) throws IOException {
    // Before it: a crash between the two tells once too often, and not once too seldom.
    if (somebodyIsToBeTold && !Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(note);
      Files.createFile(note);
    }
    Files.move(candidate, path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** The candidate is no good. */
  void drop() throws IOException {
    Files.deleteIfExists(candidate);
  }

  private @Nullable PosixFileAttributes like() throws IOException {
    try {
      return Files.readAttributes(path, PosixFileAttributes.class);
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  private void liken(PosixFileAttributes like) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(candidate, PosixFileAttributeView.class);
    PosixFileAttributes mine = view.readAttributes();
    if (!mine.group().equals(like.group())) {
      quietly(() -> view.setGroup(like.group()));
    }
    if (!mine.owner().equals(like.owner())) {
      quietly(() -> view.setOwner(like.owner()));
    }
    view.setPermissions(like.permissions()); // last: a change of owner takes some of them away
  }

  private interface Wish {
    void fulfil() throws IOException;
  }

  /** Only root may give a file away. */
  private static void quietly(Wish wish) {
    try {
      wish.fulfil();
    } catch (IOException notAllowed) {
      // It is ours then, as any file that we write.
    }
  }
}

package io.pulsewatch.server.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The highest numbers that were reserved, in a file of their own beside the database: who puts an
 * old copy of the database in its place does not put them back with it.
 *
 * <p>It is never behind the database: it is raised before a commit, and lowered after one. A file
 * that is missing or makes no sense means that the database came from elsewhere: then it is written
 * after the commit that says so.
 *
 * <p>Confined to one thread at a time.
 */
final class HighWater {
  private static final String NAME = "reserved";

  /** Two numbers of 19 digits, and what is around them. */
  private static final int MAX_BYTES = 64;

  private final Path directory;
  private final Path path;
  private final Path next;
  private @Nullable Mark mark;

  /** The numbers. */
  record Mark(long revision, long incarnation) {
    static Mark of(DurableLedger.Origin origin) {
      return new Mark(origin.reservedRevision(), origin.reservedIncarnation());
    }

    boolean covers(Mark other) {
      return revision >= other.revision && incarnation >= other.incarnation;
    }
  }

  HighWater(DataDirectory directory) {
    this.directory = directory.path();
    this.path = directory.file(NAME);
    this.next = directory.file(NAME + ".next");
  }

  /** What an earlier process wrote; null where nobody did, in this directory. */
  @Nullable Mark read() throws SQLException {
    try {
      if (Files.exists(path) && Files.size(path) <= MAX_BYTES) {
        mark = parse(Files.readString(path, StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new SQLException("cannot read " + path + ": " + e, e);
    }
    return mark;
  }

  /** Before a commit that reserves these, but the first of a database that came from elsewhere. */
  void raise(Mark reserved) throws SQLException {
    Mark last = mark;
    if (last == null || !last.covers(reserved)) {
      write(reserved);
    }
  }

  /** After a commit that reserved these. What is durable does not fail for a mark too high. */
  void settle(Mark reserved) {
    if (reserved.equals(mark)) {
      return;
    }
    try {
      write(reserved);
    } catch (SQLException e) {
      System.getLogger("io.pulsewatch")
          .log(System.Logger.Level.DEBUG, "numbers go on above a gap after a restart", e);
    }
  }

  private void write(Mark reserved) throws SQLException {
    byte[] text =
        (reserved.revision() + " " + reserved.incarnation() + "\n")
            .getBytes(StandardCharsets.US_ASCII);
    try {
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SQLException("cannot write " + path + ": " + e, e);
    }
    syncName();
    mark = reserved;
  }

  /** The name is the directory's: a power cut must not take it from what is in the database. */
  private void syncName() {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no directories, and needs none of this.
    }
  }

  private static @Nullable Mark parse(String text) {
    String[] numbers = text.strip().split(" ", -1);
    try {
      return numbers.length == 2
          ? new Mark(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]))
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}

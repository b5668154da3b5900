package io.pulsewatch.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * SQLite's write-ahead log, as far as a test needs it to take commits back: a header, and frames of
 * one page each, of which the last one of a commit says how large the database is then (SQLite,
 * "The WAL File Format"). Frames of an earlier round have other salts. Stateless.
 */
final class WalFile {
  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int PAGE_SIZE_AT = 8;
  private static final int SALTS_AT = 16;
  private static final int COMMIT_AT = 4;
  private static final int FRAME_SALTS_AT = 8;

  private WalFile() {}

  /** Cuts the newest commits off, as a disk does that lied about a sync. */
  static void dropCommits(Path wal, int commits) throws IOException {
    try (FileChannel file =
        FileChannel.open(wal, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer header = read(file, 0, HEADER_BYTES);
      int frameBytes = FRAME_HEADER_BYTES + header.getInt(PAGE_SIZE_AT);
      long salts = header.getLong(SALTS_AT);
      List<Long> ends = new ArrayList<>();
      for (long at = HEADER_BYTES; at + frameBytes <= file.size(); at += frameBytes) {
        ByteBuffer frame = read(file, at, FRAME_HEADER_BYTES);
        if (frame.getLong(FRAME_SALTS_AT) != salts) {
          break;
        }
        if (frame.getInt(COMMIT_AT) != 0) {
          ends.add(at + frameBytes);
        }
      }
      int left = ends.size() - commits;
      if (left < 0) {
        throw new IOException("commits in " + wal + ": " + ends.size());
      }
      file.truncate(left == 0 ? HEADER_BYTES : ends.get(left - 1));
    }
  }

  private static ByteBuffer read(FileChannel file, long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    file.read(buffer, from);
    return buffer;
  }
}

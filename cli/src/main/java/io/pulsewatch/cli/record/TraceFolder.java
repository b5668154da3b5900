package io.pulsewatch.cli.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewatch.cli.record.Arrival.Source;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * A folder with one file for each session: {@code SERVICE_INSTANCE.csv}. Confined to one thread.
 *
 * <p>A stream that resumes goes on in its file. A process that starts afresh numbers its heartbeats
 * afresh, by another clock, so it gets a file of its own. Nothing is ever overwritten. A heartbeat
 * whose sequence is not greater than the last of its file is left out: it is a repetition.
 */
final class TraceFolder implements Closeable {
  static final String HEADER = "sequence,sent_ns,received_ns";

  /** Files that may be open; sessions beyond are not recorded, but counted. */
  static final int MAX_FILES = 4_096;

  /** Lines of one file: a week at two seconds. What comes after is counted. */
  static final int MAX_LINES = 302_400;

  /** File systems end at 255 bytes; names of services and instances may have 253 each. */
  private static final int MAX_PART_LENGTH = 100;

  private final Path folder;
  private final Map<String, TraceFile> files = new HashMap<>();
  private int opened;
  private long lines;
  private long leftOut;

  /** Makes the folder where there is none. */
  TraceFolder(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  void write(Arrival arrival) throws IOException {
    Source source = arrival.source();
    String name = source.service() + "/" + source.instanceId();
    TraceFile file = files.get(name);
    if (file == null || !file.accepts(source)) {
      if (file != null) {
        file.close();
        files.remove(name);
      }
      if (files.size() >= MAX_FILES) {
        leftOut++;
        return;
      }
      file = open(source);
      files.put(name, file);
    }
    if (file.write(arrival)) {
      lines++;
    } else {
      leftOut++;
    }
  }

  /** Hands everything to the operating system. */
  void flush() throws IOException {
    for (TraceFile file : files.values()) {
      file.out.flush();
    }
  }

  /** Files that were begun. */
  int opened() {
    return opened;
  }

  /** Heartbeats that were written. */
  long lines() {
    return lines;
  }

  /** Heartbeats that were not: repeated, or beyond a limit. */
  long leftOut() {
    return leftOut;
  }

  @Override
  public void close() throws IOException {
    for (TraceFile file : files.values()) {
      file.close();
    }
    files.clear();
  }

  private TraceFile open(Source source) throws IOException {
    String stem = cut(source.service()) + "_" + cut(source.instanceId());
    for (int number = 1; ; number++) {
      Path path = folder.resolve(stem + (number == 1 ? "" : "-" + number) + ".csv");
      try {
        BufferedWriter out = Files.newBufferedWriter(path, UTF_8, StandardOpenOption.CREATE_NEW);
        out.write(HEADER + "\n");
        opened++;
        return new TraceFile(source, out);
      } catch (FileAlreadyExistsException taken) {
        // Of an earlier recording or process; the next number may be free.
      }
    }
  }

  private static String cut(String name) {
    return name.length() <= MAX_PART_LENGTH ? name : name.substring(0, MAX_PART_LENGTH);
  }

  /** Confined with its folder. */
  private static final class TraceFile implements Closeable {
    private final BufferedWriter out;
    private Source source;
    private long lastSequence;
    private int lines;

    TraceFile(Source source, BufferedWriter out) {
      this.source = source;
      this.out = out;
    }

    /** Each stream has a source of its own, so a new one shows once that a stream has begun. */
    boolean accepts(Source next) {
      if (next.equals(source)) {
        return true;
      }
      boolean accepted = next.continues(source);
      source = next;
      return accepted;
    }

    boolean write(Arrival arrival) throws IOException {
      long sequence = arrival.sequence() == 0 ? lastSequence + 1 : arrival.sequence();
      if (sequence <= lastSequence || lines >= MAX_LINES) {
        return false;
      }
      lastSequence = sequence;
      lines++;
      long sent = arrival.sentNanos() == 0 ? arrival.receivedNanos() : arrival.sentNanos();
      out.write(Long.toString(sequence));
      out.write(',');
      out.write(Long.toString(sent));
      out.write(',');
      out.write(Long.toString(arrival.receivedNanos()));
      out.write('\n');
      return true;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}

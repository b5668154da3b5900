package io.pulsewatch.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads traces: CSV with the columns {@code sequence,sent_ns,received_ns}, plain or gzipped.
 * Confined to one thread.
 *
 * <p>An empty {@code received_ns} means that it arrived when it was sent. Lines may be in the order
 * of sequences or of arrivals; a heartbeat that was overtaken by a later one is left out, since it
 * says nothing new when it comes.
 */
public final class TraceReader {
  /** Heartbeats of all files together: 8,000,000 take 200 MB. */
  public static final int MAX_ROWS = 8_000_000;

  /** More than three numbers take. */
  static final int MAX_LINE_LENGTH = 200;

  static final String HEADER = "sequence,sent_ns,received_ns";

  /** Times beyond are no nanoseconds of any clock, and differences of them would overflow. */
  private static final long MAX_NANOS = Long.MAX_VALUE / 4;

  /** A least delay beyond this means that the two clocks have different origins. */
  private static final long MAX_DELAY_NANOS = 60_000_000_000L;

  private static final int GZIP_MAGIC = 0x1f8b;

  private final int maxRows;
  private int rowsLeft;
  private int overtaken;
  private int shifted;

  public TraceReader() {
    this(MAX_ROWS);
  }

  TraceReader(int maxRows) {
    this.maxRows = maxRows;
    this.rowsLeft = maxRows;
  }

  /** Heartbeats left out so far, because later ones had come before them. */
  public int overtaken() {
    return overtaken;
  }

  /** Traces so far whose sender had another clock: the quickest heartbeat counts as no delay. */
  public int shifted() {
    return shifted;
  }

  /**
   * Reads one file.
   *
   * @throws TraceException it is no trace, or more than {@link #MAX_ROWS} came together
   * @throws IOException it cannot be read
   */
  public Trace read(Path file) throws TraceException, IOException {
    try (InputStream in = open(file);
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8.newDecoder()))) {
      return read(String.valueOf(file), lines);
    } catch (NoSuchFileException e) {
      throw new TraceException(file + ": no such file");
    } catch (MalformedInputException e) {
      throw new TraceException(file + ": no text (expected: CSV, plain or gzipped)");
    }
  }

  /** Reads one trace from text. */
  Trace read(String name, BufferedReader lines) throws TraceException, IOException {
    Rows rows = new Rows(name);
    String header = line(name, 1, lines);
    if (header == null || !header.strip().equals(HEADER)) {
      throw new TraceException(
          name + ":1: '" + shown(header == null ? "" : header) + "' (expected: " + HEADER + ")");
    }
    for (long number = 2; ; number++) {
      String line = line(name, number, lines);
      if (line == null) {
        break;
      }
      if (!line.isBlank()) {
        if (rowsLeft == 0) {
          throw new TraceException(
              name + ":" + number + ": more than " + maxRows + " heartbeats together");
        }
        rowsLeft--;
        rows.add(number, line);
      }
    }
    if (rows.size < 2) {
      throw new TraceException(name + ": " + rows.size + " heartbeats (expected: at least 2)");
    }
    Trace trace = rows.trace();
    overtaken += rows.size - trace.size();
    if (trace.size() < 2) {
      throw new TraceException(name + ": all heartbeats but one were overtaken");
    }
    long delay = trace.leastDelayNanos();
    if (delay < 0 || delay > MAX_DELAY_NANOS) {
      shifted++;
      return trace.withQuickestAtZero();
    }
    return trace;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      in.mark(2);
      int magic = in.read() << 8 | in.read();
      in.reset();
      return magic == GZIP_MAGIC ? new GZIPInputStream(in) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** The next line, without ever holding more of it than a line may have. */
  private static @Nullable String line(String name, long number, Reader in)
      throws IOException, TraceException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      if (line.length() == MAX_LINE_LENGTH) {
        throw new TraceException(
            name + ":" + number + ": more than " + MAX_LINE_LENGTH + " characters");
      }
      line.append((char) c);
      c = in.read();
    }
    return line.toString();
  }

  private static String shown(String text) {
    String clean = text.strip().replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 40 ? clean : clean.substring(0, 40) + "...";
  }

  /** The columns as they grow. Confined with its reader. */
  private static final class Rows {
    private final String name;
    private long[] sequences = new long[1_024];
    private long[] sentNanos = new long[1_024];
    private long[] arrivalNanos = new long[1_024];
    private int size;
    private boolean inOrderOfArrival = true;

    Rows(String name) {
      this.name = name;
    }

    void add(long number, String line) throws TraceException {
      String[] cells = line.strip().split(",", -1);
      if (cells.length != 3) {
        throw wrong(number, "'" + shown(line) + "' (expected: three columns, " + HEADER + ")");
      }
      long sequence = number(number, "sequence", cells[0]);
      long sent = number(number, "sent_ns", cells[1]);
      long arrival = cells[2].isBlank() ? sent : number(number, "received_ns", cells[2]);
      if (size > 0) {
        check(number, sequence, sent);
        inOrderOfArrival &= arrival >= arrivalNanos[size - 1];
      }
      if (size == sequences.length) {
        grow();
      }
      sequences[size] = sequence;
      sentNanos[size] = sent;
      arrivalNanos[size] = arrival;
      size++;
    }

    private void check(long number, long sequence, long sent) throws TraceException {
      long last = sequences[size - 1];
      if (sequence == last) {
        throw wrong(number, "sequence " + sequence + " a second time");
      }
      long lastSent = sentNanos[size - 1];
      if ((sequence > last && sent < lastSent) || (sequence < last && sent > lastSent)) {
        throw wrong(
            number,
            "sequence "
                + sequence
                + (sequence > last ? " was sent before " : " was sent after ")
                + last
                + ": a restarted sender? (expected: one file for each session)");
      }
    }

    Trace trace() {
      if (!inOrderOfArrival) {
        sortByArrival();
      }
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (kept == 0 || sequences[i] > sequences[kept - 1]) {
          sequences[kept] = sequences[i];
          sentNanos[kept] = sentNanos[i];
          arrivalNanos[kept] = arrivalNanos[i];
          kept++;
        }
      }
      return new Trace(
          name,
          Arrays.copyOf(sequences, kept),
          Arrays.copyOf(sentNanos, kept),
          Arrays.copyOf(arrivalNanos, kept));
    }

    private void sortByArrival() {
      Integer[] order = new Integer[size];
      Arrays.setAll(order, i -> i);
      Arrays.sort(
          order,
          Comparator.<Integer>comparingLong(i -> arrivalNanos[i])
              .thenComparingLong(i -> sequences[i]));
      sequences = picked(sequences, order);
      sentNanos = picked(sentNanos, order);
      arrivalNanos = picked(arrivalNanos, order);
    }

    private static long[] picked(long[] column, Integer[] order) {
      long[] picked = new long[order.length];
      for (int i = 0; i < order.length; i++) {
        picked[i] = column[order[i]];
      }
      return picked;
    }

    private void grow() {
      int length = size + (size >> 1);
      sequences = Arrays.copyOf(sequences, length);
      sentNanos = Arrays.copyOf(sentNanos, length);
      arrivalNanos = Arrays.copyOf(arrivalNanos, length);
    }

    private long number(long number, String column, String cell) throws TraceException {
      try {
        long value = Long.parseLong(cell.strip());
        if (Math.abs(value) <= MAX_NANOS) {
          return value;
        }
      } catch (NumberFormatException notOne) {
        // Told below.
      }
      throw wrong(
          number,
          column + ": '" + shown(cell) + "' (expected: an integer, at most " + MAX_NANOS + ")");
    }

    private TraceException wrong(long number, String what) {
      return new TraceException(name + ":" + number + ": " + what);
    }
  }
}

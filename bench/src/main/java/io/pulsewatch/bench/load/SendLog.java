package io.pulsewatch.bench.load;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in shared memory in which a {@link Fleet} notes when it last sent on each stream, and in
 * which others tell it to fall silent on some.
 *
 * <p>It still tells the truth about a process that is stopped or dead. Times are {@link
 * System#nanoTime}, which on Linux is CLOCK_MONOTONIC: one clock for all processes of a machine.
 *
 * <p>Thread-safe, also across processes: one writer for each field, volatile access.
 */
public final class SendLog {
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int ENTRY_BYTES = 32;
  private static final int SENT = 0;
  private static final int BEGUN = 8;
  private static final int FLUSHED = 16;
  private static final int SILENT = 24;

  private final ByteBuffer memory;

  private SendLog(ByteBuffer memory) {
    this.memory = memory;
  }

  /** Maps the file, and makes it if it is not there. */
  public static SendLog map(Path file, int streams) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new SendLog(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) streams * ENTRY_BYTES));
    }
  }

  /** The fleet is about to send. */
  void begin(int stream, long nowNanos) {
    LONGS.setVolatile(memory, stream * ENTRY_BYTES + SENT, nowNanos);
    LONGS.setVolatile(memory, stream * ENTRY_BYTES + BEGUN, begun(stream) + 1);
  }

  /** The same where nobody will ask whether it left: {@link #isSettled} says nothing then. */
  void note(int stream, long nowNanos) {
    LONGS.setVolatile(memory, stream * ENTRY_BYTES + SENT, nowNanos);
  }

  /** The fleet has handed it to the kernel. */
  void flushed(int stream) {
    LONGS.setVolatile(memory, stream * ENTRY_BYTES + FLUSHED, begun(stream));
  }

  /** True once it was told to send no more on this stream. */
  public boolean isSilent(int stream) {
    return get(stream, SILENT) != 0;
  }

  /** Tells the fleet to send no more on this stream. */
  public void silence(int stream) {
    LONGS.setVolatile(memory, stream * ENTRY_BYTES + SILENT, 1L);
  }

  /** When the last message of this stream was about to be sent. */
  public long sentNanos(int stream) {
    return get(stream, SENT);
  }

  /** False if a message may or may not have left when the fleet was stopped. */
  public boolean isSettled(int stream) {
    return begun(stream) == get(stream, FLUSHED);
  }

  private long begun(int stream) {
    return get(stream, BEGUN);
  }

  private long get(int stream, int field) {
    return (long) LONGS.getVolatile(memory, stream * ENTRY_BYTES + field);
  }
}

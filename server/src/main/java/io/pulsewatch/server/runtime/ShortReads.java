package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.util.UncheckedBooleanSupplier;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of a socket is read at once: what Netty would, but little while a crowd registers.
 *
 * <p>What is read is worked off before the next socket has its turn. A heartbeat is ten bytes and a
 * microsecond; a new call is two hundred bytes and fifty microseconds, and one socket may bring
 * sixteen times 64 KiB of them. So in a crowd each socket brings a few new calls in each pass, and
 * who beats on another one waits for as many passes as its own bytes take, not for all of theirs.
 *
 * <p>Thread-safe; a handle is confined to its event loop.
 */
final class ShortReads implements RecvByteBufAllocator {
  /** Of each socket in a pass, while there is a crowd: some twenty new calls, or 100 heartbeats. */
  static final int CROWD_BYTES = 4 * 1024;

  /** As Netty has it where nobody says anything. */
  private static final int READS_PER_PASS = 16;

  private final RecvByteBufAllocator usual =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_PER_PASS);
  private final Supplier<? extends BooleanSupplier> crowdHere;

  /**
   * Creates it.
   *
   * @param crowdHere asked on an event loop: what tells, there and later, whether it has a crowd
   */
  ShortReads(Supplier<? extends BooleanSupplier> crowdHere) {
    this.crowdHere = crowdHere;
  }

  @Override
  @SuppressWarnings("deprecation") // Netty's own sockets ask for nothing newer
  public Handle newHandle() {
    return new OfSocket((ExtendedHandle) usual.newHandle(), crowdHere);
  }

  @SuppressWarnings("deprecation")
  private static final class OfSocket extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle usual;
    private final Supplier<? extends BooleanSupplier> crowdHere;

    /** Made on another thread, so it is not known before the first read. */
    private @Nullable BooleanSupplier crowd;

    OfSocket(ExtendedHandle usual, Supplier<? extends BooleanSupplier> crowdHere) {
      super(usual);
      this.usual = usual;
      this.crowdHere = crowdHere;
    }

    private boolean isCrowd() {
      BooleanSupplier here = crowd;
      if (here == null) {
        here = crowdHere.get();
        crowd = here;
      }
      return here.getAsBoolean();
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return isCrowd()
          ? allocator.ioBuffer(Math.min(CROWD_BYTES, usual.guess()))
          : usual.allocate(allocator);
    }

    @Override
    public boolean continueReading() {
      return !isCrowd() && usual.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return !isCrowd() && usual.continueReading(maybeMore);
    }
  }
}

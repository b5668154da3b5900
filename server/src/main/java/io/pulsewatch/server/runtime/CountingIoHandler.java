package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.channel.IoHandle;
import io.grpc.netty.shaded.io.netty.channel.IoHandler;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.IoRegistration;
import io.grpc.netty.shaded.io.netty.util.concurrent.ThreadAwareExecutor;

/** An I/O handler that counts its passes. Run by its event loop; counted by any thread. */
final class CountingIoHandler implements IoHandler {
  private final IoHandler handler;
  private final ThreadAwareExecutor owner;
  private volatile long passes;

  CountingIoHandler(IoHandler handler, ThreadAwareExecutor owner) {
    this.handler = handler;
    this.owner = owner;
  }

  /** Passes that have ended. */
  long passes() {
    return passes;
  }

  ThreadAwareExecutor owner() {
    return owner;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, its event loop
  public int run(IoHandlerContext context) {
    int handled = handler.run(context);
    passes++;
    return handled;
  }

  @Override
  public void initialize() {
    handler.initialize();
  }

  @Override
  public void prepareToDestroy() {
    handler.prepareToDestroy();
  }

  @Override
  public void destroy() {
    handler.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return handler.register(handle);
  }

  @Override
  public void wakeup() {
    handler.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return handler.isCompatible(handleType);
  }
}

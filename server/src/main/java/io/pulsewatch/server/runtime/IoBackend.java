package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;

/** How event loops ask the system for their sockets. Immutable. */
enum IoBackend {
  /** Linux' own, through a native library that grpc-netty-shaded brings along. */
  EPOLL,
  /** The JDK's: everywhere. */
  NIO;

  /** The better one of those that work here. */
  static IoBackend best() {
    return EPOLL.isAvailable() ? EPOLL : NIO;
  }

  boolean isAvailable() {
    return switch (this) {
      case EPOLL -> Epoll.isAvailable();
      case NIO -> true;
    };
  }

  IoHandlerFactory handlers() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  Class<? extends ServerChannel> channelType() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }
}

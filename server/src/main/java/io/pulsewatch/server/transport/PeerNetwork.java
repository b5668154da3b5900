package io.pulsewatch.server.transport;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * From which network a call comes, for those who take it: /24 of IPv4, /64 of IPv6. Loopback is a
 * network like any other; what has no address has none.
 *
 * <p>Of a stream it is known while its call starts and not later, so its messages cost nothing
 * more. Thread-safe.
 */
final class PeerNetwork implements ServerInterceptor {
  private static final Context.Key<String> KEY = Context.keyWithDefault("network", "");
  private static final int IPV6_BYTES = 8;

  /** The network of the call that starts here, or of the unary call that is handled here. */
  static String current() {
    return KEY.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String network = of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    Context context = Context.current().withValue(KEY, network);
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return Contexts.interceptCall(context, call, headers, next);
    }
    Context before = context.attach();
    try {
      return next.startCall(call, headers);
    } finally {
      context.detach(before);
    }
  }

  static String of(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress socket && !socket.isUnresolved()
        ? of(socket.getAddress())
        : "";
  }

  private static String of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + ".0/24"
        : HexFormat.of().formatHex(bytes, 0, IPV6_BYTES) + "/64";
  }
}

package io.pulsewatch.client;

/**
 * What a sender looks at when its server asks it to. A server asks about an instance that it
 * doubts: the instance itself, over its stream, or others that may reach what the server does not.
 *
 * <p>A look at another instance opens one TCP connection to an endpoint that this instance
 * declared, and, where the endpoint's name has the word {@code grpc}, such as {@code admin-grpc},
 * asks {@code grpc.health.v1} there. At most 2 a second are answered (8 in a burst), one at a time,
 * on a thread of their own, each within at most 5 s. Whatever is not looked at is answered with
 * {@code DECLINED}, a host whose name does not resolve in time, too.
 */
public enum Probing {
  /** Nothing, itself neither. */
  OFF,

  /** Itself: it answers on its stream that it is there. This is the default. */
  ITSELF,

  /**
   * Others, too, at addresses that lead to them: never link-local or site-local ones ({@code
   * 169.254.0.0/16}, {@code fe80::/10}, {@code fec0::/10}) or those of a cloud's metadata. Loopback
   * addresses only where the sender's own server is on the loopback, since they mean another
   * machine else.
   */
  OTHERS,

  /** Others at any address that can be connected to: wherever an instance says that it is. */
  OTHERS_AT_ANY_ADDRESS;

  /** Whether servers are told that this instance looks at others. */
  boolean looksAtOthers() {
    return switch (this) {
      case OFF, ITSELF -> false;
      case OTHERS, OTHERS_AT_ANY_ADDRESS -> true;
    };
  }
}

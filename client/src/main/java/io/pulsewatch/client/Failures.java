package io.pulsewatch.client;

import io.grpc.Status;
import io.pulsewatch.client.session.StreamEnd;
import io.pulsewatch.client.session.Terms;
import io.pulsewatch.client.transport.StreamEnds;

/** What went wrong, as the application sees it, and as the machine sees it. */
final class Failures {

  private Failures() {}

  static PulsewatchException of(StreamEnd end) {
    return new PulsewatchException(
        Status.Code.valueOf(end.code()), end.reason(), end.description(), end.retryAfterNanos());
  }

  /** A call was refused. */
  static PulsewatchException of(RuntimeException refused) {
    PulsewatchException failure = of(StreamEnds.of(refused));
    failure.initCause(refused);
    return failure;
  }

  /** The library itself broke. */
  static PulsewatchException broken(Throwable thrown) {
    PulsewatchException failure =
        new PulsewatchException(
            Status.Code.INTERNAL, "", "the client broke: " + thrown, Terms.UNSET);
    failure.initCause(thrown);
    return failure;
  }

  /** No channel could be made. */
  static StreamEnd noChannel(String address, RuntimeException refused) {
    return new StreamEnd(
        StreamEnd.Kind.REFUSED,
        Status.Code.UNAVAILABLE.name(),
        "",
        "no channel to " + address + ": " + refused,
        Terms.UNSET);
  }
}

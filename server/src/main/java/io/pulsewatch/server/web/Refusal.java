package io.pulsewatch.server.web;

import io.grpc.Status;

/** What HTTP refuses by a status of its own, before the contract has a say. Immutable. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient WebAnswer answer;

  private Refusal(WebAnswer answer, String text) {
    super(text, null, false, false);
    this.answer = answer;
  }

  /** Another method is meant. */
  static Refusal method(WebRequest request, String allowed) {
    String path = "/" + String.join("/", request.path());
    String text =
        path + ": no " + request.method() + " here. Use " + allowed + "; GET / tells more.";
    Failure failure = new Failure(Status.Code.UNIMPLEMENTED, "WRONG_METHOD", text, 0);
    return new Refusal(WebAnswer.json(405, failure.json() + "\n").with("allow", allowed), text);
  }

  /** As HTTP's status says, in the shape that all refusals have. */
  public static WebAnswer of(int status, String reason, String text) {
    Failure failure = new Failure(Status.Code.INVALID_ARGUMENT, reason, text, 0);
    return WebAnswer.json(status, failure.json() + "\n");
  }

  WebAnswer answer() {
    return answer;
  }
}

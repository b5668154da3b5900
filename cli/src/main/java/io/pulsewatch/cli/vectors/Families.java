package io.pulsewatch.cli.vectors;

/**
 * Which mechanism a group is about. Stateless.
 *
 * <p>Groups about mechanisms that this release has not (Bertier's margin, Satzger's empirical form,
 * SWIM's and Lifeguard's suspicion, Eureka's limits, and others) are unsupported.
 */
final class Families {
  private Families() {}

  /** Holds a case against what its group is about. */
  static void check(String group, VectorCase each) {
    if (group.startsWith("phi_")) {
      PhiVectors.check(group, each);
    } else if (group.startsWith("heartbeat_history")) {
      PhiVectors.checkHistory(each);
    } else if (group.startsWith("deadline_fd")) {
      Scenario.checkDeadline(each);
    } else if (group.startsWith("closed_form_")) {
      ClosedFormVectors.check(each);
    } else if (group.startsWith("nfd_e_")) {
      OtherVectors.checkExpectedArrival(each);
    } else if (group.startsWith("numeric_edges")) {
      EdgeVectors.check(each);
    } else if (group.startsWith("lease_fence")) {
      OtherVectors.checkFence(each);
    } else if (group.startsWith("tcp_loss_stall")) {
      OtherVectors.checkStall(each);
    } else {
      throw new UnsupportedCaseException("the group " + group + " is unknown");
    }
  }
}

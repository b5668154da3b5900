package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.RoleWait;
import io.pulsewatch.server.watch.RoleStanding;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Role;
import io.pulsewatch.v1.RoleCandidate;
import io.pulsewatch.v1.RoleSummary;
import java.util.List;

/** Roles in the contract's words. Stateless. */
final class RoleFaces {
  /** Candidates that are told of one role. */
  private static final int MAX_CANDIDATES = 100;

  private RoleFaces() {}

  static List<Role> roles(List<HeldRole> held) {
    return held.stream().map(RoleFaces::role).toList();
  }

  private static Role role(HeldRole held) {
    return Role.newBuilder().setName(held.name()).setToken(held.token()).build();
  }

  static RoleSummary summary(RoleStanding role) {
    RoleSummary.Builder told =
        RoleSummary.newBuilder().setName(role.name()).setCandidateCount(role.candidates().size());
    Entry holder = role.holder();
    HeldRole held = role.held();
    RoleWait wait = role.waiting();
    if (holder != null && held != null) {
      told.setHolder(name(holder.key()))
          .setIncarnation(holder.incarnation())
          .setToken(held.token())
          .setSince(Nanos.timestamp(held.sinceMillis()));
    } else if (wait != null) {
      told.setFormer(name(wait.former()))
          .setIncarnation(wait.incarnation())
          .setToken(wait.token())
          .setSince(Nanos.timestamp(wait.sinceMillis()))
          .setFreeAt(Nanos.timestamp(wait.freeAtMillis()))
          .setHandingOver(wait.isTaken())
          .setReason(wait.reason());
      InstanceKey successor = wait.successor();
      if (successor != null) {
        told.setSuccessor(name(successor));
      }
    }
    role.candidates().stream()
        .limit(MAX_CANDIDATES)
        .forEach(candidate -> told.addCandidates(candidate(candidate)));
    return told.build();
  }

  private static RoleCandidate candidate(Entry entry) {
    return RoleCandidate.newBuilder()
        .setInstance(name(entry.key()))
        .setWeight(entry.details().weight())
        .setEligible(entry.serving())
        .build();
  }

  private static InstanceName name(InstanceKey key) {
    return InstanceName.newBuilder()
        .setService(key.service())
        .setInstanceId(key.instanceId())
        .build();
  }

  /** The kernel does not hand it over. */
  static StatusRuntimeException refused(Answer.RoleRefused refused) {
    String role = "The role " + refused.role();
    return switch (refused.refusal()) {
      case UNKNOWN ->
          Statuses.of(
              Status.Code.NOT_FOUND,
              "UNKNOWN_ROLE",
              role + " is not known here: nobody holds it or stands for it.");
      case NOT_HELD ->
          Statuses.of(
              Status.Code.FAILED_PRECONDITION,
              "ROLE_NOT_HELD",
              role
                  + " is held by nobody at this moment, or is being taken away already. ListRoles"
                  + " says whom it waits for.");
      case NOBODY_ELIGIBLE ->
          Statuses.of(
              Status.Code.FAILED_PRECONDITION,
              "NOBODY_ELIGIBLE",
              refused.to() == null
                  ? role + " has no other candidate that serves, so its holder keeps it."
                  : refused.to()
                      + " does not stand for the role "
                      + refused.role()
                      + ", or does not serve; its holder keeps it.");
    };
  }
}

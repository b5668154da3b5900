package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.RoleWait;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a ledger keeps of roles, as bytes, and back. Of an entry they stand behind all else: a
 * record that ends before them was written when there were none.
 *
 * <p>Stateless.
 */
final class RoleRecords {
  private RoleRecords() {}

  /** What the entry stands for and holds. */
  static void write(DataOutputStream out, Entry entry) throws IOException {
    Records.write(out, entry.details().roles(), name -> Records.text(out, name));
    Records.write(out, entry.roles(), held -> write(out, held));
  }

  /** The entry, with what follows it. */
  static Entry read(ByteBuffer in, Entry entry) throws IOException {
    if (!in.hasRemaining()) {
      return entry;
    }
    Details said = entry.details();
    List<String> stands = Records.list(in, Records::text);
    return new Entry(
        entry.key(),
        entry.incarnation(),
        entry.revision(),
        entry.state(),
        entry.status(),
        entry.override(),
        new Details(
            said.endpoints(), said.labels(), said.zone(), said.weight(), said.version(), stands),
        entry.times(),
        entry.sinceMillis(),
        entry.vitals(),
        entry.hold(),
        entry.settling(),
        Records.list(in, RoleRecords::held));
  }

  static byte[] bytes(RoleWait wait) {
    return Records.bytes(
        out -> {
          write(out, wait.former());
          out.writeLong(wait.incarnation());
          out.writeLong(wait.token());
          out.writeLong(wait.nanos());
          out.writeBoolean(wait.isTaken());
          InstanceKey successor = wait.successor();
          out.writeBoolean(successor != null);
          if (successor != null) {
            write(out, successor);
          }
          Records.text(out, wait.reason());
          out.writeLong(wait.sinceMillis());
          out.writeLong(wait.freeAtMillis());
        });
  }

  /**
   * Reads a wait.
   *
   * @throws IOException if the bytes are none
   */
  static RoleWait waiting(String role, byte[] bytes) throws IOException {
    return Records.read(
        bytes,
        in ->
            new RoleWait(
                role,
                key(in),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                Records.flag(in),
                Records.flag(in) ? key(in) : null,
                Records.text(in),
                in.getLong(),
                in.getLong()));
  }

  private static void write(DataOutputStream out, HeldRole held) throws IOException {
    Records.text(out, held.name());
    out.writeLong(held.token());
    out.writeLong(held.sinceMillis());
  }

  private static HeldRole held(ByteBuffer in) throws IOException {
    return new HeldRole(Records.text(in), in.getLong(), in.getLong());
  }

  private static void write(DataOutputStream out, InstanceKey key) throws IOException {
    Records.text(out, key.service());
    Records.text(out, key.instanceId());
  }

  private static InstanceKey key(ByteBuffer in) throws IOException {
    return new InstanceKey(Records.text(in), Records.text(in));
  }
}

package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Stretched;
import java.util.List;

/**
 * What is made durable at once, or not at all. Immutable.
 *
 * @param lines in the order in which they apply
 * @param reservedRevision no revision above it is given before this batch is durable
 * @param reservedIncarnation the same for incarnations
 * @param wallMillis when it was put together
 * @param goodbyeNanos the process ends, and everybody was asked to come back within so long; else 0
 * @param stretched by how much granted times are longer
 */
public record Batch(
    List<Line> lines,
    long reservedRevision,
    long reservedIncarnation,
    long wallMillis,
    long goodbyeNanos,
    Stretched stretched) {
  public Batch {
    lines = List.copyOf(lines);
  }

  /** Not the last one, where nothing is stretched. */
  public Batch(List<Line> lines, long reservedRevision, long reservedIncarnation, long wallMillis) {
    this(lines, reservedRevision, reservedIncarnation, wallMillis, 0, Stretched.NOT);
  }

  /** One thing to be kept. */
  public sealed interface Line {}

  /** A change under its number. */
  public record Numbered(long revision, Draft draft) implements Line {}

  /** Something without one. */
  public record Noted(Note note) implements Line {}
}

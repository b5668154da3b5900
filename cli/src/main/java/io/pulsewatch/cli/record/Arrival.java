package io.pulsewatch.cli.record;

/**
 * One heartbeat of one stream.
 *
 * @param source the stream
 * @param sequence as the sender said it; 0: it wants it numbered
 * @param sentNanos the sender's monotonic clock; 0: it said none
 * @param receivedNanos our monotonic clock, read where the message left the socket
 */
record Arrival(Source source, long sequence, long sentNanos, long receivedNanos) {

  /**
   * Whose stream it is. No two streams are equal, whatever they say of themselves. Immutable.
   *
   * <p>No record: those with equal texts would be equal.
   */
  static final class Source {
    private final String service;
    private final String instanceId;
    private final String processId;
    private final boolean resumes;

    /**
     * @param processId random for each process; may be empty
     * @param resumes whether it said that it goes on with an older stream
     */
    Source(String service, String instanceId, String processId, boolean resumes) {
      this.service = service;
      this.instanceId = instanceId;
      this.processId = processId;
      this.resumes = resumes;
    }

    String service() {
      return service;
    }

    String instanceId() {
      return instanceId;
    }

    /** Whether it goes on where the older stream of the same name stopped. */
    boolean continues(Source older) {
      return resumes || (!processId.isEmpty() && processId.equals(older.processId));
    }
  }
}

package io.pulsewatch.server;

import java.util.Locale;

/** Each limit of a server: what it bounds, and what it is unless it is told otherwise. */
public enum Limit {
  /** Entries of the registry, ended ones included. */
  MAX_INSTANCES(2_000_000),

  /** Open heartbeat streams. */
  MAX_STREAMS(1_100_000),

  /** Open watches of all kinds. */
  MAX_WATCHERS(20_000),

  /** Names of watchers that are known; past it those that watch no more are forgotten. */
  MAX_NAMED_WATCHERS(10_000),

  /** Unary goodbyes that wait for watchers to acknowledge them. */
  MAX_WAITING_LEAVES(10_000),

  /** Overrides kept. */
  MAX_OVERRIDES(10_000),

  /** Names of roles that somebody stands for or holds. */
  MAX_ROLES(10_000),

  /** Instances that stand for one role. */
  MAX_ROLE_CANDIDATES(1_000),

  /**
   * Zones and peer networks in which instances are counted; those of a further one count among all
   * only, each until it resumes when there is room.
   */
  MAX_GROUPS(4_096),

  /** Requests that wait for the liveness loop. */
  MAX_COMMANDS(65_536),

  /** Changes that wait for the fan-out loop. */
  MAX_BACKLOG(262_144),

  /** Changes kept for EVERY_CHANGE, ListChanges and exact resume. */
  RING_SIZE(65_536),

  /** Changes kept on disk; the oldest beyond are dropped. */
  MAX_HISTORY(1_000_000),

  /** Hours for which a change is kept on disk. */
  HISTORY_HOURS(168),

  /**
   * Told to watches and not written yet; past it, and one message more, they wait in order. What
   * one has not read for two seconds counts no more, up to three times the limit.
   */
  MAX_UNWRITTEN_BYTES(64 << 20),

  /** Streams past {@link #MAX_STREAMS} that wait for their first message. */
  MAX_TURNED_AWAY(1_000),

  /** How long one of them waits. */
  TURNED_AWAY_SECONDS(10),

  /** Names that grpc.health.v1 List answers. */
  MAX_HEALTH_LIST(100),

  /** Suspects' endpoints looked at at once. */
  MAX_PROBES_IN_FLIGHT(64),

  /** Suspects' endpoints looked at in a second. */
  MAX_PROBES_PER_SECOND(200),

  /** Suspects that wait to be looked at; past it one is passed over. */
  MAX_PROBES_QUEUED(1_024),

  /** Clients remembered that look at others. */
  MAX_PROBE_PEERS(10_000),

  /** Changes that wait for the receiver of one hook; past it the hook reads no further. */
  MAX_HOOK_QUEUE(1_024),

  /** Dead letters of one hook; past it the oldest makes room. */
  MAX_DEAD_LETTERS(4_096),

  /** Open xDS streams. */
  MAX_XDS_STREAMS(10_000),

  /** Names that one xDS stream asks for, over all types of resources. */
  MAX_XDS_NAMES(10_000),

  /** Endpoints that xDS shows of one service, by instance id; those beyond are left out. */
  MAX_XDS_ENDPOINTS(50_000),

  /** Told to xDS streams and not written yet; past it, and one message more, they wait in order. */
  MAX_XDS_UNWRITTEN_BYTES(64 << 20),

  /** For which a message on an xDS stream may wait to be taken; then the stream is ended. */
  XDS_STALL_SECONDS(30),

  /** HTTP/2 streams on one connection. */
  MAX_CALLS_PER_CONNECTION(10_000),

  /** One message of a client. */
  MAX_MESSAGE_BYTES(64 * 1024),

  /** The headers of a call. */
  MAX_METADATA_BYTES(8 * 1024),

  /** Stream resets on one connection in {@link #RESET_WINDOW_SECONDS}. */
  MAX_RESETS_PER_WINDOW(2_000),

  /** The window of {@link #MAX_RESETS_PER_WINDOW}. */
  RESET_WINDOW_SECONDS(30),

  /** How often a client may ping. */
  PERMIT_PING_SECONDS(5),

  /** Open connections to the web port. */
  MAX_WEB_CONNECTIONS(10_000),

  /** From the first byte of an HTTP request to its last. */
  WEB_REQUEST_SECONDS(10),

  /** Between two HTTP requests on a connection. */
  WEB_IDLE_SECONDS(60),

  /** For which an HTTP answer, or a message of a watch, may wait to be taken. */
  WEB_STALL_SECONDS(60);

  private final int usual;

  Limit(int usual) {
    this.usual = usual;
  }

  /** What it is unless it is told otherwise. */
  int usual() {
    return usual;
  }

  /** Its name for people and files, such as {@code max_streams}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

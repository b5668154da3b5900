package io.pulsewatch.server.metrics;

/**
 * Every metric by name. docs/METRICS.md shows this list, and a test holds the two together; another
 * holds what is written to it.
 */
enum Family {
  SERVER("pulsewatch_server", Kind.INFO, "version,server_id", "Which server this is. Always 1."),
  START("pulsewatch_start_time_seconds", Kind.GAUGE, "", "When it started, in Unix time."),
  SERVING(
      "pulsewatch_serving",
      Kind.GAUGE,
      "",
      "1 while it judges and answers; 0 once a loop has broken or an event loop is stuck."),
  MODE(
      "pulsewatch_detector_mode",
      Kind.GAUGE,
      "mode",
      "1 for the mode in which it judges, 0 for the others."),
  WARMING_UP(
      "pulsewatch_warming_up",
      Kind.GAUGE,
      "",
      "1 after a start while not all who live are known, whatever the mode is; 0 else."),
  LIMIT("pulsewatch_limit", Kind.GAUGE, "name", "The named limits, as configured."),

  INSTANCES(
      "pulsewatch_instances",
      Kind.GAUGE,
      "state",
      "Instances by state; ended ones count until they are removed."),
  INSTANCES_SERVING("pulsewatch_instances_serving", Kind.GAUGE, "", "Instances that may get work."),
  SERVICES("pulsewatch_services", Kind.GAUGE, "", "Services that have an instance in any state."),
  ROLES(
      "pulsewatch_roles",
      Kind.GAUGE,
      "state",
      "Roles that somebody stands for or held: held, or vacant."),
  CHANGES(
      "pulsewatch_changes",
      Kind.COUNTER,
      "cause,state",
      "Committed changes by their cause and the state after them."),
  LATENESS(
      "pulsewatch_detection_lateness_seconds",
      Kind.HISTOGRAM,
      "state",
      "How long after its deadline a SUSPECT by silence or a DEAD was decided, our own pauses taken"
          + " off; with what was waited for on purpose, as in preservation."),
  FALSE_VERDICTS(
      "pulsewatch_false_verdicts",
      Kind.COUNTER,
      "cause",
      "DEAD verdicts that proved false: the very incarnation was heard again, by its session token"
          + " or process id."),

  HEARTBEATS(
      "pulsewatch_heartbeats",
      Kind.COUNTER,
      "via",
      "Signs of life that were read: heartbeats on streams, and unary beats by gRPC or HTTP."),
  STREAMS("pulsewatch_streams", Kind.GAUGE, "", "Open heartbeat streams."),
  REGISTERING(
      "pulsewatch_streams_registering",
      Kind.GAUGE,
      "",
      "Streams whose register was read and is not answered: the queue at the door."),
  PAUSES(
      "pulsewatch_pauses",
      Kind.COUNTER,
      "",
      "Own pauses over 20 ms that were noticed and taken off every deadline."),
  PAUSED("pulsewatch_paused_seconds", Kind.COUNTER, "", "The sum of those pauses."),
  STRETCH(
      "pulsewatch_stretch_ratio",
      Kind.GAUGE,
      "",
      "By how much the times that are granted now are longer than wished, while heartbeats are more"
          + " than this server can take; 1 where they are not."),
  STRETCH_GREATEST(
      "pulsewatch_stretch_greatest_ratio",
      Kind.GAUGE,
      "",
      "The same for the longest times under which an instance may still live: who neither registers"
          + " nor resumes keeps those of the last overload."),
  DRAINING(
      "pulsewatch_draining",
      Kind.GAUGE,
      "",
      "1 while everybody is asked to leave this server, by pulsewatch drain; 0 else. Streams and"
          + " watchers tell who is left."),
  LEAVES_WAITING(
      "pulsewatch_leaves_waiting",
      Kind.GAUGE,
      "",
      "Goodbyes of instances that wait until watchers have acknowledged them."),

  WATCHERS("pulsewatch_watchers", Kind.GAUGE, "", "Open watches of all kinds."),
  WATCHERS_BEHIND(
      "pulsewatch_watchers_behind",
      Kind.GAUGE,
      "",
      "Watches that have not been told everything, as of the last second."),
  WATCHER_LAG(
      "pulsewatch_watcher_lag_changes",
      Kind.GAUGE,
      "",
      "Changes of its services that the slowest watcher has not been told, as of the last second."),
  FOLDED(
      "pulsewatch_folded_changes",
      Kind.COUNTER,
      "",
      "Changes that watchers were told as folded, summed over all watchers."),
  SNAPSHOTS(
      "pulsewatch_snapshots", Kind.COUNTER, "reason", "Snapshots that were begun for watchers."),

  COMMITS(
      "pulsewatch_ledger_commit_seconds",
      Kind.HISTOGRAM,
      "",
      "From the turn that decided a change until the ledger gave it back to be told."),
  PROVISIONAL(
      "pulsewatch_provisional_changes",
      Kind.COUNTER,
      "",
      "Changes that were told ahead of a slow disk."),

  HOOK_DELIVERED(
      "pulsewatch_hook_deliveries", Kind.COUNTER, "hook", "Changes that a hook's receiver took."),
  HOOK_FAILED(
      "pulsewatch_hook_failed_attempts", Kind.COUNTER, "hook", "Attempts that came to nothing."),
  HOOK_DEAD(
      "pulsewatch_hook_dead_letters",
      Kind.COUNTER,
      "hook",
      "Changes that were given up; they can be replayed."),
  HOOK_EVICTED(
      "pulsewatch_hook_dead_letters_evicted",
      Kind.COUNTER,
      "hook",
      "Dead letters that made room for others."),
  HOOK_UP(
      "pulsewatch_hook_up",
      Kind.GAUGE,
      "hook",
      "1; 0: hooks broke and are over until a restart, and their other metrics stand still."),
  HOOK_WAITING(
      "pulsewatch_hook_waiting_changes",
      Kind.GAUGE,
      "hook",
      "Changes that were read for a hook and not received yet."),
  HOOK_LAG(
      "pulsewatch_hook_lag_seconds",
      Kind.GAUGE,
      "hook",
      "Age of the oldest change that was neither received nor given up; 0 where there is none."),

  CALLS(
      "pulsewatch_grpc_calls",
      Kind.COUNTER,
      "code",
      "Calls of gRPC that ended, by their status; streams too."),
  XDS_STREAMS("pulsewatch_xds_streams", Kind.GAUGE, "", "Open xDS streams."),
  XDS_RESPONSES("pulsewatch_xds_responses", Kind.COUNTER, "", "Answers sent on them."),
  XDS_NACKS(
      "pulsewatch_xds_nacks",
      Kind.COUNTER,
      "",
      "Answers that a client refused; the log has its reason."),
  XDS_KEPT(
      "pulsewatch_xds_kept_services",
      Kind.GAUGE,
      "",
      "Services whose last endpoints are shown on, because verdicts emptied them at once."),
  EXTENSIONS_FAILED(
      "pulsewatch_extensions_failed",
      Kind.GAUGE,
      "",
      "Extensions that broke, until the server starts anew: their calls are refused."),
  WEB_CONNECTIONS(
      "pulsewatch_web_connections", Kind.GAUGE, "", "Open connections to the web port."),
  WEB_ANSWERS(
      "pulsewatch_web_answers", Kind.COUNTER, "status", "Answers of the web port by status."),

  JVM_MEMORY_USED(
      "pulsewatch_jvm_memory_used_bytes", Kind.GAUGE, "area", "Memory in use by the JVM."),
  JVM_MEMORY_MAX(
      "pulsewatch_jvm_memory_max_bytes", Kind.GAUGE, "area", "Most that it may use; -1: no limit."),
  JVM_DIRECT(
      "pulsewatch_jvm_direct_buffer_bytes", Kind.GAUGE, "", "Direct buffers outside the heap."),
  JVM_GCS("pulsewatch_jvm_gc_collections", Kind.COUNTER, "gc", "Garbage collections."),
  JVM_GC_TIME("pulsewatch_jvm_gc_seconds", Kind.COUNTER, "gc", "Time spent in them."),
  JVM_THREADS("pulsewatch_jvm_threads", Kind.GAUGE, "", "Live threads.");

  /** What kind of metric. A counter's name ends in _total when it is read, an info's in _info. */
  enum Kind {
    GAUGE(""),
    COUNTER("_total"),
    HISTOGRAM(""),
    INFO("_info");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }
  }

  private final String stem;
  private final Kind kind;
  private final String labels;
  private final String help;

  Family(String stem, Kind kind, String labels, String help) {
    this.stem = stem;
    this.kind = kind;
    this.labels = labels;
    this.help = help;
  }

  /** Without the suffix of its kind. */
  String stem() {
    return stem;
  }

  /** As it is read. */
  String fullName() {
    return stem + kind.suffix;
  }

  Kind kind() {
    return kind;
  }

  /** Names of its labels with commas between; empty: none. */
  String labels() {
    return labels;
  }

  String help() {
    return help;
  }
}

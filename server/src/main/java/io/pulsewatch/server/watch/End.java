package io.pulsewatch.server.watch;

/** Why a subscription ended, other than by its subscriber's own will. */
public enum End {
  /** There are as many as there may be. */
  LIMIT,
  /** What it missed is not kept any more, and it asked to fail rather than to start over. */
  COMPACTED,
  /** This server stops. */
  GOODBYE
}

package io.pulsewatch.server.liveness;

/**
 * How the kernel judges at the moment, and so what may add to a detection bound: where several
 * hold, the last of them is told. So WARM_UP says less than {@link Kernel#isWarmingUp}.
 */
public enum DetectorMode {
  NORMAL,
  WARM_UP,
  PAUSED,
  ADMITTING,
  PRESERVATION,
  PROVISIONAL
}

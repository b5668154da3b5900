package io.pulsewatch.server.liveness;

import java.lang.annotation.ElementType;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test that takes the origin of its monotonic clock: at the ends of its range and around 0. */
@Target(ElementType.METHOD)
@java.lang.annotation.Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "origin {0}")
@ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
@interface Origins {}

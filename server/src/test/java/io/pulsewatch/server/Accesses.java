package io.pulsewatch.server;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * What the architecture test looks for in byte code: calls and method references that reach for
 * time, threads or the environment. Stateless.
 */
final class Accesses {

  private static final Map<Class<?>, Set<String>> SLEEPS =
      Map.of(
          Thread.class, Set.of("sleep"),
          TimeUnit.class, Set.of("sleep"),
          LockSupport.class, Set.of("parkNanos", "parkUntil"));

  private static final Map<Class<?>, Set<String>> ENVIRONMENT =
      Map.of(
          System.class, Set.of("getenv", "getProperty", "getProperties"),
          Boolean.class, Set.of("getBoolean"),
          Integer.class, Set.of("getInteger"),
          Long.class, Set.of("getLong"));

  private Accesses() {}

  /** Reads the monotonic or the wall clock, instead of being told the time. */
  static DescribedPredicate<JavaAccess<?>> readTheClock() {
    return access(
        "read the clock",
        target ->
            isOneOf(target, Map.of(System.class, Set.of("nanoTime", "currentTimeMillis")))
                || (target.getOwner().getPackageName().equals("java.time")
                    && target.getName().equals("now"))
                || (target.getOwner().isEquivalentTo(Clock.class)
                    && target.getName().matches("(system|tick).*")));
  }

  /** Waits for time to pass. */
  static DescribedPredicate<JavaAccess<?>> sleep() {
    return access("sleep", target -> isOneOf(target, SLEEPS));
  }

  /** Makes a thread or something that owns threads, or hands work to a pool that nobody named. */
  static DescribedPredicate<JavaAccess<?>> startThreads() {
    return access(
        "start threads",
        target -> {
          JavaClass owner = target.getOwner();
          String name = target.getName();
          boolean constructor = name.equals(JavaConstructor.CONSTRUCTOR_NAME);
          return (constructor
                  && (owner.isAssignableTo(Thread.class)
                      || owner.isAssignableTo(ExecutorService.class)
                      || owner.isAssignableTo(Timer.class)))
              || (owner.isEquivalentTo(Thread.class) && name.matches("start.*|of.*"))
              || (owner.isEquivalentTo(Executors.class) && name.startsWith("new"))
              || (owner.isEquivalentTo(ForkJoinPool.class) && name.equals("commonPool"))
              || (owner.isEquivalentTo(CompletableFuture.class) && name.endsWith("Async"))
              || name.equals("parallelStream");
        });
  }

  /** Reads the environment or system properties, which only a {@code main} may do. */
  static DescribedPredicate<JavaAccess<?>> readTheEnvironment() {
    return access("read the environment", target -> isOneOf(target, ENVIRONMENT));
  }

  private static boolean isOneOf(AccessTarget target, Map<Class<?>, Set<String>> names) {
    return names.entrySet().stream()
        .anyMatch(
            entry ->
                target.getOwner().isEquivalentTo(entry.getKey())
                    && entry.getValue().contains(target.getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> access(
      String description, Predicate<AccessTarget> matches) {
    return DescribedPredicate.describe(description, access -> matches.test(access.getTarget()));
  }
}

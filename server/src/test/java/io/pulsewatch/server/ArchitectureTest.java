package io.pulsewatch.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server's shape as rules: who may know whom, what the kernel may touch, where threads and
 * clocks come from. Confined to the test's thread.
 *
 * <p>A rule about a package without classes holds. A package without a line in {@link Part} does
 * not: its place is a decision that somebody has to take.
 */
@Tag("once")
final class ArchitectureTest {

  private static final String ROOT = "io.pulsewatch.server";
  private static final String[] KERNEL = {ROOT + ".detector..", ROOT + ".liveness.."};

  private static final JavaClasses MAIN = read(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
  private static final JavaClasses TESTS = read(ImportOption.Predefined.ONLY_INCLUDE_TESTS);

  /** A package below the root, and what it may use of Pulsewatch besides itself. */
  private enum Part {
    DETECTOR,
    LIVENESS,
    LEDGER,
    WATCH,
    TRANSPORT,
    PROBE,
    ROLE,
    HOOK,
    WEB,
    SECURITY,
    METRICS,
    RUNTIME;

    private List<String> uses() {
      return switch (this) {
        case DETECTOR -> List.of();
        case LIVENESS -> List.of("server.detector");
        case LEDGER -> List.of("server.detector", "server.liveness");
        case WATCH -> List.of("server.liveness");
        case TRANSPORT ->
            List.of("server.detector", "server.liveness", "server.watch", "v1", "grpc.health.v1");
        case PROBE -> List.of("server.liveness", "server.watch", "server.transport");
        case ROLE, HOOK, SECURITY, METRICS ->
            List.of("server.liveness", "server.watch", "server.transport", "v1");
        case WEB ->
            List.of("server.liveness", "server.watch", "server.transport", "server.metrics", "v1");
        case RUNTIME ->
            List.of(
                "server.detector",
                "server.liveness",
                "server.ledger",
                "server.watch",
                "server.transport",
                "server.probe",
                "grpc.health.v1",
                "server.role",
                "server.hook",
                "server.web",
                "server.security",
                "server.metrics");
      };
    }

    private String pattern() {
      return ROOT + "." + name().toLowerCase(Locale.ROOT) + "..";
    }

    private String[] allowed() {
      List<String> allowed = new ArrayList<>(List.of(pattern()));
      uses().forEach(used -> allowed.add("io.pulsewatch." + used + ".."));
      return allowed.toArray(String[]::new);
    }
  }

  @Test
  void everyPackageHasItsPlace() {
    String[] places =
        Stream.concat(Stream.of(ROOT), Stream.of(Part.values()).map(Part::pattern))
            .toArray(String[]::new);
    check(MAIN, classes().should().resideInAnyPackage(places));
  }

  @ParameterizedTest
  @EnumSource
  void dependenciesPointOneWay(Part part) {
    check(
        MAIN,
        noClasses()
            .that()
            .resideInAPackage(part.pattern())
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.pulsewatch..").and(not(resideInAnyPackage(part.allowed()))))
            .because("of Pulsewatch it may use " + part.uses()));
  }

  @ParameterizedTest
  @EnumSource(names = {"DETECTOR", "LIVENESS", "WATCH"})
  void theCoreKnowsTheJdkOnly(Part part) {
    check(
        MAIN,
        classes()
            .that()
            .resideInAPackage(part.pattern())
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "io.pulsewatch..",
                "org.jspecify.annotations..",
                "com.google.errorprone.annotations.."));
  }

  @Test
  void theKernelNeitherLocksNorLogsNorRunsThings() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideInAnyPackage(KERNEL)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.util.concurrent.locks..", "java.util.logging..")
                    .or(describe("loggers", type -> type.isAssignableTo(System.Logger.class)))
                    .or(describe("executors", type -> type.isAssignableTo(Executor.class)))));
  }

  /** A confined class may ask which thread it is on, and nothing else of it. */
  @Test
  void theKernelOnlyComparesThreads() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideInAnyPackage(KERNEL)
            .should(
                accessTargetWhere(
                    describe(
                        "use threads",
                        (JavaAccess<?> access) ->
                            access.getTargetOwner().isAssignableTo(Thread.class)
                                && !access.getName().equals("currentThread")))));
  }

  @Test
  void theKernelHasNoSynchronizedMethods() {
    check(
        MAIN,
        noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(KERNEL)
            .should()
            .haveModifier(JavaModifier.SYNCHRONIZED));
  }

  /** What gRPC closed by a clock of its own would be a loss of our making: decision 0003. */
  @Test
  void grpcClosesNothingByTheClock() {
    check(
        MAIN,
        noClasses()
            .should(
                accessTargetWhere(
                    describe(
                        "limit the age of connections",
                        (JavaAccess<?> access) ->
                            access.getName().startsWith("maxConnection")
                                || access.getName().equals("keepAliveTimeout")))));
  }

  /** Byte code readers of this kind do not see blocks, so the sources are read. */
  @ParameterizedTest
  @EnumSource(names = {"DETECTOR", "LIVENESS"})
  void theKernelHasNoSynchronizedBlocks(Part part) throws IOException {
    Pattern block = Pattern.compile("\\bsynchronized\\s*\\(");
    Path folder = Path.of("src/main/java", part.pattern().replace("..", "").split("\\."));
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(block);
      }
    }
  }

  @Test
  void threadsStartInRuntime() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideOutsideOfPackage(Part.RUNTIME.pattern())
            .should(accessTargetWhere(Accesses.startThreads())));
  }

  @Test
  void clocksAreReadInRuntimeAndWiredInTheRoot() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, Part.RUNTIME.pattern())
            .should(accessTargetWhere(Accesses.readTheClock())));
  }

  @Test
  void nothingReadsTheEnvironment() {
    check(MAIN, noClasses().should(accessTargetWhere(Accesses.readTheEnvironment())));
  }

  @Test
  void testsNeitherSleepNorReadTheClock() {
    check(
        TESTS,
        noClasses()
            .that()
            .haveNameNotMatching(".*IT(\\$.*)?")
            .should(accessTargetWhere(Accesses.sleep().or(Accesses.readTheClock()))));
  }

  private static void check(JavaClasses classes, ArchRule rule) {
    rule.allowEmptyShould(true).check(classes);
  }

  private static JavaClasses read(ImportOption option) {
    return new ClassFileImporter().withImportOption(option).importPackages(ROOT);
  }
}

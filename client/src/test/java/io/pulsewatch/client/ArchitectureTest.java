package io.pulsewatch.client;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The client's shape as rules: a pure session machine, stubs around it, threads in the root only.
 * Confined to the test's thread.
 */
@Tag("once")
final class ArchitectureTest {

  private static final String ROOT = "io.pulsewatch.client";
  private static final String SESSION = ROOT + ".session..";
  private static final String TRANSPORT = ROOT + ".transport..";
  private static final String RESOLVER = ROOT + ".resolver..";
  private static final String CONTRACT = "io.pulsewatch.v1..";
  private static final String HEALTH = "io.pulsewatch.grpc.health.v1..";

  private static final JavaClasses MAIN = read(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
  private static final JavaClasses TESTS = read(ImportOption.Predefined.ONLY_INCLUDE_TESTS);

  @Test
  void everyPackageHasItsPlace() {
    check(MAIN, classes().should().resideInAnyPackage(ROOT, SESSION, TRANSPORT, RESOLVER));
  }

  @Test
  void sessionKnowsTheJdkOnly() {
    check(
        MAIN,
        classes()
            .that()
            .resideInAPackage(SESSION)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                SESSION,
                "org.jspecify.annotations..",
                "com.google.errorprone.annotations.."));
  }

  @Test
  void sessionIsAPureMachine() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideInAPackage(SESSION)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.util.concurrent.locks..", "java.util.logging..", "java.net..", "java.nio.."));
  }

  @Test
  void transportKnowsSessionAndTheContract() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideInAPackage(TRANSPORT)
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.pulsewatch..")
                    .and(not(resideInAnyPackage(TRANSPORT, SESSION, CONTRACT, HEALTH)))));
  }

  /** It is a user of the client like any other. */
  @Test
  void theResolverKnowsTheRootAlone() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideInAPackage(RESOLVER)
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.pulsewatch..")
                    .and(not(resideInAnyPackage(ROOT, RESOLVER, CONTRACT)))));
  }

  @Test
  void theRootKnowsNoServer() {
    check(
        MAIN,
        noClasses()
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.pulsewatch..")
                    .and(not(resideInAnyPackage(ROOT + "..", CONTRACT, HEALTH)))));
  }

  @Test
  void threadsStartInTheRootOnly() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should(accessTargetWhere(Accesses.startThreads())));
  }

  @Test
  void clocksAreReadInTheRootOnly() {
    check(
        MAIN,
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
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

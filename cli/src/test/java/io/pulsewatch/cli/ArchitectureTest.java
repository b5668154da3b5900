package io.pulsewatch.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.ZoneId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The command's shape as rules. Confined to the test's thread. */
@Tag("once")
final class ArchitectureTest {
  private static final String ROOT = "io.pulsewatch.cli";
  private static final JavaClasses MAIN = read(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
  private static final JavaClasses TESTS = read(ImportOption.Predefined.ONLY_INCLUDE_TESTS);

  @Test
  void itUsesThePublicSidesOfClientAndServer() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.pulsewatch..")
                .and(
                    not(
                        resideInAnyPackage(
                            ROOT + "..",
                            "io.pulsewatch.client",
                            "io.pulsewatch.server",
                            "io.pulsewatch.server.detector",
                            "io.pulsewatch.v1",
                            "io.pulsewatch.xds"))))
        .check(MAIN);
  }

  @Test
  void mainAloneLooksAround() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Main")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(Clock.class, "system", ZoneId.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(MAIN);
  }

  @Test
  void connectionsAloneMakeAThread() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Connections")
        .should()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callMethod(Thread.class, "start")
        .check(MAIN);
  }

  @Test
  void signalsAloneUseReflection() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Signals")
        .should()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Proxy.class)
        .check(MAIN);
  }

  @Test
  void testsDoNotSleep() {
    noClasses()
        .that()
        .haveNameNotMatching(".*IT(\\$.*)?")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .check(TESTS);
  }

  private static JavaClasses read(ImportOption option) {
    return new ClassFileImporter().withImportOption(option).importPackages(ROOT);
  }
}

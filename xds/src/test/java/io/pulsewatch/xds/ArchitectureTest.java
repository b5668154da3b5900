package io.pulsewatch.xds;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The extension's shape as rules. Confined to the test's thread. */
@Tag("once")
final class ArchitectureTest {
  private static final String ROOT = "io.pulsewatch.xds";
  private static final JavaClasses MAIN = read(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
  private static final JavaClasses TESTS = read(ImportOption.Predefined.ONLY_INCLUDE_TESTS);

  @Test
  void ofThisProjectItUsesTheServersPublicSideAlone() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.pulsewatch..")
                .and(
                    not(
                        resideInAnyPackage(
                            ROOT + "..", "io.pulsewatch.server", "io.pulsewatch.v1"))))
        .check(MAIN);
  }

  @Test
  void theRulesArePure() {
    classes()
        .that()
        .haveSimpleName("PoolRules")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java.lang", "java.util..", ROOT, "org.jspecify.annotations")
        .check(MAIN);
  }

  @Test
  void itHasNeitherThreadsNorClocks() {
    noClasses()
        .should()
        .callMethod(Thread.class, "start")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executors.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
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

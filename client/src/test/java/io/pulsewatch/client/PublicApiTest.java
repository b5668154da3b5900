package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an application gets to see. Confined to the test's thread. */
final class PublicApiTest {
  private static final String ROOT = "io.pulsewatch.client";

  @Test
  void showsJdkContractAndChannelTypesOnly() {
    Stream<String> others =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT)
                .stream()
                .filter(type -> type.getPackageName().equals(ROOT))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(PublicApiTest::shown);
    assertThat(others).isNotEmpty().allMatch(PublicApiTest::mayBeShown);
  }

  private static Stream<String> shown(JavaCodeUnit unit) {
    return Stream.concat(
            unit.getReturnType().getAllInvolvedRawTypes().stream(),
            unit.getParameterTypes().stream()
                .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream()))
        .map(JavaClass::getBaseComponentType)
        .map(JavaClass::getName);
  }

  private static boolean mayBeShown(String type) {
    return type.startsWith("java.")
        || !type.contains(".") // primitive
        || type.matches("io\\.pulsewatch\\.(v1|client)\\.[A-Z].*")
        || type.equals("io.grpc.ManagedChannel")
        || type.equals("io.grpc.ChannelCredentials")
        || type.equals("io.grpc.Status$Code");
  }
}

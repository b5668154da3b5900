package io.pulsewatch.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What operators and logs see of an address: not where its keys stand. */
final class TargetTest {
  private static String shown(String url) {
    Target.Webhook target = new Target.Webhook(URI.create(url), Path.of("secret"), null);
    assertThat(target).hasToString(target.shown());
    return target.shown();
  }

  @Test
  void anAddressIsShownWithoutItsKeys() {
    assertThat(shown("https://a.example.com:8443/services/T0/KEY?k=KEY"))
        .isEqualTo("https://a.example.com:8443/...");
    assertThat(shown("https://a.example.com/?k=KEY")).isEqualTo("https://a.example.com/...");
    assertThat(shown("https://u:KEY@a.example.com/")).isEqualTo("https://a.example.com/");
    assertThat(shown("http://a.example.com")).isEqualTo("http://a.example.com");
  }
}

package io.pulsewatch.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What templates can say, what they are refused for, and what no instance gets through them. */
final class PoolTemplateTest {
  private static final String HOSTILE =
      "a\n  server evil 6.6.6.6:1\r\n;}\u2028{$x \"q\" 'q' \\ # %[x] `id` \t\u0000";

  @Test
  void aServiceByItsNameOrAllOfThem() throws TemplateException {
    Map<String, List<Instance>> pools =
        Map.of(
            "orders", List.of(Backends.alive("a", 81).build(), Backends.alive("b", 82).build()),
            "my.shop.v1", List.of(Backends.alive("c", 83).build()),
            "empty", List.of());
    assertThat(
            rendered(
                "{{#services.orders}}{{service}} {{count}}:{{#instances}} {{id}}={{address}}"
                    + "{{/instances}}{{/services.orders}}",
                pools))
        .isEqualTo("orders 2: a=10.0.0.1:81 b=10.0.0.1:82");
    assertThat(
            rendered(
                "{{#services}}[{{service}}{{#services.my.shop.v1}}{{#instances}} {{host}}"
                    + " {{port}}{{/instances}}{{/services.my.shop.v1}}]{{/services}}",
                pools))
        .isEqualTo("[empty 10.0.0.1 83][my.shop.v1 10.0.0.1 83][orders 10.0.0.1 83]");
    assertThat(
            rendered(
                "{{#services.nobody}}{{^instances}}none{{/instances}}{{/services.nobody}}", pools))
        .isEqualTo("none");
  }

  @Test
  void whatAnInstanceSays() throws TemplateException {
    Instance.Builder furnished =
        Backends.alive("a@1", 81)
            .setZone("eu-1")
            .setVersion("1.2+3")
            .setWeight(500)
            .putLabels("env", "prod")
            .putLabels("app.kubernetes.io/name", "shop")
            .clearEndpoints()
            .addEndpoints(Endpoint.newBuilder().setHost("2001:db8::1").setPort(81));
    String text =
        "{{#services}}{{#instances}}{{id}} {{name}} {{address}} {{weight}} {{weight256}}"
            + " {{#zone}}z={{zone}}{{/zone}}{{^zone}}nowhere{{/zone}} {{version}} {{labels.env}}"
            + " {{labels.app.kubernetes.io/name}}{{^labels.none}} unlabelled{{/labels.none}}"
            + "{{^-last}}, {{/-last}}{{/instances}}{{/services}}";
    assertThat(
            rendered(
                text,
                Map.of("orders", List.of(furnished.build(), Backends.alive("b", 82).build()))))
        .isEqualTo(
            "a@1 "
                + SafeText.name("a@1")
                + " [2001:db8::1]:81 500 256 z=eu-1 1.2+3 prod shop unlabelled, b b 10.0.0.1:82 1 1"
                + " nowhere    unlabelled");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{{nam}} | t:1: nothing is named 'nam' here",
        "{{#services}}\\n{{#instances}}\\n{{adress}}{{/instances}}{{/services}}"
            + " | t:3: nothing is named 'adress' here",
        "{{#services}}{{^instances}}{{oops}}{{/instances}}{{/services}} | 'oops'",
        "{{#services}}{{#instances}}{{^zone}}{{oops}}{{/zone}}{{/instances}}{{/services}} | 'oops'",
        "{{#services}}{{#instances}}{{#zone}}{{oops}}{{/zone}}{{/instances}}{{/services}} | 'oops'",
        "{{#services.x}}{{#instances}}{{oops}}{{/instances}}{{/services.x}} | 'oops'",
        "{{#service}}{{/service}} | t:1: nothing is named 'service' here",
        "{{#services}}{{#instances}}{{id.class}}{{/instances}}{{/services}} | id",
        "{{#services}} | services",
        "{{/services}} | services",
        "{{> other}} | put it all in one",
      })
  void whatThereIsNotIsToldWithItsLine(String text, String told) {
    assertThatThrownBy(() -> PoolTemplate.of("t", text.replace("\\n", "\n")))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("t:")
        .hasMessageContaining(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{%s}}", "{{{%s}}}", "{{&%s}}"})
  void nobodyWritesLinesOfTheFile(String tag) throws TemplateException {
    Instance hostile =
        Backends.alive("x", 81)
            .setInstanceId(HOSTILE)
            .setZone(HOSTILE)
            .setVersion(HOSTILE)
            .putLabels("env", HOSTILE)
            .clearEndpoints()
            .addEndpoints(Endpoint.newBuilder().setHost(HOSTILE).setPort(81))
            .build();
    for (String name : List.of("id", "name", "host", "address", "zone", "version", "labels.env")) {
      String text =
          "{{#services}}{{#instances}}" + tag.formatted(name) + "{{/instances}}{{/services}}";
      assertThat(rendered(text, Map.of("orders", List.of(hostile))))
          .as(name)
          .matches("[A-Za-z0-9._:@/+\\[\\]-]+");
    }
    assertThat(
            rendered(
                "{{#services}}" + tag.formatted("service") + "{{/services}}",
                Map.of("a\nb;", List.of())))
        .isEqualTo("a_b_");
  }

  @Test
  void lettersAndDigitsOfAsciiAndSevenSignsGetThrough() {
    assertThat(SafeText.word("azAZ09._-:@/+")).isEqualTo("azAZ09._-:@/+");
    assertThat(SafeText.word("`{@[/:\u00e9\u0430\u0661\uff21\ud83d\ude00"))
        .isEqualTo("__@_/:_____");
    assertThat(SafeText.name("azAZ09._-:")).isEqualTo("azAZ09._-:");
    assertThat(SafeText.name("a@1"))
        .as("by what it says alone, whoever else is there")
        .startsWith("a_1-")
        .isNotEqualTo(SafeText.name("a/1"));
  }

  @Test
  void twoNamesStayTwo() throws TemplateException {
    String other = SafeText.name("a@1");
    List<Instance> pool =
        List.of(
            Backends.alive("a@1", 81).build(),
            Backends.alive("a@2", 82).build(),
            Backends.alive(other, 83).build());
    List<String> names =
        rendered(
                "{{#services}}{{#instances}}{{name}}\n{{/instances}}{{/services}}",
                Map.of("orders", pool))
            .lines()
            .toList();
    assertThat(names)
        .hasSize(3)
        .doesNotHaveDuplicates()
        .allMatch(each -> each.matches("[\\w.:-]+"));
  }

  @Test
  void aTextThatIsTooLongIsNone() throws TemplateException {
    String mebi = "x".repeat(1 << 20);
    String each = "{{#services}}{{#instances}}" + mebi + "{{/instances}}{{/services}}";
    List<Instance> sixteen = new ArrayList<>();
    for (int n = 0; n < 16; n++) {
      sixteen.add(Backends.alive("a" + n, 81).build());
    }
    assertThat(rendered(each, Map.of("orders", sixteen))).hasSize(16 << 20);
    assertThatThrownBy(() -> rendered(each + "y", Map.of("orders", sixteen)))
        .isInstanceOf(TemplateException.class)
        .hasMessage("t: 16777217 characters (expected: at most 16777216): name fewer services");
  }

  @Test
  void theTemplateForNginx() throws Exception {
    assertThat(shipped("nginx-upstreams.conf.mustache"))
        .endsWith(
            """

            upstream empty {
                server 127.0.0.1:1 down; # nobody is well, and nginx wants a line: 502 at once
            }

            upstream orders {
                server 10.0.0.1:81 weight=1; # a
                server 10.0.0.1:82 weight=2; # b
            }
            """);
  }

  @Test
  void theTemplateForHaproxy() throws Exception {
    assertThat(shipped("haproxy-backends.cfg.mustache"))
        .endsWith(
            """

            backend empty
                balance roundrobin

            backend orders
                balance roundrobin
                server a 10.0.0.1:81 weight 1
                server b 10.0.0.1:82 weight 2
            """);
  }

  private static String shipped(String name) throws Exception {
    return rendered(
        Files.readString(Path.of("../deploy", name)),
        Map.of(
            "orders",
            List.of(Backends.alive("a", 81).build(), Backends.alive("b", 82).setWeight(2).build()),
            "empty",
            List.of()));
  }

  private static String rendered(String text, Map<String, List<Instance>> pools)
      throws TemplateException {
    return PoolTemplate.of("t", text).render(pools);
  }
}

package io.pulsewatch.server.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a suspect may be looked at. */
final class AddressRulesTest {
  private static final AddressRules STRICT = new AddressRules(false, List.of());
  private static final AddressRules AT_HOME = new AddressRules(true, List.of());

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.199",
        "8.8.8.8",
        "169.253.255.255",
        "169.255.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "223.255.255.255",
        "2001:db8::1",
        "fd00::1",
        "fd00:ec2::253",
        "fe7f::1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "::ffff:10.0.0.1"
      })
  void servicesLiveThere(String literal) throws UnknownHostException {
    assertThat(STRICT.allows(address(literal))).isTrue();
    assertThat(AT_HOME.allows(address(literal))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "::",
        "fe80::1",
        "febf:ffff::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1"
      })
  void nobodyIsSentThere(String literal) throws UnknownHostException {
    assertThat(STRICT.allows(address(literal))).isFalse();
    assertThat(AT_HOME.allows(address(literal))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "::127.0.0.1",
        "127.1",
        "2130706433"
      })
  void loopbackIsForThoseWhoListenOnIt(String literal) throws UnknownHostException {
    assertThat(STRICT.allows(address(literal))).isFalse();
    assertThat(AT_HOME.allows(address(literal))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "169.254.0.0/16, 169.254.169.254",
    "169.254.169.254, 169.254.169.254",
    "fe80::/10, fe80::1",
    "127.0.0.0/8, 127.0.0.1",
    "0.0.0.0/0, 224.0.0.1",
    "::/0, fd00:ec2::254"
  })
  void unlessItIsAllowed(String network, String literal) throws UnknownHostException {
    AddressRules rules = new AddressRules(false, List.of("10.1.0.0/16", network));
    assertThat(rules.allows(address(literal))).isTrue();
    assertThat(rules.allows(address("fe80::2")))
        .isEqualTo(network.startsWith("fe80") || network.equals("::/0"));
  }

  @ParameterizedTest
  @CsvSource({
    "metadata.google.internal, false",
    "METADATA.google.Internal., false",
    "metadata, false",
    "instance-data, false",
    "metadata.example.com, true",
    "db.internal, true",
    "169.254.169.254, true"
  })
  void metadataHostsAreNotEvenLookedUp(String host, boolean allowed) {
    assertThat(STRICT.allowsHost(host)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0/8",
        "::1/129",
        "1.2.3.4/x",
        "300.1.1.1",
        "g::1"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> AddressRules.check(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: an address, or a range");
  }

  @Test
  void bitsAreCountedToTheLast() throws UnknownHostException {
    Network network = Network.parse("10.0.0.128/25");
    assertThat(network.holds(address("10.0.0.128").getAddress())).isTrue();
    assertThat(network.holds(address("10.0.0.255").getAddress())).isTrue();
    assertThat(network.holds(address("10.0.0.127").getAddress())).isFalse();
    assertThat(network.holds(address("::1").getAddress())).isFalse();
  }
}

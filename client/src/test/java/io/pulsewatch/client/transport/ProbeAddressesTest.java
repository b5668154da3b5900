package io.pulsewatch.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a sender may look, by literal addresses: nothing is resolved. Confined to its thread. */
final class ProbeAddressesTest {
  private static final Reach.Scope USUAL = new Reach.Scope(false, false);
  private static final Reach.Scope NEARBY = new Reach.Scope(false, true);
  private static final Reach.Scope ANY = new Reach.Scope(true, true);

  private static boolean allowed(String literal, Reach.Scope scope) throws UnknownHostException {
    return ProbeAddresses.mayBeAsked(InetAddress.getByName(literal), scope);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.7",
        "172.16.3.4",
        "192.168.1.1",
        "8.8.8.8",
        "169.253.255.255",
        "169.255.0.0",
        "223.255.255.255",
        "168.63.129.15",
        "168.63.129.17",
        "fd00::1",
        "fd00:c1::1",
        "fd20:ce::253",
        "2001:db8::1",
        "64:ff9b::10.0.0.7"
      })
  void usualOnes(String literal) throws UnknownHostException {
    assertThat(allowed(literal, USUAL)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "2852039166", // 169.254.169.254 as one number
        "fe80::1",
        "febf::1",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::254%1",
        "168.63.129.16",
        "::ffff:168.63.129.16",
        "64:ff9b::168.63.129.16",
        "fd20:ce::254",
        "fd00:c1::a9fe:a9fe",
        "fec0::",
        "fec0::1",
        "feff:ffff::1"
      })
  void linkLocalAndMetadataOnlyWhereAllowed(String literal) throws UnknownHostException {
    assertThat(allowed(literal, USUAL)).isFalse();
    assertThat(allowed(literal, NEARBY)).isFalse();
    assertThat(allowed(literal, ANY)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "ff02::1",
        "64:ff9b::0.0.0.0",
        "2002:e000:1::1"
      })
  void neverThoseOfNobody(String literal) throws UnknownHostException {
    assertThat(allowed(literal, USUAL)).isFalse();
    assertThat(allowed(literal, ANY)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1", "2002:7f00:1::"})
  void loopbackOnlyNearby(String literal) throws UnknownHostException {
    assertThat(allowed(literal, USUAL)).isFalse();
    assertThat(allowed(literal, NEARBY)).isTrue();
    assertThat(allowed(literal, ANY)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata.google.internal",
        "Metadata.Google.Internal.",
        "metadata",
        "instance-data",
        "metadata.goog"
      })
  void noMetadataHosts(String host) {
    assertThat(ProbeAddresses.mayBeAsked(host, NEARBY)).isFalse();
    assertThat(ProbeAddresses.mayBeAsked(host, ANY)).isTrue();
  }
}

package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PeerNetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.1.2.0/24",
    "10.1.2.254, 10.1.2.0/24",
    "10.1.3.3, 10.1.3.0/24",
    "255.255.255.255, 255.255.255.0/24",
    "127.0.0.1, 127.0.0.0/24",
    "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
    "2001:db8:1:2::, 20010db800010002/64",
    "2001:db8:1:3::, 20010db800010003/64",
    "::1, 0000000000000000/64",
    "::ffff:10.1.2.3, 10.1.2.0/24",
  })
  void oneNetworkForEach24And64(String address, String network) throws UnknownHostException {
    InetAddress peer = InetAddress.getByName(address);
    assertThat(PeerNetwork.of(new InetSocketAddress(peer, 40_000))).isEqualTo(network);
  }

  @Test
  void whatHasNoAddressHasNone() {
    assertThat(PeerNetwork.of(null)).isEmpty();
    assertThat(PeerNetwork.of(InetSocketAddress.createUnresolved("localhost", 1))).isEmpty();
    assertThat(PeerNetwork.of(new Nowhere())).isEmpty();
    assertThat(PeerNetwork.current()).as("outside any call").isEmpty();
  }

  private static final class Nowhere extends SocketAddress {
    private static final long serialVersionUID = 1;
  }
}

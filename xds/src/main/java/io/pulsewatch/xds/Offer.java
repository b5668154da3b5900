package io.pulsewatch.xds;

import com.google.protobuf.UInt32Value;
import io.pulsewatch.xds.envoy.Endpoint;
import io.pulsewatch.xds.envoy.LbEndpoint;
import io.pulsewatch.xds.envoy.LocalityLbEndpoints;
import io.pulsewatch.xds.envoy.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of an instance reaches an xDS client, and its bytes, which are made once for all looks at
 * its service and all answers: a service may have tens of thousands. Immutable; the bytes are made
 * on the extension's thread when they are first asked for.
 */
final class Offer {
  private final Address address;
  private final String zone;
  private final int weight;
  private byte @Nullable [] bytes;

  /**
   * Makes one.
   *
   * @param zone the locality; empty: none was said
   * @param weight 1..10,000
   */
  Offer(Address address, String zone, int weight) {
    this.address = address;
    this.zone = zone;
    this.weight = weight;
  }

  /** That one where it says the same: its bytes are made, and a comparison with it is quick. */
  Offer orSame(@Nullable Offer before) {
    return equals(before) ? Objects.requireNonNull(before) : this;
  }

  Address address() {
    return address;
  }

  String zone() {
    return zone;
  }

  int weight() {
    return weight;
  }

  /** The endpoint as a field of its locality, tag and length included. Not to be written to. */
  byte[] bytes() {
    byte[] known = bytes;
    if (known == null) {
      known = LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint()).build().toByteArray();
      bytes = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Offer that
            && weight == that.weight
            && address.equals(that.address)
            && zone.equals(that.zone));
  }

  @Override
  public int hashCode() {
    return Objects.hash(address, zone, weight);
  }

  @Override
  public String toString() {
    return address + " " + zone + " " + weight;
  }

  private LbEndpoint endpoint() {
    SocketAddress socket =
        SocketAddress.newBuilder().setAddress(address.host()).setPortValue(address.port()).build();
    return LbEndpoint.newBuilder()
        .setEndpoint(
            Endpoint.newBuilder()
                .setAddress(io.pulsewatch.xds.envoy.Address.newBuilder().setSocketAddress(socket)))
        .setLoadBalancingWeight(UInt32Value.of(weight))
        .build();
  }
}

package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UInt32Value;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.pulsewatch.v1.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints as they are sent, read with Envoy's own messages. */
final class EncodedPoolTest {
  @Test
  void endpointsStandByZoneWithTheirWeights() throws Exception {
    ClusterLoadAssignment endpoints =
        read(
            EncodedPool.of(
                "orders", List.of(offer(1, "b", 1), offer(2, "a", 5), offer(3, "b", 7))));
    assertThat(endpoints.getClusterName()).isEqualTo("orders");
    assertThat(endpoints.getEndpointsList())
        .extracting(
            locality ->
                locality.getLocality().getZone()
                    + "="
                    + locality.getLoadBalancingWeight().getValue()
                    + " "
                    + places(locality))
        .containsExactly("a=5 10.0.0.1:2*5", "b=8 10.0.0.1:1*1 10.0.0.1:3*7");
    assertThat(endpoints.getEndpointsList()).allMatch(LocalityLbEndpoints::hasLocality);
    assertThat(read(EncodedPool.of("x", List.of(offer(1, "", 1)))).getEndpoints(0).hasLocality())
        .as("gRPC refuses endpoints without one")
        .isTrue();
    assertThat(read(EncodedPool.of("x", List.of())).getEndpointsList()).isEmpty();
  }

  /** Lengths of one, two and three bytes; what protobuf itself would write, byte for byte. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 500, 600, 700, 20_000})
  void itIsWhatProtobufWouldWrite(int many) throws Exception {
    List<Offer> pool = new ArrayList<>();
    ClusterLoadAssignment.Builder expected =
        ClusterLoadAssignment.newBuilder().setClusterName("orders");
    LocalityLbEndpoints.Builder zone = expected.addEndpointsBuilder();
    zone.getLocalityBuilder().setZone("a");
    int sum = 0;
    for (int i = 1; i <= many; i++) {
      int weight = 1 + i * 7 % 10_000;
      sum += weight;
      pool.add(offer(i, "a", weight));
      var endpoint = zone.addLbEndpointsBuilder();
      endpoint
          .getEndpointBuilder()
          .getAddressBuilder()
          .getSocketAddressBuilder()
          .setAddress("10.0.0.1")
          .setPortValue(i);
      endpoint.setLoadBalancingWeight(UInt32Value.of(weight));
    }
    zone.setLoadBalancingWeight(UInt32Value.of(sum));
    assertThat(EncodedPool.of("orders", pool)).isEqualTo(Any.pack(expected.build()).toByteString());
  }

  @Test
  void whoStaysAsHeIsIsEncodedOnce() {
    Member before = member(Someone.alive("a", 1), null);
    Member after = member(Someone.suspect("a", 1), before);
    assertThat(after.offer()).isSameAs(before.offer());
    assertThat(after.offer().bytes()).isSameAs(before.offer().bytes());
    assertThat(member(Someone.alive("a", 2), before).offer()).isNotEqualTo(before.offer());
  }

  private static Member member(Instance.Builder now, @Nullable Member before) {
    return Objects.requireNonNull(Member.of(now.build(), before, 5));
  }

  private static String places(LocalityLbEndpoints locality) {
    StringBuilder places = new StringBuilder();
    for (var each : locality.getLbEndpointsList()) {
      var address = each.getEndpoint().getAddress().getSocketAddress();
      places.append(places.length() == 0 ? "" : " ").append(address.getAddress());
      places.append(':').append(address.getPortValue());
      places.append('*').append(each.getLoadBalancingWeight().getValue());
    }
    return places.toString();
  }

  private static ClusterLoadAssignment read(ByteString packed)
      throws InvalidProtocolBufferException {
    return Any.parseFrom(packed).unpack(ClusterLoadAssignment.class);
  }

  private static Offer offer(int port, String zone, int weight) {
    return new Offer(new Address("10.0.0.1", port), zone, weight);
  }
}

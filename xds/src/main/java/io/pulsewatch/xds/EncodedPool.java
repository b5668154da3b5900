package io.pulsewatch.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.WireFormat;
import io.pulsewatch.xds.envoy.ClusterLoadAssignment;
import io.pulsewatch.xds.envoy.Locality;
import io.pulsewatch.xds.envoy.LocalityLbEndpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The endpoints of one service as a packed {@code ClusterLoadAssignment}, put together of the bytes
 * of each {@link Offer} in one pass, without a message for each: messages of ten thousand would
 * keep a core busy for milliseconds with each change. Confined to the extension's thread.
 */
final class EncodedPool {
  /** Of an endpoint with an IPv4 address and a weight, about; more is no harm. */
  private static final int ENDPOINT_BYTES = 32;

  /** The offers of one zone. */
  private static final class Zone {
    private final String name;
    private final List<Offer> offers = new ArrayList<>();
    private int weight; // no sum is too great: weights are at most 10,000
    private int length;

    Zone(String name) {
      this.name = name;
    }

    void add(Offer offer) {
      offers.add(offer);
      weight += offer.weight();
      length += offer.bytes().length;
    }

    /** The fields in the order of their numbers, as protobuf itself writes them. */
    void write(CodedOutputStream out) throws IOException {
      LocalityLbEndpoints head =
          LocalityLbEndpoints.newBuilder().setLocality(Locality.newBuilder().setZone(name)).build();
      LocalityLbEndpoints tail =
          LocalityLbEndpoints.newBuilder().setLoadBalancingWeight(UInt32Value.of(weight)).build();
      out.writeTag(
          ClusterLoadAssignment.ENDPOINTS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(head.getSerializedSize() + length + tail.getSerializedSize());
      head.writeTo(out);
      for (Offer offer : offers) {
        out.writeRawBytes(offer.bytes());
      }
      tail.writeTo(out);
    }
  }

  private EncodedPool() {}

  /** By zone, in the order of their names; within one as they come. */
  static ByteString of(String service, List<Offer> pool) {
    Map<String, Zone> zones = new TreeMap<>();
    for (Offer offer : pool) {
      zones.computeIfAbsent(offer.zone(), Zone::new).add(offer);
    }
    ByteString.Output bytes = ByteString.newOutput(ENDPOINT_BYTES * (1 + pool.size()));
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      ClusterLoadAssignment.newBuilder().setClusterName(service).build().writeTo(out);
      for (Zone zone : zones.values()) {
        zone.write(out);
      }
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Any.newBuilder()
        .setTypeUrl(ResourceType.ENDPOINTS.url())
        .setValue(bytes.toByteString())
        .build()
        .toByteString();
  }
}

package io.pulsewatch.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnsafeByteOperations;
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
  /** The offers of one zone, and what stands around them. */
  private static final class Zone {
    private final byte[] head;
    private final List<Offer> offers = new ArrayList<>();
    private byte[] tail = {};
    private int weight; // no sum is too great: weights are at most 10,000
    private int length;

    Zone(String name) {
      head =
          LocalityLbEndpoints.newBuilder()
              .setLocality(Locality.newBuilder().setZone(name))
              .build()
              .toByteArray();
      length = head.length;
    }

    void add(Offer offer) {
      offers.add(offer);
      weight += offer.weight();
      length += offer.bytes().length;
    }

    void end() {
      tail =
          LocalityLbEndpoints.newBuilder()
              .setLoadBalancingWeight(UInt32Value.of(weight))
              .build()
              .toByteArray();
      length += tail.length;
    }

    void write(CodedOutputStream out) throws IOException {
      out.writeTag(
          ClusterLoadAssignment.ENDPOINTS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(length);
      out.writeRawBytes(head);
      for (Offer offer : offers) {
        out.writeRawBytes(offer.bytes());
      }
      out.writeRawBytes(tail);
    }
  }

  private EncodedPool() {}

  /** By zone, in the order of their names; within one as they come. */
  static ByteString of(String service, List<Offer> pool) {
    Map<String, Zone> zones = new TreeMap<>();
    for (Offer offer : pool) {
      zones.computeIfAbsent(offer.zone(), Zone::new).add(offer);
    }
    byte[] name = ClusterLoadAssignment.newBuilder().setClusterName(service).build().toByteArray();
    int length = name.length;
    for (Zone zone : zones.values()) {
      zone.end();
      length += fieldSize(ClusterLoadAssignment.ENDPOINTS_FIELD_NUMBER, zone.length);
    }
    byte[] type = Any.pack(ClusterLoadAssignment.getDefaultInstance()).toByteArray();
    byte[] bytes = new byte[type.length + fieldSize(Any.VALUE_FIELD_NUMBER, length)];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawBytes(type);
      out.writeTag(Any.VALUE_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(length);
      out.writeRawBytes(name);
      for (Zone zone : zones.values()) {
        zone.write(out);
      }
      out.checkNoSpaceLeft();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static int fieldSize(int number, int length) {
    return CodedOutputStream.computeTagSize(number)
        + CodedOutputStream.computeUInt32SizeNoTag(length)
        + length;
  }
}

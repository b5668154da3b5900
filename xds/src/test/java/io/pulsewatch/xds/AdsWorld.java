package io.pulsewatch.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.xds.envoy.ClusterLoadAssignment;
import io.pulsewatch.xds.envoy.DiscoveryRequest;
import io.pulsewatch.xds.envoy.DiscoveryResponse;
import io.pulsewatch.xds.envoy.LbEndpoint;
import io.pulsewatch.xds.envoy.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A catalog with streams of its own, in virtual time. Confined to the test's thread. */
final class AdsWorld implements Catalog.Subscribers, AdsStream.Refusals {
  final Catalog catalog = new Catalog(1_000, this);
  final List<String> refused = new ArrayList<>();
  final List<Client> clients = new ArrayList<>();
  private final Interests interests = new Interests();
  private long nowNanos = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(50);
  boolean warmingUp;

  /** A client on one stream. Confined. */
  final class Client implements AdsStream.Wire {
    final AdsStream stream = new AdsStream(catalog, interests, AdsWorld.this, this, 5);
    final List<DiscoveryResponse> answers = new ArrayList<>();
    final List<Frame> frames = new ArrayList<>();
    private final Map<ResourceType, String> nonces = new EnumMap<>(ResourceType.class);
    boolean reads = true;

    @Override
    public boolean isReady() {
      return reads;
    }

    @Override
    public void send(Frame frame) {
      frames.add(frame);
      try {
        DiscoveryResponse answer = DiscoveryResponse.parseFrom(frame.toByteArray());
        answers.add(answer);
        nonces.put(Objects.requireNonNull(ResourceType.of(answer.getTypeUrl())), frame.nonce());
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    /** Asks, in answer to the newest answer of that type. */
    @Nullable Status ask(ResourceType type, String... names) {
      return reply(type, nonce(type), "", names);
    }

    @Nullable Status reply(ResourceType type, String nonce, String error, String... names) {
      DiscoveryRequest.Builder request =
          DiscoveryRequest.newBuilder()
              .setTypeUrl(type.url())
              .setResponseNonce(nonce)
              .addAllResourceNames(List.of(names));
      if (!error.isEmpty()) {
        request.getErrorDetailBuilder().setCode(3).setMessage(error);
      }
      Status refusal = stream.onRequest(request.build());
      stream.flush();
      return refusal;
    }

    String nonce(ResourceType type) {
      String nonce = "";
      for (DiscoveryResponse answer : answers) {
        nonce = answer.getTypeUrl().equals(type.url()) ? answer.getNonce() : nonce;
      }
      return nonce;
    }

    /** The nonce of the last answer of that type, whether or not it was looked at. */
    String last(ResourceType type) {
      return nonces.getOrDefault(type, "");
    }

    /** What it was told since it was last looked at. */
    List<String> told() {
      List<String> told = new ArrayList<>();
      answers.forEach(answer -> told.add(words(answer)));
      answers.removeIf(answer -> true);
      return told;
    }
  }

  Client client() {
    Client client = new Client();
    clients.add(client);
    return client;
  }

  AdsWorld hear(WatchResponse... messages) {
    for (WatchResponse message : messages) {
      catalog.onMessage(message);
    }
    return turn();
  }

  AdsWorld hear(List<WatchResponse> messages) {
    return hear(messages.toArray(WatchResponse[]::new));
  }

  AdsWorld pass(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    return turn();
  }

  AdsWorld turn() {
    catalog.turn(nowNanos, warmingUp);
    clients.forEach(client -> client.stream.flush());
    return this;
  }

  @Override
  public void onEndpoints(Service service) {
    interests.each(
        ResourceType.ENDPOINTS, service.name(), stream -> stream.onEndpoints(service.name()));
  }

  @Override
  public void onName(String service) {
    for (ResourceType type : ResourceType.values()) {
      if (type != ResourceType.ENDPOINTS) {
        interests.each(type, service, stream -> stream.onName(type, service));
      }
    }
  }

  @Override
  public void onNames() {
    for (ResourceType type : ResourceType.values()) {
      interests.eachOfAll(type, AdsStream::onNames);
    }
  }

  @Override
  public void onOpen() {
    clients.forEach(client -> client.stream.onOpen());
  }

  @Override
  public void onRefused(String node, ResourceType type, String reason) {
    refused.add(type + " " + reason);
  }

  /** {@code CLUSTER orders billing}, or {@code ENDPOINTS orders=1,2}. */
  private static String words(DiscoveryResponse answer) {
    ResourceType type = ResourceType.of(answer.getTypeUrl());
    StringBuilder words = new StringBuilder(String.valueOf(type));
    for (Any resource : answer.getResourcesList()) {
      words.append(' ').append(words(resource));
    }
    return words.toString();
  }

  private static String words(Any resource) {
    try {
      if (resource.is(io.pulsewatch.xds.envoy.Cluster.class)) {
        return resource.unpack(io.pulsewatch.xds.envoy.Cluster.class).getName();
      }
      if (resource.is(io.pulsewatch.xds.envoy.Listener.class)) {
        return resource.unpack(io.pulsewatch.xds.envoy.Listener.class).getName();
      }
      if (resource.is(io.pulsewatch.xds.envoy.RouteConfiguration.class)) {
        return resource.unpack(io.pulsewatch.xds.envoy.RouteConfiguration.class).getName();
      }
      ClusterLoadAssignment endpoints = resource.unpack(ClusterLoadAssignment.class);
      List<String> ports = new ArrayList<>();
      for (LocalityLbEndpoints locality : endpoints.getEndpointsList()) {
        for (LbEndpoint each : locality.getLbEndpointsList()) {
          ports.add(
              Integer.toString(each.getEndpoint().getAddress().getSocketAddress().getPortValue()));
        }
      }
      return endpoints.getClusterName() + "=" + String.join(",", ports);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}

package io.pulsewatch.server.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom a change concerns: channels by the service that they name. Channels with globs, and those of
 * everything, are asked one by one; a list of them for each service would take memory for each pair
 * of a glob and a service.
 *
 * <p>Confined to the fan-out thread.
 */
final class Index {
  private final CatchUp catchUp;
  private final Map<Filter, Channel> channels = new HashMap<>();
  private final Map<String, List<Channel>> byService = new HashMap<>();
  private final List<Channel> wide = new ArrayList<>();
  private final List<Channel> touched = new ArrayList<>();

  Index(CatchUp catchUp) {
    this.catchUp = catchUp;
  }

  /** The channel of a filter; the caller joins it. */
  Channel channel(Filter filter) {
    Channel known = channels.get(filter);
    if (known != null) {
      return known;
    }
    Channel channel = new Channel(filter, catchUp);
    channels.put(filter, channel);
    if (filter.services().isExact()) {
      for (String name : filter.services().names()) {
        byService.computeIfAbsent(name, service -> new ArrayList<>()).add(channel);
      }
    } else {
      wide.add(channel);
    }
    return channel;
  }

  /** Nobody is in it any more. */
  void remove(Channel channel) {
    Filter filter = channel.filter();
    channels.remove(filter);
    if (!filter.services().isExact()) {
      wide.remove(channel);
      return;
    }
    for (String name : filter.services().names()) {
      List<Channel> others = byService.getOrDefault(name, List.of());
      others.remove(channel);
      if (others.isEmpty()) {
        byService.remove(name);
      }
    }
  }

  void offer(Link link) {
    String service = link.entry().key().service();
    for (Channel channel : byService.getOrDefault(service, List.of())) {
      offer(channel, link);
    }
    for (Channel channel : wide) {
      if (channel.filter().services().matches(service)) {
        offer(channel, link);
      }
    }
  }

  /** Hands over what was offered. The revisions are the head's before and after it. */
  void flush(long before, long head) {
    for (Channel channel : touched) {
      channel.flush(before, head);
    }
    touched.clear();
  }

  /** Filters in use. */
  int channels() {
    return channels.size();
  }

  /** Names that they name, and those that are wide. */
  int entries() {
    return byService.size() + wide.size();
  }

  private void offer(Channel channel, Link link) {
    if (channel.offer(link)) {
      touched.add(channel);
    }
  }
}

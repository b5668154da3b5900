package io.pulsewatch.server.security;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files that belong together and are looked at again and again. What they say is taken as a whole
 * or not at all; what is no good is said once, and the last good one stays in use.
 *
 * <p>Contents are compared, not times: a file that came by a link, or within the same tick of the
 * file system's clock, is a new one all the same. New contents are taken when two looks in a row
 * found the same, so that nothing half written counts, and no certificate whose key is still on its
 * way.
 *
 * <p>Confined to one thread.
 */
final class FollowedFiles {
  /** No certificate, key or token table of ours is greater; past it a file is refused. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private final String what;
  private final List<Path> paths;
  private final Taker taker;
  private final Logger logger;
  private Look taken = Look.NOTHING;
  private Look last = Look.NOTHING;
  private @Nullable String told;

  /** Reads contents and puts them to use. */
  @FunctionalInterface
  interface Taker {
    /**
     * Takes them as a whole.
     *
     * @return what is in use now, in a few words
     * @throws IllegalArgumentException if they are no good; nothing has changed then
     */
    String take(List<byte[]> contents);
  }

  /** What one look found: contents, or why there are none. */
  private record Look(List<byte[]> contents, String fault) {
    static final Look NOTHING = new Look(List.of(), "");

    boolean isSame(Look other) {
      boolean same = contents.size() == other.contents.size() && fault.equals(other.fault);
      for (int i = 0; same && i < contents.size(); i++) {
        same = Arrays.equals(contents.get(i), other.contents.get(i));
      }
      return same;
    }
  }

  /**
   * Reads nothing yet.
   *
   * @param what they are, for people
   */
  FollowedFiles(String what, List<Path> paths, Taker taker, Logger logger) {
    this.what = what;
    this.paths = List.copyOf(paths);
    this.taker = taker;
    this.logger = logger;
  }

  /**
   * The first reading.
   *
   * @throws IllegalArgumentException if they are no good; names the files and the remedy
   */
  void load() {
    Look found = read();
    if (!found.fault().isEmpty()) {
      throw new IllegalArgumentException(sentence(found.fault()));
    }
    try {
      taker.take(found.contents());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(sentence(String.valueOf(e.getMessage())), e);
    }
    taken = found;
    last = found;
  }

  /** Looks again; bounded. */
  void look() {
    Look found = read();
    boolean stands = found.isSame(last);
    last = found;
    if (!stands) {
      return;
    }
    if (found.isSame(taken)) {
      told = null;
      return;
    }
    if (!found.fault().isEmpty()) {
      refuse(found.fault());
      return;
    }
    try {
      String used = taker.take(found.contents());
      taken = found;
      told = null;
      logger.log(Level.INFO, sentence("taken anew; " + used));
    } catch (IllegalArgumentException e) {
      refuse(String.valueOf(e.getMessage()));
    }
  }

  private void refuse(String fault) {
    if (!Objects.equals(told, fault)) {
      told = fault;
      logger.log(Level.WARNING, sentence(fault) + "; what was read before stays in use");
    }
  }

  private String sentence(String text) {
    StringBuilder names = new StringBuilder();
    paths.forEach(path -> names.append(names.isEmpty() ? "" : ", ").append(path));
    return what + " " + names + ": " + text;
  }

  private Look read() {
    List<byte[]> contents = new ArrayList<>();
    for (Path path : paths) {
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          return new Look(List.of(), path + " is greater than " + MAX_BYTES + " bytes");
        }
        contents.add(bytes);
      } catch (NoSuchFileException e) {
        return new Look(List.of(), "there is no " + path + " (expected: the path of a file)");
      } catch (IOException e) {
        return new Look(
            List.of(),
            path + " cannot be read: " + e + " (expected: a file that this user may read)");
      }
    }
    return new Look(contents, "");
  }
}

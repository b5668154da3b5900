package io.pulsewatch.cli.render;

import java.io.IOException;

/** Another process keeps the file right. Immutable. */
public final class FileTakenException extends IOException {
  private static final long serialVersionUID = 1;

  FileTakenException(String line) {
    super(line);
  }
}

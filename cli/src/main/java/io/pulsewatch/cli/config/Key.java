package io.pulsewatch.cli.config;

/**
 * One key that may be said.
 *
 * @param name such as {@code listen}, or {@code limits.max_instances}
 * @param several whether it takes a list
 * @param isPath whether its values are paths: those in a file are relative to the file
 * @param inFile whether a file may say it, or only the environment and the command line
 */
public record Key(String name, boolean several, boolean isPath, boolean inFile) {}

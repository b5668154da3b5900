package io.pulsewatch.cli.config;

/**
 * One value that was said.
 *
 * @param key its key, those below a section with a dot
 * @param text as it would be typed behind the option; several with commas
 * @param origin where it was said
 */
public record Setting(String key, String text, Origin origin) {}

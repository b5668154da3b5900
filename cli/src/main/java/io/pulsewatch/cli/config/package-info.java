/** What one YAML file and the environment say, each value with where it was said. */
@NullMarked
package io.pulsewatch.cli.config;

import org.jspecify.annotations.NullMarked;

/**
 * The Java client.
 *
 * <p>{@link io.pulsewatch.client.PulsewatchSender} keeps one instance registered and tells its
 * application when to stop believing in itself. {@link io.pulsewatch.client.PulsewatchWatcher}
 * keeps a local view of others and hands over each change with its evidence. {@link
 * io.pulsewatch.client.PulsewatchClient} asks single questions. The packages below this one are not
 * for applications and change without notice.
 */
@NullMarked
package io.pulsewatch.client;

import org.jspecify.annotations.NullMarked;

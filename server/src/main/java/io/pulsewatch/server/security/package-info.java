/**
 * Who may do what, and the certificates of the server. Everything comes from files that are looked
 * at again while the server runs; a bad one changes nothing.
 */
@NullMarked
package io.pulsewatch.server.security;

import org.jspecify.annotations.NullMarked;

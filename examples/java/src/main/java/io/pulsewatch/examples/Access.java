package io.pulsewatch.examples;

import io.pulsewatch.client.ClientTls;
import io.pulsewatch.client.TokenFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * TLS and tokens, for both programs. Flags: {@code [--tls] [--tls-ca FILE] [--tls-client-cert FILE
 * --tls-client-key FILE] [--token TOKEN | --token-from FILE]}; without the last two, {@code
 * $PULSEWATCH_TOKEN}. Stateless.
 */
final class Access {
  private Access() {}

  static void apply(Flags flags, Consumer<ClientTls> tls, Consumer<Supplier<String>> token) {
    Optional<Path> authorities = flags.optional("--tls-ca").map(Path::of);
    Optional<Path> certificate = flags.optional("--tls-client-cert").map(Path::of);
    if (flags.optional("--tls").isPresent() || authorities.isPresent() || certificate.isPresent()) {
      ClientTls how = authorities.map(ClientTls.create()::trusting).orElse(ClientTls.create());
      if (certificate.isPresent()) {
        how = how.showing(certificate.get(), Path.of(flags.required("--tls-client-key")));
      }
      tls.accept(how);
    }
    Optional<String> file = flags.optional("--token-from");
    Optional<String> said =
        flags.optional("--token").or(() -> Optional.ofNullable(System.getenv("PULSEWATCH_TOKEN")));
    if (file.isPresent()) {
      token.accept(new TokenFile(Path.of(file.get())));
    } else {
      said.ifPresent(text -> token.accept(() -> text));
    }
  }
}

"""TLS and tokens, for both programs: the flags, and what they make of a call."""
import os
from pathlib import Path

import grpc

# A subchannel pool of its own: gRPC's back-off (up to 2 min) must not outlive the channel.
OPTIONS = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]


def parse(flags):
    """Adds its flags to those of the program, and reads all of them."""
    flags.add_argument("--tls", action="store_true")  # trusts what gRPC trusts; implied by the next
    for name in ("tls-ca", "tls-client-cert", "tls-client-key", "token", "token-from"):
        flags.add_argument("--" + name)
    return flags.parse_args()


class Access:
    """Files are read anew for each connection, so that what is exchanged there counts."""

    def __init__(self, args):
        self.args, self.kept = args, {}

    def channel(self, server):
        args = self.args
        if not (args.tls or args.tls_ca or args.tls_client_cert):
            return grpc.insecure_channel(server, OPTIONS)
        files = [args.tls_ca, args.tls_client_key, args.tls_client_cert]
        credentials = grpc.ssl_channel_credentials(*map(self._read, files))
        return grpc.secure_channel(server, credentials, OPTIONS)

    def metadata(self):
        from_file = self._read(self.args.token_from)
        said = self.args.token or os.environ.get("PULSEWATCH_TOKEN")
        token = from_file.decode() if from_file else said
        return [("authorization", "Bearer " + token.strip())] if token else []

    def _read(self, path):
        """A file that cannot be read right now says what it said before."""
        if path is None:
            return None
        try:
            self.kept[path] = Path(path).read_bytes()
        except OSError:
            if path not in self.kept:
                raise
        return self.kept[path]

#!/usr/bin/env python3
"""Takes Pulsewatch's webhooks with nothing but Python: checks who sent them, and prints each change once.

    receiver.py --secret FILE [--port 8080]

`verify` and `Seen` are what to copy. The signature is that of Standard Webhooks, the headers are those of
CloudEvents 1.0, the body is a change as the Watch call tells it.
"""
import argparse
import base64
import collections
import hashlib
import hmac
import http.server
import json
import sys
import threading
import time

TOLERANCE = 300  # seconds between the sender's clock and ours: a copy of an old request is refused
MAX_BODY = 1 << 20
MAX_SEEN = 10_000


def keys(path):
    """The secrets of a file: one, or two while it is replaced."""
    with open(path, encoding="ascii") as lines:
        found = [line.split("#")[0].strip() for line in lines]
    found = [base64.b64decode(line.removeprefix("whsec_")) for line in found if line]
    if not found:
        sys.exit(f"{path}: no secret in it")
    return found


def verify(secrets, headers, body, now):
    """Returns why the request is refused; None: it is genuine."""
    message, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message or not sent.isdigit() or abs(now - int(sent)) > TOLERANCE:
        return "no id, or no timestamp of now"
    signed = f"{message}.{sent}.".encode() + body
    expected = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in secrets]
    for each in headers.get("webhook-signature", "").split():
        version, _, signature = each.partition(",")
        if version == "v1" and any(hmac.compare_digest(signature.encode(), one) for one in expected):
            return None
    return "no good signature"


class Seen:
    """Ids of what was dealt with: a change comes at least once, and after a crash twice."""

    def __init__(self, most=MAX_SEEN):
        self.most, self.ids, self.lock = most, collections.OrderedDict(), threading.Lock()

    def is_new(self, message):
        with self.lock:
            return message not in self.ids

    def add(self, message):
        with self.lock:
            self.ids[message] = True
            while len(self.ids) > self.most:
                self.ids.popitem(last=False)


def words(kind, change):
    """One line for people."""
    if kind == "io.pulsewatch.changes.lost":
        return f"LOST {json.dumps(change['lost'])}"
    instance, before = change["instance"], change.get("previous", {}).get("state", "STATE_new")
    name = f"{instance['service']}/{instance['instanceId']}"
    step = f"{before} -> {instance['state']}".replace("STATE_", "")
    mark = "TEST " if kind == "io.pulsewatch.test" else ""
    return f"{mark}{name} {step} {change['cause'].replace('CAUSE_', '')}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # Pulsewatch keeps the connection
    timeout = 60

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            return self.answer(413)
        body = self.rfile.read(int(length))
        refused = verify(self.server.secrets, self.headers, body, time.time())
        if refused:
            print(f"REFUSED {refused}", flush=True)
            return self.answer(401)
        message = self.headers["webhook-id"]
        if self.server.seen.is_new(message):
            # Here belongs what is done about it. Answer 2xx only when it is done: else it comes again.
            print(words(self.headers.get("ce-type", ""), json.loads(body)), flush=True)
            self.server.seen.add(message)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """The lines above say it."""


def main():
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--secret", required=True, help="the file that the server has, too")
    flags.add_argument("--host", default="127.0.0.1")
    flags.add_argument("--port", type=int, default=8080)
    chosen = flags.parse_args()
    server = http.server.ThreadingHTTPServer((chosen.host, chosen.port), Handler)
    server.secrets, server.seen = keys(chosen.secret), Seen()
    print(f"LISTENING {chosen.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()

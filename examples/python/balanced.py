"""Calls a service that Pulsewatch knows, balanced over those who are well, with nothing but grpcio.

    pulsewatch xds-bootstrap -o bootstrap.json
    GRPC_XDS_BOOTSTRAP=bootstrap.json python balanced.py --target xds:///orders

The two lines to copy are those that make the channel and the stub.
"""
import argparse
import collections
import threading
import time

import grpc
from google.protobuf.wrappers_pb2 import StringValue


class Caller:
    """Starts a call at each tick, whatever became of those before, and tells who answered."""

    def __init__(self, target):
        self.lock, self.answers = threading.Lock(), collections.Counter()
        self.channel = grpc.insecure_channel(target)
        self.ask = self.channel.unary_unary(
            "/demo.Who/Ask",
            request_serializer=StringValue.SerializeToString,
            response_deserializer=StringValue.FromString)

    def call(self):
        started = time.time()
        future = self.ask.future(StringValue(), timeout=5)
        future.add_done_callback(lambda done: self.on_done(started, done))

    def on_done(self, started, done):
        try:
            name = done.result().value
        except grpc.RpcError as error:
            print(f"FAILED started={started:.6f} code={error.code().name} {error.details()}", flush=True)
            return
        with self.lock:
            self.answers[name] += 1

    def tell(self):
        with self.lock:
            answers, self.answers = self.answers, collections.Counter()
        print("ANSWERED " + " ".join(f"{name}={n}" for name, n in sorted(answers.items())), flush=True)


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--target", default="xds:///orders")
    flags.add_argument("--every", type=float, default=0.02, help="seconds between two calls")
    args = flags.parse_args()
    caller, tick, told = Caller(args.target), time.monotonic(), time.monotonic()
    while True:
        caller.call()
        tick += args.every
        time.sleep(max(0, tick - time.monotonic()))
        if time.monotonic() - told >= 0.5:
            told = time.monotonic()
            caller.tell()


if __name__ == "__main__":
    main()

"""Keeps a live view of who is alive, and prints every change of it.

`Watcher` is what to copy: its `view` is whole at every moment, even while a new snapshot comes.
"""
import argparse
import queue
import random
import signal
import threading
from datetime import timedelta

import grpc
from google.rpc import error_details_pb2, status_pb2
from access import Access, parse
from pulsewatch.v1 import types_pb2 as types, watch_pb2 as pb, watch_pb2_grpc as rpc

FATAL = {"INVALID_ARGUMENT", "PERMISSION_DENIED"}


class Watcher(threading.Thread):
    """Follows the changes from a thread of its own, and goes on by token after a cut."""

    def __init__(self, server, access, request, bookmarks, tell):
        super().__init__(name="pulsewatch-watcher", daemon=True)
        self.server, self.access, self.request, self.tell = server, access, request, tell
        self.silence = 3 * bookmarks  # bookmarks come in time, or the connection is dead
        self.view, self.fresh = {}, None  # the instances by name; those of an unfinished snapshot
        self.stopping, self.goodbye, self.attempts, self.mode = threading.Event(), 0, 0, 0
        self.exit_code = None

    def stop(self):
        self.stopping.set()

    def run(self):
        while self.exit_code is None and not self.stopping.is_set():
            code, details, wait = self.watch_once()
            if code == "OUT_OF_RANGE":  # only with fail_if_compacted
                self.request.resume_token = ""
            if code in FATAL:
                self.exit_code = 4
            if self.attempts:  # the first retry is at once, then full jitter
                wait += random.random() * min(15, 0.05 * 2 ** min(self.attempts, 9))
            self.attempts, wait, self.goodbye = self.attempts + 1, max(wait, self.goodbye), 0
            self.tell(f"ENDED code={code} retry_in={wait:.3f} {details}")
            if self.exit_code is None:
                self.stopping.wait(wait)

    def watch_once(self):
        """One Watch call, until it ends or falls silent."""
        channel, events = self.access.channel(self.server), queue.SimpleQueue()
        call = rpc.WatchServiceStub(channel).Watch(
            self.request, metadata=self.access.metadata())

        def read():
            try:
                for response in call:
                    events.put(response)
                events.put(("OK", "", 0))
            except grpc.RpcError as error:
                events.put((error.code().name, error.details(), retry_delay(error)))

        threading.Thread(target=read, daemon=True).start()
        try:
            while type(event := events.get(timeout=self.silence)) is not tuple:
                self.on_response(event)
            return event
        except queue.Empty:
            return "SILENT", "no bookmark came", 0
        finally:
            channel.close()

    def on_response(self, response):
        kind = response.WhichOneof("message")
        if kind == "snapshot_begin":
            begin = response.snapshot_begin
            self.fresh = {}
            self.tell(f"SNAPSHOT {word(pb.SnapshotReason, begin.reason)} skipped={begin.skipped}")
        elif kind == "instances":
            for instance in response.instances.instances:
                self.fresh[instance.service, instance.instance_id] = instance
                self.tell(f"= {instance.service}/{instance.instance_id} "
                          f"{word(types.State, instance.state)} incarnation={instance.incarnation}")
        elif kind == "snapshot_end":
            self.view, self.fresh = self.fresh, None
            self.tell(f"SNAPSHOT_END count={response.snapshot_end.count}")
        elif kind == "changes":
            for change in response.changes.changes:
                self.on_change(change)
            if response.changes.folded:
                self.tell(f"FOLDED {response.changes.folded}")
        elif kind == "bookmark" and response.bookmark.detector_mode != self.mode:
            self.mode = response.bookmark.detector_mode
            self.tell(f"MODE {word(types.DetectorMode, self.mode)}")
        elif kind == "goodbye":
            after, spread = response.goodbye.reconnect_after, response.goodbye.spread
            self.goodbye = seconds(after) + random.random() * seconds(spread)
        if response.resume_token:
            self.request.resume_token = response.resume_token
            self.attempts = 0

    def on_change(self, change):
        instance = change.instance
        if change.left_view or change.cause == types.CAUSE_REMOVED:
            self.view.pop((instance.service, instance.instance_id), None)
        else:
            self.view[instance.service, instance.instance_id] = instance
        before = word(types.State, change.previous.state) if change.HasField("previous") else "-"
        after, cause = word(types.State, instance.state), word(types.Cause, change.cause)
        silence = seconds(change.evidence.silence)
        self.tell(f"{change.revision} {instance.service}/{instance.instance_id} {before}->{after} "
                  f"{cause} silence={silence:.3f} incarnation={instance.incarnation}")


def word(enum, number):
    """STATE_ALIVE as ALIVE; a value that is newer than these stubs as its number."""
    prefix = {types.State: "STATE_", types.Cause: "CAUSE_", types.DetectorMode: "DETECTOR_MODE_",
              pb.SnapshotReason: "SNAPSHOT_REASON_"}[enum]
    return enum.Name(number).removeprefix(prefix) if number in enum.values() else str(number)


def seconds(duration):
    return duration.ToNanoseconds() / 1e9


def retry_delay(error):
    """Seconds of the RetryInfo that the server attached, or 0."""
    trailers, info = dict(error.trailing_metadata() or ()), error_details_pb2.RetryInfo()
    status = status_pb2.Status.FromString(trailers.get("grpc-status-details-bin", b""))
    any(detail.Unpack(info) for detail in status.details)
    return seconds(info.retry_delay)


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--server", required=True)
    flags.add_argument("--services", default="", help="names or globs, with commas; all if absent")
    flags.add_argument("--bookmarks", type=float, default=5, help="seconds between bookmarks")
    flags.add_argument("--every-change", action="store_true", help="never fold changes")
    args = parse(flags)
    request = pb.WatchRequest(
        services=filter(None, args.services.split(",")),
        bookmark_interval=timedelta(seconds=args.bookmarks),
        delivery=pb.DELIVERY_EVERY_CHANGE if args.every_change else pb.DELIVERY_LATEST)
    tell = lambda line: print(line, flush=True)
    watcher = Watcher(args.server, Access(args), request, args.bookmarks, tell)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: watcher.stop())
    watcher.start()
    while watcher.is_alive() and not watcher.stopping.is_set():
        watcher.join(0.5)
    raise SystemExit(watcher.exit_code)


if __name__ == "__main__":
    main()

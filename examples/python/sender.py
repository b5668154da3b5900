"""Keeps one instance alive at a Pulsewatch server, from a thread of its own.

`Sender` is what to copy; `main` shows how a service uses it. All its state belongs to one thread:
the reader of the stream, and whoever calls `leave`, only put events into its queue.
"""
import argparse, queue, random, signal, threading
from datetime import datetime, timedelta, timezone
from time import monotonic_ns as clock
import grpc
from google.rpc import error_details_pb2, status_pb2
from access import Access, parse
from pulsewatch.v1 import heartbeat_pb2 as pb, heartbeat_pb2_grpc as rpc

SECOND = 1_000_000_000
FATAL = {"INVALID_ARGUMENT", "PERMISSION_DENIED", "ABORTED"}


class Stream:
    """One Heartbeat call on a connection of its own. It holds no more than one unsent message."""

    def __init__(self, owner):
        self.outbox, self.idle = queue.SimpleQueue(), True  # None in the outbox: half-close
        self.channel, self.access = owner.access.channel(owner.server), owner.access.metadata()
        threading.Thread(target=self._read, args=(owner,), daemon=True).start()

    def _requests(self):
        while (request := self.outbox.get()) is not None:
            yield request  # gRPC comes back here once the transport has taken it
            self.idle = True

    def _read(self, owner):
        end = ("OK", "", 0)
        try:
            stub = rpc.HeartbeatServiceStub(self.channel)
            for response in stub.Heartbeat(self._requests(), metadata=self.access):
                owner.events.put((self, owner.on_response, response))
        except grpc.RpcError as error:
            end = (error.code().name, error.details(), *attached(error))
        owner.events.put((self, owner.on_end, *end))

    def offer(self, **message):
        if self.idle:
            self.idle = False
            self.outbox.put(pb.HeartbeatRequest(**message))


class Sender(threading.Thread):
    """Registers, beats, resumes, and knows by its own clock when its time is up (`expired`)."""

    def __init__(self, server, access, register, tell):
        super().__init__(name="pulsewatch-sender", daemon=True)
        register.process_id = f"{random.SystemRandom().getrandbits(128):x}"
        self.server, self.access, self.register, self.tell = server, access, register, tell
        self.expired, self.leaving, self.exit_code = False, False, None
        self.events = queue.SimpleQueue()  # (its stream or None, what to call, arguments ..)
        self.due = {self.connect: clock()}  # the timers: what to call, and when
        self.stream = None  # the call in use; events of any other are old
        self.incarnation = self.interval = self.origin = self.slot = self.sent = self.heard = 0
        self.budget = self.fence = self.attempts = self.goodbye_until = 0
        self.patience = 5 * SECOND  # a connection that owes an answer for so long is given up

    def leave(self):
        """Says goodbye; `join` then waits for it. Safe from any thread and from signal handlers."""
        self.events.put((None, self.on_leave))

    def run(self):
        while self.exit_code is None:
            timer, at = min(self.due.items(), key=lambda item: item[1])
            try:
                stream, handler, *args = self.events.get(timeout=max(0, at - clock()) / SECOND)
                if stream in (None, self.stream):
                    handler(*args)
            except queue.Empty:
                if clock() >= at:
                    timer(self.due.pop(timer), clock())

    def connect(self, _, now):
        self.heard = self.sent = now
        self.due[self.give_up] = now + 2 * self.patience
        self.stream = Stream(self)
        self.stream.offer(register=self.register)

    def beat(self, at, now):
        """Slot k is due at origin + k * interval. A slot that went by unused is a number unused."""
        self.slot = (now - self.origin) // self.interval
        self.due[self.beat] = self.origin + (self.slot + 1) * self.interval
        beat = pb.Heartbeat(sequence=self.slot, sent_monotonic_nanos=now,
            sent_at=datetime.now(timezone.utc), late=timedelta(microseconds=(now - at) // 1000),
            status=self.register.status)  # to report another status, change it there
        self.stream.offer(heartbeat=beat)  # skipped, never queued, where the transport is busy
        if self.give_up not in self.due or now - at > self.interval:  # our own pause is no silence
            self.due[self.give_up] = max(self.heard + self.patience, now + self.patience // 2)

    def give_up(self, *_):
        self.on_end("SILENT", "the connection gives no answer", 0)  # TCP would take minutes

    def on_response(self, response):
        self.heard = clock()
        self.due.pop(self.leaving or self.give_up, None)  # who leaves waits for the end
        if (kind := response.WhichOneof("message")) == "registered":
            self.on_registered(response.registered)
        elif kind == "ack":
            self.attempts = 0
            if response.ack.HasField("stretch") and not self.leaving:  # it is overloaded: beat less
                self.live_by(response.ack.stretch)
            self.renew(response.ack.sent_monotonic_nanos, response.ack)
        elif kind == "goodbye":
            spread = random.random() * response.goodbye.spread.ToNanoseconds()
            after = response.goodbye.reconnect_after.ToNanoseconds()
            self.goodbye_until = self.heard + after + int(spread)
        elif kind == "rejected":
            self.tell(f"REJECTED {response.rejected.reason} {response.rejected.description}")

    def on_registered(self, grant):
        resumed = "true" if grant.resumed else "false"
        self.tell(f"REGISTERED incarnation={grant.incarnation} resumed={resumed}")
        if grant.incarnation != self.incarnation:
            self.incarnation, self.expired, self.fence = grant.incarnation, False, 0
            self.interval, self.slot = 0, grant.last_sequence
        self.register.session_token = grant.session_token
        self.live_by(grant)
        self.renew(self.sent, grant)

    def live_by(self, terms):
        interval, timeout = terms.interval.ToNanoseconds(), terms.timeout.ToNanoseconds()
        if interval != self.interval:
            self.interval, self.origin = interval, self.heard - self.slot * interval
        self.budget = min(timeout, terms.resume_window.ToNanoseconds())
        self.patience = max(interval * 3 // 2, self.budget // 3) if self.budget else timeout
        self.due[self.beat] = self.heard + interval - (self.heard - self.origin) % interval

    def renew(self, sent, message):
        """The fence counts from when we sent what the server heard: so we always know first."""
        if message.HasField("expires_in"):
            fence = max(self.fence, sent + message.expires_in.ToNanoseconds())
            self.fence = self.due[self.expire] = fence
            if self.expired and self.fence > self.heard:
                self.expired = False
                self.tell(f"RESTORED incarnation={self.incarnation}")

    def expire(self, *_):
        if not self.expired:
            self.expired = True  # here a service stops the work that needs its name
            self.tell(f"EXPIRED incarnation={self.incarnation}")

    def on_end(self, code, details, wait, replaced=False):
        self.stream.channel.close()  # first, or the next line would be a goodbye
        self.stream.outbox.put(None)  # ends the thread that runs `_requests`
        if self.leaving or code in FATAL and not replaced:  # replaced by a late register of ours
            self.exit_code = 0 if self.leaving else 4
            return self.tell(f"ENDED code={code} {details}")
        if code == "NOT_FOUND" and self.incarnation:  # a new incarnation, without the token
            self.register.session_token = ""
            self.expire()
        cap = min((15 if self.expired else 1) * SECOND, self.budget // 3 or 15 * SECOND)
        if self.attempts:  # the first retry is at once, then full jitter
            wait += int(random.random() * min(cap, SECOND // 20 * 2 ** min(self.attempts, 9)))
        self.attempts, wait = self.attempts + 1, max(wait, self.goodbye_until - clock())
        self.stream, self.due = None, {self.connect: clock() + wait}
        if self.fence and not self.expired:
            self.due[self.expire] = self.fence
        self.tell(f"ENDED code={code} retry_in={wait / SECOND:.3f} {details}")

    def on_leave(self):
        if not self.stream and not self.register.session_token:
            self.exit_code = 0
            return
        self.stream or self.connect(None, clock())  # between two streams: comes back to say it
        self.leaving, self.due = True, {self.give_up: clock() + SECOND}
        self.stream.outbox.put(pb.HeartbeatRequest(leave=pb.Leave(reason="stopping")))
        self.stream.outbox.put(None)


def attached(error):
    """Nanoseconds of the server's RetryInfo, or 0, and whether its ErrorInfo says: replaced."""
    retry, info = error_details_pb2.RetryInfo(), error_details_pb2.ErrorInfo()
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    [d.Unpack(retry) or d.Unpack(info) for d in status_pb2.Status.FromString(details).details]
    return retry.retry_delay.ToNanoseconds(), info.reason == "STREAM_REPLACED"


def main():
    flags = argparse.ArgumentParser()
    for name in ("server", "service", "instance"):
        flags.add_argument("--" + name, required=True)
    for name in ("interval", "timeout", "resume-window"):
        flags.add_argument("--" + name, type=lambda seconds: timedelta(seconds=float(seconds)))
    args = parse(flags)
    register = pb.Register(instance={"service": args.service, "instance_id": args.instance},
        interval=args.interval, timeout=args.timeout, resume_window=args.resume_window)
    sender = Sender(args.server, Access(args), register, lambda line: print(line, flush=True))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sender.leave())
    sender.start()
    sender.join()
    raise SystemExit(sender.exit_code)


if __name__ == "__main__":
    main()

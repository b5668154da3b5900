"""What the harness and the demo are made of: programs, a proxy that hurts, what watchers tell."""
import asyncio
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
HOST = "127.0.0.1"
# Everything here talks to this machine only: no proxy from the environment may come between.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.lower().endswith("_proxy")}
ENVIRONMENT["PATH"] = f"{ROOT / '.tools' / 'bin'}{os.pathsep}{ENVIRONMENT.get('PATH', '')}"
PULSEWATCH = str(ROOT / "bin" / "pulsewatch")
SOON = 30  # seconds that anything may take on a busy machine


class Failure(Exception):
    """A step did not go as it must."""


def check(condition, text, *programs):
    """Fails with the last words of the programs."""
    if not condition:
        raise Failure("\n".join([text, *(f"    {line}" for each in programs for line in each.lines[-15:])]))


def adapted(file, *replaced):
    """The text of a file as it is, but for the ports and the like."""
    text = file.read_text()
    for ours, theirs in replaced:
        check(ours in text, f"{file} has no '{ours}'")
        text = text.replace(ours, theirs)
    return text


@dataclass(frozen=True)
class Language:
    """How to run the sender and the watcher of one language."""
    sender: list
    watcher: list
    positional: bool = False  # arguments of the shell scripts have no names

    def send(self, server, service, instance, interval, timeout, resume_window=None):
        if self.positional:
            return [*self.sender, server, service, instance, str(interval), str(timeout)]
        flags = {"server": server, "service": service, "instance": instance,
                 "interval": interval, "timeout": timeout, "resume-window": resume_window}
        named = [(f"--{name}", str(value)) for name, value in flags.items() if value is not None]
        return [*self.sender, *(word for pair in named for word in pair)]

    def watch(self, server):
        if self.positional:
            return [*self.watcher, server]
        return [*self.watcher, "--server", server, "--bookmarks", "1", "--every-change"]


def java(main, libraries=f"{ROOT}/cli/target/pulsewatch.jar"):
    # The command's jar has the client and all that it needs.
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
            f"{EXAMPLES}/target/classes{os.pathsep}{libraries}", f"io.pulsewatch.examples.{main}"]


LANGUAGES = {
    "python": Language([sys.executable, f"{EXAMPLES}/python/sender.py"],
                       [sys.executable, f"{EXAMPLES}/python/watcher.py"]),
    "go": Language([f"{EXAMPLES}/go/bin/sender"], [f"{EXAMPLES}/go/bin/watcher"]),
    "node": Language(["node", f"{EXAMPLES}/node/sender.mjs"],
                     ["node", f"{EXAMPLES}/node/watcher.mjs"]),
    "java": Language(java("SenderExample"), java("WatcherExample")),
    "shell": Language([f"{EXAMPLES}/shell/beat.sh"], [f"{EXAMPLES}/shell/watch.sh"],
                      positional=True),
}
# All languages take a step at once, and five killed at once are a mass loss: their deaths would be held.
SERVER = [str(ROOT / "bin" / "pulsewatch"), "serve", "--memory", "--preservation", "off", "--listen", "{listen}"]


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Program:
    """A child in a session of its own, so that signals reach all of it. Keeps what it prints."""

    running = []

    def __init__(self, command, on_line=None):
        self.lines, self.on_line = [], on_line
        self.changed = threading.Condition()
        self.child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, env=ENVIRONMENT, cwd=ROOT, text=True, errors="replace")
        Program.running.append(self)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.child.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
            if self.on_line:
                self.on_line(line.rstrip("\n"))

    def wait_for(self, found, seconds):
        """Waits until found(lines) is true."""
        with self.changed:
            return self.changed.wait_for(lambda: found(self.lines), seconds)

    def matching(self, pattern):
        with self.changed:
            return [line for line in self.lines if re.search(pattern, line)]

    def signal(self, number):
        """To the program alone."""
        self.child.send_signal(number)

    def signal_all(self, number):
        """To the program and its children."""
        try:
            os.killpg(self.child.pid, number)
        except ProcessLookupError:
            pass

    def kill(self):
        self.signal_all(signal.SIGKILL)
        self.child.wait()

    def exit_code(self, seconds):
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    @classmethod
    def kill_all(cls):
        for program in cls.running:
            program.kill()


class Server(Program):
    """A Pulsewatch server on a free port."""

    def __init__(self, command):
        self.port = free_port()
        self.address = f"{HOST}:{self.port}"
        super().__init__([word.replace("{listen}", self.address) for word in command])

    def ready(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.child.poll() is None:
            try:
                socket.create_connection((HOST, self.port), 1).close()
                return True
            except OSError:
                time.sleep(0.1)
        return False


class Proxy:
    """Forwards TCP connections; `cut` resets them all, `stall` leaves them open and silent.

    `part` is a network without a way through: what is sent waits, on new connections, too, until
    `heal` lets all of it arrive.
    """

    def __init__(self, port):
        self.target, self.pairs, self.harm, self.parted = port, set(), 0, False
        self.loop = asyncio.new_event_loop()
        listening = threading.Event()
        threading.Thread(target=self._run, args=(listening,), daemon=True).start()
        listening.wait()

    def _run(self, listening):
        server = self.loop.run_until_complete(asyncio.start_server(self._accept, HOST, 0))
        self.address = "{}:{}".format(*server.sockets[0].getsockname())
        listening.set()
        self.loop.run_forever()

    async def _accept(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self.target)
        except OSError:
            return writer.transport.abort()
        pair = (writer, far_writer)
        self.pairs.add(pair)
        if self.parted:
            for each in pair:
                each.transport.pause_reading()
        await asyncio.wait([asyncio.ensure_future(self._forward(reader, far_writer)),
                            asyncio.ensure_future(self._forward(far_reader, writer))])
        self.pairs.discard(pair)

    @staticmethod
    async def _forward(reader, writer):
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except OSError:
            writer.transport.abort()

    def cut(self):
        self.harm += 1
        self.loop.call_soon_threadsafe(self._cut)

    def stall(self):
        self.harm += 1
        self.loop.call_soon_threadsafe(self._stall)

    def part(self):
        self.loop.call_soon_threadsafe(self._part)

    def heal(self):
        self.loop.call_soon_threadsafe(self._heal)

    def _part(self):
        self.parted = True
        self._stall()

    def _heal(self):
        self.parted = False
        for pair in self.pairs:
            for writer in pair:
                writer.transport.resume_reading()

    def _cut(self):
        for pair in self.pairs:
            for writer in pair:
                # A zero linger time makes the close a reset.
                link = writer.get_extra_info("socket")
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()

    def _stall(self):
        for pair in self.pairs:
            for writer in pair:
                writer.transport.pause_reading()


@dataclass(frozen=True)
class Change:
    """A watcher's line: `1764 orders/a ALIVE->SUSPECT SILENCE silence=1.0 incarnation=7`."""
    revision: int
    name: str
    before: str
    after: str
    cause: str
    silence: float
    incarnation: int

    LINE = re.compile(r"(\d+) (\S+) (\S+)->(\S+) (\S+) silence=(-?[\d.]+)s? incarnation=(\d+)$")

    @staticmethod
    def parse(line):
        if found := Change.LINE.match(line):
            revision, *words, silence, incarnation = found.groups()
            check(float(silence) >= 0, f"a silence is not negative: {line}")
            return Change(int(revision), *words, float(silence), int(incarnation))
        check("->" not in line.split(" silence=")[0] or " silence=" not in line, f"no change reads so: {line}")
        return None

    def __str__(self):
        return (f"{self.revision} {self.name} {self.before}->{self.after} {self.cause} "
                f"silence={self.silence:.3f} incarnation={self.incarnation}")

    @property
    def what(self):
        return f"{self.after} {self.cause}"


class Watcher(Program):
    """A watcher of one language, and the changes that it told."""

    def __init__(self, language, server):
        super().__init__(LANGUAGES[language].watch(server))
        self.language = language

    def changes(self, name=None):
        with self.changed:
            parsed = [change for line in self.lines if (change := Change.parse(line))]
        return [change for change in parsed if name is None or change.name == name]

    def wait_for_change(self, name, what, seconds, after=0):
        """The first change of that instance past revision `after` that reads `what`, or None."""
        found = []

        def look(lines):
            for line in lines:
                change = Change.parse(line)
                if (change and change.name == name and change.revision > after
                        and re.fullmatch(what, change.what)):
                    found.append(change)
                    return True
            return False

        self.wait_for(look, seconds)
        return found[0] if found else None

"""Shows in less than half a minute what Pulsewatch does: services, and what befalls them.

    demo.py [--languages python,go,node,java] [-- SERVER COMMAND with {listen}]
"""
import argparse
import os
import signal
import sys
import threading
import time

from rig import LANGUAGES, SERVER, Change, Program, Proxy, Server, Watcher

SERVICES = {"python": "orders", "go": "payments", "node": "mail", "java": "stock"}
COLOURS = {"ALIVE": "32", "SUSPECT": "33", "DEAD": "1;31", "LEFT": "34"}
WORDS = {
    "REGISTERED": "registered, incarnation {incarnation}",
    "RESUMED": "came back: the same incarnation {incarnation}",
    "RECOVERED": "was heard again",
    "SILENCE": "nothing heard for {silence:.2f} s",
    "STREAM_LOST": "its connection broke, {silence:.2f} s after its last heartbeat",
    "STREAM_CLOSED": "closed its stream",
    "LEAVE": "said goodbye",
    "SUPERSEDED": "incarnation {incarnation} is over: a newer one took its name",
}


class Stage:
    """What the audience sees. Thread-safe."""

    def __init__(self):
        self.lock, self.acted = threading.Lock(), time.monotonic()
        self.plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ

    def paint(self, colour, text):
        return text if self.plain else f"\033[{colour}m{text}\033[0m"

    def say(self, text):
        with self.lock:
            print(f"\n{self.paint('1', text)}", flush=True)

    def act(self, text):
        """A caption; what is told from here on is timed from now."""
        self.say(text)
        self.acted = time.monotonic()

    def on_line(self, line):
        change = Change.parse(line)
        if change is None:
            return
        after = time.monotonic() - self.acted
        state = self.paint(COLOURS.get(change.after, "0"), f"{change.after:8}")
        told = WORDS.get(change.cause, change.cause.lower()).format(**vars(change))
        with self.lock:
            print(f"  {after:6.2f} s  {state} {change.name:18} {told}", flush=True)


def play(languages, server, stage):
    proxy = Proxy(server.port)
    witness = next(each for each in ("go", "python", "node", "java") if each in languages)
    watcher = Watcher(witness, server.address)
    if not watcher.wait_for(lambda lines: "SNAPSHOT_END" in "".join(lines), 30):
        raise SystemExit("the watcher does not start:\n" + "\n".join(watcher.lines))
    watcher.on_line = stage.on_line

    stage.act(f"A server, a watcher in {witness.capitalize()} whose lines you see, and services in "
              + ", ".join(each.capitalize() for each in languages)
              + ".\nThey beat every 0.5 s and may be silent for 2 s.")
    senders = {}
    for language in languages:
        name = SERVICES[language], f"{language}-1"
        senders[language] = Program(LANGUAGES[language].send(proxy.address, *name, 0.5, 2))

    def told(language, what, seconds=20):
        name = f"{SERVICES[language]}/{language}-1"
        if not watcher.wait_for_change(name, what, seconds):
            raise SystemExit(f"{name}: no {what}\n" + "\n".join(senders[language].lines))

    for language in languages:
        told(language, "ALIVE REGISTERED")
    time.sleep(1.3)

    stage.act("The network resets all connections. Nobody dies: they are back within milliseconds.")
    proxy.cut()
    time.sleep(2.5)

    killed, stopped, leaving = (languages[at % len(languages)] for at in (1, 2, 0))
    stage.act(f"kill -9 {SERVICES[killed]}: doubt comes at once, the verdict when it was promised.")
    senders[killed].kill()
    told(killed, "DEAD .*")

    stage.act(f"kill -STOP {SERVICES[stopped]}: it hangs with its connection open. Silence tells.")
    senders[stopped].signal_all(signal.SIGSTOP)
    told(stopped, "DEAD .*")

    stage.act(f"kill -CONT {SERVICES[stopped]}: its own clock told it that its time was up.")
    senders[stopped].signal_all(signal.SIGCONT)
    senders[stopped].wait_for(lambda lines: sum("resumed=false" in each for each in lines) > 1, 10)
    time.sleep(0.7)

    stage.act(f"kill -TERM {SERVICES[leaving]}: it leaves, and nobody has to wait for anything.")
    senders[leaving].signal(signal.SIGTERM)
    told(leaving, "LEFT .*")
    time.sleep(0.7)

    stage.act("The server itself is stopped for 3 s. Its own pause is no evidence against anybody.")
    server.signal_all(signal.SIGSTOP)
    time.sleep(3)
    server.signal_all(signal.SIGCONT)
    time.sleep(2.5)

    stage.say("What a service knows, by its own clock and without asking anybody "
              f"({SERVICES[stopped]}, which hung):")
    for line in senders[stopped].lines:
        if not line.startswith("ENDED"):
            print(f"            {line}")


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--languages", default=",".join(SERVICES))
    flags.add_argument("server", nargs="*", help="command, with {listen} for HOST:PORT")
    args = flags.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        server = Server(args.server or SERVER)
        if not server.ready(30):
            raise SystemExit("the server does not start:\n" + "\n".join(server.lines))
        play(args.languages.split(","), server, Stage())
    except KeyboardInterrupt:
        pass
    finally:
        Program.kill_all()


if __name__ == "__main__":
    main()

"""Five backends, called all the time by gRPC clients of all languages over xDS, and through proxies.

    pools.py [--languages go,python,java,node] [--envoy FILE] [--haproxy FILE] [--steps kill,cut] [--fault NAME]

kill     kill -9 of each backend in turn: of the calls that begin 50 ms after the watcher was told or
         later none fails (HAProxy: 50 ms after its reload)
restart  all five, one after another, with drain: no call fails
gone     kill -9 of Pulsewatch, and a new one in its place: no call fails, and the next backend that
         comes is called
doubt    Pulsewatch's own network lets nothing through until all are SUSPECT: no call fails
cut      the same until all are DEAD, and for several timeouts more; then what was sent arrives: no
         call fails
reset    the same, but all connections are reset in the end

Prints what was counted. A fault is planted to see that a step finds it: `deaf` (kill: the clients are
told nothing), `undrained` (restart: by kill -9, without a word), `forgetful` (gone: a client starts anew).
"""
import argparse
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import proxies
import rig
from pool import AFTER_THE_EVENT, CALLERS, Caller
from rig import PULSEWATCH, SOON, Failure, check

NAMES = "abcde"
INTERVAL, TIMEOUT, DRAIN = 0.5, 2, 2
WORK = 0.02  # seconds that a backend takes for a call, so that some are always under way
CALL = 5  # seconds that a call may take
LONG = 12  # seconds without network: DEAD, and several timeouts more
STEPS = ["kill", "restart", "gone", "doubt", "cut", "reset"]
FAULTS = ["deaf", "undrained", "forgetful"]


class Events:
    """What a watcher on a good line was told, and when."""

    def __init__(self, address):
        self.told, self.heard = [], threading.Condition()
        self.program = rig.Program([PULSEWATCH, "watch", "--server", address], self.on_line)

    def on_line(self, line):
        now = time.time()
        if found := re.search(r"orders/(\S+).*-> (\w+) +(stream lost|\w+)", line):
            with self.heard:
                self.told.append((now, *found.groups()))
                self.heard.notify_all()

    def wait(self, name, state, since):
        """When it was told for the first time since then, and the cause."""
        def first():
            return next((each for each in self.told if each[0] >= since and each[1:3] == (name, state)), None)
        with self.heard:
            check(self.heard.wait_for(lambda: first() is not None, SOON),
                  f"nobody was told that {name} is {state}", self.program)
            return first()[0], first()[3]


class Tally:
    """Of each step and client: requests, those that failed, those that must not have failed."""

    def __init__(self):
        self.rows, self.kills = [], []

    def add(self, step, client, requests, failed, wrong):
        self.rows.append((step, client, requests, failed, wrong))

    def table(self):
        lines = ["", "| Step | Client | Requests | Failed | Failed that must not |", "|---|---|---:|---:|---:|"]
        lines += ["| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else cell for cell in row) + " |"
                  for row in self.rows]
        if self.kills:
            told = ", ".join(f"{1000 * each:.0f} ({cause})" for each, cause in self.kills)
            lines += ["", f"From kill -9 to the watcher's event, in ms: {told}"]
        return "\n".join(lines)

    def wrong(self):
        return [f"{step} {client}: {wrong} calls failed" for step, client, _, _, wrong in self.rows if wrong]


class Counted:
    """A caller, and how far it was counted."""

    def __init__(self, name, command, allowed=None):
        self.name, self.command, self.allowed = name, command, allowed
        self.start()

    def start(self):
        self.caller, self.counted = Caller(self.command), 0

    def count(self):
        """Requests that ended since it was last asked, and when those began that failed."""
        lines, self.counted = self.caller.lines[self.counted:], len(self.caller.lines)
        failed = [float(found[1]) for line in lines if (found := re.match(r"FAILED started=([\d.]+)", line))]
        answered = sum(int(n) for line in lines if line.startswith("ANSWERED") for n in re.findall(r"=(\d+)", line))
        return answered + len(failed), failed


class Script:
    """The steps, one after another; all clients at once."""

    def __init__(self, options, folder):
        self.fault, self.steps, self.folder, self.tally = options.fault, options.steps, folder, Tally()
        self.port = rig.free_port()
        self.address = f"{rig.HOST}:{self.port}"
        # One for those who ask, one for those who beat: both are Pulsewatch's own network.
        self.lines = {each: rig.Proxy(self.port) for each in ("ask", "beat")}
        self.serve()
        self.events = Events(self.address)
        self.java = "java" in options.languages
        self.backends = {name: self.backend(name) for name in NAMES}
        bootstrap = folder / "bootstrap.json"
        subprocess.run([PULSEWATCH, "xds-bootstrap", "--server", self.lines["ask"].address, "-o", bootstrap],
                       check=True)
        rig.ENVIRONMENT["GRPC_XDS_BOOTSTRAP"] = str(bootstrap)
        self.clients = [Counted(each, CALLERS[each]()) for each in options.languages]
        for name, start in proxies.STARTS.items():
            if binary := getattr(options, name):
                target, allowed = start(binary, folder, self.lines["ask"].address)
                self.clients.append(Counted(name, [*CALLERS["python"](), "--target", target], allowed))

    def serve(self):
        self.server = rig.Program([PULSEWATCH, "serve", "--data", str(self.folder / "data"), "--web", "off",
                                   "--listen", self.address])
        check(self.server.wait_for(lambda lines: any("listens on" in line for line in lines), SOON),
              "the server does not start", self.server)

    def backend(self, name):
        """The last of five is Java's, without a beat around it."""
        port, server = rig.free_port(), self.lines["beat"].address
        if self.java and name == NAMES[-1]:
            return rig.Program([
                *rig.java("BackendExample"), "--server", server, "--service", "orders", "--instance", name,
                "--port", str(port), "--interval", str(INTERVAL), "--timeout", str(TIMEOUT), "--drain", str(DRAIN)])
        return rig.Program([
            PULSEWATCH, "beat", "--server", server, "--service", "orders", "--id", name,
            "--interval", f"{INTERVAL}s", "--timeout", f"{TIMEOUT}s", "--drain", f"{DRAIN}s",
            "--endpoint", f"grpc={rig.HOST}:{port}", "--", sys.executable,
            f"{rig.EXAMPLES}/python/backend.py", name, str(port), str(WORK)])

    def expect(self, names):
        """In half a second all clients are answered by these, and by nobody else."""
        for client in self.clients:
            check(client.caller.answered(names, SOON), f"{client.name}: not answered by {names}", client.caller)

    def count(self, step, allowed=lambda began, client: False):
        time.sleep(1)
        for client in self.clients:
            requests, failed = client.count()
            wrong = sum(not allowed(began, client) for began in failed)
            self.tally.add(step, client.name, requests, len(failed), wrong)

    def run(self):
        self.expect(NAMES)
        for client in self.clients:
            client.count()
        for step in self.steps:
            print(f"{step} ..", flush=True)
            getattr(self, step)()

    def kill(self):
        if self.fault == "deaf":
            self.lines["ask"].part()
        bounds = []
        for name in NAMES:
            killed = time.time()
            self.backends[name].signal_all(signal.SIGKILL)
            told, cause = self.events.wait(name, "SUSPECT", killed)
            self.tally.kills.append((told - killed, cause))
            time.sleep(1)
            # Where the event is not all that a client needs: when it had the rest.
            bounds.append((killed, {client.name: client.allowed(told) if client.allowed else told
                                    for client in self.clients}))
            if self.fault != "deaf":
                self.expect(NAMES.replace(name, ""))
            self.backends[name] = self.backend(name)
            if self.fault != "deaf":
                self.expect(NAMES)
        self.count("kill", lambda began, client: any(
            killed - CALL <= began <= until[client.name] + AFTER_THE_EVENT for killed, until in bounds))

    def restart(self):
        for name in NAMES:
            if self.fault == "undrained":
                self.backends[name].signal_all(signal.SIGKILL)
            else:
                self.backends[name].signal(signal.SIGTERM)
            check(self.backends[name].exit_code(SOON) is not None, f"{name} does not end", self.backends[name])
            self.backends[name] = self.backend(name)
            self.expect(NAMES)
        self.count("restart")

    def gone(self):
        self.server.signal_all(signal.SIGKILL)
        if self.fault == "forgetful":
            self.clients[0].caller.kill()
            self.clients[0].start()
        time.sleep(3 * TIMEOUT)
        if self.fault != "forgetful":
            self.expect(NAMES)
        self.serve()
        self.backends["f"] = self.backend("f")
        self.expect(NAMES + "f")
        self.backends["f"].signal(signal.SIGTERM)
        self.expect(NAMES)
        self.count("gone")

    def without_network(self, step, state, seconds, heal):
        began = time.time()
        for line in self.lines.values():
            line.part()
        for name in NAMES:
            self.events.wait(name, state, began)
        time.sleep(max(0.0, began + seconds - time.time()))
        self.expect(NAMES)
        healed = time.time()
        for line in self.lines.values():
            heal(line)
        for name in NAMES:
            self.events.wait(name, "ALIVE", healed)
        time.sleep(2 * TIMEOUT)  # whoever is shown on although dead is so no more
        self.expect(NAMES)
        self.count(step)

    def doubt(self):
        self.without_network("doubt", "SUSPECT", 0, rig.Proxy.heal)

    def cut(self):
        self.without_network("cut", "DEAD", LONG, rig.Proxy.heal)

    def reset(self):
        def reset(line):
            line.cut()
            line.heal()
        self.without_network("reset", "DEAD", LONG, reset)


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--languages", default=",".join(CALLERS), type=lambda text: [
        each for each in text.split(",") if each in CALLERS])
    for name in proxies.STARTS:
        flags.add_argument(f"--{name}", metavar="FILE", help=f"the {name} to call through")
    flags.add_argument("--steps", default=STEPS, type=lambda text: [each for each in STEPS if each in text.split(",")])
    flags.add_argument("--fault", choices=FAULTS)
    options = flags.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began, script = time.monotonic(), None
    with tempfile.TemporaryDirectory() as folder:
        try:
            script = Script(options, Path(folder))
            script.run()
            wrong = script.tally.wrong()
        except Failure as failure:
            wrong = [str(failure)]
        finally:
            rig.Program.kill_all()
    if script:
        print(script.tally.table())
    for each in wrong:
        print(f"FAIL: {each}")
    print(f"pools harness: {'failed' if wrong else 'passed'}, {time.monotonic() - began:.0f} s")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

"""Clients of all languages over xDS, and backends that are killed under them.

    pool.py [--languages python,go,node,java]

kill     kill -9 of one of three backends: of the calls that begin 50 ms after the watcher was told
         or later none fails, and the other two answer
drain    a backend is put into maintenance, and stopped when nobody calls it any more: no call fails
gone     kill -9 of Pulsewatch, and a new one in its place: no call fails, and the next backend that
         comes is called

pools.py is the long form.
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

import rig
from rig import PULSEWATCH, SOON, Failure, check

AFTER_THE_EVENT = 0.05
CALLERS = {
    "python": lambda: [sys.executable, f"{rig.EXAMPLES}/python/balanced.py"],
    "go": lambda: [f"{rig.EXAMPLES}/go/bin/balanced"],
    "node": lambda: ["node", f"{rig.EXAMPLES}/node/balanced.mjs"],
    "java": lambda: rig.java("BalancedExample", (rig.EXAMPLES / "target" / "classpath").read_text().strip()),
}


class Caller(rig.Program):
    """A client of one language."""

    def answered(self, names, seconds):
        """Whether in the last half second of some time until then these answered, and nobody else."""
        wanted = sorted(names)
        start = len(self.lines)
        return self.wait_for(lambda lines: any(
            line.startswith("ANSWERED ") and sorted(re.findall(r"(\S+)=\d+", line)) == wanted
            for line in lines[start:]), seconds)

    def failed(self, since):
        return [line for line in self.matching("^FAILED ")
                if float(re.search(r"started=([\d.]+)", line).group(1)) >= since]


class Script:
    """The steps, one after another; all clients at once."""

    def __init__(self, languages, folder):
        self.data, self.bootstrap = folder / "data", folder / "bootstrap.json"
        self.port = rig.free_port()
        self.address = f"{rig.HOST}:{self.port}"
        self.serve()
        subprocess.run([PULSEWATCH, "xds-bootstrap", "--server", self.address, "-o", self.bootstrap], check=True)
        rig.ENVIRONMENT["GRPC_XDS_BOOTSTRAP"] = str(self.bootstrap)
        self.told, self.heard = {}, threading.Condition()
        self.watch = rig.Program([PULSEWATCH, "watch", "--server", self.address], self.on_line)
        check(self.watch.wait_for(lambda lines: any("no instances yet" in line for line in lines), SOON),
              "the watcher has no view", self.watch) # who comes before it is no change to it
        self.backends = {name: self.backend(name) for name in "abc"}
        for name in self.backends: # a call waits for 5 s, and a busy machine may take longer to start them
            self.event(name, "ALIVE")
        self.callers = {each: Caller(CALLERS[each]()) for each in languages}

    def serve(self):
        self.server = rig.Program([PULSEWATCH, "serve", "--data", str(self.data), "--web", "off",
                                   "--listen", self.address])
        check(self.server.wait_for(lambda lines: any("listens on" in line for line in lines), SOON),
              "the server does not start", self.server)

    def backend(self, name):
        port = rig.free_port()
        return rig.Program([
            PULSEWATCH, "beat", "--server", self.address, "--service", "orders", "--id", name,
            "--endpoint", f"grpc={rig.HOST}:{port}", "--", sys.executable,
            f"{rig.EXAMPLES}/python/backend.py", name, str(port)])

    def on_line(self, line):
        now = time.time()
        if found := re.search(r"orders/(\S+).*-> (\w+)", line):
            with self.heard:
                self.told.setdefault(found.groups(), now)
                self.heard.notify_all()

    def event(self, name, state):
        """When the watcher was told."""
        with self.heard:
            check(self.heard.wait_for(lambda: (name, state) in self.told, SOON),
                  f"nobody was told that {name} is {state}", self.watch)
            return self.told[name, state]

    def expect(self, names, since, what):
        """All clients are answered by these, and of their calls since then none failed; None: since they all were."""
        for language, caller in self.callers.items():
            check(caller.answered(names, SOON), f"{language}: {what}: not answered by {names}", caller)
        since = since or time.time()
        time.sleep(1)
        for language, caller in self.callers.items():
            failed = caller.failed(since)
            check(not failed, f"{language}: {what}: {len(failed)} calls failed: {failed[:3]}", caller)

    def run(self):
        self.expect("abc", None, "begin")
        self.backends["c"].signal_all(signal.SIGKILL)
        self.expect("ab", self.event("c", "SUSPECT") + AFTER_THE_EVENT, "kill")
        self.backends["d"] = self.backend("d")
        began = time.time()
        self.expect("abd", began, "one more")
        subprocess.run([PULSEWATCH, "override", "set", "orders/b", "maintenance", "--server", self.address],
                       check=True, stdout=subprocess.DEVNULL)
        self.expect("ad", began, "drain")
        self.backends["b"].signal(signal.SIGTERM)
        self.server.signal_all(signal.SIGKILL)
        time.sleep(2)
        self.expect("ad", began, "gone")
        self.serve()
        self.backends["e"] = self.backend("e")
        self.expect("ade", began, "back")


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--languages", default=",".join(CALLERS))
    languages = [each for each in flags.parse_args().languages.split(",") if each in CALLERS]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            Script(languages, Path(folder)).run()
        except Failure as failure:
            print(f"FAIL: {failure}")
            sys.exit(1)
        finally:
            rig.Program.kill_all()
    print(f"pool harness: {', '.join(languages)} passed, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

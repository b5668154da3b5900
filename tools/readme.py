"""Does what README.md says, word for word, and compares what it then shows with what comes out.

Times, revisions and ports may differ, words may not. Commands run in a folder of their own, against a
server on a free port, which keeps its data there, too: what README names may be taken.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "examples" / "harness"))
from rig import ENVIRONMENT, HOST, free_port  # noqa: E402

README = (ROOT / "README.md").read_text()
PORT = free_port()
HERE = Path(tempfile.mkdtemp(prefix="pulsewatch-readme-"))
ENVIRONMENT.update(PULSEWATCH_SERVER=f"{HOST}:{PORT}", XDG_DATA_HOME=str(HERE / "data"), PYTHONPATH=str(ROOT / "examples" / "python"),
                   PATH=f"{Path(sys.executable).parent}{os.pathsep}{ENVIRONMENT['PATH']}")
SOON = 20
PAUSE = 10  # seconds for which README has the server stopped


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def here(text):
    """The same for our port."""
    return text.replace("127.0.0.1:5780", f"{HOST}:{PORT}").replace('"127.0.0.1", 5780', f'"{HOST}", {PORT}')


def plain(line):
    """Without what differs from run to run: times, the width of columns, and whose fault a busy machine sees."""
    line = re.sub(r"\d\d:\d\d:\d\d\.\d{3}", "TIME", line.rstrip())
    line = re.sub(r"\d+(\.\d+)? (ms|s)\b", "SPAN", line)
    line = re.sub(r", (sender late|server paused) SPAN", "", line)
    return re.sub(r" {2,}", "  ", line)


class Terminal:
    """A program in a session of its own, and what it prints."""

    opened = []

    def __init__(self, command, stdin=None):
        self.lines, self.changed = [], threading.Condition()
        self.child = subprocess.Popen(
            command, shell=isinstance(command, str), executable="/bin/bash" if isinstance(command, str) else None,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, env=ENVIRONMENT, cwd=HERE, text=True)
        Terminal.opened.append(self)
        if stdin is not None:
            self.child.stdin.write(stdin)
            self.child.stdin.flush()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.child.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def shows(self, pattern, seconds=SOON):
        with self.changed:
            found = self.changed.wait_for(
                lambda: any(re.search(pattern, line) for line in self.lines), seconds)
        if not found:
            raise SystemExit(f"no line with {pattern!r} within {seconds} s, but:\n" + "\n".join(self.lines))

    def signal_all(self, number):
        try:
            os.killpg(self.child.pid, number)
        except ProcessLookupError:
            pass


def session():
    """The console blocks, as [command, what it shows]: a line that begins with `$ ` is a command."""
    commands = []
    for block in blocks(""):
        shows = []  # of nobody: what comes before the first command of a block
        for line in block.splitlines():
            if line.startswith("$ "):
                shows = []
                commands.append([here(line[2:]), shows])
            else:
                shows.append(line)
    return commands


def check(what, expected, seen):
    if expected != seen:
        raise SystemExit(f"{what}: README shows\n  " + "\n  ".join(expected) + "\nand this came\n  "
                         + "\n  ".join(seen))
    print(f"as README shows: {what}")


def run():
    commands = session()
    named = {name: next(each for each in commands if name in each[0])
             for name in ("make run", "app.py", "beat --service", "pulsewatch watch", " list", "Heartbeat")}
    (HERE / "bin").mkdir()
    (HERE / "bin" / "pulsewatch").symlink_to(ROOT / "bin" / "pulsewatch")
    server = Terminal(f"exec {named['make run'][0]} -C {ROOT} ARGS='--listen {HOST}:{PORT}'")
    server.shows("^pulsewatch listens on", 60)
    subprocess.run(named["app.py"][0], shell=True, cwd=HERE, check=True)

    # kill -9 of beat, and of its program, once it has beaten for a while
    beat = Terminal(f"exec {named['beat --service'][0]}")
    time.sleep(3)
    watch = Terminal(f"exec {named['pulsewatch watch'][0]}")
    watch.shows("ALIVE")
    time.sleep(2)
    beat.signal_all(signal.SIGKILL)
    watch.shows("-> DEAD")
    shown = [plain(line) for line in named["pulsewatch watch"][1]]
    check("watch after kill -9", shown, [plain(line) for line in watch.lines])

    # the server stopped
    beat = Terminal(f"exec {named['beat --service'][0]}")
    watch.shows("-> ALIVE")
    time.sleep(2)
    before = list(watch.lines)
    server.signal_all(signal.SIGSTOP)
    time.sleep(PAUSE)
    server.signal_all(signal.SIGCONT)
    beat.shows("heard again")
    time.sleep(4)  # more than the timeout
    check("nothing, of a server that was stopped", before, watch.lines)
    expected = [line for block in blocks("") for line in block.splitlines() if line.startswith("pulsewatch: ")]
    check("beat beside a stopped server", expected, [line for line in beat.lines if line in expected])

    by_hand(named)
    python()
    java()


def by_hand(named):
    listed = subprocess.run(named[" list"][0], shell=True, cwd=HERE, env=ENVIRONMENT, check=True,
                            capture_output=True, text=True, timeout=SOON).stdout
    for service in ("pulsewatch.v1.HeartbeatService", "pulsewatch.v1.WatchService", "grpc.health.v1.Health"):
        if service not in listed.split():
            raise SystemExit(f"{service} is not in what grpcurl lists:\n{listed}")
    print("as README shows: grpcurl list")
    command, typed = named["Heartbeat"]
    stream = Terminal(command, stdin="\n".join(line for line in typed if line.startswith("{")) + "\n")
    stream.shows('"registered"')
    stream.shows('"session_token"')
    stream.shows('"ack"')
    stream.shows('"sequence": "1"')
    stream.child.stdin.close()
    if stream.child.wait(SOON) != 0:
        raise SystemExit("grpcurl ends with an error:\n" + "\n".join(stream.lines))
    print("as README shows: a heartbeat typed by hand")


def python():
    [program] = blocks("python")
    (HERE / "ten.py").write_text(here(program))
    beats = Terminal(["python", "-u", "ten.py"])
    beats.shows("registered {")
    beats.shows("ack {")
    beats.signal_all(signal.SIGTERM)
    lines = [line for line in program.splitlines() if line.strip()]
    if len(lines) > 12:
        raise SystemExit(f"the ten lines of Python are {len(lines)}")
    print("as README shows: ten lines of Python")


def java():
    body = "\n".join(f"  void block{i}() throws Exception {{\n{block.replace('{ ... }', '{ }')}\n  }}"
                     for i, block in enumerate(blocks("java")))
    (HERE / "Blocks.java").write_text(
        f"import io.pulsewatch.client.*;\nimport io.pulsewatch.server.*;\nclass Blocks {{\n{body}\n}}\n")
    subprocess.run(["javac", "-cp", ROOT / "cli" / "target" / "pulsewatch.jar", "-d", HERE, "Blocks.java"],
                   cwd=HERE, check=True, timeout=60)
    print("as README shows: the blocks of Java, as far as a compiler can tell")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    try:
        run()
    finally:
        for terminal in Terminal.opened:
            terminal.signal_all(signal.SIGKILL)
        shutil.rmtree(HERE)
    print(f"README: {time.monotonic() - began:.0f} s")
    print("7 passed, 0 failed")


if __name__ == "__main__":
    main()

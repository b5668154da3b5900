"""nginx and HAProxy kept right by `pulsewatch render`, under constant requests, while their backends are killed.

    balancers.py [--balancers nginx,haproxy] [--planted no-reload]

begin    three backends, and each balancer uses all of them
kill     kill -9 of one: of the requests that begin after the reload none fails, and the other two answer
more     another one comes, and is used
drain    a backend is sent TERM; it waits until both balancers were reloaded: no request fails
gone     kill -9 of Pulsewatch, and a new one in its place: no file is written, nothing is reloaded, no request
         fails, and the next backend that comes is used

Neither balancer tries a request again here, so a backend that is gone and still in a file shows. --planted no-reload has the
commands do nothing, which must be found.
"""
import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import rig
from rig import PULSEWATCH, SOON, Failure, check

SETTLED = 0.5
GONE = 1
CALLERS = 3
NOBODY = 65534
DEPLOY = rig.ROOT / "deploy"


def unprivileged(command):
    if os.getuid() != 0:
        return command
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", *command]


def ask(port):
    """The name of whoever answers; fails where nobody does."""
    with socket.create_connection((rig.HOST, port), 5) as link:
        link.sendall(b"GET / HTTP/1.0\r\nHost: orders\r\n\r\n")
        answer = b""
        while part := link.recv(4096):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise OSError(head.split(b"\r\n")[0].decode() or "no answer")
    return body.decode()


class Balancer:
    """One load balancer, the `render` that keeps its file, and who asks it."""

    def __init__(self, name, folder, server, planted):
        self.name, self.folder, self.port = name, folder / name, rig.free_port()
        self.folder.mkdir()
        self.folder.chmod(0o777)
        self.file = self.folder / ("upstreams.conf" if name == "nginx" else "backends.cfg")
        self.answers, self.failures, self.lock = [], [], threading.Lock()
        getattr(self, f"prepare_{name}")()
        reload = "true" if planted == "no-reload" else self.reload
        self.render = rig.Program([
            PULSEWATCH, "render", str(DEPLOY / self.template), "orders", "--server", server, "--name", name,
            "--endpoint", "http", "-o", str(self.file), "--check", self.check,
            "--exec", f"{reload} && echo >> {self.folder}/reloads"])
        # The file comes first: a balancer does not start without it, so its first reload fails, and is tried again.
        check(self.render.wait_for(lambda lines: self.file.exists(), SOON), f"{name}: no file", self.render)
        self.balancer = rig.Program(unprivileged(self.command))
        self.written(1)
        for _ in range(CALLERS):
            threading.Thread(target=self.call, daemon=True).start()

    def prepare_nginx(self):
        self.template = "nginx-upstreams.conf.mustache"
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        temporary = "".join(f"  {each}_temp_path {self.folder}/{each};\n"
                            for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        outline = (f"pid {self.folder}/nginx.pid;\nerror_log stderr;\ndaemon off;\nworker_processes 2;\n"
                   "events {}\nhttp {\n" + temporary + "  access_log off;\n  include %s;\n"
                   f"  server {{\n    listen {rig.HOST}:{self.port};\n    location / {{\n"
                   "      proxy_pass http://orders;\n      proxy_next_upstream off;\n    }\n  }\n}\n")
        main = self.folder / "nginx.conf"
        main.write_text(outline % self.file)
        trial = self.folder / "trial.conf"
        trial.write_text(outline.replace("nginx.pid", "trial.pid") % f"{self.folder}/.upstreams.conf.pulsewatch-new")
        self.command = [nginx, "-p", str(self.folder), "-c", str(main)]
        self.check = " ".join([nginx, "-q", "-t", "-p", str(self.folder), "-c", str(trial)])
        self.reload = " ".join([str(DEPLOY / "nginx-reload.sh"), f"{self.folder}/nginx.pid", *self.command])

    def prepare_haproxy(self):
        self.template = "haproxy-backends.cfg.mustache"
        haproxy = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
        main = self.folder / "haproxy.cfg"
        main.write_text(rig.adapted(
            DEPLOY / "haproxy.cfg", (":8080", f"{rig.HOST}:{self.port}"), ("/run/haproxy.sock", f"{self.folder}/stats"),
            ("retries 2", "retries 0"), ("    option redispatch 1\n", "")))
        self.command = [haproxy, "-W", "-f", str(main), "-f", str(self.file), "-p", f"{self.folder}/pid"]
        self.check = f'{haproxy} -c -f {main} -f "$1"'
        self.reload = f"{DEPLOY}/haproxy-reload.sh {self.folder}/pid"

    def call(self):
        while True:
            began = time.time()
            try:
                name = ask(self.port)
                with self.lock:
                    self.answers.append((began, name))
            except OSError as error:
                with self.lock:
                    self.failures.append((began, str(error)))
            time.sleep(0.002)

    def reloads(self):
        note = self.folder / "reloads"
        return len(note.read_text()) if note.exists() else 0

    def answered(self, names, seconds=SOON):
        """Whether in some moment until then these answered, and nobody else."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.time()
            time.sleep(0.3)
            with self.lock:
                seen = {name for at, name in self.answers if at >= began}
            if seen == set(names):
                return True
        return False

    def failed(self, since):
        with self.lock:
            return [each for each in self.failures if each[0] >= since]

    def check_failed(self, since, what):
        failed = self.failed(since)
        check(not failed, f"{self.name}: {what}: {len(failed)} requests failed: {failed[:3]}", self.render, self.balancer)

    def written(self, count, seconds=SOON):
        """When the file was written for that time, and its reload done; and how long that took."""
        check(self.render.wait_for(lambda lines: sum(" written: " in line for line in lines) >= count, seconds),
              f"{self.name}: not written {count} times", self.render)
        line = self.render.matching(" written: ")[count - 1]
        return int(re.search(r"(\d+) ms after the change", line).group(1))


class Script:
    """The steps, one after another; all balancers at once."""

    def __init__(self, names, folder, planted):
        self.data, self.address = folder / "data", f"{rig.HOST}:{rig.free_port()}"
        self.balancers, self.backends, self.changes = [], {}, 0
        self.names = names
        self.serve()
        for each in "abc":
            self.backend(each)
        for each in "abc":
            check(self.backends[each].wait_for(lambda lines: any("SERVING" in line for line in lines), SOON),
                  f"backend {each} does not start", self.backends[each])
        self.balancers = [Balancer(each, folder, self.address, planted) for each in names]
        self.took = {each: {} for each in names}

    def serve(self):
        self.server = rig.Program([PULSEWATCH, "serve", "--data", str(self.data), "--web", "off",
                                   "--listen", self.address])
        check(self.server.wait_for(lambda lines: any("listens on" in line for line in lines), SOON),
              "the server does not start", self.server)

    def backend(self, name):
        port = rig.free_port()
        waits = [word for each in self.names for word in ("--wait-for", each)]
        self.backends[name] = rig.Program([
            PULSEWATCH, "beat", "--server", self.address, "--service", "orders", "--id", name, "--drain", "20s",
            *waits, "--endpoint", f"http={rig.HOST}:{port}", "--", sys.executable,
            f"{rig.EXAMPLES}/harness/web.py", name, str(port)])

    def act(self, what, action):
        """Does it, and waits for the reloads that follow; returns when the last of them was done."""
        before = {each: len(each.render.matching(" written: ")) for each in self.balancers}
        action()
        for each in self.balancers:
            self.took[each.name][what] = each.written(before[each] + 1)
        return time.time()

    def expect(self, names, since, what):
        """All are answered by these, and of their requests since then none failed."""
        for each in self.balancers:
            check(each.answered(names), f"{each.name}: {what}: not answered by {names}", each.render, each.balancer)
        time.sleep(SETTLED)
        for each in self.balancers:
            each.check_failed(since, what)

    def run(self):
        for each in self.balancers:
            check(each.answered("abc"), f"{each.name}: begin: not answered by all", each.render, each.balancer)
        self.expect("abc", time.time(), "begin")
        self.expect("ab", self.act("kill", lambda: self.backends["c"].signal_all(signal.SIGKILL)), "kill")
        began = time.time()
        self.act("more", lambda: self.backend("d"))
        self.expect("abd", began, "more")
        self.act("drain", lambda: self.backends["b"].signal(signal.SIGTERM))
        self.expect("ad", began, "drain")
        check(self.backends["b"].exit_code(SOON) == 0, "the drained backend does not end", self.backends["b"])
        reloads = {each: (each.reloads(), each.file.stat().st_mtime_ns) for each in self.balancers}
        self.server.signal_all(signal.SIGKILL)
        time.sleep(GONE)
        self.serve()
        self.expect("ad", began, "gone")
        for each, before in reloads.items():
            check((each.reloads(), each.file.stat().st_mtime_ns) == before, f"{each.name}: gone: it was reloaded", each.render)
        self.act("back", lambda: self.backend("e"))
        self.expect("ade", began, "back")


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--balancers", default="nginx,haproxy")
    flags.add_argument("--planted", default="")
    said = flags.parse_args()
    names = said.balancers.split(",")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Commands that live for moments here: half of what their start costs is compiling.
    rig.ENVIRONMENT["PULSEWATCH_JAVA_OPTS"] = "-XX:TieredStopAtLevel=1"
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        try:
            script = Script(names, Path(folder), said.planted)
            script.run()
        except Failure as failure:
            print(f"FAIL: {failure}")
            sys.exit(1)
        finally:
            rig.Program.kill_all()
    for name in names:
        print(f"{name}: ms from the change that was told to the end of the reload: "
              + ", ".join(f"{what} {took}" for what, took in script.took[name].items()))
    print(f"balancers harness: {', '.join(names)}, {time.monotonic() - began:.0f} s")
    print(f"{len(names)} passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main()

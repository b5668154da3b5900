"""The webhook receiver against the built server: a beat is killed, and the receiver is told, in order.

The receiver is away when it happens and comes back; a test and a forged request are tried, too.
"""
import base64
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import rig

WAIT = 30
COMMAND = str(rig.ROOT / "bin" / "pulsewatch")


def check(holds, what, program):
    if not holds:
        rig.Program.kill_all()
        sys.exit(f"FAIL: {what}\n" + "\n".join(program.lines[-20:]))


def receiver(secret, port):
    program = rig.Program(
        [sys.executable, str(rig.EXAMPLES / "hooks" / "receiver.py"), "--secret", str(secret), "--port", str(port)])
    check(program.wait_for(lambda lines: any("LISTENING" in line for line in lines), WAIT), "it listens", program)
    return program


def forged(port):
    """What somebody without the secret gets."""
    request = urllib.request.Request(
        f"http://{rig.HOST}:{port}/", data=b"{}", method="POST",
        headers={"webhook-id": "x", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,AAAA"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(request, timeout=WAIT).status
    except urllib.error.HTTPError as refused:
        return refused.code


def run(folder):
    secret, port, listen = folder / "secret", rig.free_port(), f"{rig.HOST}:{rig.free_port()}"
    secret.write_text("whsec_" + base64.b64encode(os.urandom(32)).decode() + "\n")
    settings = folder / "hooks.yaml"
    settings.write_text(
        f"hooks:\n  - name: receiver\n    url: http://{rig.HOST}:{port}/\n    secret: secret\n"
        "    states: [SUSPECT, DEAD]\n    backoff_max: 500ms\n    backoff_min: 100ms\n")
    server = rig.Program(
        [COMMAND, "serve", "--memory", "--web", "off", "--listen", listen, "--config", str(settings)])
    check(server.wait_for(lambda lines: any(listen in line for line in lines), WAIT), "it serves", server)
    first = receiver(secret, port)
    test = subprocess.run([COMMAND, "--server", listen, "hooks", "test", "receiver"], env=rig.ENVIRONMENT,
                          capture_output=True, text=True, timeout=WAIT)
    check(test.returncode == 0 and "HTTP 204" in test.stdout, f"test: {test}", first)
    check(first.matching("^TEST pulsewatch-test/sample"), "the test came", first)
    check(forged(port) == 401, "a forged request is refused", first)
    first.signal(signal.SIGKILL)
    beat = rig.Program([COMMAND, "--server", listen, "beat", "--service", "orders", "--id", "a", "--interval",
                        "200ms"])
    check(beat.wait_for(lambda lines: any("is registered" in line for line in lines), WAIT), "it beats", beat)
    beat.signal(signal.SIGKILL)
    time.sleep(1)
    second = receiver(secret, port)
    check(second.wait_for(lambda lines: any("SUSPECT -> DEAD" in line for line in lines), WAIT), "DEAD is told", second)
    told = second.matching("^orders/a ")
    steps = [line.split()[1:4] for line in told]
    check(steps == [["ALIVE", "->", "SUSPECT"], ["SUSPECT", "->", "DEAD"]], f"each once, in order: {told}", second)


def main():
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        try:
            run(Path(name))
        finally:
            rig.Program.kill_all()
    print(f"hooks harness: passed, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

"""The same programs against a server with TLS, client certificates and tokens.

Each language's sender registers and its watcher sees it; a token that is withdrawn ends the stream,
and another one in the same file brings the same incarnation back. The shell takes what it shows from
the environment and cannot exchange it.
"""
import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rig

WAIT = 30


def token(path, name, rights):
    """Makes a token, and adds its line to the server's file."""
    made = subprocess.run(
        [str(rig.ROOT / "bin" / "pulsewatch"), "token", "create", "--name", name, "--rights", rights,
         "--append-to", str(path)], check=True, capture_output=True, text=True)
    return made.stdout.strip()


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", folder / "key", "-out", folder / "certificate", "-days", "2", "-subj", "/CN=test",
         "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)


def check(holds, what, program):
    if not holds:
        rig.Program.kill_all()
        sys.exit(f"FAIL: {what}\n" + "\n".join(program.lines[-20:]))


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--languages", default=",".join(rig.LANGUAGES))
    languages = flags.parse_args().languages.split(",")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificate(folder)
        table, shown = folder / "tokens", folder / "token"
        shown.write_text(token(table, "first", "beat,watch") + "\n")
        rig.ENVIRONMENT.update(
            PULSEWATCH_TLS_CA=str(folder / "certificate"),
            PULSEWATCH_TLS_CLIENT_CERT=str(folder / "certificate"),
            PULSEWATCH_TLS_CLIENT_KEY=str(folder / "key"),
            PULSEWATCH_TOKEN=shown.read_text().strip())
        try:
            run(languages, folder, table, shown)
        finally:
            rig.Program.kill_all()
    print(f"secure harness: {', '.join(languages)} passed, {time.monotonic() - began:.0f} s")


def run(languages, folder, table, shown):
    files = ["--tls-ca", folder / "certificate", "--tls-client-cert", folder / "certificate",
             "--tls-client-key", folder / "key", "--token-from", shown]
    options = [str(each) for each in files]
    server = rig.Server([*rig.SERVER, "--tls-cert", str(folder / "certificate"), "--tls-key",
                         str(folder / "key"), "--tls-client-ca", str(folder / "certificate"),
                         "--token-file", str(table)])
    check(server.ready(WAIT), "the server does not start", server)
    senders, watchers = {}, {}
    for each in languages:
        language = rig.LANGUAGES[each]
        more = [] if language.positional else options
        watchers[each] = rig.Program([*language.watch(server.address), *more])
        senders[each] = rig.Program([*language.send(server.address, "secure", each, 1, 30), *more])
    for each in languages:
        found = senders[each].wait_for(lambda lines: any("REGISTERED" in x for x in lines), WAIT)
        check(found, f"{each}: the sender is not let in", senders[each])
        seen = watchers[each].wait_for(lambda lines: any(f"secure/{each}" in x for x in lines), WAIT)
        check(seen, f"{each}: the watcher sees nothing", watchers[each])
    exchange(languages, senders, table, shown)


def exchange(languages, senders, table, shown):
    """The first token is withdrawn as the second one comes."""
    fresh = table.with_name("fresh")
    shown.write_text(token(fresh, "second", "beat,watch"))
    fresh.replace(table)
    for each in languages:
        if rig.LANGUAGES[each].positional:
            found = senders[each].exit_code(WAIT) == 4
            check(found, f"{each}: goes on without credentials", senders[each])
        else:
            ended = senders[each].wait_for(
                lambda lines: any("UNAUTHENTICATED" in x.upper() for x in lines), WAIT)
            check(ended, f"{each}: its stream outlives its token", senders[each])
            if each == "java":
                continue  # a resume is no news to it
            back = senders[each].wait_for(
                lambda lines: "REGISTERED" in [x.split()[0] for x in lines if x][-1], WAIT)
            check(back, f"{each}: does not come back with another token", senders[each])


if __name__ == "__main__":
    main()

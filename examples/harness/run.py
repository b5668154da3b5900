"""Puts the senders and watchers of all languages through the same script, against one real server.

    run.py [--languages python,go,node,java,shell] [--seconds 60] [-- SERVER COMMAND with {listen}]

cut      behind a proxy that harms every connection each 5 s for a minute: never DEAD, never a new
         incarnation, and the sender's own fence never fires
restart  kill -9, and started again at once: a greater incarnation at once, the old one SUPERSEDED
silence  SIGSTOP: SUSPECT, then DEAD, by SILENCE, not before the timeout; SIGCONT: a new incarnation
leave    SIGTERM: LEFT, and a clean exit
kill     kill -9: SUSPECT by STREAM_LOST, then DEAD
evict    another process takes the name over: the old one stops by itself, with exit code 4
replaced ABORTED with STREAM_REPLACED: it comes back as the same incarnation
farewell SIGTERM while it waits to come back, told to wait for a minute: LEFT all the same, and soon
nobody   SIGTERM while there is no server at all: it ends, and soon
cron     (shell) the unary Beat: the same line renews, and DEAD comes when it stops coming
pause    SIGSTOP of the server for longer than the timeout: nobody is even suspected
watch    the watcher, behind that proxy: every change in order, once, and the same as all others saw

The evidence for each sender is what the watcher of another language printed. Assertions go by order
and evidence; absolute times are only upper limits, and generous.
"""
import argparse
import functools
import json
import signal
import sys
import threading
import time
import traceback

import grpc

from meddler import Meddler
from rig import LANGUAGES, SERVER, SOON, Failure, Program, Proxy, Server, Watcher, check, free_port

STEPS = ["cut", "restart", "silence", "leave", "kill", "evict", "replaced", "farewell", "nobody",
         "cron", "pause", "watch"]
PROMPTLY = 10  # seconds within which a program that was told to ends; 1 s is its own limit
EVERY = 5  # seconds between two harms


class Results:
    """What became of each step of each language. Thread-safe."""

    def __init__(self):
        self.lock, self.cells, self.reasons = threading.Lock(), {}, []

    def step(self, language, name, run, programs):
        """Runs one step; on failure keeps the reason and the last words of the programs."""
        try:
            run()
            verdict, words = "ok", []
        except Failure as failure:
            verdict, words = "FAIL", [f"{language} {name}: {failure}"]
        except Exception:  # a fault of this harness is no pass either
            verdict, words = "FAIL", [f"{language} {name}: {traceback.format_exc()}"]
        if words:
            for program in programs:
                words += [f"    {line}" for line in program.lines[-15:]]
        with self.lock:
            self.cells[language, name] = verdict
            self.reasons += words

    def expect(self, languages):
        """What has no result by now has failed."""
        for language in languages:
            for step in STEPS:
                if (language == "shell" or step != "cron") and (language, step) not in self.cells:
                    self.cells[language, step] = "FAIL"
                    self.reasons.append(f"{language} {step}: it was not run")

    def count(self, verdict):
        return sum(cell == verdict for cell in self.cells.values())

    def table(self, languages):
        lines = [" " * 9 + "".join(f"{step:>9}" for step in STEPS)]
        for language in languages:
            cells = (self.cells.get((language, step), "-") for step in STEPS)
            lines.append(f"{language:9}" + "".join(f"{cell:>9}" for cell in cells))
        return "\n".join(lines)


class Script:
    """The steps, with the server, the proxies and the watchers that they share."""

    def __init__(self, languages, server, results):
        self.languages, self.server, self.results = languages, server, results
        self.proxy = Proxy(server.port)  # resets connections, or leaves them open and silent
        self.rough_proxy = Proxy(server.port)  # only resets: grpcurl cannot tell silence from peace
        self.watchers = {}
        for language in languages:
            proxy = self.rough_proxy if language == "shell" else self.proxy
            self.watchers[language] = Watcher(language, proxy.address)

    def evidence(self, language):
        """The watcher of the next language. That of the shell may fold changes: no witness."""
        witnesses = [each for each in self.languages if each != "shell"]
        if language in witnesses:
            return self.watchers[witnesses[(witnesses.index(language) + 1) % len(witnesses)]]
        return self.watchers[witnesses[0]]

    def start(self, language, step, interval, timeout, resume_window=None, server=None):
        server = server or self.server.address
        command = LANGUAGES[language].send(server, step, language, interval, timeout, resume_window)
        return Program(command)

    def await_watchers(self):
        for language, watcher in self.watchers.items():
            begun = watcher.wait_for(lambda lines: "SNAPSHOT" in "".join(lines), 2 * SOON)
            if not begun:
                raise SystemExit(f"the {language} watcher does not start: {watcher.lines}")

    # -- cut

    def cut(self, seconds):
        senders = {}
        for language in self.languages:
            proxy = self.rough_proxy if language == "shell" else self.proxy
            senders[language] = self.start(language, "cut", 0.5, 4, server=proxy.address)
        for language in self.languages:
            self.evidence(language).wait_for_change(f"cut/{language}", "ALIVE REGISTERED", 2 * SOON)
        until = time.monotonic() + seconds
        while time.monotonic() < until - EVERY:
            time.sleep(EVERY)
            if self.proxy.harm % 3 == 2:
                self.proxy.stall()
            else:
                self.proxy.cut()
            self.rough_proxy.cut()
        time.sleep(EVERY)
        self.proxy.cut()  # frees what still hangs
        time.sleep(2)
        for language, sender in senders.items():
            watcher = self.evidence(language)
            check_it = functools.partial(self.check_cut, language, sender, watcher)
            self.results.step(language, "cut", check_it, [sender, watcher])

    def check_cut(self, language, sender, watcher):
        name = f"cut/{language}"
        before = watcher.changes(name)
        check(before, f"{name} never registered")
        check(before[0].what == "ALIVE REGISTERED", f"{name} begins with {before[0]}")
        for change in before:
            check(change.after in ("ALIVE", "SUSPECT"), f"{change}")
            check(change.incarnation == before[0].incarnation, f"a new incarnation: {change}")
        returns = "^REGISTERED" if language == "shell" else "^ENDED"
        harmed = len(sender.matching(returns))
        check(harmed >= self.proxy.harm // 2, f"only {harmed} of {self.proxy.harm} cuts were felt")
        check(not sender.matching("^EXPIRED"), "its fence fired")
        sender.signal(signal.SIGTERM)
        last = watcher.wait_for_change(name, "LEFT .*", SOON)
        check(last, "it never left")
        check(last.incarnation == before[0].incarnation, f"a new incarnation: {last}")

    # -- one life after another, on direct connections

    def lives(self, language):
        watcher, name = self.evidence(language), f"lives/{language}"
        senders = [self.start(language, "lives", 0.5, 15)]  # the last one lives
        state = {"incarnation": 0, "revision": 0}

        def told(what, seconds=SOON):
            change = watcher.wait_for_change(name, what, seconds, after=state["revision"])
            recent = [str(each) for each in watcher.changes(name)][-3:]
            check(change, f"no {what} after revision {state['revision']}; newest: {recent}")
            state["revision"] = change.revision
            return change

        def registered():
            change = told("ALIVE REGISTERED")
            check(change.incarnation > state["incarnation"], f"incarnation does not grow: {change}")
            state["incarnation"] = change.incarnation

        def of_this_life(change):
            check(change.incarnation == state["incarnation"], f"of another incarnation: {change}")

        def restart():
            registered()
            time.sleep(1)
            senders[-1].kill()
            senders.append(self.start(language, "lives", 0.5, 2))
            ended = told("DEAD .*")
            check(ended.cause == "SUPERSEDED", f"the old one ended otherwise: {ended}")
            of_this_life(ended)
            registered()

        def silence():
            time.sleep(1)
            senders[-1].signal_all(signal.SIGSTOP)
            doubt = told("SUSPECT .*")
            check(doubt.cause == "SILENCE", f"suspected otherwise: {doubt}")
            of_this_life(doubt)
            dead = told("DEAD .*")
            check(dead.cause == "SILENCE", f"dead otherwise: {dead}")
            check(dead.silence >= 2, f"dead before its timeout of 2 s: {dead}")
            of_this_life(dead)
            senders[-1].signal_all(signal.SIGCONT)
            registered()
            if language != "shell":
                check(senders[-1].matching("^EXPIRED"), "its fence never fired")

        def leave():
            time.sleep(1)
            senders[-1].signal(signal.SIGTERM)
            left = told("(LEFT|DEAD) .*")
            cause = "STREAM_CLOSED" if language == "shell" else "LEAVE"
            check(left.what == f"LEFT {cause}", f"left otherwise: {left}")
            of_this_life(left)
            code = senders[-1].exit_code(SOON)
            check(code in (0, 143), f"exit code {code}")  # 143: how a JVM tells of a SIGTERM

        def kill():
            senders.append(self.start(language, "lives", 0.5, 3, resume_window=1))
            registered()
            time.sleep(1)
            senders[-1].kill()
            doubt = told("SUSPECT STREAM_LOST|DEAD .*")
            check(doubt.after == "SUSPECT", f"dead without a doubt: {doubt}")
            dead = told("DEAD .*")
            check(dead.cause == "STREAM_LOST" or language == "shell", f"dead otherwise: {dead}")
            of_this_life(dead)

        def evict():
            senders.append(self.start(language, "lives", 0.5, 3))
            registered()
            taken = self.take_over(f"lives/{language}")
            check(taken.exit_code(SOON) == 0, f"the name cannot be taken over: {taken.lines}")
            ended = told("DEAD .*")
            check(ended.cause == "SUPERSEDED", f"it ended otherwise: {ended}")
            of_this_life(ended)
            code = senders[-1].exit_code(SOON)
            check(code == 4, f"exit code {code}")

        for step in (restart, silence, leave, kill, evict):
            self.results.step(language, step.__name__, step, senders)
        senders[-1].kill()

    # -- ends that a gRPC proxy makes up

    def ends(self, language):
        watcher, name = self.evidence(language), f"ends/{language}"
        meddler, senders = Meddler(self.server.address), []
        state = {}

        def replaced():
            senders.append(self.start(language, "ends", 0.5, 60, server=meddler.address))
            first = watcher.wait_for_change(name, "ALIVE REGISTERED", SOON)
            check(first, "it never registered")
            time.sleep(1)
            meddler.end_all(grpc.StatusCode.ABORTED, "STREAM_REPLACED")
            # If it is quick nobody has doubted it, and there is no change to watch for.
            check(meddler.await_calls(2, SOON),
                  f"it never came back; exit code {senders[0].child.poll()}")
            time.sleep(2)
            check(senders[0].child.poll() is None, "it stopped")
            state.update(back=watcher.changes(name)[-1])
            check(state["back"].after == "ALIVE", f"it did not come back: {state['back']}")
            check(state["back"].incarnation == first.incarnation, f"another: {state['back']}")

        def farewell():
            check("back" in state, "the step before failed")
            time.sleep(1)
            meddler.refuse(grpc.StatusCode.UNAVAILABLE, "DRAINING", 60)
            doubt = watcher.wait_for_change(name, "SUSPECT .*", SOON, after=state["back"].revision)
            check(doubt, "nobody noticed that its stream was lost")
            check(doubt.incarnation == state["back"].incarnation, f"a new incarnation: {doubt}")
            time.sleep(1)
            meddler.relent()
            begun = time.monotonic()
            senders[0].signal(signal.SIGTERM)
            left = watcher.wait_for_change(name, "LEFT .*", PROMPTLY, after=doubt.revision)
            check(left, f"it did not say goodbye: {[str(each) for each in watcher.changes(name)]}")
            check(left.incarnation == doubt.incarnation, f"a new incarnation: {left}")
            code = senders[0].exit_code(PROMPTLY)
            check(code in (0, 143), f"exit code {code}")
            check(time.monotonic() - begun < PROMPTLY, "it took its time")

        def nobody():
            senders.append(self.start(language, "nobody", 0.5, 60, server=f"127.0.0.1:{free_port()}"))
            time.sleep(3)
            check(senders[-1].child.poll() is None, f"it gave up: {senders[-1].child.poll()}")
            senders[-1].signal(signal.SIGTERM)
            code = senders[-1].exit_code(PROMPTLY)
            check(code in (0, 143), f"exit code {code}")

        for step in (replaced, farewell, nobody):
            self.results.step(language, step.__name__, step, senders)
        for sender in senders:
            sender.kill()
        meddler.stop()

    def take_over(self, name):
        service, instance = name.split("/")
        request = {"register": {"instance": {"service": service, "instanceId": instance},
                                "interval": "0.5s", "onConflict": "ON_CONFLICT_TAKE_OVER"}}
        return Program(["grpcurl", "-plaintext", "-d", json.dumps(request), self.server.address,
                        "pulsewatch.v1.HeartbeatService/Beat"])

    def cron(self):
        watcher, name = self.evidence("shell"), "cron/shell"
        script = LANGUAGES["shell"].sender[0].replace("beat.sh", "beat-once.sh")
        calls = []

        def run():
            for _ in range(3):
                calls.append(Program([script, self.server.address, "cron", "shell", "2"]))
                check(calls[-1].exit_code(SOON) == 0, f"exit code {calls[-1].child.poll()}")
                time.sleep(1)
            dead = watcher.wait_for_change(name, "DEAD .*", SOON)
            story = [change.what for change in watcher.changes(name)]
            check(dead and dead.cause == "SILENCE" and dead.silence >= 6, f"the end is {dead}")
            check(story.count("ALIVE REGISTERED") == 1, f"it did not renew: {story}")

        self.results.step("shell", "cron", run, calls)

    # -- pause of the server

    def pause(self):
        senders = {each: self.start(each, "pause", 1, 5) for each in self.languages}
        for language in self.languages:
            self.evidence(language).wait_for_change(f"pause/{language}", "ALIVE REGISTERED", SOON)
        time.sleep(2)
        self.server.signal_all(signal.SIGSTOP)
        time.sleep(7)
        self.server.signal_all(signal.SIGCONT)
        time.sleep(6)
        for language, sender in senders.items():
            watcher = self.evidence(language)
            check_it = functools.partial(self.check_pause, language, sender, watcher)
            self.results.step(language, "pause", check_it, [sender, watcher])
        for sender in senders.values():
            sender.signal(signal.SIGTERM)
        for language in self.languages:  # so that nothing changes any more
            self.evidence(language).wait_for_change(f"pause/{language}", "LEFT .*", SOON)

    def check_pause(self, language, sender, watcher):
        story = watcher.changes(f"pause/{language}")
        check([change.what for change in story] == ["ALIVE REGISTERED"],
              f"more than a registration: {[str(change) for change in story[1:]]}")
        check(len(sender.matching("^EXPIRED")) == len(sender.matching("^RESTORED")),
              "it did not come back from its fence")
        check(sender.child.poll() is None, "it stopped")

    # -- what the watchers saw

    def compare_watchers(self):
        witnesses = {each: self.watchers[each] for each in self.languages if each != "shell"}
        newest = max((change.revision for each in witnesses.values() for change in each.changes()),
                     default=0)
        for language in self.languages:
            check_it = functools.partial(self.check_watcher, language, witnesses, newest)
            self.results.step(language, "watch", check_it, [self.watchers[language]])

    def check_watcher(self, language, witnesses, newest):
        watcher = self.watchers[language]
        watcher.wait_for(lambda lines: any(line.startswith(f"{newest} ") for line in lines), SOON)
        seen = [str(change) for change in watcher.changes()]
        revisions = [change.revision for change in watcher.changes()]
        check(seen and revisions == sorted(set(revisions)), "changes out of order or told twice")
        snapshots = watcher.matching(r"^SNAPSHOT\b")
        check(len(snapshots) == 1, f"it had to begin anew: {snapshots}")
        if language == "shell":
            return
        states = {}
        for change in watcher.changes():
            known = states.get(change.name, "-")
            check(change.before == known, f"it knew {known} before {change}")
            states[change.name] = change.after
        cuts = len(watcher.matching("^ENDED"))
        check(cuts >= self.proxy.harm // 2, f"only {cuts} of {self.proxy.harm} cuts were felt")
        for other, witness in witnesses.items():
            missing = [str(change) for change in witness.changes()
                       if change.revision <= newest and str(change) not in seen]
            check(not missing, f"{other} saw what it did not: {missing[:3]}")


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--languages", default=",".join(LANGUAGES))
    flags.add_argument("--seconds", type=float, default=60, help="length of the cut step")
    flags.add_argument("server", nargs="*", help="command, with {listen} for HOST:PORT")
    args = flags.parse_args()
    languages, results = args.languages.split(","), Results()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    try:
        server = Server(args.server or SERVER)
        if not server.ready(2 * SOON):
            raise SystemExit("the server does not start:\n" + "\n".join(server.lines))
        script = Script(languages, server, results)
        script.await_watchers()
        jobs = [threading.Thread(target=script.cut, args=(args.seconds,))]
        jobs += [threading.Thread(target=script.lives, args=(each,)) for each in languages]
        jobs += [threading.Thread(target=script.ends, args=(each,)) for each in languages]
        if "shell" in languages:
            jobs.append(threading.Thread(target=script.cron))
        for job in jobs:
            job.daemon = True
            job.start()
        for job in jobs:
            job.join()
        script.pause()
        script.compare_watchers()
    finally:
        Program.kill_all()
    results.expect(languages)
    for line in [*results.reasons, results.table(languages)]:
        print(line)
    print(f"polyglot harness: {time.monotonic() - began:.0f} s")
    print(f"{results.count('ok')} passed, {results.count('FAIL')} failed")
    sys.exit(0 if results.cells and not results.count("FAIL") else 1)


if __name__ == "__main__":
    main()

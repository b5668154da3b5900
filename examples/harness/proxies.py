"""Proxies in front of the service `orders`, each of which learns from Pulsewatch whom to call."""
import time

import rig
from rig import PULSEWATCH, SOON, adapted, check

ENVOY = rig.ROOT / "deploy" / "envoy.yaml"
HAPROXY = rig.ROOT / "deploy" / "haproxy.cfg"
HAPROXY_BACKENDS = rig.ROOT / "deploy" / "haproxy-backends.cfg.mustache"
HAPROXY_RELOAD = rig.ROOT / "deploy" / "haproxy-reload.sh"


def start_envoy(binary, folder, pulsewatch):
    """deploy/envoy.yaml as it is, but for the ports."""
    port, settings = rig.free_port(), folder / "envoy.yaml"
    settings.write_text(adapted(
        ENVOY, ("port_value: 5780", f"port_value: {pulsewatch.rpartition(':')[2]}"),
        ("port_value: 8080", f"port_value: {port}")))
    envoy = rig.Program([binary, "-c", str(settings), "--disable-hot-restart", "--concurrency", "1"])
    check(envoy.wait_for(lambda lines: any("starting main dispatch loop" in line for line in lines), SOON),
          "Envoy does not start", envoy)
    return f"{rig.HOST}:{port}", None


def start_haproxy(binary, folder, pulsewatch):
    """With the backends that `pulsewatch render` writes, and a reload for each of them."""
    port, settings, backends = rig.free_port(), folder / "haproxy.cfg", folder / "backends.cfg"
    pid, reloads = folder / "haproxy.pid", folder / "reloads"
    settings.write_text(adapted(
        HAPROXY, ("bind :8080", f"bind {rig.HOST}:{port} proto h2"), ("/run/haproxy.sock", f"{folder}/haproxy.sock"),
        ("mode http", "mode http\n    default-server proto h2")))
    reloads.touch()
    # Before it is started it needs none.
    reload = f"test ! -e {pid} || {{ {HAPROXY_RELOAD} {pid} && date +%s.%N >> {reloads}; }}"
    render = rig.Program([
        PULSEWATCH, "render", str(HAPROXY_BACKENDS), "orders", "--server", pulsewatch, "-o", str(backends),
        "--check", f'{binary} -c -q -f {settings} -f "$1"', "--exec", reload])
    until = time.monotonic() + SOON
    while not backends.exists() or "    server " not in backends.read_text():
        check(time.monotonic() < until, "nothing is rendered", render)
        time.sleep(0.1)
    haproxy = rig.Program([binary, "-W", "-db", "-f", str(settings), "-f", str(backends)])
    pid.write_text(f"{haproxy.child.pid}\n")

    def knows(told):
        """When the first reload after the watcher's event was over."""
        last = time.monotonic() + SOON
        while True:
            for line in reloads.read_text().split():
                if float(line) >= told:
                    return float(line)
            check(time.monotonic() < last, "HAProxy was not reloaded", render)
            time.sleep(0.02)

    return f"{rig.HOST}:{port}", knows


# Each returns where to call, and a function from the watcher's event to when the proxy knew (none: the same).
STARTS = {"envoy": start_envoy, "haproxy": start_haproxy}

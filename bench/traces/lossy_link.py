#!/usr/bin/env python3
"""A bad network between two network namespaces: IP packets that are delayed, reordered never, dropped and held back.

Each namespace gets one end, a TUN device; this program carries the packets between them. TCP on both sides is the kernel's, so
a packet that is dropped here becomes a real retransmission, after the real timeout. Needs root and /dev/net/tun.

    lossy_link.py --delay-ms 40 --jitter-ms 8 --loss 0.01 --seed 7 NAMESPACE_A ADDRESS_A NAMESPACE_B ADDRESS_B

--outage-every-s M --outage-ms LOW HIGH   about every M seconds everything is dropped for a while
--stall-every-s M  --stall-ms LOW HIGH    about every M seconds everything is held back for a while, and then comes at once

It prints "up" when the link is there, and ends with its standard input.
"""
import argparse
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
MTU = 1400
MAX_QUEUED = 10_000  # packets under way; more are dropped, as a router would


def open_tun(namespace, name, address, peer):
    """Opens a TUN device inside a namespace and returns its file descriptor, which works from anywhere."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open("/run/netns/" + namespace, os.O_RDONLY)
    if libc.setns(there, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns " + namespace)
    try:
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
        for command in (
            ["ip", "link", "set", "lo", "up"],
            ["ip", "addr", "add", address, "peer", peer, "dev", name],
            ["ip", "link", "set", name, "mtu", str(MTU), "up"],
        ):
            subprocess.run(command, check=True)
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)
    return tun


class Spells:
    """Times at which something happens for a while, drawn as the time comes."""

    def __init__(self, chance, every_s, length_ms):
        self.chance, self.every_s, self.length_ms = chance, every_s, length_ms
        self.begin, self.end = float("inf"), 0.0
        if every_s:
            self.draw(time.monotonic())

    def draw(self, now):
        self.begin = now + self.chance.expovariate(1 / self.every_s)
        self.end = self.begin + self.chance.uniform(*self.length_ms) / 1000

    def ends(self, now):
        """When the spell that holds now will end, or 0 if none holds."""
        while now >= self.end and self.end:
            self.draw(now)
        return self.end if now >= self.begin else 0


class Link:
    def __init__(self, args):
        self.args = args
        self.chance = random.Random(args.seed)
        self.outages = Spells(random.Random(args.seed + 1), args.outage_every_s, args.outage_ms)
        self.stalls = Spells(random.Random(args.seed + 2), args.stall_every_s, args.stall_ms)
        self.under_way = []  # (when due, number, to, packet)
        self.last_due = {}  # for each direction: packets do not overtake each other
        self.number = 0

    def take(self, packet, to, now):
        if self.outages.ends(now) or self.chance.random() < self.args.loss or len(self.under_way) >= MAX_QUEUED:
            return
        delay = (self.args.delay_ms + self.chance.expovariate(1) * self.args.jitter_ms) / 1000
        due = max(now + delay, self.stalls.ends(now), self.last_due.get(to, 0))
        self.last_due[to] = due
        self.number += 1
        heapq.heappush(self.under_way, (due, self.number, to, packet))

    def deliver(self, now):
        while self.under_way and self.under_way[0][0] <= now:
            _, _, to, packet = heapq.heappop(self.under_way)
            try:
                os.write(to, packet)
            except OSError:
                pass  # the device's queue is full, or the other side has gone: lost
        return max(0, self.under_way[0][0] - now) if self.under_way else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ends", nargs=4, metavar="NAMESPACE ADDRESS")
    parser.add_argument("--delay-ms", type=float, default=0, help="one way")
    parser.add_argument("--jitter-ms", type=float, default=0, help="mean of an exponential, added")
    parser.add_argument("--loss", type=float, default=0, help="share of packets")
    parser.add_argument("--outage-every-s", type=float, default=0)
    parser.add_argument("--outage-ms", type=float, nargs=2, default=(0, 0))
    parser.add_argument("--stall-every-s", type=float, default=0)
    parser.add_argument("--stall-ms", type=float, nargs=2, default=(0, 0))
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    space_a, address_a, space_b, address_b = args.ends
    a = open_tun(space_a, "pulse0", address_a, address_b)
    b = open_tun(space_b, "pulse0", address_b, address_a)
    link = Link(args)
    print("up", flush=True)
    while True:
        wait = link.deliver(time.monotonic())
        readable, _, _ = select.select([a, b, sys.stdin], [], [], wait)
        if sys.stdin in readable:
            return
        for end in readable:
            while True:
                try:
                    packet = os.read(end, 65536)
                except BlockingIOError:
                    break
                link.take(packet, b if end == a else a, time.monotonic())


if __name__ == "__main__":
    main()

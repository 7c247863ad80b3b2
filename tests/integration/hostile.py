#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Clients of the socket that mean no good, or are merely slow: many of them in a few processes, as a user who may only ask.

    with Hostile(path, 1000, user=65534, group=60) as clients:
        ...                                # all of them have begun, and go on
    clients.done                           # {kind: how often it began}

As a program: hostile.py PATH COUNT, until its input ends; then it prints what it did as JSON.
"""
import collections
import json
import os
import select
import socket
import subprocess
import sys

INTERFACE = b"be.werkplekduaal.Duaalsync"
PROCESSES = 4
PAUSE_S = 0.005  # between two rounds through all clients of a process: they share the machine with the daemon


def call(method, **parameters):
    """One frame. more: the call goes on."""
    return json.dumps({"method": "%s.%s" % (INTERFACE.decode(), method), "parameters": parameters, "more": True}).encode() + b"\0"


# What each says when it is let in; again: whether it goes on saying it; reads: how many bytes of the answers a time; leaves: at once.
Kind = collections.namedtuple("Kind", "says again reads leaves")
KINDS = {
    "half-open": Kind(b'{"method":"', False, 0, False),
    "silent": Kind(b"", False, 0, False),
    "slow-reader": Kind(call("Plan") * 12, False, 1, False),
    "deaf": Kind(call("Institution", number=112342) * 30, False, 0, False),
    "garbage": Kind(bytes(range(1, 256)) * 4 + b"\0", True, 4096, False),
    "giant": Kind(b"x" * 65536, True, 4096, False),
    "many-frames": Kind((call("Status") + call("Plan") + call("Why", person="p001 peeters")) * 8, True, 65536, False),
    "storm": Kind(b"", False, 0, True),
    "leaves": Kind(call("AuditVerify"), False, 0, True),
    "watcher": Kind(call("Wait", newer_than=4102444800), False, 0, False),
}


class Client:
    """One of them; step() is called again and again and never blocks."""

    def __init__(self, path, name, done):
        self.path, self.name, self.kind, self.done = path, name, KINDS[name], done
        self.socket, self.left = None, b""

    def begin(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.setblocking(False)
        self.socket.connect(self.path)  # a full queue is an error: again in the next round
        self.done[self.name] += 1
        self.left = self.kind.says

    def end(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None

    def send(self):
        """As much as goes."""
        try:
            self.left = self.left[self.socket.send(self.left):]
        except BlockingIOError:
            return
        if not self.left and self.kind.again:
            self.left = self.kind.says

    def has_ended(self):
        """Closed by the daemon, and nothing is left to read. Reads what this kind reads."""
        try:
            return self.socket.recv(self.kind.reads or 1, 0 if self.kind.reads else socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False

    def step(self):
        try:
            if self.socket is None:
                self.begin()
            if self.left:
                self.send()
            if self.kind.leaves or self.has_ended():
                self.end()
        except OSError:
            self.end()


def run(path, count):
    """Until the input ends. What the machine has left for others is the scheduler's affair: they get what nobody else wants."""
    os.nice(19)
    done = collections.Counter()
    clients = [Client(path, list(KINDS)[n % len(KINDS)], done) for n in range(count)]
    told = False
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        for client in clients:
            client.step()
        if not told:
            print("begun", flush=True)
        told = True
    print(json.dumps(done), flush=True)


class Hostile:
    """See above."""

    def __init__(self, path, count, user, group):
        self.done = collections.Counter()
        self.processes = [subprocess.Popen(
            ["/usr/bin/python3", "-B", os.path.abspath(__file__), path, str(count // PROCESSES)], user=user, group=group, extra_groups=[],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]

    def __enter__(self):
        for each in self.processes:
            assert each.stdout.readline() == "begun\n"
        return self

    def __exit__(self, *_):
        for each in self.processes:
            told = each.communicate("")[0]
            self.done.update(json.loads(told.splitlines()[-1]))


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))

# SPDX-License-Identifier: EUPL-1.2
"""A thousand hostile or slow clients at once: root's status still answers, a running cycle ends as it would have, the daemon grows
within bounds, and when they have left all is as before. What a status took is printed (pytest -s); nothing here depends on it."""
import grp
import os
import statistics
import time

import pytest
from hostile import KINDS, Hostile
from school import SECOND
from varlink import Varlink

CLIENTS = 1000
NOBODY = 65534
STATUSES = 100
PEOPLE = 1500
GROWTH_KIB = 96 * 1024  # connections x the longest answer, and what the allocator keeps
READER = 2              # descriptors of the helper that reads the ledger for questions, once it was needed
ANSWER_S = 30           # generous: a starved status has no answer at all


def group_of_readers():
    """A group that exists here and is nobody's in these tests."""
    return next(each for each in grp.getgrall() if each.gr_gid not in (0, os.getgid()))


def resident_kib(daemon):
    """Memory of the planner."""
    with open("/proc/%d/status" % daemon.process.pid, encoding="ascii") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1])


def descriptors(daemon):
    """How many descriptors the planner has."""
    return len(os.listdir("/proc/%d/fd" % daemon.process.pid))


@pytest.fixture(name="big")
def _big(school, fault_proxy):
    """A bigger school, in step, that a group may ask; school.source is a FaultProxy in front of its source."""
    if os.getuid() != 0:
        pytest.skip("needs root, to be somebody else, and because places are kept for root")
    school.many(PEOPLE)
    school.source = fault_proxy(school.government.server)
    school.start({"control.group": group_of_readers().gr_name, "source.uri": school.source.uri})
    os.chmod(school.daemon.directory, 0o711)
    return school


def hostile(school):
    """The clients, not begun."""
    return Hostile(school.daemon.settings["control.socket"], CLIENTS, NOBODY, group_of_readers().gr_gid)


def statuses(daemon, count):
    """Seconds that each of so many took, each on a connection of its own."""
    waits = []
    for _ in range(count):
        began = time.monotonic()
        with Varlink(daemon.settings["control.socket"], ANSWER_S) as socket:
            assert socket.call("Status")["state"] in ("ok", "notice", "warning", "critical")
        waits.append(time.monotonic() - began)
    return waits


def tell(what, waits):
    print("%s: status median %.1f ms, longest %.0f ms" % (what, statistics.median(waits) * 1000, max(waits) * 1000))


def test_a_status_and_a_cycle_go_on(big):
    daemon, granted = big.daemon, range(0, PEOPLE, 6)
    before = resident_kib(daemon), descriptors(daemon)
    tell("alone", statuses(daemon, STATUSES))
    for n in granted:
        big.grant("p%03d" % n, "beheerder", SECOND)
    slow = big.source.add("delay", operation="entry", seconds=0.001)
    with hostile(big) as clients:
        with Varlink(daemon.settings["control.socket"], 120) as running:
            running.send("Sync", wait=True)
            waits = statuses(daemon, STATUSES)
            summary = running.receive()["summary"]
        big.source.clear()
        waits += statuses(daemon, STATUSES)
        grown, opened = resident_kib(daemon) - before[0], descriptors(daemon)
    tell("with %d hostile clients" % CLIENTS, waits)
    print("cycle %d ms, memory +%d KiB, descriptors %d; %s" % (
        summary["read_ms"] + summary["think_ms"] + summary["apply_ms"], grown, opened, dict(clients.done)))
    assert slow.fired > PEOPLE
    assert (summary["result"], summary["grants"], summary["removals"]) == ("applied", len(granted), 0)
    assert len(big.members("beheerder", SECOND)) == len(granted)
    assert all(clients.done[kind] for kind in KINDS), clients.done
    assert grown < GROWTH_KIB
    assert opened <= before[1] + 16 + 8  # control.connections, and the helpers of a cycle
    daemon.wait_until(lambda: descriptors(daemon) <= before[1] + READER, "their connections to be closed")
    assert daemon.sync()["result"] == "in-step"
    assert daemon.json("status")["state"] in ("ok", "notice")


def test_a_cycle_is_no_slower_for_them(big):
    """Without a limit of time: what is asked all the time waits for what a cycle does, and is answered all the same."""
    daemon = big.daemon
    with hostile(big):
        for name in ("p001", "p002", "p003"):
            big.grant(name, "beheerder", SECOND)
            assert daemon.sync()["result"] == "applied"
    assert big.members("beheerder", SECOND) == {"p001", "p002", "p003"}

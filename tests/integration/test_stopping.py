# SPDX-License-Identifier: EUPL-1.2
"""What whoever asks is told when the daemon stops meanwhile: always the same, whatever was asked; and a cycle that ends all the same is told."""
import json
import os
import signal
import subprocess

import pytest
from daemon import CATALOGUES, program
from school import FIRST
from test_plan_config import other_file
from varlink import Refused

SECONDS = 60
ADVICE = "duaalctl: 'systemctl status duaalsyncd' tells whether it runs again; then try again\n"
STOPPED = "duaalctl: the daemon has stopped\n" + ADVICE


class Asking:
    """duaalctl, running."""

    def __init__(self, daemon, *arguments, **environment):
        self.process = subprocess.Popen([program("duaalctl"), "-s", daemon.settings["control.socket"], *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})

    def end(self):
        """(exit status, standard output, standard error)."""
        out, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, out, err


@pytest.fixture
def asking(school):
    """asking(arguments): started; ended with the test."""
    made = []

    def make(*arguments, **environment):
        made.append(Asking(school.daemon, *arguments, **environment))
        return made[-1]
    yield make
    for each in made:
        each.process.kill()
        each.process.communicate()


def phase(daemon):
    """What the daemon is at."""
    return daemon.json("status")["phase"]


def wait_for_phase(daemon, wanted):
    """Until it is at that."""
    daemon.wait_until(lambda: phase(daemon) == wanted, "the phase " + wanted)


@pytest.fixture(name="reading")
def _reading(school, fault_proxy):
    """A school in step whose next read will stay in the middle of it."""
    proxy = fault_proxy(school.government.server)
    school.start({"source.uri": proxy.uri})
    proxy.add("hang", operation="entry", nth=3)
    return school


@pytest.fixture(name="applying")
def _applying(school, fault_proxy):
    """A school with a cycle that writes something and has no answer."""
    proxy = fault_proxy(school.application.server)
    daemon = school.start({"target.uri": proxy.uri})
    hanging = proxy.add("hang", direction="request", operation="modify")
    school.grant("els", "beheerder")
    daemon.ctl("sync")
    assert proxy.wait_fired(hanging)
    wait_for_phase(daemon, "applying")
    return school


def begin_to_stop(daemon):
    """SIGTERM, and it has been heard: a connection from before is told so."""
    with daemon.socket() as socket:
        socket.call("Status")
        daemon.process.terminate()
        with pytest.raises(Refused) as why:
            while True:
                socket.call("Status")
    assert (why.value.name, why.value.parameters) == ("Stopping", {"what": None})
    assert daemon.process.poll() is None


# ---- a cycle that is cut short --------------------------------------------------------------------------

@pytest.mark.parametrize("more", [(), ("--json",)])
def test_whoever_waits_for_its_cycle(reading, asking, more):
    daemon = reading.daemon
    one = asking("sync", "--wait", *more)
    wait_for_phase(daemon, "reading")
    daemon.stop()
    status, said, complaint = one.end()
    assert (status, complaint) == (3, STOPPED)
    assert said == "" if more else said.endswith("reading\nstopping\n")


def test_whoever_waits_until_it_is_in_step(reading, asking):
    daemon = reading.daemon
    one = asking("wait", "--in-step", "--sync", "--newer-than", "now")
    wait_for_phase(daemon, "reading")  # it asked for that
    daemon.stop()
    assert one.end() == (3, "", STOPPED)


@pytest.mark.parametrize("arguments", [("wait", "--newer-than", "now"), ("sync", "--wait"), ("watch",), ("doctor",)])
def test_whoever_comes_just_then(school, asking, arguments):
    """Wherever the question is by then, it ends with 3: taken, on its way, or not asked yet."""
    daemon = school.start()
    crowd = [asking(*arguments) for _ in range(4)]
    daemon.stop()
    for each in crowd:
        status, said, complaint = each.end()
        assert status in (0, 3) if arguments[0] in ("sync", "doctor") else status == 3, complaint
        told = ADVICE if said.endswith("the daemon is stopping\n") else STOPPED  # once
        assert status == 0 or complaint == told or "duaalsyncd is not running: " in complaint, complaint


def test_everybody_while_changes_are_written(applying, asking):
    """The outcome of what was sent is awaited for seconds, and never comes. Those who came before wait as long; those who come are told at once."""
    daemon = applying.daemon
    before = [asking("sync", "--wait"), asking("plan", "--config", other_file(daemon)),
              asking("plan", "--json", "--config", other_file(daemon, "again.conf", policy__audience="ZZ"))]
    with daemon.socket() as planning, daemon.socket() as ordering:
        planning.send("PlanWith", settings={}, rescoped=False)
        ordering.send("Freeze", institution=int(FIRST), reason="een test")
        daemon.json("status")
        begin_to_stop(daemon)
        late = (asking("status"), asking("freeze", FIRST, "--reason", "x", "--json"), asking("why", "els", LC_ALL="nl_BE.UTF-8", **CATALOGUES))
        told = [each.end() for each in late]
        assert [status for status, _, _ in told] == [3] * 3
        if daemon.process.poll() is None:  # it waits for some seconds only: a slow machine may ask when it has gone
            assert told[:2] == [(3, "", STOPPED)] * 2 and "duaalctl: de daemon is gestopt\n" in told[2][2]
        with pytest.raises(Refused) as why:
            planning.receive()
        assert (why.value.name, why.value.parameters) == ("Stopping", {"what": None})
        with pytest.raises(Refused) as why:
            ordering.receive()
        assert why.value.name == "Stopping" and "the daemon is stopping: " in why.value.parameters["what"]
    for each in before:
        status, _, complaint = each.end()
        assert (status, complaint) == (3, STOPPED)
    assert daemon.process.wait(10) == 0


# ---- a cycle that ends all the same ---------------------------------------------------------------------

@pytest.mark.parametrize("more", [(), ("--json",)])
def test_an_end_that_is_known_is_told(school, asking, more):
    """Asked to stop while the end goes on record: the record is made, and whoever waits has the result."""
    daemon = school.start()
    school.government.server.pause()
    try:
        one = asking("sync", "--wait", *more)
        daemon.wait_until(lambda: daemon.json("status")["cycle"] == 2, "the cycle")
        ledger = daemon.helpers()["duaal-ledger"]
        os.kill(ledger, signal.SIGSTOP)
    finally:
        school.government.server.resume()
    wait_for_phase(daemon, "recording")
    begin_to_stop(daemon)
    os.kill(ledger, signal.SIGCONT)
    status, said, complaint = one.end()
    assert (status, complaint) == (0, ""), complaint
    assert json.loads(said)["summary"]["result"] == "in-step" if more else ": in-step" in said, said
    assert daemon.process.wait(10) == 0


# ---- no word at all --------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["", "nl_BE.UTF-8"])
def test_a_daemon_that_is_killed(reading, asking, language):
    """It cannot say so, and nobody is asked: its process has ended, as the kernel knows."""
    daemon = reading.daemon
    one = asking("sync", "--wait", LC_ALL=language, **CATALOGUES)
    wait_for_phase(daemon, "reading")
    daemon.kill()
    status, _, complaint = one.end()
    assert status == 3 and ("zonder een woord" if language else "the daemon ended without a word") in complaint


def a_place(daemon):
    """A connection that was let in: whoever asked before may still have to be seen to have left."""
    while True:
        one = daemon.socket()
        try:
            one.call("Status")
            return one
        except (Refused, ConnectionError):
            one.close()


def test_no_room(school, asking):
    """Who finds no place is told so, and does not take it for a daemon that is not there."""
    daemon = school.start({"control.connections": 4})
    held = []
    try:
        for _ in range(4):
            held.append(a_place(daemon))
        assert asking("status", "--json").end() == (
            76, "", "duaalctl: as many clients are connected to the daemon as may be (control.connections): try again in a moment\n")
    finally:
        for each in held:
            each.close()
    daemon.wait_until(lambda: daemon.ctl("status").returncode == 0, "there is room again")

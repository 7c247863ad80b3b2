# SPDX-License-Identifier: EUPL-1.2
"""duaalctl wait with the real daemon: each end with its exit status, several at once, and waiting that keeps nobody from asking."""
import contextlib
import os
import select
import signal
import socket
import subprocess

import pytest
from daemon import program
from school import right, vo_id


class Waiting:
    """duaalctl wait, running."""

    def __init__(self, daemon, *arguments):
        self.process = subprocess.Popen([program("duaalctl"), "-s", daemon.settings["control.socket"], "wait", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self):
        """(exit status, what it said)."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out + err


@pytest.fixture
def waiting(school):
    """waiting(arguments): started; ended with the test."""
    made = []

    def make(*arguments):
        made.append(Waiting(school.daemon, *arguments))
        return made[-1]
    yield make
    for each in made:
        each.process.kill()
        each.process.communicate()


def processor_time(pid):
    """Clock ticks that the process has used."""
    with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_in_step_is_told_at_once_and_after_what_is_coming(school, waiting):
    school.start()
    assert waiting("--in-step").end()[0] == 0
    school.grant("els", "beheerder")
    status, said = waiting("--in-step", "--newer-than", "now", "--sync", "--timeout", "50s").end()
    assert status == 0 and "In step (cycle" in said and school.members("beheerder") == {"griet", "els"}


def test_a_person_is_waited_for_until_it_is_applied(school, waiting):
    school.start()
    school.revoke("an", "trajectbegeleider")
    status, said = waiting("--until-applied", "An Peeters", "--sync").end()
    assert status == 0 and "Applied" in said and "an" not in school.members()
    school.person("nora", right("trajectbegeleider"))
    assert waiting("--until-applied", vo_id("nora"), "--sync").end()[0] == 0 and "nora" in school.members()
    assert waiting("--until-applied", "Nobody Like That").end()[0] == 2


def test_a_vo_id_that_nobody_has_is_not_taken_for_applied(school, waiting):
    """A slip of the pen ends otherwise than somebody who lost everything meanwhile."""
    school.start()
    status, said = waiting("--until-applied", vo_id("verschreven"), "--sync").end()
    assert status == 2 and "Neither directory shows anybody of this vo-id" in said


def test_what_is_held_ends_it_for_those_it_is_about(school, waiting):
    daemon = school.start()
    for name in ("an", "bart", "chris"):
        school.revoke(name, "trajectbegeleider")
    held, other = waiting("--until-applied", "Bart Peeters", "--sync"), waiting("--until-applied", "Griet Peeters")
    assert held.end()[0] == 4
    daemon.sync()
    assert other.end()[0] == 0 and waiting("--in-step").end()[0] == 4


def test_what_the_directory_refuses_ends_it_too(school, waiting):
    school.start()
    school.application.server.set_readonly()
    school.grant("els", "beheerder")
    status, said = waiting("--until-applied", "Els Peeters", "--sync").end()
    school.application.server.set_readonly(False)
    assert status == 5 and "Refused" in said


def test_the_time_is_over(school, waiting):
    school.start()
    status, said = waiting("--newer-than", "now", "--timeout", "1s").end()
    assert status == 6 and "within 1s" in said
    status, said = waiting("--newer-than", "now", "--timeout", "soon").end()
    assert status == 64 and "no span" in said


def test_many_wait_for_nothing_and_others_are_answered(school, waiting):
    daemon = school.start()
    used = processor_time(daemon.process.pid)
    crowd = [waiting("--newer-than", "now", "--timeout", "50s") for _ in range(20)]
    daemon.wait_until(lambda: sum(each.process.poll() is not None for each in crowd) >= 10, "those who may not wait have gone")
    refused = [each for each in crowd if each.process.poll() is not None]
    ends = [each.end() for each in refused]  # 76: there were so many at once that it was not even let in
    assert {code for code, _ in ends} <= {5, 76} and any("wait already" in said for _, said in ends), ends
    assert processor_time(daemon.process.pid) - used < 50
    assert daemon.ctl("status").returncode == 0
    daemon.sync()
    assert [each.end()[0] for each in crowd if each not in refused] == [0] * (20 - len(refused))


def test_a_daemon_that_stops_lets_them_go(school, waiting):
    daemon = school.start()
    one = waiting("--newer-than", "now")
    daemon.stop()
    assert one.end()[0] == 3  # test_stopping.py: in every way


# ---- a daemon that hangs ----

@pytest.fixture
def stopped(school):
    """A started daemon that does nothing until stopped.go() is called."""
    daemon = school.start()
    daemon.sync()
    daemon.go = lambda: daemon.process.send_signal(signal.SIGCONT)
    daemon.process.send_signal(signal.SIGSTOP)
    yield daemon
    daemon.go()


@pytest.mark.parametrize("language", ("C.UTF-8", "nl_BE.UTF-8"))
@pytest.mark.parametrize("arguments", (("--in-step",), ("--newer-than", "now"), ("--newer-than", "now", "--sync")))
def test_the_time_that_was_given_bounds_every_question(stopped, arguments, language):
    """Those for the language and for the daemon's time, too. 25 s are less than the patience that each of these has by itself."""
    done = subprocess.run([program("duaalctl"), "-s", stopped.settings["control.socket"], "wait", *arguments, "--timeout", "2s"],
                          capture_output=True, text=True, check=False, timeout=25, env={**os.environ, "LC_ALL": language})
    assert (done.returncode, done.stdout) == (6, "") and done.stderr.count("duaalctl: ") == 1, done
    assert "duaalctl plan" not in done.stderr, "which would not be answered either"


@pytest.fixture
def crowded(tmp_path):
    """A socket whose queue is full, and nobody takes anything from it."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(str(tmp_path / "crowded"))
        listening.listen(0)
        with pytest.raises(BlockingIOError):
            while True:
                one = stack.enter_context(socket.socket(socket.AF_UNIX))
                one.setblocking(False)
                one.connect(str(tmp_path / "crowded"))
        yield str(tmp_path / "crowded")


@pytest.mark.parametrize("arguments", (("--in-step",), ("--newer-than", "now")))
def test_the_time_that_was_given_bounds_the_way_in(crowded, arguments):
    """A daemon that hangs takes nobody from its queue, and whoever gave up stays in there."""
    done = subprocess.run([program("duaalctl"), "-s", crowded, "wait", *arguments, "--timeout", "1s"],
                          capture_output=True, text=True, check=False, timeout=25)
    assert (done.returncode, done.stdout) == (6, "") and "within the time that was given" in done.stderr, done


@pytest.mark.parametrize("arguments, end", ((("sync", "--wait"), 0), (("sync", "--wait", "--json"), 0), (("audit", "--verify"), 0)))
def test_who_waits_for_a_daemon_that_hangs_is_told_so_once(stopped, arguments, end):
    process = subprocess.Popen([program("duaalctl"), "-s", stopped.settings["control.socket"], *arguments],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    spoke, _, _ = select.select([process.stderr], [], [], 60)
    if not spoke:
        process.kill()
    said = process.stderr.readline()
    assert "the daemon has not answered yet" in said and "as long as" in said
    stopped.go()
    out, rest = process.communicate(timeout=60)
    assert (process.returncode, rest) == (end, "") and out != ""

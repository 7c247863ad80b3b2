# SPDX-License-Identifier: EUPL-1.2
"""The daemon as a process: crashes at any moment, signals, reload, one writer, options."""
import os
import random
import signal
import subprocess
import time

import application as target
import pytest
from daemon import has_ended, program
from faultproxy import FaultProxy
from school import SECOND, right

KILLS = 12


def churn(school, draw, granted):
    """Some grants and revocations at the source; granted: who has the second role now."""
    for name in draw.sample(["p%03d" % n for n in range(30)], 4):
        if name in granted:
            school.revoke(name, "beheerder", SECOND)
        else:
            school.grant(name, "beheerder", SECOND)
        granted.symmetric_difference_update({name})


def loosened():
    """Settings under which the guard lets the churn pass."""
    return {"guard.removals": 100000, "guard.removals_percent": 100, "guard.institution_removals": 1000,
            "guard.halved_percent": 100, "schedule.backoff_max": "1s"}


def converge(school, daemon, expected):
    """Cycles until the target is what the source says."""
    for _ in range(4):
        daemon.sync()
        if school.members("beheerder", SECOND) == expected:
            break
    print(daemon.ctl("plan").stdout, daemon.ctl("status").stdout)
    assert school.members("beheerder", SECOND) == expected
    assert daemon.sync()["grants"] == 0


def test_kill_9_of_the_daemon_at_random_moments(school):
    seed = int(os.environ.get("DUAAL_SEED", time.time()))
    print("seed", seed)
    draw = random.Random(seed)
    school.person("els2", right("beheerder", SECOND))
    school.many(30)
    granted = set()
    daemon = school.start(loosened())
    for _ in range(KILLS):
        churn(school, draw, granted)
        daemon.ctl("sync")
        time.sleep(draw.random() * 0.15)
        daemon.kill()
        daemon.start()
    converge(school, daemon, granted | {"els2"})


def test_kill_9_of_each_helper_at_random_moments(school):
    seed = int(os.environ.get("DUAAL_SEED", time.time()))
    print("seed", seed)
    draw = random.Random(seed)
    school.person("els2", right("beheerder", SECOND))
    school.many(30)
    granted = set()
    daemon = school.start(loosened())
    for _ in range(KILLS):
        churn(school, draw, granted)
        daemon.ctl("sync")
        time.sleep(draw.random() * 0.1)
        helpers = sorted(daemon.helpers().items())
        if helpers:
            os.kill(draw.choice(helpers)[1], signal.SIGKILL)
        daemon.sync()
    assert daemon.process.poll() is None, "the daemon itself goes on"
    converge(school, daemon, granted | {"els2"})


def test_a_crash_in_the_middle_of_the_first_fill(school):
    school.many(80)
    with FaultProxy(school.application.server.uri) as proxy:
        third = proxy.add("hang", direction="request", operation="add", nth=40)
        daemon = school.make_daemon({**loosened(), "target.uri": proxy.uri}).start(wait=False)
        assert proxy.wait_fired(third)
        daemon.kill()
        proxy.clear()
        proxy.drop_all()
        daemon.start()
        daemon.sync()
        assert len(school.members("trajectbegeleider", SECOND)) == 81
        school.revoke("p003", "trajectbegeleider", SECOND)
        daemon.sync()
        assert "p003" not in school.members("trajectbegeleider", SECOND), "what the crashed process wrote is ours"


def test_it_stops_within_five_seconds_while_a_server_hangs(school):
    daemon = school.start()
    school.government.server.pause()
    try:
        daemon.ctl("sync")
        daemon.wait_until(lambda: daemon.json("status")["phase"] == "reading", "the read")
        started = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - started < 5
    finally:
        school.government.server.resume()


def test_a_state_directory_that_others_may_write_is_refused(school):
    daemon = school.make_daemon()
    os.chmod(daemon.path("state"), 0o770)
    done = subprocess.run([program("duaalsyncd"), "--once", "--config", daemon.config], capture_output=True,
                          text=True, timeout=20, check=False)
    assert done.returncode == 1 and "chmod go-w" in done.stderr
    assert school.all_members() == {}


def test_two_daemons_never_work_with_one_state(school):
    daemon = school.start()
    second = subprocess.run([program("duaalsyncd"), "--foreground", "--config", daemon.config], capture_output=True,
                            text=True, timeout=20, check=False)
    assert second.returncode != 0
    assert "another duaalsyncd" in second.stdout + second.stderr


def test_a_broken_reload_changes_nothing_and_is_reported(school):
    daemon = school.start()
    with open(daemon.config, "a", encoding="utf-8") as file:
        file.write('schedule = { interwal = "5min"; };\n')
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_until(lambda: "DS0703" in daemon.log(), "the report of the broken file")
    assert "interwal" in daemon.log() or "schedule" in daemon.log()
    school.person("fien", right("trajectbegeleider"))
    daemon.sync()
    assert "fien" in school.members()


def test_a_good_reload_is_in_force(school):
    daemon = school.start({"policy.audience": "ZZ"})
    assert school.members() is None
    daemon.configure(policy__audience="OV")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_until(lambda: school.members() is not None and len(school.members()) == 4, "the new policy's members")
    daemon.sync()


def once(daemon):
    """One cycle in a process of its own: its exit status."""
    done = subprocess.run([program("duaalsyncd"), "--once", "--foreground", "--config", daemon.config],
                          capture_output=True, text=True, timeout=60, check=False)
    print(done.stdout, done.stderr)
    return done.returncode


def test_once_runs_one_cycle(school):
    daemon = school.make_daemon({"guard.first_fill": "hold"})
    assert once(daemon) == 4 and school.members() is None
    daemon.configure(guard__first_fill="go")
    assert once(daemon) == 0 and len(school.members()) == 4
    school.government.server.stop()
    assert once(daemon) == 1


def process_status(pid):
    """/proc/PID/status as a dictionary."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in file)}


def test_helpers_confine_themselves(school):
    daemon = school.start()
    daemon.ctl("audit", "--verify")  # the second duaal-ledger
    helpers = daemon.helpers()
    assert set(helpers) == {"duaal-source", "duaal-target", "duaal-ledger"}
    for name, pid in helpers.items():
        status = process_status(pid)
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1"), (name, status)
        with open("/proc/%d/limits" % pid, encoding="ascii") as file:
            limits = {line[:26].strip(): line[26:].split()[:2] for line in file}
        assert limits["Max processes"] == ["0", "0"], (name, limits)
        assert limits["Max open files"] == ["64", "64"] and limits["Max core file size"] == ["0", "0"], (name, limits)
        assert len(os.listdir("/proc/%d/fd" % pid)) < 16, name


def test_no_password_shows_anywhere(school):
    daemon = school.start()
    daemon.sync()
    secrets = (target.WRITER_PASSWORD, "lezer-geheim")
    shown = daemon.log() + "".join(daemon.ctl(*words).stdout for words in (("status",), ("plan",), ("history",)))
    for pid in [daemon.process.pid, *daemon.helpers().values()]:
        for name in ("cmdline", "environ"):
            with open("/proc/%d/%s" % (pid, name), "rb") as file:
                shown += file.read().decode("latin-1")
    for directory, _, names in os.walk(daemon.path("state")):
        for name in names:
            with open(os.path.join(directory, name), "rb") as file:
                shown += file.read().decode("latin-1")
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("victim", ("duaal-source", "duaal-target"))
def test_a_helper_that_somebody_stopped_is_ended(school, victim):
    """SIGSTOP also stops its alarm; nobody would ever hear of it again."""
    daemon = school.start({"source.deadline": "2s", "target.deadline": "2s", "schedule.backoff_min": "1h", "schedule.backoff_max": "1h"})
    helper = daemon.helpers()[victim]
    os.kill(helper, signal.SIGSTOP)
    assert daemon.sync()["result"] == victim.removeprefix("duaal-") + "-unread"
    assert "said nothing for 10 s and did not end itself" in daemon.part(victim.removeprefix("duaal-"))["detail"]
    assert has_ended(helper)
    assert daemon.sync()["result"] == "in-step"

# SPDX-License-Identifier: EUPL-1.2
"""The wall clock of the daemon's own host is wrong, or was (98): nobody gains or loses access by it, and status says what to do. Dates go on
with the time that provably passes. The servers' clocks are right."""
import datetime
import subprocess
import time

import pytest
from clock import ZONE, today
from daemon import program
from faultproxy import FaultProxy
from school import right, vo_id
from test_dates import generalized

FOUR = {"an", "bart", "chris", "dries"}


@pytest.fixture
def ends(school, clock):
    """ends(an=30, fien=(100, None), ...): a School whose people end (or begin and end) so many days from now; its daemon runs by the clock."""
    def make(**days):
        for name, day in days.items():
            begin, end = day if isinstance(day, tuple) else (None, day)
            if name not in FOUR:
                school.person(name, right("trajectbegeleider"), begin=begin and generalized(begin))
            if end is not None:
                school.government.set_person(vo_id(name), voEinde=generalized(end))
        school.start(clock=clock)
        assert school.members() == FOUR
        return school
    return make


def stands(daemon):
    """(state, code) of the part clock after one more cycle."""
    daemon.sync()
    part = daemon.part("clock")
    return part["state"], part["code"]


def restarted(school, clock, **off):
    """The host is started anew after so long, and the daemon with it."""
    school.daemon.stop()
    clock.restart(**off)
    school.daemon.start()


def accept(daemon, day):
    """The answer to accept-clock on this day."""
    return daemon.ctl("accept-clock", day.strftime("%Y-%m-%d"), "--reason", "nagekeken op de kalender")


def told(daemon, message):
    """How often this was logged."""
    return daemon.log().count(message + " ") + daemon.log().count(message + ":")


# ---- while the daemon runs ----------------------------------------------------------------------------------------

def test_a_year_ahead(ends, clock):
    school = ends(an=200, bart=200, chris=200, fien=(100, None))
    clock.jump(days=365)
    assert stands(school.daemon) == ("critical", "ahead")
    assert school.members() == FOUR
    assert "accept-clock" in school.daemon.part("clock")["next_step"]
    assert stands(school.daemon) == ("critical", "ahead")
    assert told(school.daemon, "DS0105") == 1
    status = school.daemon.json("status")
    assert abs(status["now"] - time.time()) < 600 and abs(status["last_read"] - time.time()) < 600
    assert school.daemon.part("freshness")["state"] == "ok"
    clock.jump(days=-365)
    assert stands(school.daemon) == ("ok", "ok")
    assert told(school.daemon, "DS0106") == 1
    assert school.members() == FOUR


def test_nothing_that_was_written_down_meanwhile_is_of_another_year(ends, clock):
    school = ends(an=200)
    clock.jump(days=365)
    school.grant("els", "trajectbegeleider")
    assert stands(school.daemon) == ("critical", "ahead")
    assert school.members() == FOUR | {"els"}
    soon = time.time() + 600
    cycle = school.daemon.json("history")["cycles"][0]
    assert cycle["started"] < soon and cycle["ended"] < soon
    changes = school.daemon.json("changes")["changes"]
    assert changes and all(change["at"] < soon for change in changes)


@pytest.mark.parametrize("days", [365, -365])
def test_what_is_typed_goes_by_the_same_time(ends, clock, days):
    """duaalctl has the clock of the same host: two hours are two hours all the same, and today is today."""
    school = ends()
    clock.jump(days=days)
    assert stands(school.daemon)[0] == "critical"
    done = school.daemon.ctl("freeze", "all", "--until", "2h", "--reason", "nazicht")
    assert done.returncode == 0 and ", in 2 h" in done.stdout, done.stderr
    until = school.daemon.json("status")["freezes"][0]["until"]
    assert abs(until - time.time() - 7200) < 600
    school.grant("els", "trajectbegeleider")
    assert school.daemon.ctl("thaw", "all").returncode == 0
    school.sync()
    for when in ("1d", today().strftime("%Y-%m-%d")):
        assert school.daemon.json("changes", "--since", when, "--until", "now")["changes"], when
    later = (datetime.datetime.now(ZONE) + datetime.timedelta(days=3)).strftime("%Y-%m-%d")
    assert school.daemon.ctl("pause", "--until", later, "--reason", "nazicht").returncode == 0
    wrong = school.daemon.ctl("changes", "--since", later)
    assert wrong.returncode == 64 and "is still to come" in wrong.stderr


def test_end_dates_go_on_meanwhile(ends, clock):
    school = ends(an=10, bart=400, chris=200, fien=(20, None))
    clock.jump(days=365)
    clock.forward(days=11)
    assert stands(school.daemon) == ("critical", "ahead")
    assert school.members() == FOUR - {"an"}
    clock.forward(days=10)
    stands(school.daemon)
    assert school.members() == FOUR - {"an"} | {"fien"}


def test_a_year_back(ends, clock):
    school = ends(an=1, bart=20)
    clock.forward(days=2)
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == FOUR - {"an"}
    clock.jump(days=-365)
    assert stands(school.daemon) == ("critical", "behind")
    assert school.members() == FOUR - {"an"}
    clock.forward(days=19)
    stands(school.daemon)
    assert school.members() == FOUR - {"an", "bart"}
    clock.jump(days=365)
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == FOUR - {"an", "bart"}


def test_small_steps_are_believed(ends, clock):
    school = ends(an=1)
    for hours in (2, -2, -2, 2):
        clock.jump(hours=hours)
        assert stands(school.daemon) == ("ok", "ok")
    assert told(school.daemon, "DS0105") == told(school.daemon, "DS0106") == told(school.daemon, "DS0107") == 0
    assert school.members() == FOUR


def test_a_leap_in_which_no_date_lies(ends, clock):
    """A virtual machine stood still: nothing tells its host how long, and nothing depends on it."""
    school = ends(an=22, bart=60)
    clock.jump(days=21)
    assert stands(school.daemon) == ("ok", "ok")
    assert school.daemon.part("freshness")["state"] == "ok"
    assert told(school.daemon, "DS0107") == 1 and told(school.daemon, "DS0105") == 1
    clock.forward(days=2)
    stands(school.daemon)
    assert school.members() == FOUR - {"an"}


def test_it_is_put_right_while_the_source_is_read(school, clock):
    """The helper noted by the wrong clock when it began: what it read is as new as ever, and no newer. (After a leap ahead libldap takes a
    wait for a timeout, and the next cycle reads.)"""
    with FaultProxy(school.government.server.uri) as proxy:
        daemon = school.start({"source.uri": proxy.uri}, clock=clock)
        clock.jump(days=365)
        reading = proxy.add("delay", direction="request", operation="search", nth=1)
        with daemon.socket() as cycle:
            cycle.send("Sync", wait=True)
            assert proxy.wait_fired(reading)
            clock.jump(days=-365)
            proxy.release(reading)
            assert cycle.receive()["summary"]["result"] == "in-step"
        assert abs(daemon.json("status")["last_read"] - time.time()) < 600


def test_a_leap_over_a_date(ends, clock):
    school = ends(an=20)
    clock.jump(days=21)
    assert stands(school.daemon) == ("critical", "ahead")
    assert school.members() == FOUR


def test_a_longer_leap_is_not_believed_by_itself(ends, clock):
    school = ends(an=300)
    clock.jump(days=40)
    assert stands(school.daemon) == ("critical", "ahead")


def test_somebody_says_that_it_is_right(ends, clock):
    school = ends(an=200, bart=400)
    clock.jump(days=365)
    stands(school.daemon)
    refused = accept(school.daemon, datetime.datetime.now(ZONE))
    assert refused.returncode != 0 and "the clock of this machine says that it is" in refused.stderr + refused.stdout
    assert stands(school.daemon) == ("critical", "ahead")
    assert accept(school.daemon, clock.now()).returncode == 0
    school.daemon.kill()
    school.daemon.start()
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == FOUR - {"an"}
    again = accept(school.daemon, clock.now())
    assert again.returncode != 0 and "nothing to accept" in again.stderr + again.stdout


def test_the_source_is_down_meanwhile(ends, clock):
    school = ends(an=10, bart=200)
    school.government.server.stop()
    clock.jump(days=365)
    assert stands(school.daemon) == ("critical", "ahead")
    assert school.members() == FOUR
    clock.forward(days=11)
    stands(school.daemon)
    assert school.members() == FOUR - {"an"}, "what its last word announced for that day"


def test_a_plan_goes_by_the_same_time(ends, clock):
    school = ends(an=200)
    school.daemon.stop()
    clock.jump(days=365)
    done = subprocess.run([program("duaalsyncd"), "--plan", "--config", school.daemon.config], capture_output=True, text=True, timeout=60,
                          check=False, env=school.daemon.environment)
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "by the time that has provably passed" in done.stderr


# ---- first contact ------------------------------------------------------------------------------------------------

def first(school, clock, when):
    """A daemon that knows nothing yet begins while the clock shows this."""
    clock.jump(seconds=when.timestamp() - clock.now().timestamp())
    return school.start(clock=clock)


def test_a_host_without_a_battery_at_first(school, clock):
    """It begins before the first release, and NTP puts it right a little later: nothing was decided meanwhile, and nobody needs to say anything."""
    school.person("fien", right("trajectbegeleider"))
    school.government.set_person(vo_id("fien"), voEinde=generalized(-10))
    daemon = first(school, clock, datetime.datetime(1970, 1, 1, 1, 30, tzinfo=ZONE))
    assert stands(daemon) == ("critical", "behind")
    cycle = daemon.last_cycle()
    assert cycle["result"] == "failed" and "1970-01-01" in cycle["detail"]
    assert not school.members()
    daemon.kill()
    daemon.start()
    assert stands(daemon) == ("critical", "behind")
    clock.jump(seconds=time.time() - clock.now().timestamp())
    assert stands(daemon) == ("ok", "ok")
    assert school.members() == FOUR
    assert told(daemon, "DS0106") == 1
    clock.jump(days=365)
    assert stands(daemon) == ("critical", "ahead")


@pytest.mark.parametrize("days", [-200, 200])
def test_nothing_could_be_read_before_the_clock_was_put_right(school, clock, days):
    """The network and NTP come after the daemon: no cycle ended well by the wrong clock, so nothing is known by it."""
    school.government.server.stop()
    daemon = first(school, clock, datetime.datetime.now(ZONE) + datetime.timedelta(days=days))
    daemon.kill()
    daemon.start()
    clock.jump(days=-days)
    school.government.server.start()
    assert stands(daemon) == ("ok", "ok")
    assert school.members() == FOUR
    assert told(daemon, "DS0105") == 0


def test_the_clock_is_put_right_while_both_are_read_at_first(school, clock):
    """Half of it by one time and half by the other: the next cycle decides."""
    with FaultProxy(school.government.server.uri) as proxy:
        school.government.server.stop()
        clock.jump(days=200)
        daemon = school.start({"source.uri": proxy.uri, "schedule.backoff_min": "10min", "schedule.backoff_max": "10min"}, clock=clock)
        school.government.server.start()
        reading = proxy.add("delay", direction="request", operation="search", nth=1)
        with daemon.socket() as cycle:
            cycle.send("Sync", wait=True)
            assert proxy.wait_fired(reading)
            clock.jump(days=-200)
            proxy.release(reading)
            summary = cycle.receive()["summary"]
        assert summary["result"] == "failed" and "was set while" in summary["detail"]
        assert not school.members()
        assert stands(daemon) == ("ok", "ok")
        assert school.members() == FOUR


# ---- over a restart -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("days, code", [(365, "ahead"), (-365, "behind")])
def test_over_a_restart_of_the_daemon(ends, clock, days, code):
    school = ends(an=1, bart=200)
    clock.forward(days=2)
    stands(school.daemon)
    school.daemon.stop()
    clock.jump(days=days)
    school.daemon.start()
    assert stands(school.daemon) == ("critical", code)
    assert school.members() == FOUR - {"an"}
    status = school.daemon.json("status")
    shown = [status["started"], *(part["since"] for part in status["parts"])]
    assert all(0 <= status["now"] - moment < 600 for moment in shown), (status["now"], shown)
    school.daemon.kill()
    clock.jump(days=-days)
    school.daemon.start()
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == FOUR - {"an"}


def test_a_daemon_that_was_stopped_for_weeks_on_a_running_host(ends, clock):
    school = ends(an=10)
    school.daemon.stop()
    clock.forward(days=40)
    school.daemon.start()
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == FOUR - {"an"}
    assert told(school.daemon, "DS0105") == 0


def test_a_host_that_was_off_for_a_night(ends, clock):
    school = ends(an=0, bart=200)
    restarted(school, clock, hours=23)
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == (FOUR if clock.now().date() == today() else FOUR - {"an"})
    assert told(school.daemon, "DS0105") == 0


def test_a_host_that_was_off_for_weeks_without_a_date(ends, clock):
    school = ends(an=30)
    restarted(school, clock, days=21)
    assert stands(school.daemon) == ("ok", "ok")
    assert told(school.daemon, "DS0107") == 1


def test_a_host_that_was_off_for_weeks_with_a_date(ends, clock):
    """Nothing proves it: it could as well be a clock that was set wrong."""
    school = ends(an=10)
    restarted(school, clock, days=21)
    assert stands(school.daemon) == ("critical", "ahead")
    assert school.members() == FOUR
    assert accept(school.daemon, clock.now()).returncode == 0
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == FOUR - {"an"}


def test_a_battery_that_is_empty(ends, clock):
    """The host starts in another year, and NTP puts it right a little later."""
    school = ends(an=1, bart=200)
    clock.forward(days=2)
    stands(school.daemon)
    restarted(school, clock, days=-2000)
    assert stands(school.daemon) == ("critical", "behind")
    assert school.members() == FOUR - {"an"}
    school.daemon.kill()
    school.daemon.start()
    assert stands(school.daemon) == ("critical", "behind")
    clock.jump(days=2000, hours=5)
    assert stands(school.daemon) == ("ok", "ok")
    assert school.members() == FOUR - {"an"}


def test_the_source_is_down_when_a_host_starts_in_another_year(ends, clock):
    school = ends(an=10)
    school.government.server.stop()
    restarted(school, clock, days=365)
    assert stands(school.daemon) == ("critical", "ahead")
    assert school.members() == FOUR

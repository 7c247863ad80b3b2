# SPDX-License-Identifier: EUPL-1.2
"""Access ends by its date, with no change at the source (R8). The daemon's clock is moved, the servers' is not."""
import datetime

import pytest
from clock import from_now, today
from school import FIRST, right, vo_id


def generalized(days):
    """A day from today on, as the source writes it."""
    return (today() + datetime.timedelta(days=days)).strftime("%Y%m%d") + "000000Z"


@pytest.fixture
def ending(school, clock):
    """A school whose four people in one role end tomorrow, in step; its daemon stopped."""
    for name in ("an", "bart", "chris", "dries"):
        school.government.set_person(vo_id(name), voEinde=generalized(1))
    school.start(clock=clock)
    assert len(school.members()) == 4
    school.daemon.stop()
    return school


@pytest.fixture
def start_later(school, clock):
    """Starts the stopped daemon again, some days later."""
    def start(days):
        clock.forward(days=days)
        school.daemon.start()
    return start


def test_on_its_last_day_access_still_counts(ending, start_later):
    start_later(1)
    assert len(ending.members()) == 4


def test_an_announced_end_goes_through_for_a_whole_group(ending, start_later):
    start_later(2)
    assert ending.members() == set(), "it was announced a day before, so no rule of number holds it"
    assert ending.members("beheerder") == {"griet"}
    answer = ending.daemon.json("why", vo_id("an"), FIRST)
    assert not answer["access"] and "ended" in {path["code"] for path in answer["paths"]}


def test_an_end_that_was_never_announced_is_held_for_a_whole_group(school):
    daemon = school.start()
    for name in ("an", "bart", "chris", "dries"):
        school.government.set_person(vo_id(name), voEinde=generalized(-1))
    assert daemon.sync()["result"] == "held"
    assert len(school.members()) == 4


def test_a_begin_date_opens_by_itself(school, clock, start_later):
    school.person("fien", right("trajectbegeleider"), begin=generalized(2))
    daemon = school.start(clock=clock)
    assert "fien" not in school.members()
    assert daemon.json("status")["next_change"] is not None
    daemon.stop()
    start_later(2)
    assert "fien" in school.members()


def test_a_running_daemon_goes_by_its_clock(school, clock):
    school.government.set_person(vo_id("an"), voEinde=generalized(1))
    daemon = school.start(clock=clock)
    clock.forward(days=1)
    daemon.sync()
    assert "an" in school.members(), "the last day counts"
    clock.tomorrow(0, 1)
    daemon.sync()
    assert "an" not in school.members()
    before = clock.now().timestamp()
    assert before - 1 <= daemon.json("status")["now"] <= clock.now().timestamp() + 1


@pytest.fixture
def restarted(ending, clock):
    """That school with its daemon started anew while the source is down, some days later; what it is given is done before they pass."""
    def start(days=2, before=lambda: None):
        ending.government.server.stop()
        ending.daemon.start()
        assert ending.daemon.last_cycle()["removals"] == 0
        before()  # a cycle may begin by itself at any moment, because the last one failed: nobody is out of time before this is so
        clock.forward(days=days)
        ending.daemon.sync()
        return ending.daemon
    return start


def test_an_announced_end_needs_no_source_after_a_restart(ending, restarted):
    """R8: the ledger knows the date, and it goes through by itself; nobody else loses anything, and nobody is told to be gone."""
    daemon = restarted()
    assert daemon.last_cycle()["result"] == "source-unread" and ending.members() == set()
    assert ending.members("beheerder") == {"griet"}
    changes = daemon.json("changes", "--person", vo_id("an"))["changes"]
    assert (changes[0]["kind"], changes[0]["cause"], changes[0]["reason"]) == ("member-remove", "scheduled", "ended")
    assert "until the first complete read only excludes and people's own end dates" in daemon.part("source")["next_step"]
    ending.government.server.start()
    assert daemon.sync()["result"] == "in-step" and ending.members("beheerder") == {"griet"}


def test_the_last_day_counts_after_a_restart_too(ending, restarted):
    restarted(days=1)
    assert len(ending.members()) == 4


def test_an_exclude_needs_no_source_after_a_restart(ending, restarted):
    """And it takes nobody else."""
    restarted(days=1, before=lambda: ending.override("weg", "griet", "exclude", "beheerder", until=from_now(days=30)))
    assert ending.members("beheerder") == set() and len(ending.members()) == 4


def test_what_an_include_keeps_stays_after_a_restart(ending, restarted):
    restarted(before=lambda: ending.override("blijft", "an", until=from_now(days=30)))
    assert ending.members() == {"an"}


def expect_to_wait(school):
    assert len(school.members()) == 4
    assert "only excludes take access, because end dates may have been put off" in school.daemon.part("source")["next_step"]


def test_whoever_was_away_may_have_missed_that_an_end_was_put_off(ending, clock):
    """As a host that was off for two days and whose network comes up later than the daemon. An exclude still names whom it names."""
    ending.government.set_person(vo_id("an"), voEinde=generalized(300))
    clock.forward(days=2)
    ending.government.server.stop()
    ending.daemon.start()
    expect_to_wait(ending)
    ending.override("weg", "griet", "exclude", "beheerder", until=from_now(days=30))
    ending.daemon.sync()
    assert ending.members("beheerder") == set()
    expect_to_wait(ending)
    ending.government.server.start()
    ending.daemon.sync()
    assert ending.members() == {"an"}


def test_what_was_read_and_not_remembered_is_newer_than_the_record(ending, clock):
    """The target is away while an end is put off: no cycle closes whole, and the ledger still has the old date."""
    daemon = ending.daemon
    daemon.start()
    ending.application.server.stop()
    ending.government.set_person(vo_id("an"), voEinde=generalized(300))
    assert daemon.sync()["result"] == "target-unread"
    daemon.stop()
    ending.government.server.stop()
    ending.application.server.start()
    daemon.start()
    clock.forward(days=2)
    daemon.sync()
    expect_to_wait(ending)

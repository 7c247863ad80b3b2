# SPDX-License-Identifier: EUPL-1.2
"""Access ends by its date, with no change at the source (R8). The daemon's clock is moved, the servers' is not."""
import datetime
import os
import subprocess

import application as target
import pytest
from daemon import program
from school import FIRST, right, vo_id

CLOCK = os.path.join(target.ROOT, "tests", "tools", "moved-clock.c")
DAY = 24 * 3600


@pytest.fixture(scope="session")
def moved_clock(tmp_path_factory):
    """Path of the library that moves a process's wall clock."""
    path = str(tmp_path_factory.mktemp("clock") / "moved-clock.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, CLOCK], check=True)
    return path


def generalized(days):
    """A day from today on, as the source writes it."""
    return (datetime.date.today() + datetime.timedelta(days=days)).strftime("%Y%m%d") + "000000Z"


@pytest.fixture
def ending(school):
    """A school whose four people in one role end tomorrow, in step; its daemon stopped."""
    for name in ("an", "bart", "chris", "dries"):
        school.government.set_person(vo_id(name), voEinde=generalized(1))
    school.start()
    assert len(school.members()) == 4
    school.daemon.stop()
    return school


@pytest.fixture
def start_later(school, moved_clock):
    """Starts the stopped daemon again, some days later."""
    def start(days):
        sanitizer = subprocess.run(["sh", "-c", "ldd '%s' | grep -o '/[^ ]*libasan[^ ]*'" % program("duaalsyncd")],
                                   capture_output=True, text=True, check=False).stdout.strip()
        school.daemon.environment.update(LD_PRELOAD=" ".join(filter(None, (sanitizer, moved_clock))),
                                         DUAAL_CLOCK_AHEAD=str(days * DAY))
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


def test_a_begin_date_opens_by_itself(school, start_later):
    school.person("fien", right("trajectbegeleider"), begin=generalized(2))
    daemon = school.start()
    assert "fien" not in school.members()
    assert daemon.json("status")["next_change"] is not None
    daemon.stop()
    start_later(2)
    assert "fien" in school.members()

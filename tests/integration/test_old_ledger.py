# SPDX-License-Identifier: EUPL-1.2
"""The ledger file from yesterday, a damaged, an unwritable and a lost one: nobody loses access by what it does not know."""
import os
import shutil
import sqlite3

import pytest
from clock import from_now
from school import FIRST, SECOND, right, vo_id

ALL = {"an", "bart", "chris", "dries"}
RULE = "rule-ledger-old"


def files(daemon):
    """The ledger's file and what belongs to it."""
    folder = daemon.path("state")
    return [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("ledger.sqlite")]


def copy_away(daemon, folder):
    """Stop, copy, start again."""
    daemon.stop()
    for path in files(daemon):
        shutil.copy(path, folder)
    daemon.start()


def copy_back(daemon, folder):
    """Stop, put the copy in the place of what is there, start again."""
    daemon.stop()
    for path in files(daemon):
        os.unlink(path)
    for name in os.listdir(folder):
        shutil.copy(os.path.join(folder, name), daemon.path("state"))
    daemon.start()


@pytest.fixture(name="yesterday")
def _yesterday(tmp_path):
    folder = tmp_path / "yesterday"
    folder.mkdir()
    return str(folder)


@pytest.fixture(name="world", params=["5min", "0s"], ids=["with-sync-entry", "without"])
def _world(request, school, yesterday):
    """In step, with a copy of the ledger; then a day passes in which fien comes, an goes, and a school is new."""
    school.person("gust")
    school.start({"schedule.sync_entry_interval": request.param})
    copy_away(school.daemon, yesterday)
    school.person("fien", right("trajectbegeleider"))
    school.revoke("an", "trajectbegeleider")
    school.government.organisation("50505", "Nieuwe school", kind="secundair onderwijs", programmes=["1:goedgekeurd"])
    school.grant("gust", "trajectbegeleider", "50505")
    school.sync()
    assert school.members() == ALL - {"an"} | {"fien"}
    return school


def test_nobody_gets_or_loses_access_by_it(world, yesterday):
    before = world.all_members()
    copy_back(world.daemon, yesterday)
    for _ in range(3):
        world.sync()
        assert world.all_members() == before
        assert world.members("trajectbegeleider", "50505") == {"gust"}
    assert "added-by-hand" not in world.remarks(), "it may be ours"
    assert "removed-by-hand" not in world.remarks() or world.members() == ALL - {"an"} | {"fien"}


def test_removals_that_come_with_the_old_ledger_are_held_and_approved(world, yesterday):
    world.daemon.stop()
    world.revoke("bart", "trajectbegeleider")
    copy_back(world.daemon, yesterday)
    world.sync()
    assert "bart" in world.members()
    hold = world.daemon.hold(RULE)
    world.sync()
    assert "bart" in world.members() and world.daemon.hold(RULE)["id"] == hold["id"]
    world.daemon.order("approve", hold["id"], "--reason", "looked at it")
    world.sync()
    assert "bart" not in world.members() and "fien" in world.members()
    world.revoke("chris", "trajectbegeleider")
    world.sync()
    assert "chris" not in world.members(), "from then on it is as ever"


def test_an_exclude_works_all_the_same(world, yesterday):
    world.daemon.stop()
    world.override("bart-niet", "bart", effect="exclude", until=from_now(days=30))
    copy_back(world.daemon, yesterday)
    world.sync()
    assert "bart" not in world.members()


# ---- other troubles ----

def test_a_damaged_ledger_writes_nothing_and_is_said(school):
    daemon = school.start()
    daemon.stop()
    for path in files(daemon):
        if path.endswith(".sqlite"):
            with open(path, "r+b") as file:
                file.seek(4096)
                file.write(b"\xff" * 8192)
        else:
            os.unlink(path)
    before = school.application.server.backup()
    school.person("fien", right("trajectbegeleider"))
    school.revoke("an", "trajectbegeleider")
    daemon.start(wait=False)
    daemon.wait_until(lambda: daemon.answers() and daemon.json("status")["state"] == "critical", "the trouble")
    assert daemon.part("ledger")["state"] == "critical" and daemon.part("ledger")["next_step"]
    assert school.application.server.backup() == before


def test_an_unwritable_ledger_changes_nothing_and_recovers(school):
    daemon = school.start({"schedule.backoff_max": "1s", "ledger.deadline": "3s"})
    path = next(path for path in files(daemon) if path.endswith(".sqlite"))
    school.person("fien", right("trajectbegeleider"))
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    daemon.ctl("sync", "--wait")
    assert "fien" not in school.members()
    assert daemon.part("ledger")["state"] == "critical"
    lock.execute("ROLLBACK")
    lock.close()
    daemon.wait_until(lambda: "fien" in school.members(), "the recovery")


def test_a_lost_ledger_adopts_and_asks(school):
    daemon = school.start()
    daemon.stop()
    for path in files(daemon):
        os.unlink(path)
    for name in ("an", "bart"):
        school.revoke(name, "trajectbegeleider")
    daemon.start()
    school.sync()
    assert school.members() == ALL, "kept until decided"
    hold = daemon.hold("rule-adopted")
    assert hold["changes"] == 2 and hold["institution"] is None
    assert daemon.part("drift")["code"] == "adopted"
    daemon.order("approve", hold["id"], "--reason", "they left")
    school.sync()
    assert school.members() == {"chris", "dries"}
    assert school.members("trajectbegeleider", SECOND) == {"els"}


def test_adopted_ones_stay_when_that_is_said(school):
    daemon = school.start()
    daemon.stop()
    for path in files(daemon):
        os.unlink(path)
    school.revoke("an", "trajectbegeleider")
    daemon.start()
    daemon.order("reject", daemon.hold("rule-adopted")["id"], "--reason", "hoort erbij")
    for _ in range(2):
        school.sync()
        assert school.members() == ALL
    daemon.stop()
    daemon.start()
    assert school.members() == ALL
    assert daemon.json("why", vo_id("an"), FIRST)["access"] in (True, False)


def test_an_old_ledger_with_an_older_source_is_as_old_afterwards(moved, yesterday):
    """Both were restored; then the source catches up. Who came meanwhile is adopted, not taken for a hand edit."""
    school = moved("2026-09-01T08:00")
    school.person("gust")
    daemon = school.start({"schedule.sync_entry_interval": "0s", "drift.grace": "0s"})
    oldest = school.government.server.backup()
    school.grant("gust", "trajectbegeleider")
    school.sync()
    older = school.government.server.backup()
    copy_away(daemon, yesterday)
    daemon.clock.forward(hours=1)
    for name in ("fien", "hugo"):
        school.person(name, right("trajectbegeleider"))
    school.sync()
    before = school.all_members()
    daemon.stop()
    school.government.server.restore(oldest)
    copy_back(daemon, yesterday)
    assert daemon.last_cycle()["result"] == "source-went-back"
    school.government.server.restore(older)
    for _ in range(3):
        school.sync()
        daemon.clock.forward(hours=1)
        assert school.all_members() == before
    assert daemon.hold("rule-adopted")["changes"] == 2

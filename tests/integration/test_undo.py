# SPDX-License-Identifier: EUPL-1.2
"""undo CYCLE: the inverse of what a cycle did, through the guard, kept so until a set time."""
import pytest
from school import FIRST, right, vo_id

ALL = {"an", "bart", "chris", "dries"}


@pytest.fixture(name="world")
def _world(moved):
    """In step."""
    school = moved("2026-09-01T08:00")
    school.start()
    return school


def undo(school, cycle, until="2026-09-08T12:00"):
    """Order it, and let a cycle pass."""
    answer = school.daemon.order("undo", str(cycle), "--reason", "vergissing van de import", "--until", until)
    school.sync()
    return answer


def test_a_grant_is_taken_back_and_stays_so(world):
    world.person("fien", right("trajectbegeleider"))
    cycle = world.sync()["id"]
    assert undo(world, cycle)["covered"] == 1
    assert world.members() == ALL
    world.sync()
    world.daemon.stop()
    world.daemon.start()
    assert world.members() == ALL
    assert world.daemon.json("status")["pins"] == 1
    assert "undone-taken" in {path["code"] for path in world.daemon.json("why", vo_id("fien"), FIRST)["paths"]}
    world.daemon.clock.set("2026-09-08T12:01")
    world.sync()
    assert world.members() == ALL | {"fien"}, "the source decides again"
    assert world.daemon.json("status")["pins"] == 0


def test_a_removal_is_given_back_and_stays_so(world):
    world.revoke("an", "trajectbegeleider")
    world.revoke("bart", "trajectbegeleider")
    cycle = world.sync()["id"]
    assert world.members() == {"chris", "dries"}
    assert undo(world, cycle)["covered"] == 2
    assert world.members() == ALL
    world.sync()
    assert world.members() == ALL
    world.daemon.clock.set("2026-09-08T12:01")
    world.sync()
    assert world.members() == {"chris", "dries"} or "rule-group-halved" in world.daemon.holds()


def test_a_removal_of_long_ago_is_given_back_to_whoever_is_still_there(world):
    """Who lost the right is in no read since, and is asked for; who is gone meanwhile stays out."""
    for name in ("an", "bart"):
        world.revoke(name, "trajectbegeleider")
    cycle = world.sync()["id"]
    for _ in range(3):
        world.sync()
    world.government.remove_person(vo_id("bart"))
    answer = undo(world, cycle)
    assert answer["covered"] == 2 and "of which 2 if the source, which is asked, still shows the person" in answer["done"]
    assert world.members() == ALL - {"bart"}
    for _ in range(2):
        assert world.sync()["result"] == "in-step"
    assert "undone-given" in {path["code"] for path in world.daemon.json("why", vo_id("an"), FIRST)["paths"]}


@pytest.mark.parametrize("later", (0, 2))
def test_a_removal_of_many_is_given_back(moved, later):
    """Of more than are asked for one by one a second read proves that they lost the right, and not that they are gone."""
    world = moved("2026-09-01T08:00")
    world.start({"schedule.questions_max": 0})
    for name in ("an", "bart"):
        world.revoke(name, "trajectbegeleider")
    cycle = world.sync()["id"]
    assert world.members() == {"chris", "dries"}
    for _ in range(later):
        world.sync()
    assert undo(world, cycle)["covered"] == 2
    assert world.members() == ALL
    assert world.sync()["result"] == "in-step"


def test_what_was_changed_since_is_left_alone_and_named(world):
    for name in ("fien", "gust"):
        world.person(name, right("trajectbegeleider"))
    cycle = world.sync()["id"]
    world.revoke("gust", "trajectbegeleider")
    world.sync()
    answer = undo(world, cycle)
    assert answer["covered"] == 1
    assert [each["vo_id"] for each in answer["left"]] == [vo_id("gust")]
    assert world.members() == ALL


def test_the_inverse_goes_through_the_guard(world):
    for n in range(20):
        world.person("n%02d" % n, right("trajectbegeleider"))
    cycle = world.sync()["id"]
    assert len(world.members()) == 24
    undo(world, cycle)
    assert len(world.members()) > 4, "so many at once wait for a word"
    assert world.daemon.holds()


def test_who_is_taken_out_by_hand_while_it_waits_is_out_for_whoever_asks(world):
    """The undo's removals wait in a hold; somebody with another tool is faster for one of them. On record since then, and it comes back by itself
    neither now nor when the undo's time is over."""
    for n in range(20):
        world.person("n%02d" % n, right("trajectbegeleider"))
    undo(world, world.sync()["id"])
    world.by_hand(delete=["n07"])
    world.sync()
    now = world.daemon.json("institution", FIRST, "--at", "now")["memberships"]
    told = {each["person"]["vo_id"] for each in now if each["role"] == "trajectbegeleider" and each["state"] == "had"}
    assert vo_id("n07") not in told and vo_id("n08") in told and "n08" in world.members()
    edit = next(each for each in world.daemon.json("drift")["drift"] if each["code"] == "removed-by-hand")
    assert edit["undo"] is None and edit["adopt"] is not None, "nothing is offered that would be refused"
    assert world.daemon.ctl("drift", "undo", str(edit["id"]), "--reason", "x").returncode not in (0, 1)
    world.daemon.clock.set("2026-09-08T12:01")
    world.sync()
    world.sync()
    assert "n07" not in world.members() and "n08" in world.members()


def test_it_is_ended_before_its_time(world):
    """Whoever undid the wrong cycle is not bound to it: the source decides again, through the guard."""
    daemon = world.daemon
    world.revoke("an", "trajectbegeleider")
    first = world.sync()["id"]
    world.person("fien", right("trajectbegeleider"))
    second = world.sync()["id"]
    undo(world, first)
    undo(world, second)
    assert world.members() == ALL
    part = daemon.part("freezes")
    assert (part["state"], part["code"]) == ("notice", "undone") and "duaalctl redo %d" % first in part["next_step"], part
    assert [(each["cycle"], each["memberships"]) for each in daemon.json("status")["undone"]] == [(first, 1), (second, 1)]
    text = daemon.ctl("status").stdout
    assert all("'duaalctl redo %d' ends it" % cycle in text for cycle in (first, second)), text
    daemon.order("redo", str(first), "--reason", "de verkeerde")
    world.sync()
    assert world.members() == {"bart", "chris", "dries"}
    daemon.order("redo", str(second), "--reason", "die ook")
    world.sync()
    assert world.members() == {"bart", "chris", "dries", "fien"}
    assert world.sync()["result"] == "in-step" and daemon.json("status")["undone"] == []
    assert daemon.part("freezes")["code"] == "ok"
    again = daemon.ctl("redo", str(first), "--reason", "nog eens")
    assert again.returncode == 2 and "keeps anything" in again.stderr
    assert not daemon.json("audit", "--verify")["broken"]


@pytest.mark.parametrize("how", ("redo", "time"))
def test_who_lost_the_right_is_proven_absent_in_the_first_cycle_after_an_undo(world, how):
    """They are in no read, and are asked for as whoever is missing: nothing waits in doubt for a cycle."""
    daemon = world.daemon
    world.revoke("an", "trajectbegeleider")
    cycle = world.sync()["id"]
    world.sync()
    undo(world, cycle)
    assert world.members() == ALL
    if how == "redo":
        daemon.order("redo", str(cycle), "--reason", "toch niet")
    else:
        daemon.clock.set("2026-09-08T12:01")
    world.sync()
    world.sync()
    assert world.members() == ALL - {"an"}
    assert not [each for each in daemon.json("history")["cycles"] if each["held"]]


@pytest.mark.parametrize("how", ("waiting", "unread", "restart"))
def test_what_an_ended_undo_kept_goes_through_the_guard(world, how):
    """Not while the source is not read, and not many at once; a restart in between changes nothing."""
    daemon = world.daemon
    for name in ("an", "bart", "chris"):
        world.revoke(name, "trajectbegeleider")
        world.sync()
    held = daemon.json("holds")["holds"]
    for hold in held:
        daemon.order("approve", hold["id"], "--reason", "klopt")
        world.sync()
    removed = sorted({change["cycle"] for change in daemon.json("changes")["changes"] if change["kind"] == "member-remove"})
    assert world.members() == {"dries"} and removed
    for cycle in removed:
        undo(world, cycle)
        world.sync()
    assert world.members() == ALL
    if how == "unread":
        world.government.server.stop()
    for cycle in removed:
        daemon.order("redo", str(cycle), "--reason", "toch niet")
    if how == "restart":
        daemon.stop()
        daemon.start()
    summary = world.sync()
    if how == "unread":
        assert summary["result"] == "source-unread" and world.members() == ALL
    else:
        assert daemon.holds() and "dries" in world.members() and len(world.members()) > 1


@pytest.mark.parametrize("cycle", ["999", "0"])
def test_what_cannot_be_undone_is_said(world, cycle):
    assert world.daemon.ctl("undo", cycle, "--reason", "x", "--until", "3d").returncode not in (0, 1)
    summary = world.sync()
    assert world.daemon.ctl("undo", str(summary["id"]), "--reason", "x", "--until", "3d").returncode not in (0, 1)


TRAJECT = {"name": "trajectbegeleider", "actions": ["overeenkomst-opmaken"]}
BEHEERDER = {"name": "beheerder", "actions": ["nazicht"]}


@pytest.mark.parametrize("how", ("reload", "restart"))
def test_it_is_about_the_role_whatever_its_place_in_the_configuration(world, how):
    daemon = world.daemon
    daemon.reload(policy__roles=[TRAJECT, BEHEERDER])
    world.sync()
    world.revoke("an", "trajectbegeleider")
    assert undo(world, world.sync()["id"])["covered"] == 1
    before = world.all_members()
    if how == "reload":
        daemon.reload(policy__roles=[BEHEERDER, TRAJECT])
    else:
        daemon.stop()
        daemon.configure(policy__roles=[BEHEERDER, TRAJECT])
        daemon.start()
    world.sync()
    assert world.all_members() == before and "an" in world.members()

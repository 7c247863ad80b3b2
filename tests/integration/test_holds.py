# SPDX-License-Identifier: EUPL-1.2
"""Holds: what waits for a person, with its evidence, and what approving and rejecting it does, exactly."""
import pytest
from school import FIRST, SECOND, right, vo_id

RULE = "rule-institution-count"
ALL = {"an", "bart", "chris", "dries"}


def revoke(school, *numbers):
    """Take the role away from these of the many."""
    for number in numbers:
        school.revoke("p%03d" % number, "trajectbegeleider", SECOND)


def left(school):
    """Which of the many are still members."""
    return {name for name in school.members("trajectbegeleider", SECOND) if name.startswith("p")}


def people(operations):
    """vo-ids in a list of operations."""
    return {operation["person"]["vo_id"] for operation in operations}


@pytest.fixture(name="held")
def _held(school):
    """A school of 51 in step that loses eight at once: three go, five wait."""
    school.many(50)
    school.start()
    revoke(school, *range(8))
    school.sync()
    return school


def test_a_mass_removal_is_held_with_its_evidence(held):
    hold = held.daemon.hold(RULE, SECOND)
    assert (hold["changes"], hold["seen"], hold["allowed"], hold["decide"]) == (5, 8, 3, "approve")
    answer = held.daemon.json("holds", hold["id"])
    waiting = {vo_id(name) for name in left(held)} & {vo_id("p%03d" % n) for n in range(8)}
    assert people(answer["operations"]) == waiting and len(waiting) == 5
    for operation in answer["operations"]:
        assert (operation["kind"], operation["cause"], operation["wanted"]) == ("member-remove", "explicit", True)
        assert operation["source_entry"] and operation["source_changed"]
    assert {certificate["side"] for certificate in answer["certificates"]} == {"source", "target"}
    assert sum(change["kind"] == "member-remove" for change in answer["history"]) == 3
    assert answer["without_decision"]
    for text in (held.daemon.ctl("holds").stdout, held.daemon.ctl("status").stdout):
        assert hold["id"] in text
    assert "approve " + hold["id"] in held.daemon.ctl("holds", hold["id"]).stdout


def test_approve_runs_exactly_what_was_listed(held):
    hold = held.daemon.hold(RULE, SECOND)
    revoke(held, 20)
    held.sync()
    assert "p020" in left(held), "new ones wait in a hold of their own"
    answer = held.daemon.order("approve", hold["id"], "--reason", "the school closes a course")
    assert answer["covered"] == 5 and answer["left"] == []
    held.sync()
    assert left(held) == {"p%03d" % n for n in range(8, 50)}
    other = held.daemon.hold(RULE, SECOND)
    assert other["id"] != hold["id"] and other["changes"] == 1


def test_what_is_no_longer_wanted_falls_away_and_is_named(held):
    hold = held.daemon.hold(RULE, SECOND)
    back = sorted(left(held) & {"p%03d" % n for n in range(8)})[0]
    held.grant(back, "trajectbegeleider", SECOND)
    held.sync()
    answer = held.daemon.order("approve", hold["id"], "--reason", "the rest is meant so")
    assert [each["vo_id"] for each in answer["left"]] == [vo_id(back)]
    held.sync()
    assert left(held) == {back} | {"p%03d" % n for n in range(8, 50)}


def test_approved_removals_use_up_nothing_elsewhere(held):
    held.daemon.order("approve", held.daemon.hold(RULE, SECOND)["id"], "--reason", "yes")
    held.sync()
    held.revoke("an", "trajectbegeleider")
    assert held.sync()["removals"] == 1


def test_reject_lasts_until_the_source_changes(held):
    hold = held.daemon.hold(RULE, SECOND)
    held.daemon.order("reject", hold["id"], "--reason", "a mistake of the import")
    waiting = sorted(left(held) & {"p%03d" % n for n in range(8)})
    for _ in range(2):
        held.sync()
        assert len(left(held)) == 47
        assert [each["state"] for each in held.daemon.json("holds")["holds"] if each["id"] == hold["id"]] == ["rejected"]
    held.daemon.stop()
    held.daemon.start()
    assert len(left(held)) == 47
    held.government.set_person(vo_id(waiting[0]), description="looked at again")
    held.sync()
    other = held.daemon.hold(RULE, SECOND)
    assert other["changes"] == 1 and other["id"] != hold["id"]
    assert len(left(held)) == 47


def test_a_rejected_one_who_gets_the_right_back_is_nobodys_business(held):
    hold = held.daemon.hold(RULE, SECOND)
    held.daemon.order("reject", hold["id"], "--reason", "a mistake of the import")
    for name in left(held) & {"p%03d" % n for n in range(8)}:
        held.grant(name, "trajectbegeleider", SECOND)
    assert held.sync()["result"] == "in-step"
    assert held.daemon.json("holds")["holds"] == []


def test_a_hold_is_kept_over_a_restart_and_a_kill(held):
    before = held.daemon.hold(RULE, SECOND)
    for end in (held.daemon.stop, held.daemon.kill):
        end()
        held.daemon.start()
        assert held.daemon.hold(RULE, SECOND) == before
    held.daemon.order("approve", before["id"], "--reason", "yes")
    held.daemon.kill()
    held.daemon.start()
    held.sync()
    assert len(left(held)) == 42, "what was approved is carried out by the next process"


def test_a_decision_names_what_was_read(held):
    hold = held.daemon.hold(RULE, SECOND)
    number = hold["id"].partition("-")[0]
    for wrong in (number + "-000000", "999", "999-" + hold["id"].partition("-")[2]):
        done = held.daemon.ctl("approve", wrong, "--reason", "x", "--json")
        assert done.returncode not in (0, 1), wrong
    assert held.daemon.ctl("approve", hold["id"]).returncode not in (0, 1), "a reason is asked for"
    held.sync()
    assert len(left(held)) == 47
    held.daemon.order("reject", hold["id"], "--reason", "no")
    assert held.daemon.ctl("approve", "x y", "--reason", "x").returncode not in (0, 1)


def test_the_decision_is_shown_with_who_and_why(held):
    hold = held.daemon.hold(RULE, SECOND)
    held.daemon.order("reject", hold["id"], "--reason", "gevraagd door de school")
    held.sync()
    shown = next(each for each in held.daemon.json("holds")["holds"] if each["id"] == hold["id"])
    assert shown["decided_by"] == 0 and shown["reason"] == "gevraagd door de school" and shown["decided"]


def test_a_whole_group_goes_when_that_is_approved(school):
    daemon = school.start()
    for name in ALL:
        school.revoke(name, "trajectbegeleider")
    school.sync()
    assert school.members() == ALL
    daemon.order("approve", daemon.hold("rule-group-emptied", FIRST)["id"], "--reason", "the course ends")
    school.sync()
    assert school.members() in (None, set())
    assert school.members("beheerder") == {"griet"}


def test_the_first_fill_goes_when_that_is_approved(school):
    daemon = school.start({"guard.first_fill": "hold"})
    daemon.order("approve", daemon.hold("rule-first-fill")["id"], "--reason", "looked at the plan")
    school.sync()
    assert school.members() == ALL and school.members("trajectbegeleider", SECOND) == {"els"}


def test_many_grants_at_once_are_held(school):
    school.many(100)
    daemon = school.start()
    for n in range(70):
        school.person("n%03d" % n, right("trajectbegeleider"))
    summary = school.sync()
    assert summary["held"] > 0 and "rule-grants" in daemon.holds()
    hold = daemon.hold("rule-grants")
    daemon.order("approve", hold["id"], "--reason", "a new course")
    school.sync()
    assert len(school.members()) == 74


# ---- with time ----

def test_it_does_not_trickle_away_on_the_following_days(moved):
    school = moved("2026-09-01T08:00")
    school.many(50)
    daemon = school.start()
    revoke(school, *range(8))
    school.sync()
    hold = daemon.hold(RULE, SECOND)
    for _ in range(2):
        daemon.clock.forward(hours=25)
        school.sync()
        assert len(left(school)) == 47
        assert daemon.hold(RULE, SECOND)["id"] == hold["id"]


def test_after_72_hours_it_expires_and_forms_another(moved):
    school = moved("2026-09-01T08:00")
    school.many(50)
    daemon = school.start()
    revoke(school, *range(8))
    school.sync()
    hold = daemon.hold(RULE, SECOND)
    assert hold["expires"] - hold["opened"] == 72 * 3600
    daemon.clock.forward(hours=60)
    school.sync()
    assert "expire" in daemon.ctl("status").stdout
    daemon.clock.forward(hours=13)
    school.sync()
    other = daemon.hold(RULE, SECOND)
    assert other["id"] != hold["id"] and other["changes"] == 5
    assert len(left(school)) == 47
    assert daemon.ctl("approve", hold["id"], "--reason", "too late").returncode not in (0, 1)
    daemon.order("approve", other["id"], "--reason", "in time")
    school.sync()
    assert len(left(school)) == 42


def test_an_end_date_in_the_past_is_not_announced_by_standing_there(moved):
    """Thirty of forty get end dates that have passed already, each another day."""
    school = moved("2026-09-01T08:00")
    school.many(40)
    daemon = school.start()
    for n in range(30):
        school.government.set_person(vo_id("p%03d" % n), voEinde="202608%02d120000Z" % (1 + n))
    for _ in range(4):
        school.sync()
        assert len(left(school)) == 40
        assert sum(hold["changes"] for hold in daemon.json("holds")["holds"]) == 30
        daemon.clock.forward(hours=25)


def test_nor_while_the_school_is_frozen(moved):
    school = moved("2026-09-01T08:00")
    school.many(40)
    daemon = school.start()
    daemon.order("freeze", SECOND, "--reason", "exams")
    for n in range(30):
        school.government.set_person(vo_id("p%03d" % n), voEinde="202608%02d120000Z" % (1 + n))
    school.sync()
    daemon.clock.forward(hours=25)
    school.sync()
    assert len(left(school)) == 40


def test_what_waits_does_not_go_when_its_end_date_has_become_known(moved):
    """The last day of eight is today, entered this morning: three go at midnight, five wait, and do so when the date is a day old."""
    school = moved("2026-09-01T08:00")
    school.many(50)
    daemon = school.start()
    for n in range(8):
        school.government.set_person(vo_id("p%03d" % n), voEinde="20260901120000Z")
    school.sync()
    daemon.clock.set("2026-09-02T00:01")
    school.sync()
    assert len(left(school)) == 47
    first = daemon.hold(RULE, SECOND)
    daemon.clock.set("2026-09-02T09:00")
    school.sync()
    assert len(left(school)) == 47
    second = daemon.hold(RULE, SECOND)
    assert second["id"] != first["id"] and second["changes"] == 5, "for another cause, so another hold"
    assert [hold["id"] for hold in daemon.json("holds")["holds"]] == [second["id"]]
    daemon.order("approve", second["id"], "--reason", "they have left")
    school.sync()
    assert len(left(school)) == 42


def test_a_source_that_goes_back_and_forth_forgets_no_rejection(moved):
    school = moved("2026-09-01T08:00")
    school.many(50)
    daemon = school.start()
    before = school.government.server.backup()
    revoke(school, *range(8))
    school.sync()
    hold = daemon.hold(RULE, SECOND)
    daemon.order("reject", hold["id"], "--reason", "a mistake of the import")
    daemon.clock.forward(hours=25)
    after = school.government.server.backup()
    school.government.server.restore(before)
    assert school.sync()["result"] == "source-went-back"
    school.government.server.restore(after)
    for _ in range(2):
        school.sync()
        assert len(left(school)) == 47
        assert [each["state"] for each in daemon.json("holds")["holds"] if each["id"] == hold["id"]] == ["rejected"]

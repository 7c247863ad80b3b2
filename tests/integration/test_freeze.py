# SPDX-License-Identifier: EUPL-1.2
"""Freeze and pause: somebody says that things stay as they are, for how long and why; what goes on all the same."""
from school import FIRST, SECOND, right, vo_id

ALL = {"an", "bart", "chris", "dries"}


def test_a_frozen_institution_stays_as_it_is_and_the_others_go_on(school):
    daemon = school.start()
    daemon.order("freeze", FIRST, "--reason", "examens")
    school.person("fien", right("trajectbegeleider"), right("trajectbegeleider", SECOND))
    school.revoke("an", "trajectbegeleider")
    assert school.sync()["result"] == "held"
    assert school.members() == ALL
    assert school.members("trajectbegeleider", SECOND) == {"els", "fien"}
    frozen, = daemon.json("status")["freezes"]
    assert (frozen["institution"], frozen["pause"], frozen["by"], frozen["reason"], frozen["held"]) == (
        int(FIRST), False, 0, "examens", 2)
    assert "examens" in daemon.ctl("status").stdout
    assert [hold for hold in daemon.json("holds")["holds"] if hold["id"] is not None] == [], "nothing to decide"
    daemon.order("thaw", FIRST)
    school.sync()
    assert school.members() == ALL - {"an"} | {"fien"}
    assert daemon.json("status")["freezes"] == []


def test_it_is_kept_over_a_kill(school):
    daemon = school.start()
    daemon.order("freeze", "all", "--reason", "onderhoud", "--until", "3d")
    daemon.order("pause", "--reason", "even niets")
    before = daemon.json("status")["freezes"]
    daemon.kill()
    school.revoke("an", "trajectbegeleider")
    daemon.start()
    assert daemon.json("status")["freezes"] and [
        {**each, "held": 0} for each in daemon.json("status")["freezes"]] == [{**each, "held": 0} for each in before]
    assert school.members() == ALL
    assert "the daemon works again; what is frozen stays so" in daemon.ctl("resume").stdout
    school.sync()
    assert school.members() == ALL, "frozen still"
    daemon.order("pause", "--reason", "nog even")
    assert "has ended, but the daemon is paused: duaalctl resume" in daemon.ctl("thaw", "all", "--reason", "klaar").stdout
    assert "the daemon works again\n" in daemon.ctl("resume").stdout
    school.sync()
    assert school.members() == ALL - {"an"}


def test_excludes_and_end_dates_work_through_a_freeze_and_not_through_a_pause(moved):
    school = moved("2026-09-01T08:00")
    daemon = school.start()
    school.government.set_person(vo_id("bart"), voEinde="20260903000000Z")
    school.government.set_person(vo_id("chris"), voEinde="20260904000000Z")
    school.sync()
    daemon.order("freeze", "all", "--reason", "examens")
    school.override("an-niet", "an", effect="exclude", until="20261001000000Z")
    school.sync()
    assert school.members() == ALL - {"an"}
    daemon.clock.set("2026-09-04T00:01")
    school.sync()
    assert school.members() == {"chris", "dries"}
    daemon.order("pause", "--reason", "niets doen")
    school.override("dries-niet", "dries", effect="exclude", until="20261001000000Z")
    daemon.clock.set("2026-09-05T00:01")
    school.sync()
    assert school.members() == {"chris", "dries"}
    assert "rule-paused" in daemon.holds()
    daemon.order("resume", "--reason", "verder")
    school.sync()
    assert school.members() in (None, set())


def test_each_of_two_freezes_tells_what_it_holds(school):
    """So whoever ends one of them knows whether anything goes."""
    daemon = school.start()
    daemon.order("freeze", FIRST, "--reason", "examens")
    daemon.order("freeze", "all", "--reason", "onderhoud")
    school.revoke("an", "trajectbegeleider")
    school.revoke("els", "trajectbegeleider", SECOND)
    school.sync()
    assert {each["institution"]: each["held"] for each in daemon.json("status")["freezes"]} == {int(FIRST): 1, None: 2}
    daemon.order("thaw", "all")
    school.sync()
    assert school.members() == ALL and {each["institution"]: each["held"] for each in daemon.json("status")["freezes"]} == {
        int(FIRST): 1}


def test_a_freeze_in_a_pause_says_that_dates_wait_too(school):
    daemon = school.start()
    assert "until the daemon is resumed" not in daemon.ctl("freeze", FIRST, "--reason", "examens").stdout
    daemon.order("pause", "--reason", "niets doen")
    for place in (FIRST, "all"):
        said = daemon.ctl("freeze", place, "--reason", "onderhoud").stdout
        assert "until the daemon is resumed nothing changes at all, by end dates and excludes neither" in said
        assert "during a pause not even these" in said
    daemon.order("resume")
    assert "until the daemon is resumed" not in daemon.ctl("freeze", FIRST, "--reason", "examens").stdout


def test_a_freeze_ends_by_itself(moved):
    school = moved("2026-09-01T08:00")
    daemon = school.start()
    daemon.order("freeze", FIRST, "--reason", "examens", "--until", "2026-09-02T12:00")
    school.revoke("an", "trajectbegeleider")
    school.sync()
    daemon.clock.set("2026-09-02T11:59")
    school.sync()
    assert school.members() == ALL
    daemon.clock.set("2026-09-02T12:01")
    school.sync()
    assert school.members() == ALL - {"an"}
    assert daemon.json("status")["freezes"] == []


def test_what_waits_in_a_freeze_uses_up_nothing(school):
    school.many(100)
    daemon = school.start()
    daemon.order("freeze", SECOND, "--reason", "import loopt")
    for n in range(50):
        school.revoke("p%03d" % n, "trajectbegeleider", SECOND)
    school.revoke("an", "trajectbegeleider")
    school.sync()
    assert school.members() == ALL - {"an"}
    assert len(school.members("trajectbegeleider", SECOND)) == 101


def test_ending_what_is_not_there_is_said(school):
    daemon = school.start()
    for arguments in (("thaw", FIRST), ("thaw", "all"), ("resume",)):
        assert daemon.ctl(*arguments).returncode not in (0, 1)
    assert daemon.ctl("freeze", FIRST).returncode not in (0, 1), "a reason is asked for"


def test_each_freeze_can_be_seen(school):
    """Some of them in the status of one screen, and all with -v."""
    daemon = school.start()
    numbers = (FIRST, SECOND, "301", "302", "303")
    for number in numbers:
        daemon.order("freeze", number, "--reason", "verhuis")
    text = daemon.ctl("status", "-v").stdout
    assert all("'duaalctl thaw %s' ends it" % number in text for number in numbers), text
    assert "  and 2 more" in daemon.ctl("status").stdout

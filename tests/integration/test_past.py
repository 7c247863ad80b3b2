# SPDX-License-Identifier: EUPL-1.2
"""What was: who was granted and revoked what, which reads proved it, and who had access when. Days pass by a moved clock."""
import pytest
from school import ADULT, FIRST, ROLES, SECOND, vo_id


@pytest.fixture(name="week")
def _week(moved):
    """A school over a week: a daemon that was there from Monday morning on, and what happened since."""
    school = moved("2026-09-07T08:00")
    school.person("fien")
    school.start()
    clock = school.daemon.clock
    clock.set("2026-09-08T09:00")
    school.grant("fien", "beheerder")
    school.sync()
    clock.set("2026-09-09T10:00")
    school.revoke("an", "trajectbegeleider")
    school.sync()
    clock.set("2026-09-11T11:00")
    school.grant("an", "trajectbegeleider")
    school.revoke("els", "trajectbegeleider", SECOND)
    school.sync()
    clock.set("2026-09-12T12:00")
    school.sync()
    return school


def told(daemon, *arguments):
    """Changes that answer, oldest first: (+ or -, name, institution, role)."""
    changes = daemon.json("changes", "-n1000", *arguments)["changes"]
    return [("+" if each["kind"] == "member-add" else "-", each["person"]["name"].split()[0].lower(), str(each["institution"]),
             each["role"]) for each in reversed(changes)]


# ---- changes and reads ----

def test_changes_by_everything(week):
    daemon = week.daemon
    first = [("+", "fien", FIRST, "beheerder"), ("-", "an", FIRST, "trajectbegeleider")]
    then = [("+", "an", FIRST, "trajectbegeleider"), ("-", "els", SECOND, "trajectbegeleider")]
    assert told(daemon, "--since", "2026-09-08", "--until", "2026-09-09") == first
    assert sorted(told(daemon, "--since", "2026-09-10")) == sorted(then)
    assert told(daemon, "--since", "2026-09-08", "--person", vo_id("an")) == [first[1], then[0]]
    assert told(daemon, "--since", "2026-09-08", "--person", "An Peeters") == [first[1], then[0]]
    assert told(daemon, "--since", "2026-09-08", "--institution", SECOND) == then[1:]
    assert told(daemon, "--since", "2026-09-08", "--role", "beheerder") == first[:1]
    assert told(daemon, "--since", "2026-09-08T09:30", "--until", "3d") == first[1:]
    assert told(daemon, "--person", "niemand") == []
    newest = daemon.json("changes", "-n", "1")
    assert newest["more"] and len(newest["changes"]) == 1 and newest["changes"][0]["institution_name"]
    cause = daemon.json("changes", "--person", vo_id("els"))["changes"][0]["cause"]
    found = daemon.json("changes", "--cause", cause)["changes"]
    assert found and all(cause in (each["cause"], each["reason"]) for each in found)
    shown = daemon.ctl("changes", "--since", "2026-09-08")
    assert shown.returncode == 0 and "An Peeters" in shown.stdout and "revoke" in shown.stdout, shown


def test_changes_of_somebody_who_left_the_source(week):
    """The ledger keeps the name; after "forget" it does not, and the change is still told."""
    daemon = week.daemon
    week.government.remove_person(vo_id("els"))
    week.sync()
    daemon.ctl("sync", "--wait")
    assert [each[1] for each in told(daemon, "--person", "Els Peeters")] == ["els", "els"]
    daemon.order("forget", vo_id("els"), "--reason", "gevraagd")
    assert told(daemon, "--person", vo_id("els")) == []
    changes = daemon.json("changes", "--institution", SECOND)["changes"]
    assert [each["person"] for each in changes] == [None, None]
    assert "(erased)" in daemon.ctl("changes", "--institution", SECOND).stdout


def test_reads_of_both_sides(week):
    daemon = week.daemon
    reads = daemon.json("reads", "-n500")["reads"]
    assert {each["side"] for each in reads} == {"source", "target"}
    assert all(each["complete"] and each["missing"] is None and len(each["checks"]) == 11 for each in reads)
    assert {each["result"] for each in reads} <= {"applied", "in-step"}
    newest = next(each for each in reads if each["side"] == "source")
    assert newest["people"] == 6 and newest["position"] and newest["server"].startswith("ldap")
    assert [each["started"] for each in reads] == sorted((each["started"] for each in reads), reverse=True)
    cut = daemon.json("reads", "-n3")
    assert cut["reads"] == reads[:3] and cut["more"]
    shown = daemon.ctl("reads")
    assert shown.returncode == 0 and "all 11 checks" in shown.stdout


def test_what_cannot_be_asked(week):
    """Nothing wrong is sent; what only the daemon knows to be wrong, it says."""
    daemon = week.daemon
    for arguments in (("--since", "gisteren"), ("--since", "2030-01-01"), ("--until", "2026-13-01"), ("-n", "1001"), ("-n", "0"),
                      ("--institution", "all"), ("--role", "directeur"), ("--cause", "zomaar"), ("--person", "")):
        done = daemon.ctl("changes", *arguments)
        assert done.returncode == 64 and done.stderr, (arguments, done)
    assert daemon.ctl("reads", "-n", "501").returncode == 64

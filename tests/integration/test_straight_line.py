# SPDX-License-Identifier: EUPL-1.2
"""The main job on real directories: rules R1 to R9 end to end, revocations and their causes, the guard's brake."""
import datetime

import application as target
import government as source
import pytest
from clock import today
from school import ADULT, FIRST, SECOND, right, vo_id

ALL = {"an", "bart", "chris", "dries"}


def day(offset, of, hour="120000Z"):
    """generalizedTime some days from a day."""
    return (of + datetime.timedelta(days=offset)).strftime("%Y%m%d") + hour


def test_first_cycle_fills_and_the_next_writes_nothing(school):
    daemon = school.start()
    assert school.members("trajectbegeleider") == ALL
    assert school.members("beheerder") == {"griet"}
    assert school.members("trajectbegeleider", SECOND) == {"els"}
    before = school.application.server.backup()
    summary = daemon.sync()
    assert summary["result"] == "in-step"
    assert school.application.server.backup() == before


def test_entries_are_as_the_design_draws_them(school):
    school.start()
    read = school.application.server.read
    institution = read(target.institution_dn(FIRST))
    assert institution["duaalInstitutionNumber"] == [b"30569"]
    assert institution["duaalInstitutionNumberReceived"] == [b"030569"]
    assert institution["duaalAdmission"] == [b"programme"] and institution["o"] == [b"Sint-Jozefscollege"]
    group = read(target.group_dn(FIRST, "trajectbegeleider"))
    assert sorted(group["duaalAllowedAction"]) == sorted(action.encode() for action in target.ACTIONS)
    assert group["duaalManagedBy"] == [target.INSTANCE.encode()]
    assert "duaalAllowedAction" not in read(target.group_dn(FIRST, "beheerder"))
    person = read(school.dn("an"))
    assert person["duaalVoId"] == [vo_id("an").encode()] and person["cn"] == [b"An Peeters"]
    source_uuid = school.government.server.read(source.person_dn(vo_id("an")))["entryUUID"]
    assert person["duaalSourceUuid"] == source_uuid


def test_sync_entry_says_how_fresh_the_groups_are(school):
    daemon = school.start({"schedule.sync_entry_interval": "5min"})
    daemon.wait_until(lambda: school.application.server.read(target.SYNC) is not None, "cn=sync")
    entry = school.application.server.read(target.SYNC)
    assert entry["duaalManagedBy"] == [target.INSTANCE.encode()]
    assert entry["duaalLastCompleteRead"][0] < entry["duaalValidUntil"][0]


def test_a_grant_and_a_revocation_follow_the_source(school):
    daemon = school.start()
    school.person("fien", right("trajectbegeleider"))
    assert daemon.sync()["grants"] == 1
    assert "fien" in school.members()
    school.revoke("fien", "trajectbegeleider")
    summary = daemon.sync()
    assert (summary["result"], summary["removals"]) == ("applied", 1)
    assert school.members() == ALL


def test_both_comma_lists_and_leading_zeros(school):
    school.person("fien", "werkplekduaalgebruiker-Trajectbegeleider, BEHEERDER:0%s ,%s" % (FIRST, SECOND))
    school.start()
    for role in ("trajectbegeleider", "beheerder"):
        for number in (FIRST, SECOND):
            assert "fien" in school.members(role, number)


@pytest.mark.parametrize("rights, code", [
    ([source.RIGHT + ":" + FIRST], "right-without-role"),
    ([right("directeur")], "role-unknown"),
    ([right("beheerder", "30x69")], "number-malformed"),
    ([source.RIGHT + "-beheerder"], "right-malformed"),
    ([right("beheerder", "777771")], "institution-unknown"),
    ([right("beheerder", ADULT)], "no-request"),
])
def test_what_does_not_count_gives_nothing_and_says_why(school, rights, code):
    school.person("fien", *rights)
    daemon = school.start()
    answer = daemon.json("why", vo_id("fien"))
    assert not answer["access"]
    assert code in {path["code"] for path in answer["paths"]}
    assert answer["next_step"]
    assert all("fien" not in members for members in school.all_members().values())


def test_another_value_of_the_same_person_counts(school):
    school.person("fien", source.RIGHT + "-beheerder", right("trajectbegeleider"))
    school.start()
    assert "fien" in school.members()


def test_dates_are_whole_days_in_belgium(moved):
    now = today()
    school = moved(datetime.datetime.combine(now, datetime.time(12)))  # no midnight passes meanwhile
    school.person("today", right("trajectbegeleider"), begin=day(0, now), end=day(0, now, "000000Z"))
    school.person("over", right("trajectbegeleider"), end=day(-2, now))
    school.person("later", right("trajectbegeleider"), begin=day(2, now))
    school.start()
    assert school.members() == ALL | {"today"}


def test_adult_education_is_admitted_by_request_and_by_nothing_else(school):
    school.government.set_organisation(ADULT, voProgrammatie="2026-0117:goedgekeurd")
    school.person("fien", right("trajectbegeleider", ADULT))
    daemon = school.start()
    assert school.members("trajectbegeleider", ADULT) is None
    school.application.server.add(*target.request_entry("cvo", "0" + ADULT))
    daemon.sync()
    assert school.members("trajectbegeleider", ADULT) == {"fien"}
    assert school.application.server.read(target.institution_dn(ADULT))["duaalAdmission"] == [b"request"]


def test_a_school_appears_when_its_programme_is_approved(school):
    school.government.organisation("50505", "Nieuwe school", kind="secundair onderwijs", programmes=["1:ingediend"])
    school.person("fien", right("trajectbegeleider", "50505"))
    daemon = school.start()
    assert school.members("trajectbegeleider", "50505") is None
    school.government.set_organisation("50505", voProgrammatie="1:goedgekeurd")
    daemon.sync()
    assert school.members("trajectbegeleider", "50505") == {"fien"}


@pytest.mark.parametrize("details", [{"audiences": ["VO"]}, {"audiences": []}, {"kind": "basisonderwijs"},
                                     {"status": "opgeheven"}, {"programmes": []}])
def test_an_institution_that_is_not_admitted(school, details):
    details = {"kind": "secundair onderwijs", "programmes": ["1:goedgekeurd"], **details}
    school.government.organisation("50505", "School", **details)
    school.person("fien", right("trajectbegeleider", "50505"))
    daemon = school.start()
    assert school.application.server.read(target.institution_dn("50505")) is None
    assert daemon.json("institution", "50505")["admitted"] is False


def test_a_person_who_is_gone_is_asked_for_and_then_removed(school):
    daemon = school.start()
    school.government.remove_person(vo_id("an"))
    assert daemon.sync()["removals"] == 1
    assert school.members() == ALL - {"an"}


def test_the_only_one_may_go_and_it_is_said(school):
    daemon = school.start()
    school.revoke("els", "trajectbegeleider", SECOND)
    daemon.sync()
    assert school.members("trajectbegeleider", SECOND) == set()
    assert "DS0312" in daemon.log() or "nobody is trajectbegeleider at institution " + SECOND in daemon.log()


def test_a_small_group_is_not_emptied(school):
    daemon = school.start()
    for name in ALL:
        school.revoke(name, "trajectbegeleider")
    school.person("fien", right("trajectbegeleider", SECOND))
    summary = daemon.sync()
    assert summary["result"] == "held"
    assert school.members() == ALL
    assert daemon.holds() == ["rule-group-emptied"]
    assert "fien" in school.members("trajectbegeleider", SECOND), "grants elsewhere do not wait"


def test_a_small_group_is_not_halved_in_steps(school):
    daemon = school.start()
    for name in ("an", "bart"):
        school.revoke(name, "trajectbegeleider")
        daemon.sync()
    assert school.members() == {"chris", "dries"}
    school.revoke("chris", "trajectbegeleider")
    assert daemon.sync()["result"] == "held"
    assert school.members() == {"chris", "dries"}


def test_an_institution_that_loses_its_admission_is_held(school):
    daemon = school.start()
    school.government.set_organisation("030569", voProgrammatie=None)
    assert daemon.sync()["result"] == "held"
    assert school.members() == ALL and school.members("beheerder") == {"griet"}


def test_more_than_a_few_at_one_institution_are_held(school):
    school.many(40)
    daemon = school.start()
    for n in range(8):
        school.revoke("p%03d" % n, "trajectbegeleider", SECOND)
    summary = daemon.sync()
    assert summary["removals"] == 3 and summary["held"] == 5
    assert len(school.members("trajectbegeleider", SECOND)) == 38
    assert "rule-institution-count" in daemon.holds() or "rule-count" in daemon.holds()


def test_two_entries_that_claim_one_person(school):
    daemon = school.start()
    dn, entry = source.person_entry(vo_id("an"), "An", "Andere", [right("beheerder")])
    school.government.server.add("uid=twin," + source.USERS, {**entry, "uid": "twin"})
    daemon.sync()
    assert school.members() == ALL, "keeps what it has"
    assert school.members("beheerder") == {"griet"}, "gains nothing"
    assert daemon.part("source")["state"] == "critical"
    assert daemon.ctl("status").returncode == 2
    assert dn


def test_a_name_is_not_taken_over_from_somebody_who_merely_lost_the_right(school):
    daemon = school.start()
    school.revoke("an", "trajectbegeleider")
    _, entry = source.person_entry(vo_id("an"), "An", "Andere", [right("trajectbegeleider"), right("beheerder")])
    school.government.server.add("uid=twin," + source.USERS, {**entry, "uid": "twin"})
    for _ in range(2):
        daemon.sync()
        assert school.members() == ALL and school.members("beheerder") == {"griet"}
        assert daemon.part("source")["state"] == "critical"


def test_a_changed_key_takes_the_access_along(school):
    daemon = school.start()
    school.names[vo_id("anna")] = "anna"
    school.government.set_person(vo_id("an"), voId=vo_id("anna"))
    assert daemon.sync()["result"] == "applied"
    assert school.members() == ALL - {"an"} | {"anna"}
    assert daemon.sync()["result"] == "in-step"


def test_a_key_that_the_servers_overlays_cannot_take_keeps_nobody_else_out(school):
    for name in ("*", "(x)"):
        school.government.person(name, "Iemand", "Vreemd", rights=[right("beheerder")])
    daemon = school.start()
    assert daemon.last_cycle()["result"] == "applied"
    assert school.members("beheerder") == {"griet"}
    assert daemon.json("why", "(x)")["paths"][0]["code"] == "person-unusable"


def test_hostile_names_are_never_written_raw(school):
    school.person("fien", right("beheerder"))
    school.government.server.modify(source.person_dn(vo_id("fien")), replace={"cn": "Fien\x1b]0;x\x07\nroot"})
    daemon = school.start()
    assert school.members("beheerder") == {"griet"}
    for arguments in (("status",), ("why", vo_id("fien")), ("institution", FIRST), ("plan",)):
        text = daemon.ctl(*arguments).stdout
        assert "\x1b]" not in text and "\x07" not in text
    assert "\x1b]" not in daemon.log()


def test_people_who_are_looked_up_are_never_written(school):
    for name in ("an", "bart"):
        dn, entry = target.person_entry(vo_id(name), instance=None)
        entry.pop("duaalManagedBy", None)
        school.application.server.add(dn, entry)
    daemon = school.start({"target.people": "lookup"})
    assert school.members() == {"an", "bart"}
    assert school.application.server.read(school.dn("chris")) is None
    assert "person-not-in-target" in {path["code"] for path in daemon.json("why", vo_id("chris"))["paths"]} or \
        "person-not-in-target" in {remark["code"] for remark in daemon.json("status")["remarks"]}


def test_first_fill_waits_for_a_word_by_default(school):
    daemon = school.start({"guard.first_fill": "hold"})
    assert daemon.last_cycle()["result"] == "held"
    assert daemon.holds() == ["rule-first-fill"]
    assert school.all_members() == {}

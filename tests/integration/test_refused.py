# SPDX-License-Identifier: EUPL-1.2
"""One value that the application's directory refuses keeps nobody else of its group out, in the same cycle, whatever the reason."""
import re

import application as target
import pytest
from faultproxy import FaultProxy
from school import FIRST, SECOND, right, vo_id

ALL = {"an", "bart", "chris", "dries"}
NEW = ("fien", "gust", "hilde", "ivo")


def refuse_members(school, *names):
    """The constraint overlay takes nobody of these as a member any more; without names: everybody again."""
    server = school.application.server
    dn = server.config_dn("constraint")
    connection = server.connect()
    (_, entry), = connection.search_s(dn, 0, attrlist=["olcConstraintAttribute"])
    connection.unbind_s()
    kept = [value.decode() for value in entry["olcConstraintAttribute"] if b"hostile" not in value]
    for name in names:
        kept.append('member uri "ldap:///%s?entryDN?sub?(&(objectClass=duaalPerson)(!(uid=%s))(!(cn=hostile)))"' % (
            target.PEOPLE, vo_id(name)))
    server.configure(dn, olcConstraintAttribute=kept)


def refusals(school):
    """How many writes the directory has answered with a refusal. It answers first and tells its log then: while its configuration is
    written no other operation is under way."""
    school.application.server.set_readonly(False)
    return len(re.findall(r"RESULT tag=10[357] err=(?:19|80)", school.application.server.log()))


@pytest.fixture(name="daemon")
def _daemon(school):
    """In step; the new ones have their entries there already, because they are beheerder elsewhere."""
    for name in NEW:
        school.person(name, right("beheerder", SECOND))
    return school.start()


def test_the_others_get_access_in_the_same_cycle(school, daemon):
    refuse_members(school, "gust")
    for name in NEW:
        school.grant(name, "trajectbegeleider")
    summary = daemon.sync()
    assert school.members() == ALL | {"fien", "hilde", "ivo"}
    assert (summary["result"], summary["grants"], summary["failed"]) == ("refused", 3, 1)
    assert vo_id("gust") in daemon.part("target")["detail"] and "19" in daemon.part("target")["detail"]
    assert daemon.json("audit", "--verify")["broken"] is None if "audit" in daemon.ctl("--help").stdout else True


def test_the_next_cycles_ask_for_it_once_and_alone(school, daemon):
    refuse_members(school, "gust")
    for name in NEW[:3]:
        school.grant(name, "trajectbegeleider")
    daemon.sync()
    for _ in range(3):
        before = refusals(school)
        daemon.sync()
        assert refusals(school) == before + 1
    before = refusals(school)
    school.grant("ivo", "trajectbegeleider")
    assert daemon.sync()["grants"] == 1
    assert school.members() == ALL | {"fien", "hilde", "ivo"}
    assert refusals(school) == before + 1
    refuse_members(school)
    assert daemon.sync()["result"] == "applied"
    assert school.members() == ALL | set(NEW)
    assert daemon.part("target")["code"] == "ok"


def test_a_new_group_is_made_all_the_same(school, daemon):
    number = "50505"
    school.government.organisation(number, "Nieuwe school", kind="secundair onderwijs", programmes=["1:goedgekeurd"])
    first = min(NEW, key=lambda name: school.government.server.read(
        "uid=%s,ou=gebruikers,dc=overheid,dc=example" % vo_id(name))["entryUUID"])
    refuse_members(school, first)
    for name in NEW:
        school.grant(name, "trajectbegeleider", number)
    daemon.sync()
    assert school.members("trajectbegeleider", number) == set(NEW) - {first}
    refuse_members(school)
    daemon.sync()
    assert school.members("trajectbegeleider", number) == set(NEW)


def test_an_entry_that_goes_between_reading_and_writing(school, daemon):
    """The constraint refuses whoever has no entry any more; who was to get access with that person gets it."""
    with FaultProxy(school.application.server.uri) as proxy:
        daemon.stop()
        daemon.configure(target__uri=proxy.uri)
        daemon.start()
        for name in ("fien", "gust"):
            school.grant(name, "trajectbegeleider")
        delayed = proxy.add("delay", direction="request", operation="modify", nth=1)
        daemon.ctl("sync")
        assert proxy.wait_fired(delayed)
        school.application.server.delete(school.dn("gust"))
        proxy.release(delayed)
        daemon.sync()
        delayed_cycle = next(cycle for cycle in daemon.json("history")["cycles"] if cycle["trigger"] == "operator" and
                             cycle["grants"] + cycle["failed"] > 0)
        print(daemon.json("history"))
        assert delayed_cycle["grants"] >= 1 and "fien" in school.members()


def test_a_removal_that_is_refused_delays_no_other(school, daemon):
    with FaultProxy(school.application.server.uri) as proxy:
        daemon.stop()
        daemon.configure(target__uri=proxy.uri)
        daemon.start()
        proxy.add("answer", direction="request", operation="modify", match=vo_id("an"), code=50)
        for name in ("an", "bart"):
            school.revoke(name, "trajectbegeleider")
        summary = daemon.sync()
        assert school.members() == ALL - {"bart"}
        assert (summary["result"], summary["removals"]) == ("refused", 1)
        part = daemon.part("target")
        assert (part["state"], part["code"]) == ("critical", "removal-refused") and vo_id("an") in part["detail"]
        proxy.clear()
        daemon.sync()
        assert school.members() == ALL - {"an", "bart"}


def test_a_value_that_the_server_fails_over(school, daemon):
    """80: the server may have written it or not, and goes on answering."""
    with FaultProxy(school.application.server.uri) as proxy:
        daemon.stop()
        daemon.configure(target__uri=proxy.uri)
        daemon.start()
        proxy.add("answer", direction="request", operation="modify", match=vo_id("gust"), code=80)
        for name in NEW:
            school.grant(name, "trajectbegeleider")
        school.person("kaat", right("trajectbegeleider", SECOND))
        summary = daemon.sync()
        assert school.members() == ALL | set(NEW) - {"gust"}
        assert "kaat" in school.members("trajectbegeleider", SECOND)
        assert (summary["result"], summary["failed"]) == ("refused", 1)
        assert "80" in daemon.part("target")["detail"]
        school.person("lien", right("trajectbegeleider"))
        daemon.sync()
        assert "lien" in school.members()


def test_a_server_that_fails_over_everything_is_left_in_peace(school, daemon):
    with FaultProxy(school.application.server.uri) as proxy:
        daemon.stop()
        daemon.configure(target__uri=proxy.uri, schedule__backoff_min="1min")
        daemon.start()
        failing = proxy.add("answer", direction="request", operation="modify", code=80)
        for name in NEW:
            school.grant(name, "trajectbegeleider")
            school.grant(name, "beheerder")
        assert daemon.sync()["result"] == "failed"
        assert failing.fired <= 8
        proxy.clear()
        daemon.sync()
        daemon.sync()
        assert school.members() == ALL | set(NEW)
        assert school.members("beheerder", FIRST) == {"griet"} | set(NEW)

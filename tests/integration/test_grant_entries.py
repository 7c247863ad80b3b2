# SPDX-License-Identifier: EUPL-1.2
"""Grants that are entries of their own, beside values: given, inactive, ended, proven gone, hidden, granted by whom."""
import datetime

import government as source
from clock import today
from school import FIRST, SECOND, vo_id

GRANTS = "ou=gebruikersrechten," + source.SOURCE
CANARIES = ["cn=kanarie-%d,%s" % (n, GRANTS) for n in (1, 2)]
SETTINGS = {
    "source.people.filter": "(objectClass=voPersoon)",
    "source.grants.base": GRANTS,
    "source.grants.filter": "(&(objectClass=voGebruikersrecht)(voRechtNaam=WerkplekDuaalGebruiker))",
    "source.grants.canaries": CANARIES,
    "source.grants.floor": 1,
    "source.grants.active": ["actief"],
    "source.grants.attributes": {"person": "voHouder", "right": "voRechtNaam", "role": "voRol", "begin": "voBegin",
                                 "number": "voInstellingsnummer", "end": "voEinde", "grantor": "voToekenner",
                                 "state": "voStatus"}}
VALUES = {"an", "bart", "chris", "dries"}


def day(offset):
    """generalizedTime some days from today."""
    return (today() + datetime.timedelta(days=offset)).strftime("%Y%m%d") + "120000Z"


def dn(cn):
    """Where the grant stands."""
    return "cn=%s,%s" % (cn, GRANTS)


def grant(school, cn, name, **changes):
    """A grant of trajectbegeleider at the first school, by its head local administrator."""
    attributes = {"objectClass": "voGebruikersrecht", "cn": cn, "voRechtNaam": source.RIGHT, "voRol": "trajectbegeleider",
                  "voHouder": source.person_dn(vo_id(name)), "voInstellingsnummer": FIRST, "voStatus": "actief",
                  "voToekenner": vo_id("griet"), **changes}
    school.government.server.add(dn(cn), attributes)


def prepare(school):
    """The branch, its canaries, and two people without a value of the right."""
    school.government.server.add(GRANTS, {"objectClass": "organizationalUnit", "ou": "gebruikersrechten"})
    school.person("fien")
    school.person("gust")
    for n in (1, 2):
        grant(school, "kanarie-%d" % n, "fien", voRol="kanarie", voInstellingsnummer=source.CANARY_ORGANISATION)
    grant(school, "gust", "gust")
    grant(school, "dubbel", "dries")  # whatever is deleted in a test, the floor is reached


def start(school, **changes):
    """In step, with Gust's grant."""
    prepare(school)
    daemon = school.start({**SETTINGS, **changes})
    assert school.members() == VALUES | {"gust"}
    return daemon


def test_a_grant_appears_is_set_inactive_and_counts_again(school):
    daemon = start(school)
    grant(school, "fien", "fien")
    assert daemon.sync()["grants"] == 1
    assert "fien" in school.members()
    why = daemon.json("why", vo_id("fien"), FIRST)
    assert why["access"] and any(dn("fien") in fact["text"] for fact in why["paths"][0]["facts"])
    school.government.server.modify(dn("fien"), replace={"voStatus": "ingetrokken"})
    assert daemon.sync()["removals"] == 1
    assert "fien" not in school.members()
    assert daemon.json("why", vo_id("fien"), FIRST)["paths"][0]["code"] == "grant-inactive"
    school.government.server.modify(dn("fien"), replace={"voStatus": "actief"})
    daemon.sync()
    assert "fien" in school.members()


def test_a_deleted_grant_is_asked_for_and_then_ends_also_after_a_restart(school):
    daemon = start(school)
    grant(school, "fien", "fien")
    daemon.sync()
    school.government.server.delete(dn("fien"))
    assert daemon.sync()["removals"] == 1
    assert "fien" not in school.members()
    daemon.stop()
    school.government.server.delete(dn("gust"))
    daemon.start()
    daemon.sync()
    assert school.members() == VALUES


def test_a_second_read_proves_it_where_many_are_gone(school):
    daemon = start(school, **{"schedule.questions_max": 0})
    school.government.server.delete(dn("gust"))
    daemon.sync()
    assert school.members() == VALUES


def test_hidden_grants_take_nothing_from_anybody(school):
    daemon = start(school)
    school.government.hide(GRANTS)
    daemon.sync()
    assert school.members() == VALUES | {"gust"}
    assert daemon.part("source")["state"] != "ok"
    school.government.server.set_access(
        ['to dn.subtree="%s" attrs=voStatus by * none' % GRANTS] + source.access_rules())
    daemon.sync()
    assert school.members() == VALUES | {"gust"}
    school.government.hide()
    daemon.sync()
    assert school.members() == VALUES | {"gust"}


def test_one_that_the_filter_no_longer_finds_is_doubt_until_it_says_why(school):
    daemon = start(school, **{"source.grants.filter": "(&(voRechtNaam=WerkplekDuaalGebruiker)(!(cn=gerard)))"})
    connection = school.government.server.connect()
    connection.rename_s(dn("gust"), "cn=gerard")
    connection.unbind_s()
    daemon.sync()
    assert "gust" in school.members()
    assert "rule-doubtful" in daemon.holds()
    school.government.server.modify(dn("gerard"), replace={"voRechtNaam": "AnderRecht"})
    daemon.sync()
    assert school.members() == VALUES


def test_the_grantor_is_judged_when_the_grant_is_first_seen(school):
    daemon = start(school)
    grant(school, "vreemd", "fien", voToekenner=vo_id("an"))
    daemon.sync()
    assert "fien" not in school.members()
    path = daemon.json("why", vo_id("fien"), FIRST)["paths"][0]
    assert path["code"] == "grantor-refused"
    grant(school, "goed", "fien")
    daemon.sync()
    assert "fien" in school.members()
    school.government.set_organisation("030569", voHoofdLokaleBeheerder=[vo_id("chris")])
    daemon.sync()
    daemon.stop()
    daemon.start()
    daemon.sync()
    assert "fien" in school.members()


def test_what_cannot_be_used_gives_nothing_and_is_told(school):
    daemon = start(school)
    school.government.server.add(dn("niemand"), {
        "objectClass": "voGebruikersrecht", "cn": "niemand", "voRechtNaam": source.RIGHT, "voRol": "beheerder",
        "voInstellingsnummer": FIRST, "voStatus": "actief"})
    grant(school, "onbekend", "zoek")
    grant(school, "twee", "fien", voRol=["beheerder", "trajectbegeleider"])
    daemon.sync()
    assert school.members() == VALUES | {"gust"}
    codes = {path["code"] for path in daemon.json("why", vo_id("fien"))["paths"]}
    assert codes == {"grant-malformed"}
    refused = {item["code"] for item in daemon.json("institution", FIRST)["refusals"]}
    assert {"grant-person-unknown", "grant-malformed"} <= refused


def test_the_same_access_from_a_value_and_an_entry_is_one(school):
    daemon = start(school)
    grant(school, "an", "an")
    assert daemon.sync()["result"] == "in-step"
    school.revoke("an", "trajectbegeleider")
    assert daemon.sync()["result"] == "in-step"
    school.government.server.delete(dn("an"))
    daemon.sync()
    assert "an" not in school.members()


def test_a_grant_is_valid_between_its_dates(school):
    daemon = start(school)
    grant(school, "over", "fien", voEinde=day(-1))
    grant(school, "later", "fien", voBegin=day(2), voInstellingsnummer=SECOND)
    daemon.sync()
    assert "fien" not in school.members() and "fien" not in school.members("trajectbegeleider", SECOND)
    school.government.server.modify(dn("over"), replace={"voEinde": day(0)})
    daemon.sync()
    assert "fien" in school.members()


def test_without_values_on_people(school):
    school.government.set_person(vo_id("an"), voRecht=None)
    daemon = start_without_values(school)
    assert school.members() == {"gust", "dries"}
    school.government.server.delete(dn("gust"))
    daemon.sync()
    assert school.members() == {"dries"}


def test_a_shape_that_is_configured_no_more_waits_and_keeps_nobody_else(school):
    """Its grants count as gone, which is a changed scope; who left the source is asked for all the same."""
    daemon = start(school)
    daemon.stop()
    daemon.configure(source__grants__base="")
    daemon.start()
    school.government.remove_person(vo_id("bart"))
    assert daemon.sync()["removals"] == 1 and "DS0201" not in daemon.log()
    assert school.members() == {"an", "chris", "dries", "gust"}
    daemon.order("approve", daemon.hold("rule-scope-changed")["id"], "--reason", "values only from now on")
    daemon.sync()
    assert school.members() == {"an", "chris", "dries"}


def start_without_values(school):
    """Values of the right count for nothing."""
    prepare(school)
    return school.start({**SETTINGS, "source.people.attributes": {
        "vo_id": "voId", "state": "voStatus", "begin": "voBegin", "end": "voEinde"}})

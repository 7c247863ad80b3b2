# SPDX-License-Identifier: EUPL-1.2
"""People's entries in the application's directory: made by us and taken out when nobody needs them, or looked up and never written."""
import application as target
import ldap
import pytest
from application import Application
from school import FIRST, SECOND, between, right, vo_id

ROLE = "trajectbegeleider"
ALL = {"an", "bart", "chris", "dries"}
ELSEWHERE = "ou=identiteiten," + target.TARGET


# ---- looked up ------------------------------------------------------------------------------------

@pytest.fixture(name="known")
def _known(government, monkeypatch):
    """A school whose people stand in another branch, which the daemon may read and nothing else."""
    shipped = target.target_acl
    monkeypatch.setattr(target, "target_acl", lambda instance: shipped(instance).replace(target.PEOPLE, ELSEWHERE))
    readable = 'access to dn.subtree="%s" by dn.exact="%s" read by * none' % (ELSEWHERE, target.WRITER)
    application = Application(checks=False, database=readable)
    application.start([(ELSEWHERE, {"objectClass": "organizationalUnit", "ou": "identiteiten"})])
    settings = {"target.people": "lookup", "target.people_base": ELSEWHERE,
                "target.people_filter": "(&(objectClass=inetOrgPerson)(!(title=oud)))"}
    with application, between(government, application, settings) as school:
        for name in ("an", "bart", "chris", "els", "griet"):
            put(school, name)
        yield school


def put(school, name, cn=None, **details):
    """Somebody's entry in the other branch, with what its owner keeps there."""
    cn = cn or name
    school.application.server.add("cn=%s,%s" % (cn, ELSEWHERE), {
        "objectClass": ["inetOrgPerson", "duaalPerson"], "cn": cn, "sn": name, "duaalVoId": vo_id(name).upper(),
        "mail": "%s@elders.example" % name, **details})


def inside(school, role=ROLE, number=FIRST):
    """Members by the short names of their entries."""
    return {dn.split(",")[0][3:] for dn in school.application.members(number, role) or ()}


def people(school):
    """Every entry of the other branch, whole."""
    connection = school.application.server.connect()
    found = connection.search_s(ELSEWHERE, ldap.SCOPE_SUBTREE, attrlist=["*", "+"])
    connection.unbind_s()
    return dict(found)


def test_people_who_are_looked_up_are_never_written(known):
    before = people(known)
    known.start()
    assert inside(known) == {"an", "bart", "chris"} and inside(known, "beheerder") == {"griet"}
    known.government.set_person(vo_id("an"), cn="Een andere naam")
    known.revoke("bart", ROLE)
    known.sync()
    assert inside(known) == {"an", "chris"}
    assert people(known) == before, "not even their attributes"
    assert ELSEWHERE not in "".join(line for line in known.application.server.log().splitlines() if "MOD dn=" in line or "DEL dn=" in line)


def test_somebody_unknown_there_waits_and_is_named(known):
    known.start()
    assert "dries" not in inside(known)
    remark = next(each for each in known.daemon.json("status")["remarks"] if each["code"] == "person-not-in-target")
    assert remark["person"]["vo_id"] == vo_id("dries")
    shown = known.daemon.ctl("status").stdout
    assert known.daemon.part("target")["code"] == "people-waiting" and known.daemon.ctl("status").returncode == 1
    assert "Dries" in shown and "directory administrators" in shown
    why = known.daemon.ctl("why", vo_id("dries")).stdout
    assert "no entry for this person" in why and "directory administrators" in why
    put(known, "dries")
    assert known.sync()["grants"] == 1
    assert "dries" in inside(known) and "person-not-in-target" not in known.remarks()


def test_two_entries_of_one_vo_id_are_refused(known):
    """Neither gains, and who has access keeps it (R9)."""
    known.start()
    put(known, "dries", "dries-1")
    put(known, "dries", "dries-2")
    put(known, "an", "an-2")
    known.sync()
    assert inside(known) == {"an", "bart", "chris"}
    assert "person-twice-in-target" in known.remarks() and known.daemon.part("target")["code"] == "people-waiting"
    assert "two entries" in known.daemon.ctl("why", vo_id("dries")).stdout
    known.application.server.delete("cn=dries-2," + ELSEWHERE)
    known.application.server.delete("cn=an-2," + ELSEWHERE)
    known.sync()
    assert inside(known) == {"an", "bart", "chris", "dries-1"} and known.remarks() == set()


def test_whom_the_filter_leaves_out_is_unknown(known):
    put(known, "dries", title="oud")
    known.start()
    assert "dries" not in inside(known) and "person-not-in-target" in known.remarks()


def test_an_entry_that_moves_keeps_its_access(known):
    known.start()
    root = known.application.server.connect()
    root.rename_s("cn=an," + ELSEWHERE, "cn=an-nieuw")
    root.unbind_s()
    known.sync()
    for _ in range(2):
        known.sync()
    assert "an-nieuw" in inside(known) or known.daemon.holds(), known.daemon.json("plan")


def test_who_is_looked_up_is_never_taken_out(known):
    known.start({"target.people_retention": "1s"})
    known.revoke("bart", ROLE)
    for _ in range(3):
        known.sync()
    assert "cn=bart," + ELSEWHERE in people(known)


# ---- made by us, and taken out -----------------------------------------------------------------------

@pytest.fixture(name="world")
def _world(moved):
    school = moved("2026-09-01T08:00")
    school.start({"target.people_retention": "30d"})
    return school


def stands(school, name):
    """Is the entry there? Its entryUUID."""
    entry = school.application.server.read(school.dn(name), ["entryUUID"])
    return entry and entry["entryUUID"][0]


def days(school, count):
    """So much later, in step."""
    school.daemon.clock.forward(hours=24 * count)
    return school.sync()


def test_an_entry_goes_when_nobody_has_needed_it_for_so_long(world):
    world.revoke("an", ROLE)
    world.sync()
    assert world.members() == ALL - {"an"} and stands(world, "an")
    assert days(world, 29)["result"] == "in-step" and stands(world, "an")
    summary = days(world, 2)
    assert (summary["result"], summary["structure"]) == ("applied", 1) and not stands(world, "an")
    assert all(stands(world, name) for name in ("bart", "griet", "els"))
    assert world.sync()["result"] == "in-step" and world.remarks() == set()
    assert '"person-delete"' in world.daemon.ctl("audit", "--export").stdout
    assert world.daemon.json("audit", "--verify")["broken"] is None
    world.grant("an", ROLE)
    world.sync()
    assert world.members() == ALL and world.daemon.json("drift")["drift"] == [], "nobody deleted it by hand"


def test_who_comes_back_in_time_has_the_entry_as_it_was(world):
    before = stands(world, "an")
    world.revoke("an", ROLE)
    world.sync()
    days(world, 25)
    world.grant("an", ROLE)
    world.sync()
    assert stands(world, "an") == before
    world.revoke("an", ROLE)
    world.sync()
    days(world, 25)
    assert stands(world, "an") == before, "the time begins anew"
    days(world, 6)
    assert not stands(world, "an")


def test_the_time_runs_on_over_a_restart(world):
    world.revoke("an", ROLE)
    world.sync()
    world.daemon.clock.forward(hours=24 * 20)
    world.daemon.kill()
    world.daemon.start()
    assert stands(world, "an")
    world.daemon.clock.forward(hours=24 * 11)
    world.daemon.stop()
    world.daemon.start()
    world.sync()
    assert not stands(world, "an")


def test_nobody_is_taken_out_while_something_is_in_doubt(world):
    """Neither while the source cannot be read, nor while the person keeps access in a hold."""
    world.revoke("an", ROLE)
    world.sync()
    world.government.server.stop()
    days(world, 31)
    assert stands(world, "an")
    world.government.server.start()
    world.sync()
    assert not stands(world, "an")


@pytest.mark.parametrize("how", ("below", "attribute", "unreadable", "group"))
def test_what_somebody_else_added_keeps_it(world, how):
    server = world.application.server
    world.revoke("an", ROLE)
    world.sync()
    if how == "below":
        server.add("ou=toestellen," + world.dn("an"), {"objectClass": "organizationalUnit", "ou": "toestellen"})
    elif how in ("attribute", "unreadable"):
        server.modify(world.dn("an"), add={"telephoneNumber": "014 00 00 00"})
        if how == "unreadable":
            hidden = 'to dn.exact="%s" attrs=modifiersName by * none' % world.dn("an")
            server.set_access([hidden, *target.access_rules()])
    else:
        dn, entry = target.group_entry("777777", "iets-anders", [world.dn("an")], instance=None)
        server.add("cn=van-iemand-anders," + target.INSTITUTIONS, {**entry, "cn": "van-iemand-anders"})
    for count in (31, 31):
        days(world, count)
    assert stands(world, "an")
    assert world.daemon.part("target")["code"] == "ok"


def test_who_was_taken_out_by_hand_keeps_the_entry_until_that_is_decided(world):
    """The school is out for a while: the entry must not look as if somebody had deleted it when it is back."""
    world.person("fien", right(ROLE, SECOND))
    world.sync()
    world.by_hand(ROLE, SECOND, delete=["els"])
    world.sync()
    world.government.set_organisation(SECOND, voStatus="gesloten")
    world.sync()
    days(world, 31)
    days(world, 31)
    assert stands(world, "els")
    world.government.set_organisation(SECOND, voStatus="actief")
    world.sync()
    assert "els" not in world.members(number=SECOND) and world.remarks() == {"removed-by-hand"}


def test_many_at_once_wait_for_a_word(moved):
    school = moved("2026-09-01T08:00")
    school.many(8)
    school.start({"target.people_retention": "30d", "guard.removals": 3, "guard.removals_percent": 100, "guard.institution_removals": 20,
                  "guard.halved_percent": 100})
    for n in range(3):
        school.revoke("p%03d" % n, ROLE, SECOND)
    school.sync()
    days(school, 2)
    school.revoke("p003", ROLE, SECOND)
    school.sync()
    days(school, 29)
    assert not stands(school, "p000") and not stands(school, "p002") and stands(school, "p003"), "three are few enough"
    school.revoke("p004", ROLE, SECOND)
    school.revoke("p005", ROLE, SECOND)
    school.revoke("p006", ROLE, SECOND)
    school.sync()
    days(school, 40)
    hold = school.daemon.hold("rule-count")
    assert hold["changes"] == 4 and all(stands(school, "p%03d" % n) for n in range(3, 7))
    school.daemon.order("approve", hold["id"], "--reason", "klopt")
    school.sync()
    assert not any(stands(school, "p%03d" % n) for n in range(3, 7))
    assert school.sync()["result"] == "in-step"


def test_zero_keeps_everybody(moved):
    school = moved("2026-09-01T08:00")
    school.start({"target.people_retention": "0s"})
    school.revoke("an", ROLE)
    school.sync()
    days(school, 300)
    assert stands(school, "an")


def test_whoever_is_not_active_is_told_so_and_not_that_the_value_is_wrong(school):
    school.person("inge", right("trajectbegeleider"), status="uit dienst")
    why = school.start().ctl("why", vo_id("inge")).stdout
    assert "Whatever the values of the entry say, they give no access: the person is not active at the source." in why
    assert "No value of the entry" not in why and "duaalctl changes --person" in why

# SPDX-License-Identifier: EUPL-1.2
"""Membership of a right group as a grant: nested, looped, ranged, cut off, hidden, and beside values and entries."""
import government as source
import pytest
from ranges import RangeProxy
from school import FIRST, vo_id
from slapd import to_ldif

GROUPS = "ou=rechtengroepen," + source.SOURCE
CANARIES = ["cn=kanarie-%d,%s" % (n, GROUPS) for n in (1, 2)]
SETTINGS = {
    "source.people.filter": "(objectClass=voPersoon)",
    "source.groups.base": GROUPS,
    "source.groups.filter": "(objectClass=groupOfNames)",
    "source.groups.canaries": CANARIES,
    "source.groups.attributes": {"role": "voRol", "number": "voInstellingsnummer"}}
VALUES = {"an", "bart", "chris", "dries"}


def dn(cn):
    """Where the group stands."""
    return "cn=%s,%s" % (cn, GROUPS)


def person(name):
    """DN of somebody at the source."""
    return source.person_dn(vo_id(name))


def group(school, cn, *members, **attributes):
    """A group that names no institution, unless attributes say so."""
    school.government.server.add(dn(cn), {"objectClass": ["groupOfNames", "voRechtengroep"], "cn": cn,
                                          "member": list(members), **attributes})


def top(school, cn, *members, role="trajectbegeleider", number=FIRST):
    """A group that gives the role at the first school."""
    group(school, cn, *members, voRol=role, voInstellingsnummer=number)


@pytest.fixture
def groups(school):
    """The school, with the branch, its canaries, and people without values of the right."""
    school.government.server.add(GROUPS, {"objectClass": "organizationalUnit", "ou": "rechtengroepen"})
    for name in ("fien", "gust", "hilde"):
        school.person(name)
    for n in (1, 2):
        top(school, "kanarie-%d" % n, person("fien"), role="kanarie", number=source.CANARY_ORGANISATION)
    return school


def member(school, cn, add=None, delete=None):
    """One member more, or one less."""
    change = {"add": {"member": add}} if add else {"delete": {"member": delete}}
    school.government.server.modify(dn(cn), **change)


def test_a_group_gives_its_members_the_role_and_takes_it_again(groups):
    top(groups, "tb", person("fien"), person("gust"))
    daemon = groups.start(SETTINGS)
    assert groups.members() == VALUES | {"fien", "gust"}
    member(groups, "tb", delete=person("gust"))
    assert daemon.sync()["removals"] == 1
    assert groups.members() == VALUES | {"fien"}


def test_groups_within_groups_and_why(groups):
    top(groups, "tb", dn("secretariaat"))
    group(groups, "secretariaat", dn("nieuw"))
    group(groups, "nieuw", person("fien"), person("hilde"))
    daemon = groups.start(SETTINGS)
    assert groups.members() == VALUES | {"fien", "hilde"}
    facts = daemon.json("why", vo_id("fien"), FIRST)["paths"][0]["facts"]
    told = next(fact["text"] for fact in facts if fact["what"] == "source-group")
    assert [told.index(dn(cn)) for cn in ("nieuw", "secretariaat", "tb")] == sorted(
        told.index(dn(cn)) for cn in ("nieuw", "secretariaat", "tb"))
    member(groups, "nieuw", delete=person("fien"))
    daemon.sync()
    assert groups.members() == VALUES | {"hilde"}


def test_a_loop_is_told_and_changes_nothing(groups):
    top(groups, "tb", dn("a"), person("gust"))
    group(groups, "a", dn("b"), person("fien"))
    group(groups, "b", person("hilde"))
    daemon = groups.start(SETTINGS)
    member(groups, "b", add=dn("a"))
    assert daemon.sync()["result"] == "in-step"
    assert groups.members() == VALUES | {"fien", "gust", "hilde"}
    assert "group-loop" in {item["code"] for item in daemon.json("institution", FIRST)["refusals"]}
    member(groups, "b", delete=person("hilde"))
    daemon.sync()
    assert groups.members() == VALUES | {"fien", "gust"}


def test_a_vanished_group_is_proven_gone_and_an_unread_one_is_doubt(groups):
    top(groups, "tb", dn("weg"), person("gust"))
    group(groups, "weg", person("fien"))
    group(groups, "over", person("hilde"))
    daemon = groups.start({**SETTINGS, "source.groups.filter": "(&(objectClass=groupOfNames)(!(cn=buiten)))"})
    groups.government.server.delete(dn("weg"))
    daemon.sync()
    assert groups.members() == VALUES | {"gust"}
    group(groups, "buiten", person("gust"))
    member(groups, "tb", delete=dn("weg"))
    daemon.sync()
    member(groups, "tb", add=dn("buiten"))
    member(groups, "tb", delete=person("gust"))
    daemon.sync()
    assert groups.members() == VALUES | {"gust"}
    assert "rule-doubtful" in daemon.holds()
    member(groups, "tb", add=person("hilde"))
    member(groups, "tb", delete=dn("buiten"))
    daemon.sync()
    assert groups.members() == VALUES | {"hilde"}


def test_a_deleted_group_takes_the_access_of_its_members(groups):
    top(groups, "tb", person("gust"))
    top(groups, "tb-2", person("fien"))
    daemon = groups.start(SETTINGS)
    groups.government.server.delete(dn("tb"))
    daemon.sync()
    assert groups.members() == VALUES | {"fien"}


def test_hidden_groups_and_hidden_members_take_nothing(groups):
    top(groups, "tb", person("gust"))
    daemon = groups.start(SETTINGS)
    groups.government.hide(GROUPS)
    daemon.sync()
    assert groups.members() == VALUES | {"gust"}
    groups.government.server.set_access(
        ['to dn.subtree="%s" attrs=member by * none' % GROUPS] + source.access_rules())
    daemon.sync()
    assert groups.members() == VALUES | {"gust"}
    groups.government.hide()
    assert daemon.sync()["result"] == "in-step"


def test_nested_deeper_than_the_bound_gives_nothing_and_takes_nothing(groups):
    top(groups, "tb", dn("a"), person("gust"))
    group(groups, "a", dn("b"), person("fien"))
    group(groups, "b", person("hilde"))
    daemon = groups.start({**SETTINGS, "source.groups.depth": 1})
    assert groups.members() == VALUES | {"fien", "gust"}
    member(groups, "tb", delete=person("gust"))
    daemon.sync()
    assert groups.members() == VALUES | {"fien", "gust"}
    assert "rule-doubtful" in daemon.holds()


def test_a_value_and_a_group_are_one_membership(groups):
    top(groups, "tb", person("an"), person("gust"))
    daemon = groups.start(SETTINGS)
    groups.revoke("an", "trajectbegeleider")
    assert daemon.sync()["result"] == "in-step"
    member(groups, "tb", delete=person("an"))
    daemon.sync()
    assert groups.members() == VALUES - {"an"} | {"gust"}


def test_the_role_may_stand_in_the_configuration(groups):
    group(groups, "tb", person("gust"), voInstellingsnummer=FIRST)
    groups.start({**SETTINGS, "source.groups.role": "trajectbegeleider"})
    assert groups.members() == VALUES | {"gust"}


def test_members_in_parts_are_read_to_the_end(groups):
    names = ["m%04d" % n for n in range(3000)]
    groups.government.server.load(to_ldif(source.person_entry(vo_id(name), name, "Peeters") for name in names))
    top(groups, "tb", *(person(name) for name in names))
    with RangeProxy(groups.government.server.uri, "member", 1000) as proxy:
        daemon = groups.start({**SETTINGS, "source.uri": proxy.uri, "guard.grants": 5000})
        assert len(groups.application.members(FIRST, "trajectbegeleider")) == 3000 + len(VALUES)
        assert proxy.parts == 3
        member(groups, "tb", delete=person("m2999"))
        assert daemon.sync()["removals"] == 1
        proxy.broken = True
        member(groups, "tb", delete=person("m0000"))
        daemon.sync()
        assert len(groups.application.members(FIRST, "trajectbegeleider")) == 2999 + len(VALUES)
        assert daemon.part("source")["state"] != "ok"

# SPDX-License-Identifier: EUPL-1.2
"""The shapes in which a source can say who may do what, for scripts/bench: the same people, the same grants, told in another way.

A shape gives the entries below the source, the daemon's settings, and the searches that read the same with ldapsearch.
"""
import collections

import government as source

GRANTS = "ou=gebruikersrechten," + source.SOURCE
GROUPS = "ou=rechtengroepen," + source.SOURCE
PERSON_ATTRIBUTES = ["voId", "voRecht", "uid", "cn", "sn", "givenName", "mail", "voStatus", "voBegin", "voEinde",
                     "entryUUID", "entryCSN"]
GRANT_ATTRIBUTES = ["voHouder", "voRechtNaam", "voRol", "voInstellingsnummer", "voStatus", "entryUUID", "entryCSN"]
GROUP_ATTRIBUTES = ["objectClass", "member", "voRol", "voInstellingsnummer", "entryUUID", "entryCSN"]
GRANT_FILTER = "(&(objectClass=voGebruikersrecht)(voRechtNaam=WerkplekDuaalGebruiker))"
LEAF = 10  # members of a group at the bottom of nested ones
MANY = 300  # grants of each holder where few hold many
INDEX = "index voRechtNaam eq"

VALUES = (source.USERS, "(voRecht=WerkplekDuaalGebruiker*)", PERSON_ATTRIBUTES)
PEOPLE = (source.USERS, "(objectClass=voPersoon)", PERSON_ATTRIBUTES)
BY_GRANTS = (GRANTS, GRANT_FILTER, GRANT_ATTRIBUTES)
BY_GROUPS = (GROUPS, "(objectClass=groupOfNames)", GROUP_ATTRIBUTES)

GRANT_SETTINGS = {
    "source.people.filter": PEOPLE[1],
    "source.grants.base": GRANTS,
    "source.grants.filter": GRANT_FILTER,
    "source.grants.canaries": ["cn=kanarie-%d,%s" % (n, GRANTS) for n in (1, 2)],
    "source.grants.active": ["actief"],
    "source.grants.attributes": {"person": "voHouder", "right": "voRechtNaam", "role": "voRol",
                                 "number": "voInstellingsnummer", "state": "voStatus"}}
GROUP_SETTINGS = {
    "source.people.filter": PEOPLE[1],
    "source.groups.base": GROUPS,
    "source.groups.filter": BY_GROUPS[1],
    "source.groups.canaries": ["cn=kanarie-%d,%s" % (n, GROUPS) for n in (1, 2)],
    "source.groups.attributes": {"role": "voRol", "number": "voInstellingsnummer"}}


def _grant(cn, vo_id, role, number):
    return "cn=%s,%s" % (cn, GRANTS), {
        "objectClass": "voGebruikersrecht", "cn": cn, "voRechtNaam": source.RIGHT, "voRol": role,
        "voHouder": source.person_dn(vo_id), "voInstellingsnummer": number, "voStatus": "actief"}


def _group(cn, members, role=None, number=None):
    return "cn=%s,%s" % (cn, GROUPS), {"objectClass": ["groupOfNames", "voRechtengroep"], "cn": cn, "member": members,
                                       "voRol": role, "voInstellingsnummer": number}


def _branch(dn, name):
    return dn, {"objectClass": "organizationalUnit", "ou": name}


def _grants(given):
    """An entry for each of given, (vo-id, role, number)."""
    yield _branch(GRANTS, "gebruikersrechten")
    for n in (1, 2):
        yield _grant("kanarie-%d" % n, source.CANARY_IDS[0], "kanarie", source.CANARY_ORGANISATION)
    for n, (vo_id, role, number) in enumerate(given):
        yield _grant("recht-%d" % n, vo_id, role, number)


def _groups(given, nested):
    """A group for each role and institution of given; nested: with two layers of groups between it and its people."""
    yield _branch(GROUPS, "rechtengroepen")
    for n in (1, 2):
        yield _group("kanarie-%d" % n, [source.person_dn(source.CANARY_IDS[0])], "kanarie", source.CANARY_ORGANISATION)
    members = collections.defaultdict(dict)
    for vo_id, role, number in given:
        members[role, number][source.person_dn(vo_id)] = True
    for (role, number), people in members.items():
        name, inside = "%s-%s" % (role, number), list(people)
        if nested:
            leaves = [_group("%s-%d" % (name, n), inside[n:n + LEAF]) for n in range(0, len(inside), LEAF)]
            middle = _group("%s-midden" % name, [dn for dn, _ in leaves])
            yield from [*leaves, middle]
            inside = [middle[0]]
        yield _group(name, inside, role, number)


class Shape:
    """searches: (base, filter, attributes) of the floor, as the daemon reads them. tell(given) divides what is given into rights
    on people, grant entries and groups: {name: list}. draw: how given is spread."""

    def __init__(self, searches, settings, tell, nested=False, draw="usual"):
        self.searches, self.settings, self.tell, self.nested, self.draw = searches, settings, tell, nested, draw

    def entries(self, given):
        """Entries beside the people."""
        told = self.tell(given)
        if "grants" in told:
            yield from _grants(told["grants"])
        if "groups" in told:
            yield from _groups(told["groups"], self.nested)

    def rights(self, given):
        """{vo-id: values of the right}"""
        rights = collections.defaultdict(list)
        for vo_id, role, number in self.tell(given).get("values", []):
            rights[vo_id].append("%s-%s:%s" % (source.RIGHT, role, number))
        return rights

    def spread(self, given, schools):
        """given, or the same number of grants spread in the extreme way of this shape."""
        if self.draw == "one-school":
            return [(vo_id, "lezer", schools[0]) for vo_id in dict.fromkeys(vo_id for vo_id, _, _ in given)]
        if self.draw == "few-people":
            holders = list(dict.fromkeys(vo_id for vo_id, _, _ in given))
            return [(holders[n // MANY], role, schools[n % len(schools)]) for n, (_, role, _) in enumerate(given)]
        return given


def _only(name):
    return lambda given: {name: given}


def _thirds(given):
    return {"values": given[0::3], "grants": given[1::3], "groups": given[2::3]}


SHAPES = {
    "values": Shape([VALUES], {}, _only("values")),
    "flat-roles": Shape([VALUES], {"target.flat_roles": True}, _only("values")),
    "grants": Shape([PEOPLE, BY_GRANTS], GRANT_SETTINGS, _only("grants")),
    "groups": Shape([PEOPLE, BY_GROUPS], GROUP_SETTINGS, _only("groups")),
    "nested": Shape([PEOPLE, BY_GROUPS], GROUP_SETTINGS, _only("groups"), nested=True),
    "mixed": Shape([PEOPLE, BY_GRANTS, BY_GROUPS], {**GRANT_SETTINGS, **GROUP_SETTINGS}, _thirds, nested=True),
    "one-group": Shape([PEOPLE, BY_GROUPS], GROUP_SETTINGS, _only("groups"), draw="one-school"),
    "few-people": Shape([PEOPLE, BY_GRANTS], GRANT_SETTINGS, _only("grants"), draw="few-people"),
}

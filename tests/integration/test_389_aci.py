# SPDX-License-Identifier: EUPL-1.2
"""The shipped access rules for 389 Directory Server give and refuse what the ones for OpenLDAP do: the same matrix.

Rows of test_acl_matrix.py with the result code of OpenLDAP, unless DIFFERENT says otherwise and why. As there, each row
also checks that data changed exactly when the code was 0.
"""
import ldap
import pytest

import ds389
from application import (ADMINS, BASE, INSTITUTIONS, OVERRIDES, PEOPLE, REQUESTS, SYNC, TARGET, WRITER, group_entry,
                         institution_dn, person_entry)
from directories389 import Application389, Government389
from government import SOURCE, USERS
from slapd import as_bytes
from test_acl_matrix import (ACTIONS, AN, ASSERTION_FAILED, CARLA, MATRIX, NOT_ADMITTED, OK, OURS, SYNC_ENTRY, add,
                             code_of, delete_whole, replace, starting_point, values)

pytestmark = pytest.mark.skipif(ds389.absent() is not None, reason=str(ds389.absent()))

NO_CRITICAL = 12  # the control is not known
ALLOWS_ALL = '(targetattr = "*")(version 3.0; acl "all"; allow (all) userdn = "ldap:///anyone";)'

# There are no constraint and unique overlays: what only they can know goes through, what the rules hold is 50.
DIFFERENT = {
    ("writer", "admission outside the closed list"): OK,
    ("writer", "add a marked group with a ghost"): OK,
    ("writer", "add a marked group with somebody outside people"): NOT_ADMITTED,
    ("writer", "add a marked flat group with a ghost"): OK,
    ("writer", "add a ghost to our flat group"): OK,
    ("writer", "replace members of our flat group"): OK,
    ("writer", "add a group whose cn is taken"): OK,
    ("writer", "add a person whose vo-id is taken"): OK,
    ("writer", "add somebody outside people"): NOT_ADMITTED,
    ("writer", "add a ghost below people"): OK,
    ("writer", "add ou=people itself"): NOT_ADMITTED,
    ("writer", "placeholder in a group that may be empty"): OK,
    ("writer", "add an override with our marker and an effect outside the list"): OK,
    ("admin", "effect outside the closed list"): OK,
    ("admin", "add a ghost"): OK,
    ("admin", "add somebody outside people"): OK,
    ("outsider", "add a member"): NOT_ADMITTED,
    # The right to add knows no list of attributes, and no right on the parent.
    ("writer", "add a marked group below a foreign institution"): OK,
    ("writer", "add a marked group with an owner"): OK,
    ("writer", "add a request below a request"): OK,
    # All at once is each of them, where each of them is somebody whom the daemon may take out.
    ("writer", "replace members"): OK,
    ("writer", "replace members by nothing"): OK,
    ("writer", "delete the whole attribute"): OK,
    # Rights are judged before it is looked whether there is such an entry.
    ("writer", "add to a group that is not there"): NOT_ADMITTED,
    # A group may be empty, whatever its class.
    ("writer", "last value of a groupOfNames"): OK,
    # A new name takes the right to write the attribute that names, so these are refused altogether.
    ("writer", "rename our group, old name kept"): NOT_ADMITTED,
    ("writer", "move our group below the overrides"): NOT_ADMITTED,
    ("writer", "move our group below the flat ones"): NOT_ADMITTED,
}


def expected_of(identity, what, operation, code):
    """What this server answers to a row."""
    if operation.__qualname__.split(".")[0] in ("granted", "revoked", "deleted"):
        return NO_CRITICAL
    return DIFFERENT.get((identity, what), code)


ROWS = [(identity, what, operation, expected_of(identity, what, operation, code))
        for identity, what, operation, code in MATRIX]


def contents(server):
    """{DN: attributes} of everything, without what the server keeps for itself."""
    connection = server.connect()
    found = connection.search_s(TARGET, ldap.SCOPE_SUBTREE, attrlist=["*", "aci"])
    connection.unbind_s()
    return {dn: {name: sorted(values_) for name, values_ in entry.items()} for dn, entry in found}


def put_back(server, wanted):
    """The data as they were, entry by entry, deepest first."""
    there, connection = contents(server), server.connect()
    for dn in sorted(there, key=lambda dn: -dn.count(",")):
        if there[dn] != wanted.get(dn):
            connection.delete_s(dn)
    for dn in sorted(wanted, key=lambda dn: dn.count(",")):
        if there.get(dn) != wanted[dn]:
            connection.add_s(dn, list(wanted[dn].items()))
    connection.unbind_s()
    assert contents(server) == wanted


@pytest.fixture(name="directory", scope="module")
def _directory():
    with Application389() as started:
        started.start(starting_point())
        started.server.initial = contents(started.server)
        yield started


def check(directory, identity, operation, expected):
    """Run one row."""
    server = directory.server
    code = code_of(operation, getattr(directory, identity)())
    changed = contents(server) != server.initial
    if changed:
        put_back(server, server.initial)
    assert code == expected
    assert changed == (expected == OK)


@pytest.mark.parametrize("identity, what, operation, expected", ROWS, ids=["%s: %s" % row[:2] for row in ROWS])
def test_aci(directory, identity, what, operation, expected):
    check(directory, identity, operation, expected)


def test_every_difference_is_one(directory):
    codes = {(identity, what): code for identity, what, _, code in MATRIX}
    assert all(key in codes and codes[key] != code for key, code in DIFFERENT.items())
    assert directory.server.read("", ["supportedControl"]) and ASSERTION_FAILED not in {row[3] for row in ROWS}


@pytest.mark.parametrize("entry", [person_entry("dirk", aci=ALLOWS_ALL), group_entry("50000", "x", [AN], aci=ALLOWS_ALL),
                                   (SYNC, {**SYNC_ENTRY[1], "aci": ALLOWS_ALL})], ids=["person", "group", "sync"])
def test_nobody_is_let_in_by_a_new_entry(directory, entry):
    """The right to add is the right to add with any attribute: the rules take aci out of it."""
    if entry[0] == SYNC:
        directory.server.delete(SYNC)
    check_code = code_of(add(entry), directory.writer())
    put_back(directory.server, directory.server.initial)
    assert check_code == NOT_ADMITTED
    for dn in (OURS, CARLA, INSTITUTIONS, PEOPLE, REQUESTS, OVERRIDES, BASE):
        check(directory, "writer", values(dn, "aci", [ALLOWS_ALL]), NOT_ADMITTED)


def test_all_at_once_spares_somebody_else_s_members(directory):
    directory.server.modify(OURS, add={"member": ADMINS})
    try:
        for operation in (replace(OURS, "member", AN), replace(OURS, "member"), delete_whole(OURS, "member"),
                          values(OURS, "member", minus=[ADMINS])):
            assert code_of(operation, directory.writer()) == NOT_ADMITTED
        assert code_of(values(OURS, "member", minus=[AN]), directory.writer()) == OK
    finally:
        put_back(directory.server, directory.server.initial)


def test_a_member_in_another_spelling_is_the_same_member(directory):
    check(directory, "writer", values(OURS, "member", ["UID = carla , OU=People,%s" % BASE.upper()]), OK)
    check(directory, "writer", values(OURS, "member", ["uid=carla,ou=peopl\\65 ,%s" % TARGET]), NOT_ADMITTED)


def test_writer_reads_what_it_must(directory):
    found = dict(directory.writer().search_s(BASE, ldap.SCOPE_SUBTREE, attrlist=[
        "*", "entryUUID", "modifyTimestamp", "modifiersName", "userPassword", "aci"]))
    assert set(found) == {dn for dn in directory.server.initial if dn.endswith(BASE)}
    assert all({"entryUUID", "modifyTimestamp", "modifiersName"} <= set(entry) for entry in found.values())
    assert not any("aci" in entry for entry in found.values())
    assert directory.writer().search_s(ADMINS, ldap.SCOPE_SUBTREE) == []


def test_the_writer_is_not_cut_short(directory):
    """The server's own limits would end the search; this identity has none."""
    directory.server.modify("cn=config", replace={"nsslapd-sizelimit": "5"})
    try:
        assert len(directory.writer().search_s(BASE, ldap.SCOPE_SUBTREE)) > 5
        with pytest.raises(ldap.SIZELIMIT_EXCEEDED):
            directory.admin().search_s(BASE, ldap.SCOPE_SUBTREE)
    finally:
        directory.server.modify("cn=config", replace={"nsslapd-sizelimit": "2000"})
    limits = directory.server.read(WRITER, ["nsSizeLimit", "nsLookThroughLimit", "nsPagedSizeLimit"])
    assert all(value == [b"-1"] for value in limits.values()) and len(limits) == 3


def test_readers_see_groups_and_no_directives(directory):
    seen = {dn for dn, _ in directory.reader().search_s(BASE, ldap.SCOPE_SUBTREE)}
    assert {OURS, AN, SYNC, institution_dn("30569")} <= seen
    assert not any(dn.endswith(branch) for dn in seen for branch in (REQUESTS, OVERRIDES))
    assert directory.outsider().search_s(BASE, ldap.SCOPE_SUBTREE) == []
    found = directory.reader().search_s(INSTITUTIONS, ldap.SCOPE_SUBTREE,
                                        "(&(duaalAllowedAction=%s)(member=%s))" % (ACTIONS[0], AN), ["duaalInstitutionNumber"])
    assert [entry["duaalInstitutionNumber"] for _, entry in found] == [[b"30569"]]


def test_first_contact_creates_the_freshness_entry(directory):
    directory.server.delete(SYNC)
    connection = directory.writer()
    assert code_of(add((SYNC, {**SYNC_ENTRY[1], "duaalManagedBy": "acceptatie"})), connection) == NOT_ADMITTED
    assert code_of(add(SYNC_ENTRY), connection) == OK
    put_back(directory.server, directory.server.initial)


def test_without_the_rules_the_matrix_would_notice(directory):
    directory.server.modify(TARGET, add={"aci": ALLOWS_ALL})
    try:
        connection = directory.writer()
        assert code_of(replace(OURS, "member", AN), connection) == OK
        assert code_of(add(person_entry("dirk", instance=None)), connection) == OK
    finally:
        directory.server.modify(TARGET, replace={"aci": None})
        put_back(directory.server, directory.server.initial)


def test_the_source_is_read_and_never_written():
    with Government389() as government:
        government.person("an", "An", "Peeters")
        government.start()
        reader = government.reader()
        found = reader.search_s(SOURCE, ldap.SCOPE_SUBTREE, attrlist=["*", "entryUUID", "userPassword"])
        assert len(found) >= 7 and all("entryUUID" in entry and "userPassword" not in entry for _, entry in found)
        assert code_of(replace("uid=an," + USERS, "sn", "X"), reader) == NOT_ADMITTED
        assert code_of(lambda c: c.delete_s("uid=an," + USERS), reader) == NOT_ADMITTED
        assert code_of(lambda c: c.add_s("uid=b," + USERS, list(as_bytes(
            {"objectClass": "inetOrgPerson", "uid": "b", "cn": "b", "sn": "b"}).items())), reader) == NOT_ADMITTED
        anonymous = ldap.initialize(government.server.uri)
        assert anonymous.search_s(SOURCE, ldap.SCOPE_SUBTREE) == []

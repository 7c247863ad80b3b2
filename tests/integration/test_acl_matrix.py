# SPDX-License-Identifier: EUPL-1.2
"""What each identity may do in the application's directory, one row an operation, with the result code expected.

Runs the shipped conf/slapd-target-acl.conf and conf/slapd-target-overlays.conf. A row with code 0 also shows that a
refusal elsewhere is the rule's doing and not a mistake in the request: most refusals have such a twin. Every
row also checks that data changed exactly when the code was 0.
"""
import ldap
import pytest
from ldap.controls.libldap import AssertionControl

from application import (ACTIONS, ADMINS, Application, BASE, INSTANCE, OVERRIDES, PEOPLE, PLACEHOLDER,
                         REQUESTS, ROLES, STAFF, SYNC, TARGET, flat_dn, flat_entry, group_dn, group_entry,
                         institution_dn, institution_entry,
                         override_entry, person_dn, person_entry, request_entry)
from slapd import as_bytes, to_ldif

OK, NO_SUCH_VALUE, NOT_UNIQUE, VALUE_EXISTS, NO_OBJECT = 0, 16, 19, 20, 32
CHECKED = 19            # the constraint or unique overlay
NOT_ADMITTED = 50
SCHEMA = 65
NOT_LEAF = 66
ASSERTION_FAILED = 122

AN, BERT, CARLA, GHOST = (person_dn(name) for name in ("an", "bert", "carla", "spook"))
FOREIGN_PERSON = person_dn("vreemd")
OURS = group_dn("30569", "beheerder")
NAMES = group_dn("30569", "trajectbegeleider")      # a groupOfNames with the placeholder
BREAK_GLASS = group_dn("30569", "noodgeval")        # in our institution, without the marker
OTHERS = group_dn("30569", "andere")                # with another instance's marker
FOREIGN_INSTITUTION = institution_dn("40000")
FOREIGN_GROUP = group_dn("40000", "beheerder")
EMPTY = institution_dn("50000")
FLAT, FOREIGN_FLAT = flat_dn("beheerder"), flat_dn("van-hier")
CVO, EXCEPTION = "cn=cvo," + REQUESTS, "cn=an," + OVERRIDES            # of an administrator
OUR_REQUEST, OUR_OVERRIDE = "cn=ons," + REQUESTS, "cn=ons," + OVERRIDES
SYNC_ENTRY = (SYNC, {"objectClass": ["duaalSyncState", "duaalManaged"], "cn": "sync", "duaalManagedBy": INSTANCE,
                     "duaalGeneration": "1"})


def starting_point():
    """Entries before every row."""
    return [
        *(person_entry(name) for name in ("an", "bert", "carla")), person_entry("vreemd", instance=None),
        institution_entry("30569"), institution_entry("40000", instance=None), institution_entry("50000"),
        group_entry("30569", "beheerder", [AN, BERT], actions=ACTIONS[:1]),
        group_entry("30569", "trajectbegeleider", [PLACEHOLDER], group_class="groupOfNames"),
        group_entry("30569", "noodgeval", [AN], instance=None),
        group_entry("30569", "andere", [AN], instance="acceptatie"),
        group_entry("40000", "beheerder", [AN], instance=None),
        flat_entry("beheerder", [AN]), flat_entry("van-hier", [AN], instance=None),
        request_entry("cvo", "51516"), override_entry("an", "an", "30569", "beheerder"), SYNC_ENTRY,
        request_entry("ons", "51518", instance=INSTANCE, duaalReason="telefoon"),
        override_entry("ons", "bert", "30569", "beheerder", instance=INSTANCE),
        override_entry("andere", "bert", "30569", "trajectbegeleider", instance="acceptatie"),
    ]


# ---- operations: each takes a connection and returns nothing -----------------------------------------

def add(entry):
    """Add an entry made by one of the builders."""
    return lambda c: c.add_s(entry[0], list(as_bytes(entry[1]).items()))


def delete(dn):
    """Delete an entry."""
    return lambda c: c.delete_s(dn)


def rename(dn, new_rdn, parent=None, keep=False):
    """Rename, keeping the old naming value or not, and move below parent."""
    return lambda c: c.rename_s(dn, new_rdn, parent, delold=0 if keep else 1)


def values(dn, attribute, plus=(), minus=()):
    """Value-wise change of one attribute, deletions first."""
    changes = [(ldap.MOD_DELETE, attribute, [v.encode() for v in minus])] if minus else []
    changes += [(ldap.MOD_ADD, attribute, [v.encode() for v in plus])] if plus else []
    return lambda c: c.modify_s(dn, changes)


def replace(dn, attribute, *new):
    """Replace a whole attribute; without values: take it away by replacing."""
    return lambda c: c.modify_s(dn, [(ldap.MOD_REPLACE, attribute, [v.encode() for v in new] or None)])


def delete_whole(dn, attribute):
    """Delete an attribute without naming its values."""
    return lambda c: c.modify_s(dn, [(ldap.MOD_DELETE, attribute, None)])


def together(dn, *changes):
    """Several changes in one modify: (operation, attribute, value)."""
    return lambda c: c.modify_s(dn, [(operation, attribute, [value.encode()]) for operation, attribute, value in changes])


NAIVE = "(&(entryUUID={uuid})(entryCSN={csn}))"
PEOPLE_PASS = "(|" + NAIVE + "(entryDN:dnSubtreeMatch:=%s))" % PEOPLE
OTHERS_PASS = "(|" + NAIVE + "(!(entryDN={dn})))"


def asserted(template, connection, target, told):
    """The assertion control of template, filled with the entry as read, or with what told says."""
    entry = connection.search_s(target, ldap.SCOPE_BASE, attrlist=["entryUUID", "entryCSN"])[0][1]
    read = {"dn": target, "uuid": entry["entryUUID"][0].decode(), "csn": entry.get("entryCSN", [b"-"])[0].decode()}
    return [AssertionControl(True, template.format(**{**read, **told}))]


def granted(member, template, target=OURS, **told):
    """Add a member under an assertion."""
    return lambda c: c.modify_ext_s(target, [(ldap.MOD_ADD, "member", [member.encode()])],
                                    serverctrls=asserted(template, c, target, told))


def revoked(member, template, target=OURS, **told):
    """Delete a member under an assertion."""
    return lambda c: c.modify_ext_s(target, [(ldap.MOD_DELETE, "member", [member.encode()])],
                                    serverctrls=asserted(template, c, target, told))


def deleted(target, template, **told):
    """Delete an entry under an assertion."""
    return lambda c: c.delete_ext_s(target, serverctrls=asserted(template, c, target, told))


def entry_with(entry, **changes):
    """The same entry with other attributes; None leaves one out."""
    return entry[0], {**entry[1], **changes}


OTHER_UUID = "00000000-0000-4000-8000-000000000000"
OLD_CSN = "20200101000000.000000Z#000000#000#000000"

WRITER_ROWS = [
    # structure: institutions
    ("add a marked institution", add(institution_entry("60000")), OK),
    ("add an unmarked institution", add(institution_entry("60000", instance=None)), NOT_ADMITTED),
    ("add an institution marked for another instance", add(institution_entry("60000", instance="acceptatie")), NOT_ADMITTED),
    ("delete our institution", delete(EMPTY), OK),
    ("delete our institution that holds groups", delete(institution_dn("30569")), NOT_LEAF),
    ("delete a foreign institution", delete(FOREIGN_INSTITUTION), NOT_ADMITTED),
    ("change an attribute of our institution", replace(EMPTY, "o", "Nieuwe naam"), OK),
    ("change an attribute of a foreign institution", replace(FOREIGN_INSTITUTION, "o", "Nieuwe naam"), NOT_ADMITTED),
    ("rename our institution", rename(EMPTY, "duaalInstitutionNumber=60000"), NOT_ADMITTED),
    ("rename a foreign institution", rename(FOREIGN_INSTITUTION, "duaalInstitutionNumber=60000"), NOT_ADMITTED),
    ("admission outside the closed list", values(EMPTY, "duaalAdmission", ["gratis"]), CHECKED),
    # structure: groups
    ("add a marked group", add(group_entry("50000", "beheerder")), OK),
    ("add a marked group with members", add(group_entry("50000", "beheerder", [AN, BERT], actions=ACTIONS)), OK),
    ("add a marked group with a ghost", add(group_entry("50000", "beheerder", [AN, GHOST])), CHECKED),
    ("add a marked group with somebody outside people", add(group_entry("50000", "beheerder", ["uid=griet," + STAFF])), CHECKED),
    ("add a groupOfNames with the placeholder", add(group_entry("50000", "beheerder", [PLACEHOLDER], group_class="groupOfNames")), OK),
    ("add an unmarked group", add(group_entry("50000", "beheerder", instance=None)), NOT_ADMITTED),
    ("add a group marked for another instance", add(group_entry("50000", "beheerder", instance="acceptatie")), NOT_ADMITTED),
    ("add a marked group below a foreign institution", add(group_entry("40000", "trajectbegeleider")), NOT_ADMITTED),
    ("add a marked group with an owner", add(entry_with(group_entry("50000", "x", [AN], group_class="groupOfNames"), owner=AN)), NOT_ADMITTED),
    ("add a group whose cn is taken", add((("cn=beheerder-30569," + EMPTY), group_entry("30569", "beheerder")[1])), CHECKED),
    ("delete our group", delete(OURS), OK),
    ("delete an unmarked group", delete(BREAK_GLASS), NOT_ADMITTED),
    ("delete another instance's group", delete(OTHERS), NOT_ADMITTED),
    ("delete a foreign group", delete(FOREIGN_GROUP), NOT_ADMITTED),
    ("rename our group", rename(OURS, "cn=anders"), NOT_ADMITTED),
    ("rename our group, old name kept", rename(OURS, "cn=anders", keep=True), OK),
    ("move our group out of our tree", rename(OURS, "cn=anders", parent=TARGET, keep=True), NOT_ADMITTED),
    ("move our group below the flat ones", rename(OURS, "cn=anders", parent=ROLES, keep=True), OK),
    ("move our group below the overrides", rename(OURS, "cn=anders", parent=OVERRIDES, keep=True), OK),
    ("move a foreign group below the overrides", rename(FOREIGN_GROUP, "cn=anders", parent=OVERRIDES, keep=True), NOT_ADMITTED),
    ("rename an unmarked group", rename(BREAK_GLASS, "cn=anders", keep=True), NOT_ADMITTED),
    ("allowed actions of our group", values(OURS, "duaalAllowedAction", [ACTIONS[1]], [ACTIONS[0]]), OK),
    ("role of our group", replace(OURS, "duaalRole", "trajectbegeleider"), NOT_ADMITTED),
    ("add owner to our group", values(NAMES, "owner", [AN]), NOT_ADMITTED),
    # structure: flat groups
    ("add a marked flat group with members", add(flat_entry("trajectbegeleider", [AN, BERT])), OK),
    ("add a marked flat group with a ghost", add(flat_entry("trajectbegeleider", [GHOST])), CHECKED),
    ("add a flat groupOfNames with the placeholder", add(flat_entry("trajectbegeleider", [PLACEHOLDER], group_class="groupOfNames")), OK),
    ("add an unmarked flat group", add(flat_entry("trajectbegeleider", instance=None)), NOT_ADMITTED),
    ("add a flat group that permits something", add(entry_with(flat_entry("x", [AN]), duaalAllowedAction=ACTIONS[0])), SCHEMA),
    ("add a person to our flat group", values(FLAT, "member", [BERT]), OK),
    ("delete the last one from our flat group", values(FLAT, "member", minus=[AN]), OK),
    ("add a ghost to our flat group", values(FLAT, "member", [GHOST]), CHECKED),
    ("replace members of our flat group", replace(FLAT, "member", BERT), NOT_ADMITTED),
    ("role of our flat group", replace(FLAT, "duaalRole", "trajectbegeleider"), NOT_ADMITTED),
    ("delete our flat group", delete(FLAT), OK),
    ("add to a foreign flat group", values(FOREIGN_FLAT, "member", [BERT]), NOT_ADMITTED),
    ("delete a foreign flat group", delete(FOREIGN_FLAT), NOT_ADMITTED),
    # structure: people
    ("add a marked person", add(person_entry("dirk", givenName="Dirk", duaalSourceUuid=OTHER_UUID)), OK),
    ("add an unmarked person", add(person_entry("dirk", instance=None)), NOT_ADMITTED),
    ("add a person marked for another instance", add(person_entry("dirk", instance="acceptatie")), NOT_ADMITTED),
    ("add a person with a password", add(person_entry("dirk", userPassword="geheim")), NOT_ADMITTED),
    ("add a person whose vo-id is taken", add(entry_with(person_entry("dirk"), duaalVoId="AN")), CHECKED),
    ("delete our person", delete(CARLA), OK),
    ("delete a foreign person", delete(FOREIGN_PERSON), NOT_ADMITTED),
    ("change the name of our person", replace(CARLA, "sn", "Claes"), OK),
    ("change the name of a foreign person", replace(FOREIGN_PERSON, "sn", "Claes"), NOT_ADMITTED),
    ("set a password of our person", values(CARLA, "userPassword", ["geheim"]), NOT_ADMITTED),
    ("rename our person", rename(CARLA, "uid=carla2"), NOT_ADMITTED),
    ("change the vo-id of our person", replace(CARLA, "duaalVoId", "x"), NOT_ADMITTED),
    # structure: the marker
    ("change the marker", replace(OURS, "duaalManagedBy", "acceptatie"), NOT_ADMITTED),
    ("swap the marker value by value", values(OURS, "duaalManagedBy", ["acceptatie"], [INSTANCE]), NOT_ADMITTED),
    ("remove the marker", values(OURS, "duaalManagedBy", minus=[INSTANCE]), NOT_ADMITTED),
    ("remove the whole marker", delete_whole(OURS, "duaalManagedBy"), NOT_ADMITTED),
    ("mark a foreign group as ours", together(FOREIGN_GROUP, (ldap.MOD_ADD, "objectClass", "duaalManaged"),
                                              (ldap.MOD_ADD, "duaalManagedBy", INSTANCE)), NOT_ADMITTED),
    ("take over another instance's group", values(OTHERS, "duaalManagedBy", [INSTANCE], ["acceptatie"]), NOT_ADMITTED),
    # structure: elsewhere
    ("add below the base", add(("ou=eigen," + BASE, {"objectClass": ["organizationalUnit", "duaalManaged"], "ou": "eigen", "duaalManagedBy": INSTANCE})), NOT_ADMITTED),
    ("delete ou=people", delete(PEOPLE), NOT_ADMITTED),
    ("delete the base", delete(BASE), NOT_ADMITTED),
    ("add outside the base", add(("ou=eigen," + TARGET, {"objectClass": "organizationalUnit", "ou": "eigen"})), NOT_ADMITTED),
    ("join the administrators", values(ADMINS, "member", [AN]), NOT_ADMITTED),
    # members
    ("add a person to our group", values(OURS, "member", [CARLA]), OK),
    ("delete a person from our group", values(OURS, "member", minus=[AN]), OK),
    ("delete the last members of our group", values(OURS, "member", minus=[AN, BERT]), OK),
    ("swap in one modify", values(OURS, "member", [CARLA], [AN]), OK),
    ("add somebody who is there", values(OURS, "member", [AN]), VALUE_EXISTS),
    ("add somebody who is there, in another spelling", values(OURS, "member", [AN.upper()]), VALUE_EXISTS),
    ("delete somebody who is not there", values(OURS, "member", minus=[CARLA]), NO_SUCH_VALUE),
    ("add somebody outside people", values(OURS, "member", ["uid=griet," + STAFF]), CHECKED),
    ("add a ghost below people", values(OURS, "member", [GHOST]), CHECKED),
    ("add ou=people itself", values(OURS, "member", [PEOPLE]), CHECKED),
    ("replace members", replace(OURS, "member", AN), NOT_ADMITTED),
    ("replace members by nothing", replace(OURS, "member"), NOT_ADMITTED),
    ("delete the whole attribute", delete_whole(OURS, "member"), NOT_ADMITTED),
    ("add to an unmarked group", values(BREAK_GLASS, "member", [CARLA]), NOT_ADMITTED),
    ("delete from an unmarked group", values(BREAK_GLASS, "member", minus=[AN]), NOT_ADMITTED),
    ("add to another instance's group", values(OTHERS, "member", [CARLA]), NOT_ADMITTED),
    ("delete from another instance's group", values(OTHERS, "member", minus=[AN]), NOT_ADMITTED),
    ("add to a foreign group", values(FOREIGN_GROUP, "member", [CARLA]), NOT_ADMITTED),
    ("add to a group that is not there", values(group_dn("50000", "geen"), "member", [CARLA]), NO_OBJECT),
    ("last value of a groupOfNames", values(NAMES, "member", minus=[PLACEHOLDER]), SCHEMA),
    ("placeholder out and person in", values(NAMES, "member", [AN], [PLACEHOLDER]), OK),
    ("placeholder beside a person", values(NAMES, "member", [AN]), OK),
    ("placeholder in a group that may be empty", values(OURS, "member", [PLACEHOLDER]), CHECKED),
    # assertions
    ("grant, entry as read", granted(CARLA, NAIVE), CHECKED),
    ("grant, entry as read, people pass", granted(CARLA, PEOPLE_PASS), OK),
    ("grant, entry as read, others pass", granted(CARLA, OTHERS_PASS), OK),
    ("grant of a ghost, people pass", granted(GHOST, PEOPLE_PASS), CHECKED),
    ("grant of a ghost, others pass", granted(GHOST, OTHERS_PASS), CHECKED),
    ("wrong entryUUID, people pass", granted(CARLA, PEOPLE_PASS, uuid=OTHER_UUID), ASSERTION_FAILED),
    ("wrong entryUUID, others pass", granted(CARLA, OTHERS_PASS, uuid=OTHER_UUID), ASSERTION_FAILED),
    ("stale entryCSN, people pass", granted(CARLA, PEOPLE_PASS, csn=OLD_CSN), ASSERTION_FAILED),
    ("stale entryCSN, others pass", granted(CARLA, OTHERS_PASS, csn=OLD_CSN), ASSERTION_FAILED),
    ("grant in a groupOfNames, people pass", granted(CARLA, PEOPLE_PASS, NAMES), CHECKED),
    ("grant in a groupOfNames, others pass", granted(CARLA, OTHERS_PASS, NAMES), OK),
    ("stale entryCSN in a groupOfNames, others pass", granted(CARLA, OTHERS_PASS, NAMES, csn=OLD_CSN), ASSERTION_FAILED),
    ("grant of a ghost, stale entryCSN, others pass", granted(GHOST, OTHERS_PASS, csn=OLD_CSN), CHECKED),
    ("entry as read, others pass, no DN", granted(CARLA, OTHERS_PASS, dn="geen dn"), CHECKED),
    ("stale entryCSN, others pass, no DN", granted(CARLA, OTHERS_PASS, csn=OLD_CSN, dn="geen dn"), CHECKED),
    ("revoke, stale entryCSN, others pass, no DN", revoked(AN, OTHERS_PASS, csn=OLD_CSN, dn="geen dn"), ASSERTION_FAILED),
    ("revoke, entry as read, others pass", revoked(AN, OTHERS_PASS), OK),
    ("revoke, stale entryCSN, others pass", revoked(AN, OTHERS_PASS, csn=OLD_CSN), ASSERTION_FAILED),
    ("delete our group, stale entryCSN, others pass", deleted(OURS, OTHERS_PASS, csn=OLD_CSN), ASSERTION_FAILED),
    ("delete our group, entry as read, others pass", deleted(OURS, OTHERS_PASS), OK),
    ("assertion in a foreign group", granted(CARLA, OTHERS_PASS, FOREIGN_GROUP), NOT_ADMITTED),
    # directives of administrators
    ("add a request", add(request_entry("cvo2", "51517")), NOT_ADMITTED),
    ("add a request marked for another instance", add(request_entry("cvo2", "51517", instance="acceptatie")), NOT_ADMITTED),
    ("change a request", replace(CVO, "duaalReason", "x"), NOT_ADMITTED),
    ("mark a request as ours", together(CVO, (ldap.MOD_ADD, "objectClass", "duaalManaged"),
                                        (ldap.MOD_ADD, "duaalManagedBy", INSTANCE)), NOT_ADMITTED),
    ("delete a request", delete(CVO), NOT_ADMITTED),
    ("add an override", add(override_entry("bert", "bert", "30569", "beheerder")), NOT_ADMITTED),
    ("change an override", replace(EXCEPTION, "duaalEffect", "exclude"), NOT_ADMITTED),
    ("delete an override", delete(EXCEPTION), NOT_ADMITTED),
    ("change another instance's override", replace("cn=andere," + OVERRIDES, "duaalEffect", "exclude"), NOT_ADMITTED),
    ("delete another instance's override", delete("cn=andere," + OVERRIDES), NOT_ADMITTED),
    ("rename a request", rename(CVO, "cn=anders", keep=True), NOT_ADMITTED),
    # directives of ours
    ("add a request with our marker", add(request_entry("cvo2", "51517", instance=INSTANCE, duaalReason="x", duaalOwner="griet",
                                                        duaalValidUntil="20271231225959Z")), OK),
    ("add an override with our marker", add(override_entry("carla", "carla", "30569", "beheerder", instance=INSTANCE,
                                                           duaalReason="x", duaalOwner="griet")), OK),
    ("add an override with our marker and an effect outside the list",
     add(override_entry("carla", "carla", "30569", "beheerder", "misschien", instance=INSTANCE)), CHECKED),
    ("add a request below a request", add(("cn=diep," + OUR_REQUEST, request_entry("diep", "51517", instance=INSTANCE)[1])), NOT_ADMITTED),
    ("add something else below the requests", add(("ou=map," + REQUESTS, {
        "objectClass": ["organizationalUnit", "duaalManaged"], "ou": "map", "duaalManagedBy": INSTANCE})), NOT_ADMITTED),
    ("change our request", values(OUR_REQUEST, "duaalValidUntil", ["20271231225959Z"]), OK),
    ("change our override", values(OUR_OVERRIDE, "duaalEffect", ["exclude"], ["include"]), OK),
    ("unmark our request", values(OUR_REQUEST, "duaalManagedBy", minus=[INSTANCE]), NOT_ADMITTED),
    ("hand our override over", values(OUR_OVERRIDE, "duaalManagedBy", ["acceptatie"], [INSTANCE]), NOT_ADMITTED),
    ("set a password of our override", together(OUR_OVERRIDE, (ldap.MOD_ADD, "objectClass", "simpleSecurityObject"),
                                                (ldap.MOD_ADD, "userPassword", "geheim")), NOT_ADMITTED),
    ("delete our request", delete(OUR_REQUEST), OK),
    ("delete our override", delete(OUR_OVERRIDE), OK),
    ("delete our override, entry as read, others pass", deleted(OUR_OVERRIDE, OTHERS_PASS), OK),
    ("delete our override, stale entryCSN, others pass", deleted(OUR_OVERRIDE, OTHERS_PASS, csn=OLD_CSN), ASSERTION_FAILED),
    ("delete ou=requests", delete(REQUESTS), NOT_ADMITTED),
    ("delete ou=overrides", delete(OVERRIDES), NOT_ADMITTED),
    # freshness
    ("write cn=sync", replace(SYNC, "duaalGeneration", "2"), OK),
    ("write cn=sync value by value", values(SYNC, "duaalGeneration", ["2"], ["1"]), OK),
    ("add a time to cn=sync", values(SYNC, "duaalLastApplied", ["20261124000000Z"]), OK),
    ("add a description to cn=sync", values(SYNC, "description", ["x"]), NOT_ADMITTED),
    ("delete cn=sync", delete(SYNC), NOT_ADMITTED),
]

ADMIN_ROWS = [
    ("add a request", add(request_entry("cvo2", "51517")), OK),
    ("change a request", replace("cn=cvo," + REQUESTS, "duaalReason", "x"), OK),
    ("delete a request", delete("cn=cvo," + REQUESTS), OK),
    ("add an override", add(override_entry("bert", "bert", "30569", "beheerder")), OK),
    ("change an override", replace("cn=an," + OVERRIDES, "duaalEffect", "exclude"), OK),
    ("effect outside the closed list", replace("cn=an," + OVERRIDES, "duaalEffect", "misschien"), CHECKED),
    ("delete an override", delete("cn=an," + OVERRIDES), OK),
    ("change the daemon's request", replace(OUR_REQUEST, "duaalReason", "x"), OK),
    ("unmark the daemon's override", together(OUR_OVERRIDE, (ldap.MOD_DELETE, "duaalManagedBy", INSTANCE),
                                              (ldap.MOD_DELETE, "objectClass", "duaalManaged")), OK),
    ("delete the daemon's override", delete(OUR_OVERRIDE), OK),
    ("add an override that is marked", add(override_entry("carla", "carla", "30569", "beheerder", instance=INSTANCE)), OK),
    ("delete ou=requests", delete(REQUESTS), NOT_ADMITTED),
    ("delete ou=overrides", delete(OVERRIDES), NOT_ADMITTED),
    ("add a member to our group", values(OURS, "member", [CARLA]), OK),
    ("replace members of our group", replace(OURS, "member", AN), OK),
    ("delete the whole attribute", delete_whole(OURS, "member"), OK),
    ("add a member to an unmarked group", values(BREAK_GLASS, "member", [CARLA]), OK),
    ("add a ghost", values(OURS, "member", [GHOST]), CHECKED),
    ("add somebody outside people", values(OURS, "member", ["uid=griet," + STAFF]), CHECKED),
    ("delete our group", delete(OURS), NOT_ADMITTED),
    ("change the marker", replace(OURS, "duaalManagedBy", "x"), NOT_ADMITTED),
    ("change allowed actions", values(OURS, "duaalAllowedAction", [ACTIONS[1]]), NOT_ADMITTED),
    ("add an institution", add(institution_entry("60000")), NOT_ADMITTED),
    ("delete a person", delete(CARLA), NOT_ADMITTED),
    ("write cn=sync", replace(SYNC, "duaalGeneration", "2"), NOT_ADMITTED),
]

READER_ROWS = [
    ("add a member", values(OURS, "member", [CARLA]), NOT_ADMITTED),
    ("delete a member", values(OURS, "member", minus=[AN]), NOT_ADMITTED),
    ("add a request", add(request_entry("cvo2", "51517")), NOT_ADMITTED),
    ("add a request that is marked", add(request_entry("cvo2", "51517", instance=INSTANCE)), NOT_ADMITTED),
    ("delete an override", delete(OUR_OVERRIDE), NOT_ADMITTED),
    ("delete a group", delete(OURS), NOT_ADMITTED),
    ("write cn=sync", replace(SYNC, "duaalGeneration", "2"), NOT_ADMITTED),
]

# The constraint overlay looks people up with the client's own rights: who may not read them gets its answer first.
OUTSIDER_ROWS = [
    ("add a member", values(OURS, "member", [CARLA]), CHECKED),
    ("add a request", add(request_entry("cvo2", "51517")), NOT_ADMITTED),
    ("delete a group", delete(OURS), NOT_ADMITTED),
]

# The overlays answer before the rules do. Without them, the rules have to hold these by themselves; what only the
# overlays can know (a ghost, a second group of that name) goes through.
BARE_ROWS = [
    ("add a person", values(OURS, "member", [CARLA]), OK),
    ("add somebody outside people", values(OURS, "member", ["uid=griet," + STAFF]), NOT_ADMITTED),
    ("add ou=people itself", values(OURS, "member", [PEOPLE]), NOT_ADMITTED),
    ("add a marked group with somebody outside people", add(group_entry("50000", "x", ["uid=griet," + STAFF])), NOT_ADMITTED),
    ("placeholder in", values(OURS, "member", [PLACEHOLDER]), OK),
    ("ghost in", values(OURS, "member", [GHOST]), OK),
    ("grant, entry as read", granted(CARLA, NAIVE), OK),
    ("stale entryCSN", granted(CARLA, NAIVE, csn=OLD_CSN), ASSERTION_FAILED),
    ("replace members", replace(OURS, "member", AN), NOT_ADMITTED),
    ("delete the whole attribute", delete_whole(OURS, "member"), NOT_ADMITTED),
]

MATRIX = [(identity, *row) for identity, rows in (("writer", WRITER_ROWS), ("admin", ADMIN_ROWS), ("reader", READER_ROWS),
                                                  ("outsider", OUTSIDER_ROWS)) for row in rows]


def code_of(operation, connection):
    """Result code of an operation."""
    try:
        operation(connection)
        return OK
    except ldap.LDAPError as error:
        return error.args[0]["result"]


def opened(**arguments):
    """A started server at the starting point."""
    started = Application(**arguments)
    started.start(starting_point())
    started.server.initial = started.server.backup()
    return started


@pytest.fixture(scope="module")
def directory():
    """One server for all rows; put back to the starting point after each row that changed something."""
    with opened() as started:
        yield started


@pytest.fixture(scope="module")
def bare():
    """The same without overlays that check."""
    with opened(checks=False) as started:
        yield started


def check(directory, identity, operation, expected):
    """Run one row: the code is the one expected, and data changed exactly when it was 0."""
    server = directory.server
    code = code_of(operation, getattr(directory, identity)())
    changed = server.backup() != server.initial
    if changed:
        server.restore(server.initial)
        server.initial = server.backup()
    assert code == expected
    assert changed == (expected == OK)


@pytest.mark.parametrize("identity, what, operation, expected", MATRIX, ids=["%s: %s" % row[:2] for row in MATRIX])
def test_acl(directory, identity, what, operation, expected):
    check(directory, identity, operation, expected)


@pytest.mark.parametrize("what, operation, expected", BARE_ROWS, ids=[row[0] for row in BARE_ROWS])
def test_acl_without_overlays(bare, what, operation, expected):
    check(bare, "writer", operation, expected)


def test_first_contact_creates_the_freshness_entry(application):
    connection = application.writer()
    assert code_of(add(SYNC_ENTRY), connection) == OK
    assert code_of(add(SYNC_ENTRY), connection) == 68


def test_writer_reads_what_it_must(directory):
    found = directory.writer().search_s(BASE, ldap.SCOPE_SUBTREE, attrlist=["*", "entryUUID", "entryCSN", "modifiersName"])
    assert len(found) == len(starting_point()) + 9
    assert all("entryUUID" in entry and "entryCSN" in entry for _, entry in found)
    assert dict(found)[OURS]["member"] == [AN.encode(), BERT.encode()]


def test_application_asks_who_may_register(directory):
    found = directory.reader().search_s(BASE, ldap.SCOPE_SUBTREE,
                                        "(&(duaalAllowedAction=%s)(member=%s))" % (ACTIONS[0], AN), ["duaalInstitutionNumber"])
    assert [entry["duaalInstitutionNumber"] for _, entry in found] == [[b"30569"]]


def test_without_the_rules_the_matrix_would_notice(application):
    """The same requests go through on a server whose rules are open: it is the rules that refuse them."""
    application.server.load(to_ldif(starting_point()))
    application.server.set_access(["to * by * write"])
    connection = application.writer()
    assert code_of(replace(OURS, "member", AN), connection) == OK
    assert code_of(values(BREAK_GLASS, "member", [CARLA]), connection) == OK
    assert code_of(delete(FOREIGN_GROUP), connection) == OK
    assert code_of(delete("cn=cvo," + REQUESTS), connection) == OK

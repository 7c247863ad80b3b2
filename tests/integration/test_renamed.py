# SPDX-License-Identifier: EUPL-1.2
"""An application's directory in which nothing has the name that we ship: units, classes, attributes, names of entries.

Its schema is a file of its own, made from the shipped one with other names and other structure names; the access rules and the overlays
are the shipped ones with the same words replaced. What the daemon does there is what it does anywhere.
"""
import os
import re

import application as shipped
import ldap
import pytest
from application import ADMIN, ADMIN_PASSWORD, ADMINS, READER, READER_PASSWORD, READERS, TARGET, WRITER
from clock import from_now
from school import FIRST, SECOND, between, right, vo_id
from slapd import Slapd, as_bytes, directives, fill, rdn, to_ldif

BASE = "o=leerplek," + TARGET
SCHOOLS, PEOPLE, ASKED, EXCEPTIONS, ROLLEN = ("%s,%s" % (name, BASE) for name in (
    "ou=scholen", "l=mensen", "ou=vragen", "ou=uitzonderingen", "ou=rollen"))
FRESH = "cn=versheid," + BASE
NOBODY = "cn=niemand," + BASE
ROLE = "trajectbegeleider"
# Whole words of schema, rules and overlays; a word that is not here stays as it is.
WORDS = {
    "duaalInstitutionNumberReceived": "lpNummerOntvangen", "duaalInstitutionNumber": "lpNummer", "duaalInstitutionKind": "lpSoort",
    "duaalAdmission": "lpToelating", "duaalAdmittedSince": "lpSinds", "duaalRole": "lpRol", "duaalAllowedAction": "lpMag",
    "duaalManagedBy": "lpVan", "duaalSourceUuid": "lpBron", "duaalVoId": "lpSleutel", "duaalReason": "lpWaarom",
    "duaalOwner": "lpWie", "duaalValidUntil": "lpTot", "duaalEffect": "lpGevolg", "duaalLastCompleteRead": "lpGelezen",
    "duaalLastApplied": "lpToegepast", "duaalGeneration": "lpVolgnummer",
    "duaalInstitution": "lpSchool", "duaalGroup": "lpGroep", "duaalRoleGroup": "lpRolGroep", "duaalFlatGroup": "lpPlat", "duaalPerson": "lpMens",
    "duaalManaged": "lpBeheerd", "duaalRequest": "lpVraag", "duaalOverride": "lpUitzondering", "duaalSyncState": "lpVersheid",
    "member": "lpLid", "uid": "employeeNumber"}
UNITS = {"ou=institutions": "ou=scholen", "ou=people": "l=mensen", "ou=requests": "ou=vragen", "ou=overrides": "ou=uitzonderingen", "ou=roles": "ou=rollen",
         "cn=sync": "cn=versheid"}
LP_LID = """attributeType ( 2.25.35152884816024649917796741122652860587.9.9 NAME 'lpLid'
	EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )
"""


def renamed(text):
    """Schema or rules with this application's words."""
    for old, new in UNITS.items():
        text = text.replace(old, new)
    return re.sub(r"\b(%s)\b" % "|".join(sorted(WORDS, key=len, reverse=True)), lambda found: WORDS[found.group(1)], text)


def renamed_schema():
    """The shipped schema under other names; a school is named by its place, and a group by a description."""
    with open(shipped.SCHEMA, encoding="utf-8") as file:
        text = renamed(file.read())
    text = text.replace("MUST cn\n\tMAY ( lpLid $ description ) )", "MUST description\n\tMAY lpLid )")
    text = text.replace("description ) )\n\nobjectClass ( duaalsyncClass:2", "description $ l ) )\n\nobjectClass ( duaalsyncClass:2")
    text = text.replace("MAY lpBron )", "MAY ( lpBron $ employeeNumber ) )")
    return text.replace("# ---- classes", LP_LID + "\n# ---- classes", 1)


def file_of(name, **values):
    """A shipped configuration file with this application's words."""
    with open(os.path.join(shipped.ROOT, "conf", name), encoding="utf-8") as file:
        text = "\n".join(directives(file.read()))
    return fill(renamed(text), BASE=BASE, PLACEHOLDER=NOBODY, **values)


def rules():
    """Access rules and overlays."""
    acl = file_of("slapd-target-acl.conf", WRITER=WRITER, INSTANCE="test", ADMINS=ADMINS, READERS=READERS)
    acl = acl.replace("attrs=objectClass,cn,lpNummer,lpRol", "attrs=objectClass,cn,description,l,lpNummer,lpRol")
    acl = acl.replace("attrs=objectClass,cn,lpRol", "attrs=objectClass,cn,description,lpRol")
    overlays = file_of("slapd-target-overlays.conf").replace("?cn?sub?", "?description?sub?")
    return "\n".join([acl, "access " + shipped.AUTHENTICATION, overlays])


SETTINGS = {
    "target.base": BASE, "target.institutions_base": SCHOOLS, "target.people_base": PEOPLE, "target.requests_base": ASKED,
    "target.overrides_base": EXCEPTIONS, "target.sync_dn": FRESH, "target.placeholder": NOBODY,
    "target.canaries": None, "target.flat_roles": True, "target.roles_base": ROLLEN, "target.institution_rdn": "l", "target.group_rdn": "description", "target.group_name": "school %n, %r",
    "schedule.sync_entry_interval": "1s",
    "target.classes": {"institution": ["lpSchool", "lpBeheerd"], "group": ["lpGroep", "lpRolGroep", "lpBeheerd"],
                       "role": ["lpGroep", "lpPlat", "lpBeheerd"], "person": ["inetOrgPerson", "lpMens", "lpBeheerd"], "sync": ["lpVersheid", "lpBeheerd"],
                       "request": ["lpVraag", "lpBeheerd"], "override": ["lpUitzondering", "lpBeheerd"]},
    "target.attributes": {
        "vo_id": "lpSleutel", "uid": "employeeNumber", "number": "lpNummer", "kind": "lpSoort", "role": "lpRol", "action": "lpMag",
        "member": "lpLid", "managed_by": "lpVan", "source_uuid": "lpBron", "number_received": "lpNummerOntvangen",
        "admission": "lpToelating", "admitted_since": "lpSinds", "reason": "lpWaarom", "owner": "lpWie", "valid_until": "lpTot",
        "effect": "lpGevolg", "last_complete_read": "lpGelezen", "last_applied": "lpToegepast", "generation": "lpVolgnummer",
        "name": "o", "cn": "cn"}}


class Elsewhere:
    """The directory, as school.py wants one."""

    def __init__(self, schema):
        memberof = ["memberof-group-oc lpRolGroep", "memberof-member-ad lpLid"]
        self.server = Slapd(TARGET, schema=[schema], overlays={"syncprov": None, "memberof": memberof},
                            modules=("constraint", "unique"), database=rules())
        entries = [entry for entry in shipped.skeleton() if not entry[0].endswith(shipped.BASE)]
        entries.append((BASE, {"objectClass": "organization", "o": "leerplek"}))
        for dn in (SCHOOLS, ASKED, EXCEPTIONS, ROLLEN):
            entries.append((dn, {"objectClass": "organizationalUnit", "ou": dn.split(",")[0][3:]}))
        entries.append((PEOPLE, {"objectClass": "locality", "l": "mensen"}))
        entries.append((NOBODY, {"objectClass": "device", "cn": "niemand"}))
        self.server.start(to_ldif(entries))

    def group_dn(self, number, role):
        """As the pattern says."""
        return "%s,%s,%s" % (rdn("description", "school %s, %s" % (number, role)), rdn("l", number), SCHOOLS)

    def members(self, number, role):
        """As Application.members."""
        entry = self.server.read(self.group_dn(number, role), ["lpLid"])
        return None if entry is None else sorted(value.decode().lower() for value in entry.get("lpLid", []))

    def admin(self):
        """A connection of a directory administrator."""
        return self.server.connect(ADMIN, ADMIN_PASSWORD)


@pytest.fixture(name="world")
def _world(government, tmp_path):
    schema = tmp_path / "leerplek.schema"
    schema.write_text(renamed_schema())
    elsewhere = Elsewhere(str(schema))
    with elsewhere.server, between(government, elsewhere, SETTINGS) as school:
        yield school


def test_nothing_of_ours_is_left():
    text = renamed_schema() + rules() + repr(SETTINGS)
    assert re.findall(r"\bduaal[A-Z]\w*|werkplekduaal,", text) == []


def test_it_is_filled_and_kept(world):
    world.start()
    assert world.members() == {"an", "bart", "chris", "dries"} and world.members("beheerder") == {"griet"}
    server = world.application.server
    group = server.read(world.application.group_dn(FIRST, ROLE))
    assert group["lpMag"] and group["lpRol"] == [ROLE.encode()] and group["lpVan"] == [b"test"]
    person = server.read("employeeNumber=%s,%s" % (vo_id("an"), PEOPLE))
    assert person["lpSleutel"] == [vo_id("an").encode()] and person["memberOf"]
    assert server.read("l=%s,%s" % (FIRST, SCHOOLS))["o"] == [b"Sint-Jozefscollege"]
    world.revoke("an", ROLE)
    world.revoke("griet", "beheerder")
    world.person("fien", right(ROLE, SECOND))
    assert world.sync()["result"] == "applied"
    assert world.members() == {"bart", "chris", "dries"} and world.members("beheerder") == set()
    assert world.members(number=SECOND) == {"els", "fien"}
    everywhere = server.read("description=%s,%s" % (ROLE, ROLLEN))["lpLid"]
    assert {world.name_of(value.decode().lower()) for value in everywhere} == {"bart", "chris", "dries", "els", "fien"}
    world.daemon.wait_until(lambda: server.read(FRESH) is not None, "the entry about freshness")
    assert world.sync()["result"] == "in-step"
    assert server.read(FRESH)["lpVolgnummer"] and world.remarks() == set()
    assert world.daemon.json("audit", "--verify")["broken"] is None


def test_hand_edits_and_directives(world):
    world.start()
    server = world.application.server
    connection = world.application.admin()
    els = "EmployeeNumber=%s , %s" % (vo_id("els").upper(), PEOPLE)  # another spelling of the same
    connection.modify_s(world.application.group_dn(FIRST, ROLE), [
        (ldap.MOD_ADD, "lpLid", [els.encode()]),
        (ldap.MOD_DELETE, "lpLid", [("employeeNumber=%s,%s" % (vo_id("an"), PEOPLE)).encode()])])
    world.sync()
    assert world.remarks() == {"added-by-hand", "removed-by-hand"}
    for each in world.daemon.json("drift")["drift"]:
        world.daemon.order("drift", "adopt", str(each["id"]), "--reason", "klopt")
    world.sync()
    assert {entry["lpGevolg"][0] for entry in self_entries(server, EXCEPTIONS)} == {b"include", b"exclude"}
    assert world.daemon.json("drift")["drift"] == [] and world.sync()["result"] == "in-step"
    world.daemon.order("request", "40022", "--reason", "volgens de brief")
    world.person("gust", right(ROLE, "40022"))
    world.sync()
    assert world.members(number="40022") == {"gust"}
    connection.add_s("cn=zelf,%s" % EXCEPTIONS, list(as_bytes({
        "objectClass": "lpUitzondering", "cn": "zelf", "lpSleutel": vo_id("bart"), "lpNummer": FIRST, "lpRol": ROLE,
        "lpGevolg": "exclude", "lpTot": from_now(days=30)}).items()))
    connection.unbind_s()
    world.sync()
    assert "bart" not in world.members()
    assert world.daemon.json("directives")["directives"]


def self_entries(server, base):
    """Entries right below a base."""
    connection = server.connect()
    found = connection.search_s(base, ldap.SCOPE_ONELEVEL)
    connection.unbind_s()
    return [entry for _, entry in found]


def test_a_group_renamed_by_hand_is_told_apart_from_another_pattern(world):
    world.start()
    connection = world.application.admin()
    server = world.application.server
    root = server.connect()
    root.rename_s(world.application.group_dn(FIRST, ROLE), "description=gidsen", delold=1)
    connection.unbind_s()
    root.unbind_s()
    world.sync()
    assert "renamed-by-hand" in world.remarks()


def test_a_reader_asks_the_documented_question(world):
    world.start()
    connection = world.application.server.connect(READER, READER_PASSWORD)
    found = connection.search_s(BASE, ldap.SCOPE_SUBTREE, "(&(lpMag=overeenkomst-registreren)(lpLid=employeeNumber=%s,%s))" % (
        vo_id("an"), PEOPLE), ["lpNummer"])
    connection.unbind_s()
    assert [entry["lpNummer"] for _, entry in found] == [[FIRST.encode()]]

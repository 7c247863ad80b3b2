# SPDX-License-Identifier: EUPL-1.2
"""The directory of the application to write to, with the shipped schema, access rules and overlays.

    with Application().start() as application:
        application.writer()                       # a connection with the daemon's own restricted rights
        application.server.read(group_dn("30569", "beheerder"))

Below BASE: ou=institutions, ou=people, ou=requests, ou=overrides, ou=roles and the placeholder member; identities stand
in ou=diensten and ou=medewerkers beside it. institution_entry, group_entry and person_entry make entries as
the daemon would; instance=None makes the same without its marker.
"""
import os

from slapd import Slapd, directives, fill, rdn, to_ldif

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TARGET = "dc=toepassing,dc=example"
BASE = "ou=werkplekduaal," + TARGET
INSTITUTIONS, PEOPLE, REQUESTS, OVERRIDES, ROLES = ("ou=%s,%s" % (name, BASE) for name in (
    "institutions", "people", "requests", "overrides", "roles"))
SYNC = "cn=sync," + BASE
PLACEHOLDER = "cn=niemand," + BASE
SERVICES = "ou=diensten," + TARGET
STAFF = "ou=medewerkers," + TARGET
WRITER, WRITER_PASSWORD = "cn=duaalsync," + SERVICES, "schrijver-geheim"
READER, READER_PASSWORD = "cn=werkplekduaal-app," + SERVICES, "app-geheim"
ADMIN, ADMIN_PASSWORD = "uid=griet," + STAFF, "griet-geheim"
OUTSIDER, OUTSIDER_PASSWORD = "uid=oscar," + STAFF, "oscar-geheim"
ADMINS = "cn=directory-beheerders," + SERVICES
READERS = "cn=toepassingen," + SERVICES
INSTANCE = "test"
CANARIES = ("cn=kanarie-1," + REQUESTS, "cn=kanarie-2," + REQUESTS)
ACTIONS = ("overeenkomst-opmaken", "overeenkomst-registreren", "overeenkomst-beeindigen")
AUTHENTICATION = "to attrs=userPassword by anonymous auth by * none"
SCHEMA = os.path.join(ROOT, "ldap-schema", "duaalsync.schema")


def _shipped(name, **values):
    with open(os.path.join(ROOT, "conf", name), encoding="utf-8") as file:
        return fill(file.read(), BASE=BASE, PLACEHOLDER=PLACEHOLDER, **values)


def target_acl(instance=INSTANCE):
    """The shipped access rules, as slapd.conf text."""
    return _shipped("slapd-target-acl.conf", WRITER=WRITER, INSTANCE=instance, ADMINS=ADMINS, READERS=READERS)


def access_rules(instance=INSTANCE):
    """The shipped access rules, one a string, as Slapd.set_access takes them."""
    rules = [line.split(None, 1)[1] for line in directives(target_acl(instance)) if line.startswith("access")]
    return [*rules, AUTHENTICATION]


def target_overlays():
    """The shipped constraint and unique overlays with their indexes, as slapd.conf text."""
    return _shipped("slapd-target-overlays.conf")


def institution_dn(number):
    """DN of an institution."""
    return "%s,%s" % (rdn("duaalInstitutionNumber", number), INSTITUTIONS)


def group_dn(number, role):
    """DN of the group of a role in an institution."""
    return "%s,%s" % (rdn("cn", "%s-%s" % (role, number)), institution_dn(number))


def person_dn(vo_id):
    """DN of a person."""
    return "%s,%s" % (rdn("uid", vo_id), PEOPLE)


def _marked(classes, instance):
    if instance is None:
        return {"objectClass": classes}
    return {"objectClass": [*classes, "duaalManaged"], "duaalManagedBy": instance}


def institution_entry(number, name="School", instance=INSTANCE, **details):
    """(dn, attributes) of an institution."""
    return institution_dn(number), {**_marked(["duaalInstitution"], instance), "duaalInstitutionNumber": number,
                                    "o": name, **details}


def group_entry(number, role, members=(), instance=INSTANCE, group_class="duaalGroup", actions=(), **details):
    """(dn, attributes) of a role group."""
    return group_dn(number, role), {
        **_marked([group_class, "duaalRoleGroup"], instance), "cn": "%s-%s" % (role, number),
        "duaalInstitutionNumber": number, "duaalRole": role, "duaalAllowedAction": actions, "member": members,
        **details}


def flat_dn(role):
    """DN of the flat group of a role."""
    return "%s,%s" % (rdn("cn", role), ROLES)


def flat_entry(role, members=(), instance=INSTANCE, group_class="duaalGroup", **details):
    """(dn, attributes) of the flat group of a role."""
    return flat_dn(role), {**_marked([group_class, "duaalFlatGroup"], instance), "cn": role, "duaalRole": role,
                           "member": members, **details}


def person_entry(vo_id, name="Iemand", instance=INSTANCE, **details):
    """(dn, attributes) of a person."""
    return person_dn(vo_id), {**_marked(["inetOrgPerson", "duaalPerson"], instance), "uid": vo_id, "duaalVoId": vo_id,
                              "cn": name, "sn": name, **details}


def request_entry(name, number, instance=None, **details):
    """(dn, attributes) of an adult-education request; an administrator's carries no marker."""
    return "%s,%s" % (rdn("cn", name), REQUESTS), {**_marked(["duaalRequest"], instance), "cn": name,
                                                   "duaalInstitutionNumber": number, **details}


def override_entry(name, vo_id, number, role, effect="include", until="20991231225959Z", instance=None, **details):
    """(dn, attributes) of an override; an administrator's carries no marker."""
    return "%s,%s" % (rdn("cn", name), OVERRIDES), {
        **_marked(["duaalOverride"], instance), "cn": name, "duaalVoId": vo_id, "duaalInstitutionNumber": number,
        "duaalRole": role, "duaalEffect": effect, "duaalValidUntil": until, **details}


def _unit(dn):
    return dn, {"objectClass": "organizationalUnit", "ou": dn.split(",")[0].partition("=")[2]}


def _service(dn, password):
    return dn, {"objectClass": ["applicationProcess", "simpleSecurityObject"], "cn": dn.split(",")[0].partition("=")[2],
                "userPassword": password}


def _employee(dn, password):
    uid = dn.split(",")[0].partition("=")[2]
    return dn, {"objectClass": "inetOrgPerson", "uid": uid, "cn": uid, "sn": uid, "userPassword": password}


def _list(dn, member):
    return dn, {"objectClass": "groupOfNames", "cn": dn.split(",")[0].partition("=")[2], "member": member}


def skeleton():
    """Entries that are always there: the empty tree, the identities, the placeholder, two canary requests."""
    entries = [(TARGET, {"objectClass": "domain", "dc": "toepassing"})]
    entries += [_unit(dn) for dn in (SERVICES, STAFF, BASE, INSTITUTIONS, PEOPLE, REQUESTS, OVERRIDES, ROLES)]
    entries += [_service(WRITER, WRITER_PASSWORD), _service(READER, READER_PASSWORD)]
    entries += [_employee(ADMIN, ADMIN_PASSWORD), _employee(OUTSIDER, OUTSIDER_PASSWORD)]
    entries += [_list(ADMINS, ADMIN), _list(READERS, READER)]
    entries.append((PLACEHOLDER, {"objectClass": "device", "cn": "niemand", "description": "stands in for nobody"}))
    entries += [request_entry("kanarie-%d" % n, "99999%d" % n, duaalReason="kanarie") for n in (1, 2)]
    return entries


class Application:
    """The directory; server is its Slapd. Arguments go to Slapd.

    checks: with the shipped constraint and unique overlays. overlays, schema: further ones. instance: owner in the rules.
    """

    def __init__(self, overlays=("syncprov",), checks=True, instance=INSTANCE, database="", schema=(), **arguments):
        text = [target_acl(instance), "access " + AUTHENTICATION, database]
        if checks:
            text.append(target_overlays())
            arguments["modules"] = [*arguments.get("modules", ()), "constraint", "unique"]
        self.server = Slapd(TARGET, schema=[SCHEMA, *schema], overlays=overlays, database="\n".join(text), **arguments)

    def start(self, entries=()):
        """Start with the skeleton plus entries. Returns self."""
        self.server.start(to_ldif([*skeleton(), *entries]))
        return self

    def writer(self):
        """A connection with the daemon's writing identity."""
        return self.server.connect(WRITER, WRITER_PASSWORD)

    def admin(self):
        """A connection of a directory administrator."""
        return self.server.connect(ADMIN, ADMIN_PASSWORD)

    def reader(self):
        """A connection of an application that asks."""
        return self.server.connect(READER, READER_PASSWORD)

    def outsider(self):
        """A connection of somebody who has no business here."""
        return self.server.connect(OUTSIDER, OUTSIDER_PASSWORD)

    def members(self, number, role):
        """Members of a role group, lower case, sorted; None where there is no such group."""
        entry = self.server.read(group_dn(number, role), ["member"])
        return None if entry is None else sorted(value.decode().lower() for value in entry.get("member", []))

    def close(self):
        """Stop the server and remove its folder."""
        self.server.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

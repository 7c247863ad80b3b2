# SPDX-License-Identifier: EUPL-1.2
"""A government directory to read from, in the invented schema of ldap-schema/demo-source.schema.

    with Government() as government:
        government.organisation("30569", "Sint-Jozef", heads=[head])
        government.person(vo_id, "An", "Peeters", rights=["WerkplekDuaalGebruiker-trajectbegeleider:30569"])
        government.start()                         # loads offline what was told so far
        government.person(...)                     # and from here on, the same calls write to the running server

Organisations stand in ou=organisaties, people in ou=gebruikers as uid=<vo-id>; the daemon reads as READER. Two canary
people are always there. A test that needs national numbers computes them (national.py), gives them with number(), and lets READER search by them with
Government(numbers=True): nobody reads them.
"""
import os
import re

from slapd import Slapd, directives, fill, rdn, to_ldif

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SOURCE = "dc=overheid,dc=example"
ORGANISATIONS = "ou=organisaties," + SOURCE
USERS = "ou=gebruikers," + SOURCE
SERVICES = "ou=diensten," + SOURCE
READER = "cn=duaalsync-lezer," + SERVICES
READER_PASSWORD = "lezer-geheim"
CANARY_IDS = ("kanarie-1", "kanarie-2")
CANARIES = tuple("%s,%s" % (rdn("uid", vo_id), USERS) for vo_id in CANARY_IDS)
CANARY_ORGANISATION = "999991"
RIGHT = "WerkplekDuaalGebruiker"
SCHEMA = os.path.join(ROOT, "ldap-schema", "demo-source.schema")
ACL = os.path.join(ROOT, "conf", "slapd-source-acl.conf")
NUMBER = "voRijksregisternummer"


def organisation_dn(number):
    """DN of an organisation by its number as told to organisation()."""
    return "%s,%s" % (rdn("voInstellingsnummer", number), ORGANISATIONS)


def person_dn(vo_id):
    """DN of a person."""
    return "%s,%s" % (rdn("uid", vo_id), USERS)


def source_acl(numbers=False):
    """The shipped access rules of a source, as slapd.conf text. numbers: with the rule for national numbers, which is a comment."""
    with open(ACL, encoding="utf-8") as file:
        text = file.read()
    if numbers:
        rule = re.search(r"(?m)^#access .*@NUMBER@\n(?:#\t.*\n)+", text)[0]
        text = text.replace(rule, re.sub(r"(?m)^#", "", rule))
    return fill(text, SOURCE=SOURCE, READER=READER, NUMBER=NUMBER)


def access_rules(numbers=False):
    """The shipped access rules, one a string, as Slapd.set_access takes them."""
    return [line.split(None, 1)[1] for line in directives(source_acl(numbers)) if line.startswith("access")]


def organisation_entry(number, name, kind="secundair", status="actief", audiences=("OV",), programmes=(), heads=(),
                       locals_=(), begin=None, end=None):
    """(dn, attributes) of an organisation. heads, locals_: vo-ids. begin, end: generalizedTime text."""
    return organisation_dn(number), {
        "objectClass": "voOrganisatie", "voInstellingsnummer": number, "o": name, "voSoort": kind, "voStatus": status,
        "voDoelgroep": audiences, "voProgrammatie": programmes, "voHoofdLokaleBeheerder": heads,
        "voLokaleBeheerder": locals_, "voBegin": begin, "voEinde": end}


def person_entry(vo_id, given, surname, rights=(), status="actief", begin=None, end=None, mail=None):
    """(dn, attributes) of a person. rights: values of voRecht. begin, end: generalizedTime text."""
    return person_dn(vo_id), {
        "objectClass": ["inetOrgPerson", "voPersoon"], "uid": vo_id, "voId": vo_id, "cn": "%s %s" % (given, surname),
        "givenName": given, "sn": surname, "mail": mail, "voRecht": rights, "voStatus": status, "voBegin": begin,
        "voEinde": end}


def skeleton():
    """Entries that are always there: the tree, the reader's identity, the canaries."""
    entries = [(SOURCE, {"objectClass": "domain", "dc": "overheid"})]
    entries += [("ou=%s,%s" % (name, SOURCE), {"objectClass": "organizationalUnit", "ou": name})
                for name in ("organisaties", "gebruikers", "diensten")]
    entries.append((READER, {"objectClass": ["applicationProcess", "simpleSecurityObject"], "cn": "duaalsync-lezer",
                             "userPassword": READER_PASSWORD}))
    entries += [person_entry(vo_id, "Kanarie", vo_id, ["%s-kanarie:%s" % (RIGHT, CANARY_ORGANISATION)])
                for vo_id in CANARY_IDS]
    return entries


class Government:
    """The directory; server is its Slapd. Arguments go to Slapd; overlays default to syncprov. suffix: in place of SOURCE, for a
    second one; here() moves names of this module there."""

    suffix = SOURCE

    numbers = False

    def __init__(self, overlays=("syncprov",), database="", suffix=SOURCE, numbers=False, **arguments):
        self.suffix, self.numbers = suffix, numbers
        indexes = "index objectClass,entryUUID,entryCSN,uid,voId,voInstellingsnummer eq\nindex voRecht pres,eq,sub\n"
        indexes += "index %s eq\n" % NUMBER
        self.server = Slapd(suffix, schema=[SCHEMA], overlays=overlays,
                            database="\n".join([self.here(source_acl(numbers)), indexes, database]), **arguments)
        self._pending = [self._moved(entry) for entry in skeleton()]

    def here(self, text):
        """A name of this module, at this directory's suffix."""
        return text.replace(SOURCE, self.suffix)

    def _moved(self, entry):
        dn, attributes = entry
        if dn == SOURCE:
            attributes = {**attributes, "dc": self.suffix.split(",", maxsplit=1)[0].partition("=")[2]}
        return self.here(dn), attributes

    def start(self, entries=()):
        """Start with everything told so far plus entries. Returns self."""
        self.server.start(to_ldif([*self._pending, *entries]))
        self._pending = None
        return self

    def _put(self, entry):
        entry = self._moved(entry)
        if self._pending is None:
            self.server.add(*entry)
        else:
            self._pending.append(entry)
        return entry[0]

    def organisation(self, number, name, **details):
        """Add an organisation (organisation_entry); returns its DN."""
        return self._put(organisation_entry(number, name, **details))

    def person(self, vo_id, given, surname, **details):
        """Add a person (person_entry); returns the DN."""
        return self._put(person_entry(vo_id, given, surname, **details))

    def grant(self, vo_id, right):
        """Add one value of voRecht to somebody."""
        self.server.modify(self.here(person_dn(vo_id)), add={"voRecht": right})

    def revoke(self, vo_id, right):
        """Take one value of voRecht away."""
        self.server.modify(self.here(person_dn(vo_id)), delete={"voRecht": right})

    def number(self, vo_id, number):
        """Give somebody a national number."""
        self.set_person(vo_id, **{NUMBER: number})

    def set_person(self, vo_id, **attributes):
        """Replace attributes of a person: set_person(id, voStatus="inactief", voEinde=None)."""
        self.server.modify(self.here(person_dn(vo_id)), replace=attributes)

    def set_organisation(self, number, **attributes):
        """Replace attributes of an organisation: set_organisation("30569", voProgrammatie=["lassen"])."""
        self.server.modify(self.here(organisation_dn(number)), replace=attributes)

    def remove_person(self, vo_id):
        """Delete a person's entry."""
        self.server.delete(self.here(person_dn(vo_id)))

    def remove_organisation(self, number):
        """Delete an organisation's entry."""
        self.server.delete(self.here(organisation_dn(number)))

    def hide(self, *branches):
        """Narrow the access rules so that the reader no longer sees these DNs and what is below them: the
        searches go on answering 0. hide() without a DN restores the shipped rules."""
        self.server.set_access(['to dn.subtree="%s" by * none' % self.here(dn) for dn in branches] +
                               [self.here(rule) for rule in access_rules(self.numbers)])

    def reader(self):
        """A connection bound as the daemon's reading identity."""
        return self.server.connect(self.here(READER), READER_PASSWORD)

    def close(self):
        """Stop the server and remove its folder."""
        self.server.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

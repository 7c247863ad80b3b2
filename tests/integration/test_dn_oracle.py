# SPDX-License-Identifier: EUPL-1.2
"""Our equality of DNs against a real slapd's (faults 35, 36; I9): it answers 20 to two values that it calls equal.

The seed of the random pairs is printed; DN_ORACLE_SEED repeats a run, DN_ORACLE_PAIRS makes it longer.
"""
import os
import random
import subprocess
import time
import unicodedata

import ldap
import pytest

from slapd import Slapd

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("DUAAL_BUILD", os.path.join(ROOT, "build"))
TOOL = os.path.join(BUILD, "tests", "tools", "dn-canon")
GROUP = "cn=group,dc=oracle"
SKELETON = """dn: dc=oracle
objectClass: domain
dc: oracle

dn: cn=group,dc=oracle
objectClass: groupOfNames
cn: group
member: cn=placeholder
"""
EQUAL, DISTINCT, NO_DN = "equal", "distinct", "no DN"


def canonical(names):
    """[canonical form or None] of each name; a name may hold no newline."""
    done = subprocess.run([TOOL], input=b"".join(name + b"\n" for name in names), stdout=subprocess.PIPE,
                          check=True)
    lines = done.stdout.split(b"\n")[:-1]
    assert len(lines) == len(names)
    return [None if line == b"!" else line[1:] for line in lines]


def ours(pairs):
    """What our code says about each pair."""
    forms = canonical([name for pair in pairs for name in pair])
    return [NO_DN if a is None or b is None else EQUAL if a == b else DISTINCT
            for a, b in zip(forms[::2], forms[1::2])]


class Oracle:
    """A slapd that is asked about pairs."""

    def __init__(self, server):
        self.connection = server.connect()

    def ask(self, first, second):
        values = [b"cn=placeholder", first, second]
        try:
            self.connection.modify_s(GROUP, [(ldap.MOD_REPLACE, "member", values)])
        except ldap.TYPE_OR_VALUE_EXISTS:
            return EQUAL
        except ldap.INVALID_SYNTAX:
            return NO_DN
        return DISTINCT


@pytest.fixture(scope="module")
def oracle():
    schema = os.path.join(ROOT, "ldap-schema", "duaalsync.schema")
    with Slapd("dc=oracle", schema=[schema] if os.path.exists(schema) else []) as server:
        server.start(SKELETON)
        yield Oracle(server)


def check(oracle, pairs):
    """Every pair must get the same answer from both; what slapd refuses stands in no directory and does not count."""
    wrong = []
    for (first, second), said in zip(pairs, ours(pairs)):
        true = oracle.ask(first, second)
        if said != true and true != NO_DN:
            wrong.append("%r %r: slapd says %s, we say %s" % (first, second, true, said))
    assert not wrong, "%d of %d:\n%s" % (len(wrong), len(pairs), "\n".join(wrong[:20]))


SPELLINGS = [
    "uid=u77,ou=people,dc=ex", "UID=U77, OU=People,DC=EX", " uid = u77 ; ou=people,dc=ex",
    "0.9.2342.19200300.100.1.1=u77,2.5.4.11=people,dc=ex", "userid=\\7577,organizationalUnitName=people,dc=ex",
    "cn=De\\, Wit", "cn=de\\2Cwit", "cn=DE\\2c WIT", "cn=De Wit", "cn=De  Wit", "cn=\\ De Wit\\20", "cn=De\\  Wit",
    "commonName=de wit", "2.5.4.3=de wit", "oid.2.5.4.3=de wit", "OID.2.5.4.3=de wit",
    "cn=José", "cn=JOSÉ", "cn=Jose\u0301", "cn=Jos\\C3\\A9", "cn=Jose", "cn=jos\\c3\\a9",
    "cn=straße", "cn=strasse", "cn=STRASSE", "cn=STRAẞE", "cn=o", "cn=о", "cn=a\u200bb", "cn=ab", "cn=a\u00a0b",
    "cn=a b", "cn=Ａ", "cn=a", "cn=™", "cn=tm", "cn=TM", "cn=ﬁ", "cn=fi", "cn=İ", "cn=i", "cn=i\u0307", "cn=ı",
    "cn=Σ", "cn=σ", "cn=ς", "cn=Å", "cn=Å", "cn=Ǆ", "cn=dž", "cn=ǅ", "cn=ᾼ", "cn=ⓐ", "cn=Ⓐ", "cn=각", "cn=각",
    "cn=a+uid=b", "uid=b+cn=a", "uid=B + cn=A", "cn=a\\+uid=b", "cn=#0c0161", "cn=#0C0161", "cn=\\#0c0161",
    "cn=\\00", "cn=a\\00", "cn=\\ ", "cn=\\20\\20", "cn=a\\0ab", "cn=a\\\\", "cn=a\\5c", "cn=a=b", "cn=a\\3db",
    "cn=a\\\"b", "cn=a\\22b", "cn=a\\;b", "cn=\\<a\\>", "c=BE", "c=be", "mail=A@b.be", "mail=a@B.be",
    "telephoneNumber=02-553 90", "telephoneNumber=0255390", "street=A", "streetAddress=a", "st=A", "l=A", "sn=A",
    "surname=a", "givenName=A", "gn=a", "title=A", "description=A", "serialNumber=1A", "serialNumber=1a",
    "postalCode=9000 a", "postalCode=9000  A", "uniqueIdentifier=A", "uniqueIdentifier=a", "o=A", "o=a",
    "employeeNumber=A", "employeeNumber=a", "displayName=A", "displayName=a", "x121Address=1 2", "x121Address=12",
    "dc=A", "dc=a", "domainComponent=a", "name=A", "name=a", "initials=A", "initials=a",
    "", "cn=", "cn=a,", ",cn=a", "cn", "=a", "cn=a\\", "cn=a\\x", "cn=#1", "cn=#0g",
    "duaalInstitutionNumber=30569", "duaalInstitutionNumber=030569", "duaalInstitutionNumber=3 0569",
]


def test_known_spellings(oracle):
    names = [name.encode() for name in SPELLINGS]
    check(oracle, [(a, b) for at, a in enumerate(names) for b in names[at + 1:] if kindred(a, b)])


def kindred(first, second):
    """Only pairs that could be equal are worth a question: same number of RDNs."""
    return first.count(b",") == second.count(b",") and abs(len(first) - len(second)) < 60


def test_every_character_that_folds(oracle):
    """Each code point that our canonical form changes must be changed so by the server: never more (I9)."""
    points = [point for point in range(0x80, 0x110000) if not 0xD800 <= point < 0xE000]
    names = [("cn=a%sb" % chr(point)).encode() for point in points]
    forms = canonical(names)
    changed = [(name, form) for name, form in zip(names, forms) if form != name]
    again = canonical([form for _, form in changed])
    # A form that would be folded again cannot stand for itself in a question.
    pairs = [(name, form) for (name, form), twice in zip(changed, again) if twice == form]
    assert len(pairs) > 3000
    check(oracle, pairs)


def test_characters_with_one_canonical_form(oracle):
    """The rest of them against each other: what we call equal because of a form that does not stand for itself."""
    points = [point for point in range(0x80, 0x20000) if not 0xD800 <= point < 0xE000]
    names = [("cn=a%sb" % chr(point)).encode() for point in points]
    groups = {}
    for name, form in zip(names, canonical(names)):
        groups.setdefault(form, []).append(name)
    check(oracle, [(group[0], other) for group in groups.values() for other in group[1:8]])


PIECES = ["cn=", "uid=", "o=", ",", "+", "\\", "\\2C", "\\20", "  ", "A", "a", "b", "B", "#", "=", "é", "É", "e\u0301",
          "E\u0301", "ﬁ", "fi", "FI", "\u0327", "\u0323", "ẛ", "ſ", "ß", "ẞ", "Ａ", "각", "\u1100\u1161", "가",
          "\u0345", "ᾳ", "Ω", "ω", "İ", "\u212b", "å", "\\C3\\A9", "Ɐ", "ꙁ", "1", "-", "~", "\u200d", "😀", "ⅷ"]


def variant(name, chance):
    """Another spelling of name, often an equal one."""
    how = chance.randrange(6)
    if how == 0:
        return name.upper()
    if how == 1:
        return unicodedata.normalize(chance.choice(["NFC", "NFD", "NFKC", "NFKD"]), name)
    if how == 2:
        return name.replace(" ", "  ").replace(",", " , ").replace("=", "= ")
    if how == 3:
        return name.lower()
    if how == 4 and name:
        at = chance.randrange(len(name))
        return name[:at] + chance.choice(PIECES) + name[at + 1:]
    return "".join("\\%02x" % byte if byte >= 0x80 else chr(byte) for byte in name.encode())


def test_random_pairs(oracle):
    seed = int(os.environ.get("DN_ORACLE_SEED", time.time()))
    print("DN_ORACLE_SEED=%d" % seed)
    chance = random.Random(seed)
    pairs = []
    for _ in range(int(os.environ.get("DN_ORACLE_PAIRS", "5000"))):
        name = "cn=" + "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 7)))
        pairs.append((name.encode(), variant(name, chance).encode()))
    check(oracle, pairs)

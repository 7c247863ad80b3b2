# SPDX-License-Identifier: EUPL-1.2
"""The two forms of our schema say the same, and a running server takes the cn=config form."""
import os
import re
import subprocess

import application
from slapd import Slapd, directives

FOLDER = os.path.join(application.ROOT, "ldap-schema")
KINDS = {"objectidentifier": "olcObjectIdentifier", "attributetype": "olcAttributeTypes", "objectclass": "olcObjectClasses"}


def read(name):
    with open(os.path.join(FOLDER, name), encoding="ascii") as file:
        return file.read()


def definitions_of_schema():
    """[(kind, definition)] of the slapd.conf form."""
    pairs = [line.split(None, 1) for line in directives(read("duaalsync.schema"))]
    return [(KINDS[kind.lower()], " ".join(text.split())) for kind, text in pairs]


def definitions_of_ldif():
    """[(kind, definition)] of the cn=config form."""
    body = re.sub(r"\n ", "", re.sub(r"(?m)^#.*\n", "", read("duaalsync.ldif")))
    pairs = [line.split(": ", 1) for line in body.splitlines()]
    return [(kind, " ".join(text.split())) for kind, text in pairs if kind in KINDS.values()]


def test_both_forms_are_equal():
    assert len(definitions_of_schema()) == 3 + 17 + 9
    assert definitions_of_ldif() == definitions_of_schema()


def test_every_definition_speaks_two_languages():
    for kind, text in definitions_of_schema():
        if kind != "olcObjectIdentifier":
            assert re.search(r"DESC '[^']+ / [^']+'", text), text


def test_running_server_takes_the_ldif():
    with Slapd("dc=schema,dc=example") as server:
        server.start("dn: dc=schema,dc=example\nobjectClass: domain\ndc: schema\n")
        subprocess.run(["/usr/bin/ldapadd", "-Q", "-Y", "EXTERNAL", "-H", server.ldapi_uri, "-f",
                        os.path.join(FOLDER, "duaalsync.ldif")], check=True, capture_output=True)
        server.add("duaalInstitutionNumber=30569,dc=schema,dc=example",
                   {"objectClass": ["duaalInstitution", "duaalManaged"], "duaalManagedBy": "a"})

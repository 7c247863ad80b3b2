# SPDX-License-Identifier: EUPL-1.2
"""The three forms of our schema say the same, and running servers take them."""
import os
import re
import subprocess

import ldap
import ldap.schema
import pytest

import application
import ds389
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


def descriptions(text):
    """{OID: what a client makes of the definition} of a file or entry in the form of 389."""
    found = {}
    for line in re.sub(r"\n ", "", re.sub(r"(?m)^#.*\n", "", text)).splitlines():
        kind, _, definition = line.partition(": ")
        if kind != "dn":
            model = {"attributeTypes": ldap.schema.AttributeType, "objectClasses": ldap.schema.ObjectClass}[kind]
            told = vars(model(definition))
            found[told["oid"]] = {name: value for name, value in told.items() if name != "x_origin"}
    return found


def test_the_389_form_is_equal():
    """Numbers, names, descriptions, syntaxes, matching rules, superiors, attributes: all but the note on the origin."""
    ours = descriptions(read("60duaal.ldif"))
    assert len(ours) == 17 + 9
    assert ours == descriptions(ds389.schema_ldif(application.SCHEMA))


@pytest.mark.skipif(ds389.absent() is not None, reason=str(ds389.absent()))
def test_running_389_server_takes_its_form():
    with ds389.Ds389(application.TARGET, schema=[os.path.join(FOLDER, "60duaal.ldif")]) as server:
        server.start([*application.skeleton(), application.institution_entry("30569")])
        published = server.read("cn=schema", ["attributeTypes", "objectClasses"])
        text = "".join("%s: %s\n" % (kind, value.decode()) for kind, values in published.items() for value in values)
        ours = descriptions(read("60duaal.ldif"))
        assert {oid: told for oid, told in descriptions(text).items() if oid in ours} == ours
        with pytest.raises(ldap.OBJECT_CLASS_VIOLATION):
            server.add("cn=x," + application.OVERRIDES, {"objectClass": "duaalOverride", "cn": "x"})


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

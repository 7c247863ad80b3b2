# SPDX-License-Identifier: EUPL-1.2
"""The two directories of government.py and application.py on 389 Directory Server, with the shipped access rules.

Everything that those two do by LDAP works here as well; what is about slapd's own configuration (hide) is done with access
rules of 389.
"""
import os
import re
import time

import ldap

import application
import ds389
import government
from ds389 import Ds389
from slapd import fill

CONF = os.path.join(application.ROOT, "conf")
RULES_SECONDS = 30


class Application389(application.Application):
    """An Application whose server is a Ds389. plugins: to switch on besides."""

    def __init__(self, plugins=(), instance=application.INSTANCE):  # pylint: disable=super-init-not-called
        self.instance = instance
        self.server = Ds389(application.TARGET, plugins=plugins,
                            schema=[os.path.join(application.ROOT, "ldap-schema", "60duaal.ldif")],
                            indexes=["duaalInstitutionNumber", "duaalRole", "duaalAllowedAction", "duaalManagedBy", "duaalVoId"])

    def start(self, entries=()):
        """Start with the skeleton plus entries, and the shipped rules. Returns self."""
        self.server.start([*application.skeleton(), *entries])
        self.server.apply(os.path.join(CONF, "389ds-target-aci.ldif"), BASE=application.BASE, WRITER=application.WRITER,
                          INSTANCE=self.instance, ADMINS=application.ADMINS, READERS=application.READERS,
                          PLACEHOLDER=application.PLACEHOLDER)
        return self


def number_rules():
    """The rules of a source whose reader searches by national number: as the comment in the shipped file says them."""
    with open(os.path.join(CONF, "389ds-source-aci.ldif"), encoding="utf-8") as file:
        text = fill(file.read(), SOURCE=government.SOURCE, READER=government.READER, NUMBER=government.NUMBER)
    first, = re.findall(r"(?m)^aci: (.*)", text)
    targets, = re.findall(r"^# (\(targetattr != .*?\)),", text, re.M)
    second, = re.findall(r"(?m)^# aci: (.*)", text)
    return [targets + first[first.index("(version"):], second]


class Government389(government.Government):
    """A Government whose server is a Ds389."""

    def __init__(self, plugins=(), numbers=False):  # pylint: disable=super-init-not-called
        self.numbers = numbers
        self.server = Ds389(government.SOURCE, plugins=plugins, schema=[ds389.schema_ldif(government.SCHEMA)],
                            indexes=["voId", "voInstellingsnummer", government.NUMBER])
        self._pending = government.skeleton()

    def start(self, entries=()):
        """Start with everything told so far plus entries, and the shipped rules. Returns self."""
        self.server.start([*self._pending, *entries])
        self._pending = None
        self.server.apply(os.path.join(CONF, "389ds-source-aci.ldif"), SOURCE=government.SOURCE, READER=government.READER,
                          NUMBER=government.NUMBER)
        if self.numbers:
            self.server.modify(government.SOURCE, replace={"aci": number_rules()})
        return self

    def hide(self, *branches):
        """These DNs and what is below them are no longer shown to the reader; hide() shows everything again."""
        for dn in (government.ORGANISATIONS, government.USERS):
            self.server.modify(dn, replace={"aci": None})
        for dn in branches:
            self.server.modify(dn, add={"aci": '(targetattr = "*")(version 3.0; acl "hidden"; deny (read, search, compare) '
                                               'userdn = "ldap:///%s";)' % government.READER})
        self._until_in_force(branches or (government.ORGANISATIONS, government.USERS), hidden=bool(branches))

    def _until_in_force(self, names, hidden):
        """The server answers a change of its rules before it goes by them."""
        reader, end = self.reader(), time.monotonic() + RULES_SECONDS
        for dn in names:
            while _shows(reader, dn) == hidden:
                if time.monotonic() > end:
                    raise TimeoutError("%s is shown or not as before" % dn)
                time.sleep(0.01)
        reader.unbind_s()


def _shows(connection, dn):
    try:
        return bool(connection.search_s(dn, ldap.SCOPE_BASE, attrlist=["1.1"]))
    except ldap.NO_SUCH_OBJECT:
        return False

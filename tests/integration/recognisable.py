# SPDX-License-Identifier: EUPL-1.2
"""A school in which whatever names somebody can be recognised: every name, address, text and identifier holds a mark or is listed.

    world = Recognisable(school); daemon = world.start()
    world.leaks(text)      # what of it stands in a text
"""
import re
import tempfile

import application as target
import government as source
from school import FIRST, SECOND, right, vo_id

MARK = "zq"       # in nothing that a person is not named by
NAMES = ("zqadil", "zqbram", "zqcato", "zqdora", "zqemil")
DOUBLE = ("zqfien-1", "zqfien-2")  # two people with one name
REASON = "omdat zqreden dat vroeg"


class Recognisable:
    """school: not started. secrets: what is not marked and names somebody, in small letters."""

    def __init__(self, school):
        self.school, self.daemon = school, None
        for name in NAMES:
            self.person(name, [right("trajectbegeleider")])
        for name in DOUBLE:
            self.person(name, [right("trajectbegeleider", SECOND)], given="Zqfien")
        self.person("zqgust", ["WerkplekDuaalGebruiker-zqrol:30569"], begin="20200101000000Z")
        self.person("zqhilde", [right("trajectbegeleider")], status="zqstatus")
        self.person("zqivan", ["WerkplekDuaalGebruiker zqwaarde van Zqivan"])
        school.government.set_organisation(SECOND, voHoofdLokaleBeheerder=[vo_id("zqadil")])
        self.secrets = {vo_id(name) for name in (*NAMES, *DOUBLE, "zqgust", "zqhilde", "zqivan", *school.names.values())}

    def person(self, name, rights, given=None, **details):
        """Somebody at the source."""
        self.school.names[vo_id(name)] = name
        self.school.government.person(vo_id(name), given or name.capitalize(), "El-%sfamilie" % MARK.capitalize(), rights=rights,
                                      mail="%s@zqmail.example" % name, **details)

    def start(self, changes=None):
        """A daemon with something of everything: held, changed by hand, directives with reasons, a freeze, refusals."""
        school = self.school
        self.daemon = school.start(changes)
        for name in ("zqadil", "zqbram", "zqcato", "an"):
            school.revoke(name, "trajectbegeleider")
        self.daemon.sync()
        school.override("zqvervanging", "zqdora", "exclude", owner=None, duaalReason=REASON)
        school.override("zqonbekend", "zqnergens", duaalReason=REASON)
        school.by_hand(add=["zqemil"], number=FIRST, role="beheerder")
        school.by_hand(delete=["bart"])
        self.daemon.order("pin", vo_id("zqemil"), SECOND, "beheerder", "--reason", REASON, "--owner", "Zqowner")
        self.daemon.order("freeze", SECOND, "--reason", REASON)
        self.daemon.sync()  # what was done by hand is on record, and its holds have numbers: a cycle that fails learns nothing
        school.grant("dries", "beheerder")
        school.application.server.set_readonly()
        self.daemon.sync()
        self.secrets |= self.identifiers()
        return self.daemon

    def identifiers(self):
        """entryUUID of each person, in both directories."""
        found = set()
        for server, base in ((self.school.government.server, source.USERS), (self.school.application.server, target.PEOPLE)):
            connection = server.connect()
            found |= {entry["entryUUID"][0].decode() for _, entry in connection.search_s(base, 1, attrlist=["entryUUID"])}
            connection.unbind_s()
        return found

    def leaks(self, text):
        """The lines of a text that name somebody. Without line ends, because LDIF and mails are folded."""
        small = re.sub(r"\n ", "", text).lower()
        for made_up in (self.daemon.directory, tempfile.gettempdir()):  # their names come by chance
            small = small.replace(made_up.lower(), "")
        return [line for line in small.splitlines() if MARK in line or any(secret in line for secret in self.secrets)]

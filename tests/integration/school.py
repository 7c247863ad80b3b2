# SPDX-License-Identifier: EUPL-1.2
"""A small world for tests of the whole: a few schools, their people, and a daemon that is in step with them.

    school.start()                                 # after any further organisation() and person() on school.government
    school.grant("an", "beheerder")                # at the first school
    school.members("trajectbegeleider")            # {"an", ...}: short names, as the application has them
"""
import contextlib
import uuid

import application as target
import government as source
from daemon import Daemon
from slapd import as_bytes

FIRST, SECOND, ADULT = "30569", "112342", "40022"
ROLES = ("trajectbegeleider", "beheerder")


def vo_id(name):
    """The key of somebody with this short name: always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def right(role, number=FIRST):
    """A value in the government's notation."""
    return "%s-%s:%s" % (source.RIGHT, role, number)


@contextlib.contextmanager
def between(government, application, settings=None, kind=None, **always):
    """A School (or what kind makes) between two started directories, its daemon not started; its daemons end with it.

    settings, always: of each daemon, beside what start() is given.
    """
    with contextlib.ExitStack() as stack:
        def make_daemon(changes=None, **arguments):
            return stack.enter_context(
                Daemon(government, application, {**(settings or {}), **(changes or {})}, **always, **arguments))
        yield (kind or School)(government, application, make_daemon)


class School:
    """See above. people: short names that were made."""

    def __init__(self, government, application, make_daemon):
        self.government, self.application, self.make_daemon = government, application, make_daemon
        self.names = {}
        self.daemon = None
        approved = ["2026-0117:goedgekeurd"]
        government.organisation("030569", "Sint-Jozefscollege", kind="secundair onderwijs", programmes=approved,
                                heads=[vo_id("griet")])
        government.organisation(SECOND, "Atheneum Geel", kind="secundair onderwijs", programmes=approved)
        government.organisation(ADULT, "CVO De Brug", kind="volwassenenonderwijs")
        for name, role in (("an", "trajectbegeleider"), ("bart", "trajectbegeleider"), ("chris", "trajectbegeleider"),
                           ("dries", "trajectbegeleider"), ("griet", "beheerder")):
            self.person(name, right(role))
        self.person("els", right("trajectbegeleider", SECOND))

    def person(self, name, *rights, **details):
        """Somebody at the source, with values of the right."""
        self.names[vo_id(name)] = name
        return self.government.person(vo_id(name), name.capitalize(), "Peeters", rights=rights, **details)

    def many(self, count, number=SECOND, role="trajectbegeleider", prefix="p"):
        """count people with the role."""
        for n in range(count):
            self.person("%s%03d" % (prefix, n), right(role, number))

    def start(self, changes=None, **arguments):
        """Start a daemon and wait until its first cycle has ended. Returns it."""
        self.daemon = self.make_daemon(changes, **arguments).start()
        return self.daemon

    def grant(self, name, role, number=FIRST):
        """One value more at the source."""
        self.government.grant(vo_id(name), right(role, number))

    def revoke(self, name, role, number=FIRST):
        """One value less at the source."""
        self.government.revoke(vo_id(name), right(role, number))

    def name_of(self, dn):
        """Short name of a member value; the value itself for somebody unknown."""
        return self.names.get(dn.split(",")[0].partition("=")[2], dn)

    def members(self, role="trajectbegeleider", number=FIRST):
        """Short names of a role group's members; None where there is no such group."""
        found = self.application.members(number, role)
        return None if found is None else {self.name_of(dn) for dn in found}

    def all_members(self):
        """Every membership: {(number, role): names}."""
        return {(number, role): self.members(role, number) for number in (FIRST, SECOND, ADULT) for role in ROLES
                if self.members(role, number) is not None}

    def dn(self, name):
        """DN of somebody in the application's directory."""
        return target.person_dn(vo_id(name))

    def by_hand(self, role="trajectbegeleider", number=FIRST, add=(), delete=()):
        """A directory administrator edits a group."""
        changes = [(0, "member", [self.dn(name).encode() for name in add])] if add else []
        changes += [(1, "member", [self.dn(name).encode() for name in delete])] if delete else []
        connection = self.application.admin()
        connection.modify_s(target.group_dn(number, role), changes)
        connection.unbind_s()

    def override(self, cn, name, effect="include", role="trajectbegeleider", number=FIRST, until="20991231225959Z", **details):
        """A directory administrator writes an override with an ordinary LDAP tool. Returns its DN."""
        dn, entry = target.override_entry(cn, vo_id(name), number, role, effect, until, **details)
        connection = self.application.admin()
        connection.add_s(dn, list(as_bytes(entry).items()))
        connection.unbind_s()
        return dn

    def overrides(self):
        """{DN: attributes} of the overrides as they stand."""
        connection = self.application.server.connect()
        found = connection.search_s(target.OVERRIDES, 1, attrlist=["*", "+"])
        connection.unbind_s()
        return dict(found)

    def remarks(self):
        """Codes of what is not as it should be."""
        return {remark["code"] for remark in self.daemon.json("status")["remarks"]}

    def sync(self):
        """One more cycle; its summary."""
        return self.daemon.sync()

# SPDX-License-Identifier: EUPL-1.2
"""A small world with two sources: a School, and a second directory with a school and people of its own.

    two.at_basis("ilse", right("beheerder", PRIMARY))      # somebody there
    two.daemon.reload(**two.both(two.folder, name="lager")) # the setting that names it, changed
"""
import os

import government as source
from daemon import write_secret
from school import FIRST, School, right, vo_id

BASIS = "dc=basis,dc=example"
PRIMARY = "51234"
FIRST_MEMBERS, PRIMARY_MEMBERS = {"an", "bart", "chris", "dries"}, {"fien", "gust", "hanne"}


class TwoSources(School):
    """A School, and a second directory with a school and people of its own."""

    def __init__(self, government, application, make_daemon, basis):
        super().__init__(government, application, make_daemon)
        self.basis, self.folder = basis, None
        basis.organisation(PRIMARY, "Sint-Lutgardis", kind="secundair onderwijs", programmes=["2026-0117:goedgekeurd"])
        for name in ("fien", "gust", "hanne"):
            self.at_basis(name, right("trajectbegeleider", PRIMARY))

    def at_basis(self, name, *rights, **details):
        """Somebody at the second source."""
        self.names[vo_id(name)] = name
        return self.basis.person(vo_id(name), name.capitalize(), "Maes", rights=rights, **details)

    def both(self, folder, **changes):
        """The setting that names the second source."""
        here = self.basis.here
        item = {"name": "basis", "uri": self.basis.server.uri, "bind_dn": here(source.READER), "position": "csn",
                "password_file": write_secret(os.path.join(folder, "basis-password"), source.READER_PASSWORD),
                "canaries": [here(dn) for dn in source.CANARIES],
                "people": {"base": here(source.USERS), "filter": "(voRecht=WerkplekDuaalGebruiker*)"},
                "institutions": {"base": here(source.ORGANISATIONS), "filter": "(objectClass=voOrganisatie)"}}
        return {"more_sources": [{**item, **changes}]}

    def start_both(self, folder):
        """A daemon with both, in step; its secrets are in the folder."""
        self.folder = folder
        self.start(self.both(folder))
        assert self.members(number=FIRST) == FIRST_MEMBERS and self.members(number=PRIMARY) == PRIMARY_MEMBERS

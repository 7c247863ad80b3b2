# SPDX-License-Identifier: EUPL-1.2
"""The form of the application's tree on 389 Directory Server: flat groups, and a groupOfNames that its last member leaves."""
import pytest

import application as target
import ds389
from school import FIRST
from test_389 import opened

pytestmark = pytest.mark.skipif(ds389.absent() is not None, reason=str(ds389.absent()))


@pytest.mark.parametrize("plugins", ((), ("usn",)))
@pytest.mark.parametrize("how", ("allowed", "placeholder", "delete"))
def test_flat_groups_and_the_last_member(how, plugins):
    """A groupOfNames may be empty here; what the settings say holds all the same."""
    classes = {"target.flat_roles": True, "target.empty_group": how, "target.placeholder": target.PLACEHOLDER,
               "target.classes.group": ["groupOfNames", "duaalRoleGroup", "duaalManaged"],
               "target.classes.role": ["groupOfNames", "duaalFlatGroup", "duaalManaged"]}
    wanted = {"allowed": [], "placeholder": [target.PLACEHOLDER.lower()], "delete": None}[how]
    with opened("target", plugins) as school:
        daemon = school.start(classes)
        assert school.members("beheerder") == {"griet"}
        school.revoke("griet", "beheerder")
        for _ in range(2):
            school.sync()
        assert school.application.members(FIRST, "beheerder") == wanted
        flat = school.application.server.read(target.flat_dn("beheerder"), ["member"])
        assert (flat is None) == (how == "delete")
        assert daemon.json("status")["remarks"] == [] and school.sync()["result"] == "in-step"
        school.grant("griet", "beheerder")
        school.sync()
        assert school.members("beheerder") == {"griet"}
        assert school.application.server.read(target.flat_dn("beheerder"), ["member"])["member"] == [school.dn("griet").encode()]
        assert school.sync()["result"] == "in-step"

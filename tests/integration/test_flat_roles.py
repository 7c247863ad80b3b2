# SPDX-License-Identifier: EUPL-1.2
"""Flat groups of roles, over all institutions: they follow the role groups, and the guard counts nobody twice."""
import datetime

import application as target
import ldap
import pytest
from clock import today
from school import FIRST, SECOND, right, vo_id

ROLE = "trajectbegeleider"
FLAT = "cn=%s," + target.ROLES
ALL = {"an", "bart", "chris", "dries", "els"}
SETTINGS = {"target.flat_roles": True}


@pytest.fixture(name="world")
def _world(school):
    """In step: els at SECOND, the others at FIRST, griet the only beheerder."""
    school.start(SETTINGS)
    return school


def flat(world, role=ROLE):
    """Who is in the flat group; None where there is none."""
    entry = world.application.server.read(FLAT % role, ["member"])
    return entry and {world.name_of(value.decode().lower()) for value in entry.get("member", [])}


def by_hand(world, role=ROLE, add=(), delete=()):
    """An administrator edits a flat group."""
    connection = world.application.admin()
    connection.modify_s(FLAT % role, [(ldap.MOD_ADD, "member", [world.dn(name).encode()]) for name in add] +
                        [(ldap.MOD_DELETE, "member", [world.dn(name).encode()]) for name in delete])
    connection.unbind_s()


def tomorrow():
    """A day that duaalctl takes."""
    return (today() + datetime.timedelta(days=1)).isoformat()


def at_rest(world):
    summary = world.sync()
    assert summary["result"] == "in-step", (summary, world.daemon.json("plan"))
    assert world.remarks() == set()


def test_off_by_default(school):
    school.start()
    assert flat(school) is None
    connection = school.application.server.connect()
    assert len(connection.search_s(target.ROLES, ldap.SCOPE_SUBTREE)) == 1
    connection.unbind_s()


def test_the_union_without_actions(world):
    assert flat(world) == ALL and flat(world, "beheerder") == {"griet"}
    entry = world.application.server.read(FLAT % ROLE)
    assert entry["duaalRole"] == [ROLE.encode()] and entry["duaalManagedBy"] == [b"test"]
    assert "duaalAllowedAction" not in entry and "duaalInstitutionNumber" not in entry
    at_rest(world)
    status = world.daemon.json("status")
    assert status["counts"]["memberships_present"] == status["counts"]["memberships_wanted"] == 6
    assert "16777215" not in "".join(world.daemon.ctl(*words, "--json").stdout for words in (["status"], ["plan"], ["holds"], ["drift"]))


def test_it_follows_in_the_same_cycle(world):
    world.person("fien", right(ROLE, SECOND))
    summary = world.sync()
    assert (summary["grants"], summary["result"]) == (1, "applied") and flat(world) == ALL | {"fien"}
    world.revoke("fien", ROLE, SECOND)
    summary = world.sync()
    assert (summary["removals"], summary["result"]) == (1, "applied") and flat(world) == ALL
    at_rest(world)


def test_out_only_with_the_last_institution(world):
    world.grant("an", ROLE, SECOND)
    world.sync()
    world.revoke("an", ROLE)
    world.sync()
    assert "an" not in world.members() and "an" in world.members(number=SECOND) and "an" in flat(world)
    world.revoke("an", ROLE, SECOND)
    world.sync()
    assert "an" not in flat(world)
    at_rest(world)


def test_a_hold_at_one_institution_keeps_in_only_those_whom_it_holds(world):
    world.grant("bart", ROLE, SECOND)
    world.sync()
    for name in ("an", "bart", "chris", "dries"):
        world.revoke(name, ROLE)
    world.revoke("bart", ROLE, SECOND)
    world.sync()
    assert world.members() == {"an", "bart", "chris", "dries"} and world.members(number=SECOND) == {"els"}
    assert flat(world) == ALL, "held at FIRST, so still in"
    assert world.daemon.hold("rule-group-emptied")["changes"] == 4, "and counted once"
    assert [hold["rule"] for hold in world.daemon.json("holds")["holds"] if hold["id"]] == ["rule-group-emptied"]
    world.daemon.order("approve", world.daemon.hold("rule-group-emptied")["id"], "--reason", "klopt")
    world.sync()
    assert flat(world) == {"els"}
    at_rest(world)


def test_a_grant_that_waits_gives_nothing(world):
    world.daemon.order("freeze", FIRST, "--reason", "onderzoek")
    world.person("fien", right(ROLE))
    world.person("gust", right(ROLE, SECOND))
    world.sync()
    assert "fien" not in flat(world) and "gust" in flat(world)
    assert "Flat role groups" in world.daemon.ctl("plan").stdout
    world.daemon.order("thaw", FIRST, "--reason", "klaar")
    world.sync()
    assert {"fien", "gust"} <= flat(world)
    at_rest(world)


def test_an_exclude_needs_no_source_here_either(world):
    world.government.server.stop()
    world.override("weg", "an", "exclude", until=(today() + datetime.timedelta(days=30)).strftime("%Y%m%d000000Z"))
    world.sync()
    assert "an" not in world.members() and "an" not in flat(world)
    world.government.server.start()
    world.sync()
    assert flat(world) == ALL - {"an"}


def test_deleted_institutions_empty_no_flat_group(world):
    """Somebody's slip of the mouse in the tree is not followed."""
    for role in (ROLE, "beheerder"):
        world.application.server.delete(target.group_dn(FIRST, role))
    world.application.server.delete(target.institution_dn(FIRST))
    for _ in range(2):
        world.sync()
    assert flat(world) == ALL and flat(world, "beheerder") == {"griet"}


def test_a_mass_of_hand_edits_is_not_followed_by_itself(school):
    school.many(12)
    school.start({**SETTINGS, "guard.removals": 5})
    school.by_hand(ROLE, SECOND, delete=["p%03d" % n for n in range(8)])
    school.sync()
    assert len(flat(school)) == 5 + 12
    assert "rule-count" in [hold["rule"] for hold in school.daemon.json("holds")["holds"]]


def test_doubt_takes_nobody_out(world):
    world.government.set_person(vo_id("an"), voRecht="WerkplekDuaalGebruiker-%s:%s9999999" % (ROLE, FIRST))
    world.sync()
    assert "an" in world.members() and "an" in flat(world)


def test_hand_edits(world):
    by_hand(world, add=["griet"], delete=["an"])
    world.sync()
    assert world.remarks() == {"added-by-hand", "removed-by-hand"}
    assert flat(world) == ALL - {"an"} | {"griet"}, "neither at once"
    for each in world.daemon.json("drift")["drift"]:
        assert each["institution"] is None and each["adopt"] is None and each["undo"]
        refused = world.daemon.ctl("drift", "adopt", str(each["id"]), "--reason", "klopt")
        assert refused.returncode != 0 and "flat group" in refused.stdout + refused.stderr
        world.daemon.order("drift", "undo", str(each["id"]), "--reason", "vergissing")
    world.sync()
    assert flat(world) == ALL
    at_rest(world)


def test_taken_out_of_the_only_role_group_by_hand(world):
    """Then the role is nowhere, and the flat group says so; put back, it says that."""
    world.by_hand(delete=["an"])
    world.sync()
    assert "an" not in world.members() and "an" not in flat(world)
    assert world.daemon.json("drift")["drift"][0]["code"] == "removed-by-hand" and len(world.daemon.json("drift")["drift"]) == 1
    world.daemon.order("approve", world.daemon.hold("rule-by-hand")["id"], "--reason", "vergissing")
    world.sync()
    assert "an" in world.members() and "an" in flat(world)
    at_rest(world)


def test_a_flat_group_deleted_by_hand_is_not_put_back_by_itself(world):
    world.application.server.delete(FLAT % ROLE)
    for _ in range(3):
        world.sync()
    assert flat(world) is None and "entry-removed-by-hand" in world.remarks()
    world.daemon.order("approve", world.daemon.hold("rule-by-hand")["id"], "--reason", "vergissing")
    world.sync()
    assert flat(world) == ALL


def test_undo_leaves_following_to_the_followers(world):
    world.person("fien", right(ROLE))
    cycle = world.sync()["id"]
    world.daemon.order("undo", str(cycle), "--until", tomorrow(), "--reason", "te vroeg")
    world.sync()
    assert "fien" not in world.members() and "fien" not in flat(world)
    assert world.daemon.json("audit", "--verify")["broken"] is None


def test_a_restored_backup(world):
    world.many(4)
    world.sync()
    backup = world.application.server.backup()
    world.revoke("p000", ROLE, SECOND)
    world.sync()
    world.application.server.restore(backup)
    for _ in range(2):
        world.sync()
    assert "p000" not in flat(world) and "p000" not in world.members(number=SECOND)
    at_rest(world)


@pytest.mark.parametrize("how", ("placeholder", "delete"))
def test_of_a_class_that_needs_a_member(school, how):
    classes = {"target.classes.role": ["groupOfNames", "duaalFlatGroup", "duaalManaged"],
               "target.classes.group": ["groupOfNames", "duaalRoleGroup", "duaalManaged"]}
    school.start({**SETTINGS, **classes, "target.empty_group": how,
                  **({"target.placeholder": target.PLACEHOLDER} if how == "placeholder" else {})})
    school.revoke("griet", "beheerder")
    school.sync()
    entry = school.application.server.read(FLAT % "beheerder", ["member"])
    assert entry is None if how == "delete" else entry["member"] == [target.PLACEHOLDER.encode()]
    at_rest(school)
    school.grant("griet", "beheerder")
    school.sync()
    assert flat(school, "beheerder") == {"griet"}
    at_rest(school)


def test_switched_on_later_and_off_again(school):
    daemon = school.start()
    daemon.reload(target__flat_roles=True)
    for _ in range(2):
        daemon.sync()
    assert flat(school) == ALL
    at_rest(school)
    daemon.reload(target__flat_roles=False)
    school.person("fien", right(ROLE))
    daemon.sync()
    assert flat(school) == ALL, "left as it is"
    daemon.reload(target__flat_roles=True)
    for _ in range(2):
        daemon.sync()
    assert flat(school) == ALL | {"fien"}
    at_rest(school)

# SPDX-License-Identifier: EUPL-1.2
"""Role groups of each structural class: ours, groupOfMembers, and groupOfNames, which needs a member.

On a real slapd with the restricted rules and all the overlays that a site may have. What holds of one holds of all: the last one
who loses the right loses access, nobody sees a group without a member where the class wants one, and whoever stands in for nobody is
no person anywhere.
"""
import contextlib
import functools
import os
import signal
import threading
import time

import application as target
import ldap
import pytest
from application import Application
from school import FIRST, SECOND, School, between, right, vo_id

ROLE = "trajectbegeleider"
PLACEHOLDER = target.PLACEHOLDER
NEEDS_MEMBER = ("placeholder", "delete")
GROUP_OF_MEMBERS = """attributetype ( 2.25.35152884816024649917796741122652860587.9.1 NAME 'testNothing'
	SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 2.25.35152884816024649917796741122652860587.9.2 NAME 'groupOfMembers' SUP top STRUCTURAL
	MUST cn MAY ( member $ description ) )
"""


def settings(kind):
    """Of the daemon, for one kind of group."""
    structural = {"ours": "duaalGroup", "members": "groupOfMembers"}.get(kind, "groupOfNames")
    changes = {"target.classes.group": [structural, "duaalRoleGroup", "duaalManaged"]}
    if kind in NEEDS_MEMBER:
        changes["target.empty_group"] = kind
    if kind in ("placeholder", "members"):
        changes["target.placeholder"] = PLACEHOLDER
    return changes


class World(School):
    """A school whose groups are of one kind; griet is the only beheerder at FIRST, els the only guide at SECOND."""

    def __init__(self, kind, *directories):
        super().__init__(*directories)
        self.kind = kind

    def start(self, changes=None, **arguments):
        return super().start({**settings(self.kind), **(changes or {})}, **arguments)

    def values(self, role=ROLE, number=FIRST):
        """Everything that stands in a group, as a set; None where there is no such group."""
        found = self.application.members(number, role)
        return None if found is None else set(found)

    def empty(self):
        """What a group that nobody is in looks like."""
        return {"placeholder": {PLACEHOLDER.lower()}, "delete": None}.get(self.kind, set())


@pytest.fixture(name="make_world")
def _make_world(government, tmp_path):
    schema = tmp_path / "group-of-members.schema"
    schema.write_text(GROUP_OF_MEMBERS)
    with contextlib.ExitStack() as stack:
        def make(kind):
            application = stack.enter_context(Application(overlays=("syncprov", "refint", "memberof"), schema=[str(schema)])).start()
            return stack.enter_context(between(government, application, kind=functools.partial(World, kind)))
        yield make


@pytest.fixture(name="world", params=("ours", "members", "placeholder", "delete"))
def _world(request, make_world):
    return make_world(request.param)


@pytest.fixture(name="needy", params=NEEDS_MEMBER)
def _needy(request, make_world):
    return make_world(request.param)


def at_rest(world):
    """Nothing is left to do, nothing waits and nothing is out of the ordinary."""
    summary = world.sync()
    assert summary["result"] == "in-step", (summary, world.daemon.json("plan"))
    assert world.remarks() == set() and world.daemon.json("drift")["drift"] == []
    assert world.daemon.part("target")["code"] == "ok"


def names_nobody(world):
    """The placeholder is a person nowhere that people look."""
    daemon = world.daemon
    for question in (["status"], ["plan"], ["holds"], ["drift"], ["institution", FIRST], ["institution", SECOND]):
        assert "niemand" not in daemon.ctl(*question).stdout + daemon.ctl(*question, "--json").stdout, question


# ---- grant, revoke, the last one ----

def test_granted_and_revoked(world):
    world.start()
    assert world.members() == {"an", "bart", "chris", "dries"} and world.members("beheerder") == {"griet"}
    world.person("fien", right(ROLE))
    world.revoke("an", ROLE)
    assert world.sync()["result"] == "applied"
    assert world.members() == {"bart", "chris", "dries", "fien"}
    at_rest(world)


def test_the_last_one_goes(world):
    world.start()
    world.revoke("griet", "beheerder")
    summary = world.sync()
    assert (summary["result"], summary["removals"]) == ("applied", 1)
    assert world.values("beheerder") == world.empty()
    assert world.daemon.json("why", vo_id("griet"))["access"] is False
    at_rest(world)
    names_nobody(world)
    assert world.daemon.json("audit", "--verify")["broken"] is None


def test_the_next_one_comes(world):
    world.start()
    world.revoke("griet", "beheerder")
    world.sync()
    world.person("fien", right("beheerder"))
    summary = world.sync()
    assert (summary["result"], summary["grants"]) == ("applied", 1)
    assert world.values("beheerder") == {world.dn("fien").lower()}, "nobody stands in for nobody any more"
    at_rest(world)
    assert world.daemon.json("audit", "--verify")["broken"] is None


def test_the_last_one_goes_and_another_comes_at_once(world):
    world.start()
    world.revoke("griet", "beheerder")
    world.person("fien", right("beheerder"))
    world.sync()
    assert world.values("beheerder") == {world.dn("fien").lower()}
    at_rest(world)


def test_everybody_goes_and_comes_back(world):
    """The guard asks about it; memberof tells the same as the groups."""
    world.start()
    for name in ("an", "bart", "chris", "dries"):
        world.revoke(name, ROLE)
    world.sync()
    assert world.members() == {"an", "bart", "chris", "dries"}, "an emptied group waits for a word"
    hold = world.daemon.hold("rule-group-emptied")
    assert hold["changes"] == 4, "the placeholder is none of them"
    world.daemon.order("approve", hold["id"], "--reason", "klopt")
    world.sync()
    assert world.values() == world.empty()
    assert "memberOf" not in (world.application.server.read(world.dn("an"), ["memberOf"]) or {})
    for name in ("an", "bart", "chris", "dries"):
        world.grant(name, ROLE)
    world.sync()
    assert world.values() == {world.dn(name).lower() for name in ("an", "bart", "chris", "dries")}
    assert "memberOf" in world.application.server.read(world.dn("an"), ["memberOf"])
    at_rest(world)


def test_a_group_is_never_without_a_member(needy):
    """The server is never asked for anything that its schema refuses: no modify leaves the group empty, not even for an instant."""
    needy.start()
    needy.revoke("griet", "beheerder")
    needy.sync()
    needy.person("fien", right("beheerder"))
    needy.sync()
    log = needy.application.server.log()
    assert log.count("err=65") == 0 and log.count("err=19") == 0


# ---- nothing is configured ----

def test_without_a_setting_the_last_one_is_no_secret(make_world):
    world = make_world("nothing")
    world.start()
    world.revoke("griet", "beheerder")
    world.person("fien", right(ROLE))
    summary = world.sync()
    assert (summary["result"], summary["failed"]) == ("refused", 1)
    assert world.members("beheerder") == {"griet"} and "fien" in world.members()
    assert "target.empty_group" in world.daemon.json("history")["cycles"][0]["detail"]
    for _ in range(2):
        part = world.daemon.part("target")
        assert (part["state"], part["code"]) == ("critical", "last-member-stays")
        assert "target.empty_group" in part["detail"] and "griet" not in world.daemon.part("source")["detail"]
        assert vo_id("griet") in part["detail"] and world.daemon.ctl("status").returncode == 2
        world.sync()
    world.daemon.reload(**{"target__empty_group": "placeholder", "target__placeholder": PLACEHOLDER})
    world.sync()
    hold = world.daemon.hold("rule-scope-changed")
    world.daemon.order("approve", hold["id"], "--reason", "klopt")
    world.sync()
    assert world.values("beheerder") == {PLACEHOLDER.lower()}
    at_rest(world)


@pytest.mark.parametrize("wrong", ("constraint", "access"))
def test_a_placeholder_that_is_refused_is_no_secret(make_world, wrong):
    world = make_world("placeholder")
    if wrong == "constraint":
        world.application.server.delete(PLACEHOLDER)
    else:
        world.application.server.set_access([rule for rule in target.access_rules() if PLACEHOLDER not in rule])
    world.start()
    world.revoke("griet", "beheerder")
    world.sync()
    part = world.daemon.part("target")
    assert (part["state"], part["code"]) == ("critical", "last-member-stays") and "placeholder" in part["detail"]
    assert world.members("beheerder") == {"griet"}


def test_a_group_that_cannot_be_deleted_is_no_secret(make_world):
    world = make_world("delete")
    world.start()
    world.application.server.add("ou=notities," + target.group_dn(FIRST, "beheerder"),
                                 {"objectClass": "organizationalUnit", "ou": "notities"})
    world.revoke("griet", "beheerder")
    world.sync()
    part = world.daemon.part("target")
    assert (part["state"], part["code"]) == ("critical", "last-member-stays") and "below it" in part["detail"]
    world.application.server.delete("ou=notities," + target.group_dn(FIRST, "beheerder"))
    world.sync()
    assert world.values("beheerder") is None
    at_rest(world)


# ---- killed in between ----

@pytest.mark.parametrize("victim", ("planner", "duaal-target", "duaal-ledger"))
def test_killed_between_the_last_one_and_the_next(needy, victim):
    """Every few milliseconds of it: the end is the same, and nothing looks like somebody else's hand."""
    numbers = ["5050%d" % n for n in range(6)]  # another one each time, or the guard would ask
    for number in numbers:
        needy.government.organisation(number, "School " + number, kind="secundair onderwijs", programmes=["1:goedgekeurd"])
        needy.person("g" + number, right("beheerder", number))
    daemon = needy.start({"schedule.backoff_max": "1s", "guard.removals_percent": 100})
    for n, number in enumerate(number for number in numbers for _ in range(2)):
        name, leaves = "g" + number, n % 2 == 0
        (needy.revoke if leaves else needy.grant)(name, "beheerder", number)
        asking = threading.Thread(target=daemon.ctl, args=("sync", "--wait"))
        asking.start()
        time.sleep(0.004 * n)
        if victim == "planner":
            daemon.kill()
            daemon.start()
        elif (pid := daemon.helpers().get(victim)) is not None:
            os.kill(pid, signal.SIGKILL)
        asking.join()
        daemon.wait_until(lambda: daemon.answers() and daemon.json("status")["phase"] == "idle", "rest")
        needy.sync()
        needy.sync()
        wanted = needy.empty() if leaves else {needy.dn(name).lower()}
        assert needy.values("beheerder", number) == wanted, (n, daemon.log()[-3000:])
        assert daemon.json("drift")["drift"] == [] and daemon.holds() == [], (n, daemon.json("plan"))
    assert daemon.json("audit", "--verify")["broken"] is None


# ---- somebody else is there too ----

def test_an_administrator_is_faster_than_the_last_ones_end(needy, fault_proxy):
    """Between our read and our write somebody comes in: nobody is thrown out with the last one."""
    proxy = fault_proxy(needy.application.server)
    needy.start({"drift.mode": "report", "target.uri": proxy.uri})
    late = proxy.add("delay", direction="request", operation="delete" if needy.kind == "delete" else "modify", nth=1)
    needy.revoke("griet", "beheerder")
    asking = threading.Thread(target=needy.daemon.ctl, args=("sync", "--wait"))
    asking.start()
    needy.daemon.wait_until(lambda: late.fired, "the write that comes late")
    needy.by_hand("beheerder", add=["els"])
    proxy.release(late)
    asking.join()
    assert needy.members("beheerder") == {"els"}
    assert needy.values("beheerder") == {needy.dn("els").lower()}, "and nobody stands in beside somebody"


def test_a_hand_edit_of_the_placeholder_is_nobody_elses_story(make_world):
    world = make_world("placeholder")
    world.start()
    connection = world.application.admin()
    connection.modify_s(target.group_dn(FIRST, ROLE), [(ldap.MOD_ADD, "member", [PLACEHOLDER.encode()])])
    connection.unbind_s()
    world.sync()
    assert world.members() == {"an", "bart", "chris", "dries"}, "it goes again, and nobody with it"
    at_rest(world)


def test_taken_out_by_hand_stays_out_of_a_group_that_we_deleted_meanwhile(make_world):
    world = make_world("delete")
    world.person("fien", right("beheerder"))
    world.start()
    world.by_hand("beheerder", delete=["griet"])
    world.sync()
    hold = world.daemon.hold("rule-by-hand")
    world.revoke("fien", "beheerder")
    world.sync()
    world.sync()
    assert world.values("beheerder") is None, "fien was the last one in it"
    assert world.remarks() == {"removed-by-hand"}, "and nobody deleted our group"
    assert world.daemon.hold("rule-by-hand")["id"] == hold["id"], "the same question as before"
    world.person("gust", right("beheerder"))
    world.sync()
    world.sync()
    assert world.members("beheerder") == {"gust"}, "griet was taken out by hand"
    world.daemon.order("approve", world.daemon.hold("rule-by-hand")["id"], "--reason", "toch wel")
    world.sync()
    assert world.members("beheerder") == {"gust", "griet"}
    at_rest(world)
    world.revoke("gust", "beheerder")
    world.revoke("griet", "beheerder")
    world.sync()
    world.daemon.order("approve", world.daemon.hold("rule-group-emptied")["id"], "--reason", "klopt")
    world.sync()
    world.grant("griet", "beheerder")
    world.sync()
    assert world.members("beheerder") == {"griet"}, "what was decided is over"
    at_rest(world)


def test_a_group_deleted_by_hand_is_still_a_hand_edit(needy):
    needy.start()
    needy.application.server.delete(target.group_dn(FIRST, "beheerder"))
    needy.sync()
    assert needy.values("beheerder") is None and "entry-removed-by-hand" in needy.remarks()


# ---- a backup, and a first contact ----

def test_a_restored_backup_is_put_right(world):
    """Revoked people go again, wherever their group went meanwhile; only about one that is emptied twice in a day the guard asks."""
    world.many(5)
    world.start({"drift.mode": "report"})
    server = world.application.server
    backup = server.backup()
    world.revoke("griet", "beheerder")
    world.revoke("p000", ROLE, SECOND)
    world.sync()
    assert world.values("beheerder") == world.empty()
    server.restore(backup)
    world.sync()
    assert world.members(number=SECOND) == {"els", "p001", "p002", "p003", "p004"}
    assert world.remarks() == set(), "it is nobody's hand edit"
    world.daemon.order("approve", world.daemon.hold("rule-group-emptied")["id"], "--reason", "klopt")
    world.sync()
    assert world.values("beheerder") == world.empty()
    at_rest(world)


def test_first_contact_with_strangers_in_the_groups(make_world):
    """A tree that was filled before, by somebody else, with a placeholder beside people and one alone."""
    world = make_world("placeholder")
    for name in ("an", "els", "lies"):
        world.names[vo_id(name)] = name
        world.application.server.add(*target.person_entry(vo_id(name), name.capitalize()))
    world.application.server.add(*target.institution_entry(FIRST, "Sint-Jozefscollege"))
    for role, members in ((ROLE, ["an", "lies"]), ("beheerder", [])):
        world.application.server.add(*target.group_entry(
            FIRST, role, [PLACEHOLDER, *(world.dn(name) for name in members)], group_class="groupOfNames",
            actions=target.ACTIONS if role == ROLE else ()))
    world.start()
    world.sync()
    assert world.members() == {"an", "bart", "chris", "dries", "lies"} and world.members("beheerder") == {"griet"}
    hold = world.daemon.hold("rule-adopted")
    assert hold["changes"] == 1, "only lies is a stranger"
    names_nobody(world)
    world.daemon.order("approve", hold["id"], "--reason", "hoort daar niet")
    world.sync()
    assert world.members() == {"an", "bart", "chris", "dries"}
    at_rest(world)


def test_an_institution_that_is_not_admitted_any_more_leaves_nothing(world):
    world.start()
    world.government.set_organisation(SECOND, voStatus="gesloten")
    world.sync()
    assert world.members(number=SECOND) == {"els"}
    world.daemon.order("approve", world.daemon.hold("rule-institution-lost")["id"], "--reason", "klopt")
    for _ in range(2):
        world.sync()
    assert world.values(number=SECOND) is None
    assert world.application.server.read(target.institution_dn(SECOND)) is None
    at_rest(world)

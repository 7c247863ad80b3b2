# SPDX-License-Identifier: EUPL-1.2
"""The whole daemon with 389 Directory Server as the application's directory, as the government's, and as both.

The shipped access rules are in force. What is different on such a server: there are no assertions and no entryCSN, so an
entry is looked at again just before it is changed, and status says "unfenced".
"""
import contextlib
import random
import time

import pytest

import application as target
import ds389
import government as source
from application import Application
from directories389 import Application389, Government389
from faultproxy import FaultProxy
from government import Government
from school import ADULT, FIRST, SECOND, between, right, vo_id
from slapd import as_bytes
from test_drift import drift
from two_sources import BASIS, FIRST_MEMBERS, PRIMARY, PRIMARY_MEMBERS, TwoSources

pytestmark = pytest.mark.skipif(ds389.absent() is not None, reason=str(ds389.absent()))

ALL = {"an", "bart", "chris", "dries"}
QUICK = {"schedule.backoff_max": "1s", "drift.grace": "0s"}
PLACES = ("target", "source", "both")


@contextlib.contextmanager
def opened(place, plugins=()):
    """A School between the two servers; 389 is the one named by place, or both."""
    with contextlib.ExitStack() as stack:
        government = stack.enter_context(Government() if place == "target" else Government389(plugins=plugins)).start()
        application = stack.enter_context(Application() if place == "source" else Application389(plugins=plugins)).start()
        position = {} if place == "target" else {"source.position": "none"}
        yield stack.enter_context(between(government, application, {**QUICK, **position}))


@pytest.fixture(name="school", params=PLACES)
def _school(request):
    """On each side, and on both."""
    with opened(request.param) as school:
        yield school


@pytest.fixture(name="world")
def _world():
    """389 as the application's directory only: what is about writing."""
    with opened("target") as school:
        yield school


@pytest.fixture(name="governed")
def _governed():
    """389 as the government's directory only: what is about reading."""
    with opened("source") as school:
        yield school


def next_second():
    """Wait until the servers' clock shows another second."""
    now = int(time.time())
    while int(time.time()) == now:
        time.sleep(0.01)


# ---- the straight line ----

def test_fill_grant_and_revoke(school):
    daemon = school.start()
    assert school.all_members() == {(FIRST, "trajectbegeleider"): ALL, (FIRST, "beheerder"): {"griet"},
                                    (SECOND, "trajectbegeleider"): {"els"}}
    group = school.application.server.read(target.group_dn(FIRST, "trajectbegeleider"))
    assert sorted(value.decode() for value in group["duaalAllowedAction"]) == sorted(target.ACTIONS)
    assert school.sync()["result"] == "in-step"
    school.grant("an", "beheerder")
    school.revoke("bart", "trajectbegeleider")
    summary = school.sync()
    assert (summary["result"], summary["grants"], summary["removals"]) == ("applied", 1, 1)
    assert school.members() == ALL - {"bart"} and school.members("beheerder") == {"an", "griet"}
    assert school.sync()["result"] == "in-step"
    assert daemon.access("an", FIRST) and not daemon.access("bart", FIRST)
    assert daemon.json("audit", "--verify")["broken"] is None


def test_a_person_who_is_gone_is_asked_for_and_then_removed(school):
    school.start()
    school.government.remove_person(vo_id("an"))
    assert school.sync()["removals"] == 1
    assert school.members() == ALL - {"an"}


def test_a_source_that_names_entries_by_ns_unique_id(governed):
    """As one from before the entryuuid plugin, or one that has it switched off."""
    server = governed.government.server
    server.modify("cn=entryuuid,cn=plugins,cn=config", replace={"nsslapd-pluginEnabled": "off"})
    server.restart()
    governed.person("fien", right("trajectbegeleider"))
    assert "entryUUID" not in server.read(source.person_dn(vo_id("fien")))
    governed.start({"source.entry_uuid": "nsUniqueId"})
    assert governed.members() == ALL | {"fien"}
    governed.government.remove_person(vo_id("an"))
    governed.grant("bart", "beheerder")
    summary = governed.sync()
    assert (summary["result"], summary["grants"], summary["removals"]) == ("applied", 1, 1)
    assert governed.members() == ALL - {"an"} | {"fien"} and governed.members("beheerder") == {"bart", "griet"}
    assert governed.sync()["result"] == "in-step"


def test_many_people_come_in_pages(school):
    """One simple paged search at a time on a connection is all that this server can."""
    school.many(450)
    school.start({"source.page_size": 100, "target.page_size": 100, "guard.first_fill": "go"})
    assert len(school.members(number=SECOND)) == 451
    assert school.sync()["result"] == "in-step"


def test_adult_education_by_a_request_of_an_administrator(school):
    school.person("fien", right("beheerder", ADULT))
    school.start()
    assert school.members("beheerder", ADULT) is None
    dn, entry = target.request_entry("cvo", ADULT, duaalReason="aanvraag")
    connection = school.application.admin()
    connection.add_s(dn, list(as_bytes(entry).items()))
    connection.unbind_s()
    school.sync()
    assert school.members("beheerder", ADULT) == {"fien"}


def test_what_duaalctl_writes(world):
    daemon = world.start()
    daemon.order("pin", vo_id("els"), FIRST, "beheerder", "--reason", "vervangt")
    world.sync()
    assert world.members("beheerder") == {"els", "griet"}
    daemon.order("unpin", vo_id("els"), FIRST, "beheerder", "--reason", "voorbij")
    world.sync()
    assert world.members("beheerder") == {"griet"}
    daemon.order("request", ADULT, "--reason", "aanvraag")
    world.sync()
    assert world.application.server.read(target.institution_dn(ADULT)) is not None


# ---- people in the same tree ----

def test_added_by_hand_is_told_and_goes(world):
    daemon = world.start({"drift.grace": "1h"})
    world.by_hand(add=["els"])
    world.sync()
    shown = drift(world, "added-by-hand")
    assert shown["person"]["vo_id"] == vo_id("els") and shown["writer"].lower() == target.ADMIN.lower()
    assert shown["written"] and world.members() == ALL | {"els"}
    daemon.reload(drift__grace="0s")
    world.sync()
    assert world.members() == ALL
    assert world.sync()["result"] == "in-step"


def test_our_own_write_after_it_is_not_taken_for_the_hand(world):
    world.start({"drift.grace": "1h"})
    world.by_hand(add=["els"])
    world.person("fien", right("trajectbegeleider"))
    world.sync()
    shown = drift(world, "added-by-hand")
    assert world.members() == ALL | {"els", "fien"} and shown["writer"] is None
    assert "the daemon itself has written the entry since" in world.daemon.ctl("drift").stdout


def test_a_changed_attribute_of_our_entry_is_put_right(world):
    world.start()
    world.application.server.modify(target.institution_dn(FIRST), replace={"o": "Andere naam"})
    world.application.server.modify(world.dn("an"), replace={"sn": "Anders"})
    world.sync()
    assert world.application.server.read(target.institution_dn(FIRST))["o"] == [b"Sint-Jozefscollege"]
    assert world.application.server.read(world.dn("an"))["sn"] == [b"Peeters"]


def test_a_group_removed_by_hand_comes_back_on_a_word_only(world):
    daemon = world.start()
    world.application.server.delete(target.group_dn(SECOND, "trajectbegeleider"))
    world.sync()
    assert world.members("trajectbegeleider", SECOND) is None
    daemon.order("drift", "undo", str(drift(world, "entry-removed-by-hand")["id"]), "--reason", "vergissing")
    world.sync()
    assert world.members("trajectbegeleider", SECOND) == {"els"}


def test_removed_by_hand_waits_for_a_word(world):
    daemon = world.start()
    world.by_hand(delete=["an"])
    world.sync()
    assert world.members() == ALL - {"an"}
    daemon.kill()
    daemon.start()
    world.sync()
    assert world.members() == ALL - {"an"}
    daemon.order("drift", "undo", str(drift(world, "removed-by-hand")["id"]), "--reason", "vergissing")
    world.sync()
    assert world.members() == ALL


def test_an_override_of_an_administrator(world):
    world.start()
    world.override("erin", "els", role="beheerder", until="20270115225959Z")
    world.override("eruit", "an", "exclude", until="20270115225959Z")
    world.sync()
    assert world.members("beheerder") == {"els", "griet"} and world.members() == ALL - {"an"}
    assert world.daemon.json("directives")


def test_a_group_emptied_by_hand_is_no_reason_to_fill_it(world):
    world.start()
    world.by_hand(delete=sorted(ALL))
    world.sync()
    assert world.members() == set()
    assert world.daemon.holds() == ["rule-by-hand"]


# ---- holds ----

def test_too_many_at_once_are_held_and_approved(school):
    for n in range(6):
        school.person("p%d" % n, right("trajectbegeleider"))
    daemon = school.start()
    everybody = school.members()
    for name in ("an", "bart", "chris", "dries"):
        school.revoke(name, "trajectbegeleider")
    school.sync()
    assert len(school.members()) >= len(everybody) - 3 and daemon.holds()
    for hold in daemon.json("holds")["holds"]:
        if hold["state"] == "open":
            daemon.order("approve", hold["id"], "--reason", "gevraagd")
    school.sync()
    assert school.members() == everybody - ALL


# ---- hidden, refused, cut off ----

@pytest.mark.parametrize("branch", [source.USERS, source.ORGANISATIONS, source.CANARIES[0]])
def test_what_an_access_rule_hides_takes_nobody_out(governed, branch):
    daemon = governed.start()
    before = governed.all_members()
    governed.government.hide(branch)
    assert governed.sync()["result"] == "source-unread"
    assert governed.all_members() == before
    governed.government.hide()
    daemon.sync()
    assert governed.all_members() == before


def test_many_hidden_one_by_one_take_nobody_out(governed):
    """The canaries are seen, so the read is complete: the source counts as shrunken, and nobody leaves."""
    governed.many(40)
    daemon = governed.start()
    before = governed.members(number=SECOND)
    hidden = [source.person_dn(vo_id("p%03d" % n)) for n in range(30)]
    governed.government.hide(*hidden)
    governed.sync()
    assert governed.members(number=SECOND) == before and "rule-shrunken-source" in daemon.holds()
    for dn in hidden:
        governed.government.server.modify(dn, replace={"aci": None})
    assert governed.sync()["result"] == "in-step"
    assert governed.members(number=SECOND) == before


def test_hidden_institutions_of_the_target_are_an_incomplete_read(world):
    daemon = world.start()
    world.application.server.modify(target.INSTITUTIONS, add={
        "aci": '(targetattr = "*")(version 3.0; acl "hidden"; deny (read, search, compare) userdn = "ldap:///%s";)' % target.WRITER})
    assert daemon.sync()["result"] == "target-unread"
    assert world.members() == ALL


def test_a_write_that_the_rules_refuse_keeps_nobody_else_out(world):
    daemon = world.start()
    dn = target.group_dn(FIRST, "beheerder")
    world.application.server.modify(dn, add={
        "aci": '(targetattr = "member")(version 3.0; acl "no"; deny (write) userdn = "ldap:///%s";)' % target.WRITER})
    world.grant("an", "beheerder")
    world.grant("an", "trajectbegeleider", SECOND)
    assert daemon.sync()["result"] == "refused"
    assert world.members("beheerder") == {"griet"} and world.members(number=SECOND) == {"an", "els"}
    assert daemon.part("target")["code"] == "refused" and "50" in daemon.part("target")["detail"]
    world.application.server.modify(dn, replace={"aci": None})
    daemon.sync()
    assert world.members("beheerder") == {"an", "griet"}


def test_a_server_without_entry_uuids_is_not_read(world):
    daemon = world.start()
    world.application.server.modify("cn=entryuuid,cn=plugins,cn=config", replace={"nsslapd-pluginEnabled": "off"})
    world.application.server.restart()
    world.application.server.add(*target.person_entry("zonder", instance=None))
    assert daemon.sync()["result"] == "target-unread"
    assert "entryuuid plugin" in daemon.part("target")["detail"]


def test_a_position_that_the_source_does_not_have_is_said(governed):
    daemon = governed.start({"source.position": "csn"})
    assert daemon.part("source")["code"] == "unread" and "position = none" in daemon.part("source")["detail"]


# ---- power cuts ----

@pytest.mark.parametrize("victim", ["daemon", "server"])
def test_killed_while_it_fills(world, victim):
    world.many(300)
    daemon = world.start({"guard.grants": 1000})  # what a server that was down missed may be much
    draw = random.Random(389)
    for n in range(4):
        world.many(40, prefix="q%d" % n)
        daemon.ctl("sync")
        time.sleep(draw.uniform(0.05, 0.4))
        if victim == "daemon":
            daemon.kill()
            daemon.start()
        else:
            world.application.server.kill()
            world.application.server.start()
    for _ in range(20):
        if world.sync()["result"] == "in-step":
            break
    assert len(world.members(number=SECOND)) == 1 + 300 + 160 and world.members() == ALL
    assert daemon.json("drift")["drift"] == [] and daemon.json("audit", "--verify")["broken"] is None
    assert daemon.json("plan")["holds"] == []


def test_a_write_whose_answer_is_lost(world):
    with FaultProxy(world.application.server.uri) as proxy:
        daemon = world.start({"target.uri": proxy.uri})
        rule = proxy.add("rst", operation="modify-result", nth=1)
        world.grant("an", "beheerder")
        for _ in range(5):
            if daemon.sync()["result"] == "in-step":
                break
        assert rule.fired == 1 and world.members("beheerder") == {"an", "griet"}
        assert daemon.json("drift")["drift"] == []


def test_a_restored_older_backup_of_the_target_is_put_right(world):
    """A group that is older than we have seen it is told by its modifyTimestamp: whom we took out goes again, without a grace."""
    world.person("fien", right("trajectbegeleider"))
    daemon = world.start({"drift.grace": "1h"})
    backup = world.application.server.backup()
    next_second()
    world.revoke("fien", "trajectbegeleider")
    daemon.sync()
    assert world.members() == ALL
    world.application.server.restore(backup)
    assert "fien" in world.members()
    daemon.sync()
    assert world.members() == ALL


# ---- without assertions ----

def test_status_says_unfenced_from_the_first_read_on(world):
    daemon = world.start()
    assert daemon.part("target")["code"] == "unfenced" and daemon.part("target")["state"] == "notice"
    daemon.stop()
    daemon.start()
    assert world.sync()["result"] == "in-step"
    assert daemon.part("target")["code"] == "unfenced", "also when nothing was written"
    assert daemon.log().count("DS0304") == 2, "once a start"


def test_openldap_is_fenced(governed):
    daemon = governed.start()
    assert daemon.part("target")["code"] == "ok" and "DS0304" not in daemon.log()


def test_one_of_two_sources(application, tmp_path):
    """Beside an OpenLDAP that tells how far it is: absence is proven by both, and going back is noticed of the one that can tell."""
    with contextlib.ExitStack() as stack:
        government = stack.enter_context(Government389()).start()
        basis = stack.enter_context(Government(suffix=BASIS)).start()
        two = stack.enter_context(between(government, application, {"source.position": "none"},
                                          kind=lambda *arguments: TwoSources(*arguments, basis)))
        two.start_both(str(tmp_path))
        government.remove_person(vo_id("an"))
        basis.remove_person(vo_id("fien"))
        two.daemon.sync()
        assert two.members() == FIRST_MEMBERS - {"an"} and two.members(number=PRIMARY) == PRIMARY_MEMBERS - {"fien"}
        backup = basis.server.backup()
        two.at_basis("an", right("trajectbegeleider", FIRST))
        two.daemon.sync()
        assert two.members() == FIRST_MEMBERS
        basis.server.restore(backup)
        assert two.daemon.sync()["result"] == "source-went-back" and two.members() == FIRST_MEMBERS

# SPDX-License-Identifier: EUPL-1.2
"""The severe one: a changed configuration must not take access away. Sixty schools of one guide each, and a typo."""
import os
import pytest
from application import ACTIONS
from clock import from_now
from school import FIRST, right, vo_id

RULE = "rule-scope-changed"
SCHOOLS = 60


def members_in_all(school):
    """How many memberships the directory holds."""
    connection = school.application.server.connect()
    found = connection.search_s("ou=werkplekduaal,dc=toepassing,dc=example", 2, "(duaalRole=*)", ["member"])
    connection.unbind_s()
    return sum(len(entry.get("member", [])) for _, entry in found)


@pytest.fixture(name="world")
def _world(school):
    """In step: so many that no rule of number would hold all of them, each the only one of a group."""
    for n in range(SCHOOLS):
        number = str(60000 + n)
        school.government.organisation(number, "School %d" % n, kind="secundair onderwijs", programmes=["1:goedgekeurd"])
        school.person("g%02d" % n, right("trajectbegeleider", number))
    school.start({"guard.removals": 1000, "guard.removals_percent": 100})
    return school


CHANGES = [
    {"policy__right": "WerkplekDuaalGebruikr"},
    {"policy__audience": "OVV"},
    {"policy__programme_approved": ["*:goedgekeurdd"]},
    {"source__people__active": ["actieff"]},
    {"source__institutions__attributes": {
        "number": "voInstellingsnummer", "kind": "o", "state": "voStatus", "audience": "voDoelgroep",
        "programme": "voProgrammatie", "head_admin": "voHoofdLokaleBeheerder", "local_admin": "voLokaleBeheerder",
        "begin": "voBegin", "end": "voEinde"}},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
def test_a_typo_and_a_reload_take_nobodys_access(world, changes):
    before = members_in_all(world)
    world.daemon.reload(**changes)
    for _ in range(3):
        world.sync()
        assert members_in_all(world) == before
    assert world.daemon.part("plan")["state"] in ("warning", "critical")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_typo_and_a_restart_take_nobodys_access(world, end):
    before = members_in_all(world)
    getattr(world.daemon, end)()
    world.daemon.configure(policy__right="WerkplekDuaalGebruikr")
    world.daemon.start()
    world.sync()
    assert members_in_all(world) == before
    assert world.daemon.hold(RULE)["changes"] == before


def test_it_is_held_until_decided_also_after_further_restarts_and_reloads(world):
    before = members_in_all(world)
    world.daemon.reload(policy__right="WerkplekDuaalGebruikr")
    world.sync()
    hold = world.daemon.hold(RULE)
    world.daemon.stop()
    world.daemon.start()
    world.sync()
    world.daemon.reload(guard__removals=2000)
    world.sync()
    assert world.daemon.hold(RULE)["id"] == hold["id"]
    assert members_in_all(world) == before


def test_the_typo_mended_ends_the_hold(world):
    world.daemon.reload(policy__right="WerkplekDuaalGebruikr")
    world.sync()
    world.daemon.reload(policy__right="WerkplekDuaalGebruiker")
    assert world.sync()["result"] == "in-step"
    assert world.daemon.json("holds")["holds"] == []


def test_approve_runs_exactly_what_is_listed(world):
    """Meant so: the right gets another name at the source, and one person has it already."""
    before = members_in_all(world)
    world.government.grant(vo_id("griet"), "WerkplekDuaal-beheerder:" + FIRST)
    world.daemon.reload(policy__right="WerkplekDuaal", source__people__filter="(voRecht=WerkplekDuaal*)")
    world.sync()
    hold = world.daemon.hold(RULE)
    assert hold["changes"] == before - 1, "all but her"
    world.person("nieuw", "WerkplekDuaal-beheerder:" + FIRST)
    world.sync()
    assert world.members("beheerder") == {"griet", "nieuw"}, "grants do not wait"
    world.daemon.order("approve", hold["id"], "--reason", "the right has another name from now on")
    world.sync()
    assert world.members("beheerder") == {"griet", "nieuw"}
    assert members_in_all(world) == 2


def test_roles_in_another_order_are_the_same_roles(world):
    before = world.all_members()
    roles = [{"name": "beheerder", "actions": []}, {"name": "trajectbegeleider", "actions": list(ACTIONS)}]
    world.daemon.reload(policy__roles=roles)
    world.sync()
    assert world.all_members() == before and world.remarks() == set()
    world.daemon.stop()
    world.daemon.configure(policy__roles=roles[::-1])
    world.daemon.start()
    world.person("nieuw", right("beheerder"))
    world.sync()
    assert world.members("beheerder") == {"griet", "nieuw"}
    assert world.remarks() == set()


def test_excludes_and_end_dates_work_all_the_same(world):
    world.daemon.reload(policy__right="WerkplekDuaalGebruikr")
    world.sync()
    world.override("an-niet", "an", effect="exclude", until=from_now(days=30))
    world.sync()
    assert "an" not in world.members("trajectbegeleider", FIRST)


@pytest.mark.parametrize("number", ["all", "60001"])
def test_a_typo_while_frozen_is_held_afterwards_too(world, number):
    before = members_in_all(world)
    world.daemon.order("freeze", number, "--reason", "exams")
    world.daemon.reload(policy__right="WerkplekDuaalGebruikr")
    world.sync()
    world.daemon.order("thaw", number, "--reason", "over")
    for _ in range(2):
        world.sync()
        assert members_in_all(world) == before
    assert sum(hold["changes"] for hold in world.daemon.json("holds")["holds"] if hold["rule"] == RULE) == before


def test_a_typo_during_a_pause_is_held_afterwards_too(world):
    before = members_in_all(world)
    world.daemon.order("pause", "--reason", "maintenance")
    world.daemon.stop()
    world.daemon.configure(policy__right="WerkplekDuaalGebruikr")
    world.daemon.start()
    world.daemon.order("resume", "--reason", "done")
    world.sync()
    assert members_in_all(world) == before
    assert world.daemon.hold(RULE)["changes"] == before


def test_a_typo_mended_during_a_pause_leaves_nothing_behind(world):
    world.daemon.order("pause", "--reason", "maintenance")
    world.daemon.reload(policy__right="WerkplekDuaalGebruikr")
    world.sync()
    world.daemon.reload(policy__right="WerkplekDuaalGebruiker")
    world.sync()
    world.daemon.order("resume", "--reason", "done")
    assert world.sync()["result"] == "in-step"
    assert world.daemon.json("holds")["holds"] == []


def may_register(school):
    """Memberships with which an agreement may be registered."""
    connection = school.application.server.connect()
    found = connection.search_s("ou=werkplekduaal,dc=toepassing,dc=example", 2,
                                "(duaalAllowedAction=overeenkomst-registreren)", ["member"])
    connection.unbind_s()
    return sum(len(entry.get("member", [])) for _, entry in found)


def test_a_role_does_not_lose_an_action_by_a_typo(world):
    before = may_register(world)
    roles = [{"name": "trajectbegeleider", "actions": ["overeenkomst-opmaken"]}, {"name": "beheerder", "actions": []}]
    world.daemon.reload(policy__roles=roles)
    for _ in range(2):
        world.sync()
        assert may_register(world) == before
    world.daemon.order("approve", world.daemon.hold(RULE)["id"], "--reason", "they only draw up from now on")
    world.sync()
    assert may_register(world) == 0


# ---- with time ----

@pytest.fixture(name="dated")
def _dated(moved):
    """The same with begin dates long ago, each school another."""
    school = moved("2026-09-01T08:00")
    for n in range(SCHOOLS):
        number = str(60000 + n)
        school.government.organisation(number, "School %d" % n, kind="secundair onderwijs", programmes=["1:goedgekeurd"])
        school.person("g%02d" % n, right("trajectbegeleider", number),
                      begin="202%d%02d%02d120000Z" % (n % 6, 1 + n % 12, 1 + n % 28))
    school.start({"guard.removals": 1000, "guard.removals_percent": 100})
    return school


def test_a_date_read_from_the_wrong_attribute_does_not_become_an_announced_one(dated):
    before = members_in_all(dated)
    attributes = dict(dated.daemon.settings["source.people.attributes"], end="voBegin")
    dated.daemon.reload(source__people__attributes=attributes)
    for _ in range(4):
        dated.sync()
        assert members_in_all(dated) == before
        assert dated.daemon.hold(RULE)["changes"] == SCHOOLS
        dated.daemon.clock.forward(hours=25)


def test_a_pause_longer_than_the_hold_does_not_let_it_go(dated):
    before = members_in_all(dated)
    dated.daemon.reload(policy__right="WerkplekDuaalGebruikr")
    dated.sync()
    dated.daemon.order("pause", "--reason", "maintenance")
    for _ in range(2):
        dated.daemon.clock.forward(hours=80)
        dated.sync()
    dated.daemon.stop()
    dated.daemon.start()
    dated.daemon.order("resume", "--reason", "done")
    for _ in range(2):
        dated.sync()
        assert members_in_all(dated) == before
        assert dated.daemon.hold(RULE)["changes"] == before


def test_what_takes_a_restart_waits_for_it(school):
    """Another place for the record, or another name, is none until then: what is known stays known, and the status says what waits."""
    daemon = school.start()
    state, elsewhere = daemon.settings["state_dir"], daemon.path("elsewhere")
    os.mkdir(elsewhere, 0o700)
    daemon.reload(state_dir=elsewhere, instance="other", schedule__interval="5min")
    assert "what takes a restart of the daemon stays as it was until then: instance, state_dir, ledger.file\n" in daemon.log()
    part = daemon.part("config")
    assert (part["state"], part["code"]) == ("notice", "restart") and ": instance, state_dir, ledger.file" in part["detail"], part
    daemon.sync()  # the cycle that the reload began is over: what comes now is for the next
    school.revoke("an", "trajectbegeleider")
    assert daemon.sync()["result"] == "applied" and school.members() == {"bart", "chris", "dries"}
    assert daemon.json("status")["instance"] == "test" and daemon.json("history")["cycles"][-1]["id"] == 1
    assert os.listdir(elsewhere) == []
    daemon.reload(state_dir=state, instance="test")
    assert daemon.part("config")["code"] == "ok"

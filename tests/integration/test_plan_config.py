# SPDX-License-Identifier: EUPL-1.2
"""What another configuration would do: duaalctl plan --config FILE, of its policy with what the daemon has read, and duaalsyncd --plan -c FILE,
of all of it with a read of its own. Neither writes anything."""
import json
import os
import sqlite3
import subprocess

import pytest
from daemon import program, to_config
from school import ADULT, FIRST, vo_id
from varlink import Refused, Varlink

NOT_SECONDARY = [{"kind": "*secundair*", "admission": "never"}]
MORE_ROLES = [{"name": "trajectbegeleider", "actions": ["overeenkomst-opmaken", "overeenkomst-registreren", "overeenkomst-beeindigen"]},
              {"name": "beheerder", "actions": []}, {"name": "coordinator", "actions": ["overeenkomst-lezen"]}]


def other_file(daemon, name="other.conf", **changes):
    """The daemon's configuration with these changes, given with __ for the dots. Its path."""
    path = daemon.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(to_config({**daemon.settings, **{key.replace("__", "."): value for key, value in changes.items()}}))
    os.chmod(path, 0o600)
    return path


def rows(daemon):
    """Every row of every table of the ledger."""
    path = daemon.path("state/ledger.sqlite")
    alone = "" if os.path.exists(path + "-wal") else "&immutable=1"  # else SQLite makes files beside it
    with sqlite3.connect("file:%s?mode=ro%s" % (path, alone), uri=True) as ledger:
        tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        return {table: ledger.execute("SELECT * FROM %s" % table).fetchall() for table in tables}


def everything(school):
    """What must be the same afterwards: both directories byte for byte, and the ledger."""
    return school.application.server.backup(), school.government.server.backup(), rows(school.daemon)


@pytest.fixture(name="unmoved")
def _unmoved(school):
    """school.start() is the test's; at its end nothing has moved since then."""
    school.start()
    before = everything(school)
    yield school
    assert everything(school) == before


def plan_with(daemon, **changes):
    """The JSON of plan --config."""
    return daemon.json("plan", "--config", other_file(daemon, **changes))


def changes_of(plan):
    """{(kind, name, role): verdict} of the changes."""
    return {(change["kind"], (change["person"] or {}).get("name"), change["role"]): change["verdict"]
            for place in plan["institutions"] for change in place["changes"]}


def test_the_same_file_is_the_same_plan(unmoved):
    daemon = unmoved.daemon
    now, then = daemon.json("plan"), plan_with(daemon)
    assert then["hypothetical"] and then["settings"] == [] and not then["rescoped"]
    assert then["present"] == {name: now[name] for name in then["present"]}
    for told in (now, then):
        del told["now"]
    assert now == {name: then[name] for name in now}
    done = daemon.ctl("plan", "--config", daemon.config, "--exit-code")
    assert done.returncode == 0 and "is the one that is in force" in done.stdout and "In step" in done.stdout


def test_a_policy_that_would_remove_somebody_is_held(unmoved):
    daemon = unmoved.daemon
    then = plan_with(daemon, policy__kinds=NOT_SECONDARY)
    assert then["settings"] == ["policy.kinds"] and then["rescoped"]
    assert (then["removals"], then["go"], then["grants"]) == (6, 0, 0) and then["held"] >= 6
    assert then["present"]["removals"] == 0
    assert {hold["rule"] for hold in then["holds"]} == {"rule-scope-changed"} and all(hold["id"] is None for hold in then["holds"])
    done = daemon.ctl("plan", "--config", other_file(daemon, policy__kinds=NOT_SECONDARY), "--exit-code")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "policy.kinds" in done.stdout and "0 to grant, 6 to revoke" in done.stdout and "wait for a decision" in done.stdout
    assert daemon.json("plan")["removals"] == 0 and daemon.json("holds")["holds"] == []


def test_it_is_what_happens_after_the_reload(school):
    daemon = school.start()
    then = plan_with(daemon, policy__kinds=NOT_SECONDARY)
    daemon.reload(policy__kinds=NOT_SECONDARY)
    daemon.sync()
    now = daemon.json("plan")
    assert changes_of(now) == changes_of(then) and {hold["rule"] for hold in now["holds"]} == {hold["rule"] for hold in then["holds"]}
    assert now["held"] == then["held"] and now["go"] == then["go"] == 0


def test_one_more_role(school):
    school.person("zoë", "WerkplekDuaalGebruiker-coordinator:%s" % FIRST)
    daemon = school.start()
    before = everything(school)
    now, then = daemon.json("plan"), plan_with(daemon, policy__roles=MORE_ROLES[::-1])
    assert now["go"] == now["held"] == 0
    assert (then["grants"], then["removals"], then["held"]) == (1, 0, 0)
    assert changes_of(then)[("member-add", "Zoë Peeters", "coordinator")] == "go"
    added = [change["entry"] for place in then["institutions"] for change in place["changes"] if change["kind"] == "group-add"]
    assert added and added[0].startswith("cn=coordinator-%s," % FIRST)
    assert everything(school) == before
    daemon.reload(policy__roles=MORE_ROLES)
    daemon.sync()
    assert school.members("coordinator") == {"zoë"}


def test_a_tighter_guard_and_a_wider_admission(unmoved):
    daemon = unmoved.daemon
    then = plan_with(daemon, guard__removals=0, policy__kinds=[{"kind": "*", "admission": "always"}])
    assert set(then["settings"]) == {"guard.removals", "policy.kinds"}
    assert any(place["number"] == int(ADULT) for place in then["institutions"])


def test_what_else_differs_is_told_and_left_out(unmoved):
    daemon = unmoved.daemon
    path = other_file(daemon, source__people__filter="(voId=*)", guard__removals=7)
    done = daemon.ctl("plan", "--config", path)
    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert first == ("%s also changes source.people.filter: that is not part of this plan; duaalsyncd --plan -c %s reads anew with it" %
                     (path, path))
    assert "guard.removals" in done.stdout
    asked = daemon.ctl("plan", "--config", path, "--json")
    told = json.loads(asked.stdout)
    assert "also changes source.people.filter" in asked.stderr and told["settings"] == ["guard.removals"] and told["rescoped"]


def test_a_faulty_file_is_refused_with_all_its_faults(unmoved):
    daemon = unmoved.daemon
    path = other_file(daemon, policy__audience=5, guard__removals=-1, guard__nonsense=1)
    done = daemon.ctl("plan", "--config", path)
    assert done.returncode == 78 and done.stdout == ""
    for key in ("policy.audience", "guard.removals", "guard.nonsense"):
        assert "duaalctl: %s:" % path in done.stderr and key + ": " in done.stderr, done.stderr
    assert daemon.ctl("plan", "--config", daemon.path("nowhere.conf")).returncode == 78
    assert daemon.ctl("plan", "--config", daemon.config, "--ldif").returncode == 64


def test_what_the_daemon_cannot_think_it_says(unmoved):
    daemon = unmoved.daemon
    done = daemon.ctl("plan", "--config", other_file(daemon, policy__roles=MORE_ROLES[:1]))
    assert done.returncode == 5 and "beheerder" in done.stderr and "duaalsyncd --plan" in done.stderr
    many = ["vo-%04d-%s" % (n, "x" * 30) for n in range(200)]
    done = daemon.ctl("plan", "--config", other_file(daemon, policy__board_grantors=many))
    assert done.returncode == 64 and "control.request_max" in done.stderr and "duaalsyncd --plan" in done.stderr


def test_a_caller_is_not_trusted(unmoved):
    path = unmoved.daemon.settings["control.socket"]
    wrong = ({"source.people.filter": "(cn=*)"}, {"policy.right": "x"}, {"nothing": 1}, {"": 1}, {"policy": {}}, {"policy.roles[].name": "x"},
             {"guard.removals": "5"}, {"guard.removals": -1}, {"guard.removals": 2 ** 60}, {"guard.removals": 0.5}, {"guard.removals": None},
             {"policy.kinds": [{"kind": "*", "admission": "perhaps"}]}, {"policy.kinds": {"kind": "*"}}, {"policy.kinds": [[1]]},
             {"policy.roles": [{"name": "a,b"}, {"name": "beheerder"}]}, {"policy.roles": []}, {"policy.roles": [{"@include": "/etc/passwd"}]},
             {"policy.audience": "a\nb"}, {"drift.mode": 1}, {"guard.first_fill": True}, {"guard.window": "24h"[:0]})
    for settings in wrong:
        with Varlink(path) as socket, pytest.raises(Refused) as why:
            socket.call("PlanWith", settings=settings)
        assert why.value.name == "OrderRefused", (settings, why.value)
    for settings in ([], "x", 1, None):
        with Varlink(path) as socket, pytest.raises(Refused) as why:
            socket.call("PlanWith", settings=settings)
        assert why.value.name == "InvalidParameter"
    with Varlink(path) as socket:
        assert socket.call("PlanWith", settings={})["settings"] == []
        assert socket.call("PlanWith", settings={}, rescoped=True)["rescoped"]
        assert {one["key"]: one["policy"] for one in socket.call("Settings")["settings"]}["policy.right"] is False


# ---- duaalsyncd --plan: with a read of its own ----

def plan_alone(path, *options):
    """The finished process."""
    return subprocess.run([program("duaalsyncd"), "--plan", "--config", path, *options], capture_output=True, text=True, timeout=60,
                          check=False)


def json_alone(path):
    """Its plan, and its exit status."""
    done = plan_alone(path, "--json")
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done.returncode


def files(daemon):
    """{name: (inode, modes, content)} of the state: of the log's index, which readers share, only that it is there."""
    found = {}
    for name in sorted(os.listdir(daemon.path("state"))):
        path = daemon.path("state/" + name)
        with open(path, "rb") as file:
            found[name] = (os.stat(path).st_ino, os.stat(path).st_mode, None if name.endswith("-shm") else file.read())
    return found


def test_beside_a_running_daemon(unmoved):
    daemon = unmoved.daemon
    before = files(daemon)
    now, (alone, status) = daemon.json("plan"), json_alone(daemon.config)
    assert status == 0 and alone["digest"] == now["digest"] and set(alone) == set(now)
    done = plan_alone(daemon.config)
    assert (done.returncode, done.stdout, done.stderr) == (0, "In step: nothing would change.\n", "")
    path = other_file(daemon, policy__kinds=NOT_SECONDARY)
    alone, status = json_alone(path)
    asked = daemon.json("plan", "--config", path)
    assert status == 4 and changes_of(alone) == changes_of(asked) and alone["held"] == asked["held"] > 0 and alone["go"] == 0
    assert {hold["rule"] for hold in alone["holds"]} == {"rule-scope-changed"}
    text = plan_alone(path).stdout
    assert "0 to grant, 6 to revoke" in text and "Held: stays as it is" in text and "%s Sint-Jozefscollege" % FIRST in text
    assert files(daemon) == before


def test_other_filters_are_read_with(unmoved):
    daemon = unmoved.daemon
    path = other_file(daemon, source__institutions__filter="(&(objectClass=voOrganisatie)(!(voInstellingsnummer=030569)))")
    alone, status = json_alone(path)
    assert status == 4 and alone["removals"] == 5 and alone["go"] == 0
    assert daemon.json("plan", "--config", path)["removals"] == 0


@pytest.mark.parametrize("most", (200, 0))
def test_who_is_missing_is_asked_for_first(school, most):
    daemon = school.start()
    school.government.remove_person(vo_id("an"))
    before = everything(school)
    alone, status = json_alone(other_file(daemon, schedule__questions_max=most))
    assert status == 4 and changes_of(alone) == {("member-remove", "An Peeters", "trajectbegeleider"): "go"}
    assert everything(school) == before


def test_with_the_daemon_stopped(school):
    daemon = school.start()
    school.revoke("an", "trajectbegeleider")
    school.grant("bart", "beheerder")
    daemon.stop()
    before, kept = everything(school), files(daemon)
    assert not any(name.endswith(("-wal", "-shm")) for name in kept)
    alone, status = json_alone(daemon.config)
    assert status == 4 and (alone["grants"], alone["removals"], alone["go"], alone["held"]) == (1, 1, 2, 0)
    assert changes_of(alone)[("member-remove", "An Peeters", "trajectbegeleider")] == "go"
    assert files(daemon) == kept and everything(school) == before
    daemon.start()
    assert school.members() == {"bart", "chris", "dries"} and school.members("beheerder") == {"bart", "griet"}


def test_without_a_ledger(school):
    daemon = school.make_daemon()
    before = school.application.server.backup()
    done = plan_alone(daemon.config, "--json")
    plan = json.loads(done.stdout)
    assert done.returncode == 4 and plan["first_fill"] and plan["grants"] == 6
    assert "ledger.sqlite does not exist" in done.stderr
    assert os.listdir(daemon.path("state")) == [] and not os.path.exists(daemon.settings["control.socket"])
    assert school.application.server.backup() == before


def test_an_incomplete_read_is_no_plan(school):
    daemon = school.start()
    path = other_file(daemon, source__people__floor=1000)
    done = plan_alone(path)
    assert (done.returncode, done.stdout) == (1, "") and "people" in done.stderr, done.stderr
    daemon.stop()
    school.application.server.stop()
    done = plan_alone(daemon.config, "--json")
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("duaalsyncd: ")


def test_what_it_does_not_take(school):
    daemon = school.make_daemon()
    done = plan_alone(other_file(daemon, policy__audience=5))
    assert (done.returncode, done.stdout) == (2, "") and "policy.audience: " in done.stderr
    assert plan_alone(daemon.config, "--helpers", "/run/duaalsync").returncode == 2
    alone = subprocess.run([program("duaalsyncd"), "--json", "--config", daemon.config], capture_output=True, check=False)
    assert alone.returncode == 2
    assert plan_alone("nowhere.conf").returncode == 2


@pytest.mark.parametrize("options", ((), ("--json",)))
def test_a_plan_that_cannot_be_written_is_told(unmoved, options):
    path = other_file(unmoved.daemon, policy__kinds=NOT_SECONDARY)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program("duaalsyncd"), "--plan", "--config", path, *options], stdout=full, stderr=subprocess.PIPE,
                              check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"duaalsyncd: the output cannot be written: is the disk full?\n")

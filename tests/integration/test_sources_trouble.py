# SPDX-License-Identifier: EUPL-1.2
"""Two sources in one instance, and what goes wrong between them: moves, silence at each moment, other names, other shapes."""
import contextlib
import os
import signal
import subprocess

import government as source
import pytest
import test_grant_entries as grants
import test_right_groups as groups
from daemon import program
from government import Government
from school import FIRST, right, vo_id
from test_dates import generalized
from test_directives import from_now
from two_sources import BASIS, FIRST_MEMBERS, PRIMARY, PRIMARY_MEMBERS, TwoSources

TB = "trajectbegeleider"
# What failed is not tried again by itself, between two changes of the world.
AT_REST = {"schedule__backoff_min": "1h", "schedule__backoff_max": "1h"}


def uuid_of(directory, name):
    """entryUUID of somebody there."""
    found = directory.reader().search_s(directory.here(source.person_dn(vo_id(name))), 0, attrlist=["entryUUID"])
    return found[0][1]["entryUUID"][0].decode()


# ---- moves ---------------------------------------------------------------------------------------------

def test_somebody_moves_within_one_cycle(two):
    """A new entry elsewhere is a new person (I8), and the access is theirs at the end of the same cycle."""
    two.government.remove_person(vo_id("an"))
    two.at_basis("an", right(TB, FIRST))
    two.daemon.sync()
    assert two.members() == FIRST_MEMBERS
    assert "source basis" in two.daemon.ctl("why", vo_id("an")).stdout
    assert two.daemon.sync()["result"] == "in-step"


def test_somebody_moves_by_way_of_both(two):
    """While both show them nothing is given and nothing taken; then the new place counts."""
    two.at_basis("an", right(TB, PRIMARY))
    two.daemon.sync()
    assert two.members() == FIRST_MEMBERS and two.members(number=PRIMARY) == PRIMARY_MEMBERS
    two.government.remove_person(vo_id("an"))
    two.daemon.sync()
    assert two.members() == FIRST_MEMBERS - {"an"} and two.members(number=PRIMARY) == PRIMARY_MEMBERS | {"an"}


def test_somebody_moves_by_way_of_neither(two):
    two.government.remove_person(vo_id("an"))
    assert two.daemon.sync()["removals"] == 1
    two.at_basis("an", right(TB, FIRST))
    assert two.daemon.sync()["grants"] == 1 and two.members() == FIRST_MEMBERS


def test_an_entry_moves_with_its_uuid(two):
    """One person: kept all the while, unread as long as both show the entry."""
    uuid = uuid_of(two.government, "an")
    two.at_basis("an", right(TB, FIRST))
    two.basis.server.restore(two.basis.server.backup().replace(uuid_of(two.basis, "an"), uuid))
    assert two.daemon.sync()["result"] == "source-unread"
    two.government.remove_person(vo_id("an"))
    assert two.daemon.sync()["removals"] == 0
    assert two.members() == FIRST_MEMBERS and two.daemon.part("source")["code"] == "ok"


# ---- silence -------------------------------------------------------------------------------------------

def behind_proxy(two, fault_proxy, **changes):
    """Two sources, the second one behind a proxy."""
    two.proxy = fault_proxy(two.basis.server)
    two.daemon.reload(**AT_REST, **two.both(two.folder, uri=two.proxy.uri, **changes))
    two.daemon.sync()
    return two


@pytest.fixture(name="slow")
def _slow(two, fault_proxy):
    """With a short deadline, for whoever waits until it is over."""
    return behind_proxy(two, fault_proxy, deadline="3s")


@pytest.fixture(name="patient")
def _patient(two, fault_proxy):
    """With a long one, for whoever does something before it is over."""
    return behind_proxy(two, fault_proxy, deadline="1h")


def test_silence_in_the_middle_of_a_read(slow):
    slow.revoke("an", TB)
    slow.proxy.add("hang", operation="entry", nth=3)
    assert slow.daemon.sync()["result"] == "source-unread"
    assert slow.daemon.part("source")["detail"].startswith("source basis: ")
    assert slow.members() == FIRST_MEMBERS
    slow.proxy.clear()
    assert slow.daemon.sync()["removals"] == 1


def test_whoever_waits_for_its_cycle_when_the_daemon_stops_is_told_so(patient):
    patient.proxy.add("hang", operation="entry", nth=3)
    waiting = subprocess.Popen([program("duaalctl"), "-s", patient.daemon.settings["control.socket"], "sync", "--wait"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    patient.daemon.wait_until(lambda: patient.daemon.json("status")["phase"] == "reading", "the read")
    patient.daemon.stop()
    said, complaint = waiting.communicate(timeout=60)
    assert waiting.returncode == 3 and "reading\n" in said and "the daemon has stopped" in complaint, (said, complaint)


@pytest.mark.parametrize("which", ["government", "basis"])
@pytest.mark.parametrize("action", ["hang", "drop", "answer"])
def test_silence_at_the_second_question(two, fault_proxy, which, action):
    """What the other one answers proves nothing alone (I2)."""
    proxy = fault_proxy(getattr(two, which).server)
    if which == "basis":
        two.daemon.reload(**two.both(two.folder, uri=proxy.uri, deadline="3s"))
    else:
        two.daemon.reload(source__uri=proxy.uri, source__deadline="3s")
    two.daemon.sync()
    two.basis.remove_person(vo_id("fien"))
    two.government.remove_person(vo_id("an"))
    rule = proxy.add(action, direction="request", operation="search", match="entryUUID\x04\x24")  # compared with one
    assert two.daemon.sync()["held"] == 2 and rule.fired > 0 and two.daemon.holds() == ["rule-doubtful"]
    assert two.members() == FIRST_MEMBERS and two.members(number=PRIMARY) == PRIMARY_MEMBERS
    proxy.clear()
    assert two.daemon.sync()["removals"] == 2


def test_silence_in_the_second_read(slow):
    """Neither source's absences are proven by half of it."""
    slow.daemon.reload(schedule__questions_max=1)
    slow.daemon.sync()
    counter = slow.proxy.add("swallow", operation="entry", nth=10 ** 6)
    slow.daemon.sync()
    slow.proxy.clear()
    slow.proxy.add("hang", operation="entry", nth=counter.seen + 4)  # one entry less than in that whole read, and 5 on
    slow.basis.remove_person(vo_id("fien"))
    slow.government.remove_person(vo_id("an"))
    assert slow.daemon.sync()["held"] == 2 and slow.daemon.holds() == ["rule-doubtful"]
    assert "second read, to prove what is absent: source basis: " in slow.daemon.log()
    slow.proxy.clear()
    assert slow.daemon.sync()["removals"] == 2


def in_the_middle(two):
    """Begin a cycle, and wait until the second source is being read; its proxy keeps it there."""
    rule = two.proxy.add("hang", operation="entry", nth=3)
    two.daemon.ctl("sync")
    two.daemon.wait_until(lambda: rule.fired > 0, "the read of the second source")


def test_helpers_killed_in_the_middle(patient):
    patient.revoke("an", TB)
    in_the_middle(patient)
    daemon, cycle = patient.daemon, patient.daemon.last_cycle()["id"]
    with open("/proc/%d/task/%d/children" % (daemon.process.pid, daemon.process.pid), encoding="ascii") as file:
        for pid in file.read().split():
            with open("/proc/%s/comm" % pid, encoding="ascii") as comm:
                if comm.read().strip() == "duaal-source":
                    os.kill(int(pid), signal.SIGKILL)
    daemon.wait_until(lambda: daemon.last_cycle()["id"] > cycle, "the end of the cycle")
    assert daemon.last_cycle()["result"] == "source-unread" and patient.members() == FIRST_MEMBERS
    patient.proxy.clear()
    daemon.sync()
    assert patient.members() == FIRST_MEMBERS - {"an"}


def test_left_out_in_the_middle(slow):
    """The cycle that reads it is ended by the reload; nobody of that source loses anything, for as long as nobody decides."""
    in_the_middle(slow)
    slow.daemon.reload(more_sources=None)
    for _ in range(3):
        assert slow.daemon.sync()["held"] == 3
    assert slow.members(number=PRIMARY) == PRIMARY_MEMBERS
    slow.proxy.clear()
    slow.daemon.reload(**slow.both(slow.folder))
    assert slow.daemon.sync()["held"] == 0
    assert slow.members(number=PRIMARY) == PRIMARY_MEMBERS


def test_stopped_in_the_middle(patient):
    patient.revoke("an", TB)
    in_the_middle(patient)
    assert patient.daemon.stop() == 0
    patient.proxy.clear()
    patient.daemon.start()
    assert patient.members() == FIRST_MEMBERS - {"an"} and patient.members(number=PRIMARY) == PRIMARY_MEMBERS


def test_an_end_that_was_put_off_counts_while_the_other_one_is_silent(government, application, make_daemon, tmp_path, clock):
    """Ends that were announced go through on the last complete read; a source that can be read may say that one is no end any more."""
    with Government(suffix=BASIS) as basis:
        two = TwoSources(government, application, make_daemon, basis.start())
        for name in ("an", "bart"):
            government.set_person(vo_id(name), voEinde=generalized(1))
        basis.set_person(vo_id("fien"), voEinde=generalized(1))
        two.start(two.both(str(tmp_path)), clock=clock)
        basis.server.stop()
        government.set_person(vo_id("an"), voEinde=generalized(300))
        two.revoke("chris", TB)
        two.grant("griet", TB)
        clock.forward(days=2)
        assert two.daemon.sync()["result"] == "source-unread"
        assert two.members() == FIRST_MEMBERS - {"bart"} and two.members(number=PRIMARY) == PRIMARY_MEMBERS - {"fien"}
        government.server.stop()
        two.daemon.sync()
        assert two.members() == FIRST_MEMBERS - {"bart"}
        government.server.start()
        basis.server.start()
        two.daemon.sync()
        assert two.members() == {"an", "dries", "griet"}


def test_an_end_that_was_put_off_counts_after_a_restart_too(government, application, make_daemon, tmp_path, clock):
    """The ledger's dates are older than what can be read now: the source that can be read speaks for its people, and the other one's end as announced."""
    with Government(suffix=BASIS) as basis:
        two = TwoSources(government, application, make_daemon, basis.start())
        for name in ("an", "bart"):
            government.set_person(vo_id(name), voEinde=generalized(1))
        basis.set_person(vo_id("fien"), voEinde=generalized(1))
        two.start(two.both(str(tmp_path)), clock=clock)
        two.daemon.stop()
        basis.server.stop()
        government.set_person(vo_id("an"), voEinde=generalized(300))
        two.revoke("chris", TB)
        two.daemon.start()
        clock.forward(days=2)
        assert two.daemon.sync()["result"] == "source-unread"
        assert two.members() == FIRST_MEMBERS - {"bart"} and two.members(number=PRIMARY) == PRIMARY_MEMBERS - {"fien"}
        two.daemon.sync()
        government.server.stop()
        basis.server.start()
        two.daemon.sync()
        assert two.members() == FIRST_MEMBERS - {"bart"}, "both were read, at different times: enough for announced ends, not for more"
        government.server.start()
        two.daemon.sync()
        assert two.members() == {"an", "dries"}


# ---- people whom only the second source knows ----------------------------------------------------------

def test_overrides_name_people_of_the_second(two):
    """Each source is asked for whom no read shows; who is in two is nobody."""
    two.at_basis("ilse")
    two.at_basis("jan")
    two.person("jan")
    two.override("in", "ilse", until=from_now(days=30))
    two.override("twee", "jan", until=from_now(days=30))
    two.override("uit", "fien", effect="exclude", number=PRIMARY, until=from_now(days=30))
    two.daemon.sync()
    assert two.members() == FIRST_MEMBERS | {"ilse"}
    assert two.members(number=PRIMARY) == PRIMARY_MEMBERS - {"fien"}
    assert two.daemon.part("source")["code"] == "ambiguous"


def test_an_undo_keeps_somebody_of_the_second_until_they_are_gone(two):
    two.basis.revoke(vo_id("fien"), right(TB, PRIMARY))
    cycle = two.daemon.sync()
    assert cycle["removals"] == 1
    two.daemon.order("undo", str(cycle["id"]), "--reason", "vergissing", "--until", "2h")
    two.daemon.sync()
    assert two.members(number=PRIMARY) == PRIMARY_MEMBERS
    two.basis.remove_person(vo_id("fien"))
    two.daemon.sync()
    assert two.members(number=PRIMARY) == PRIMARY_MEMBERS - {"fien"}


# ---- older, smaller ------------------------------------------------------------------------------------

def test_two_went_back_and_each_is_accepted_by_itself(two):
    first, second = two.government.server.backup(), two.basis.server.backup()
    two.grant("an", "beheerder")
    two.basis.grant(vo_id("gust"), right("beheerder", PRIMARY))
    two.daemon.sync()
    two.basis.server.restore(second)
    two.daemon.sync()
    two.government.server.restore(first)
    two.daemon.order("accept-source", two.daemon.hold("rule-source-went-back")["id"], "--reason", "hersteld")
    two.daemon.sync()
    assert two.daemon.part("source")["code"] == "went-back"
    assert two.members("beheerder", PRIMARY) == {"gust"} and "an" in two.members("beheerder")
    two.daemon.order("accept-source", two.daemon.hold("rule-source-went-back")["id"], "--reason", "hersteld")
    two.daemon.sync()
    assert two.daemon.part("source")["code"] == "ok"
    assert two.members("beheerder", PRIMARY) == set() and "an" not in two.members("beheerder")


def test_a_server_that_is_passed_over_is_told_with_its_source(two):
    with Government(suffix=BASIS) as replica:
        replica.start()
        replica.server.restore(two.basis.server.backup())
        two.daemon.reload(**two.both(two.folder, uri=[two.basis.server.uri, replica.server.uri]))
        two.basis.server.stop()
        two.daemon.sync()
        assert two.daemon.part("source")["code"] == "passed-over"
        assert two.daemon.part("source")["detail"].startswith("source basis, read from %s: " % replica.server.uri)
        assert "the source basis was read from %s: " % replica.server.uri in two.daemon.log()


def test_whoever_waits_in_vain_is_told_which_one_cannot_be_read(two):
    two.basis.server.stop()
    assert two.daemon.sync()["result"] == "source-unread"
    done = two.daemon.ctl("wait", "--in-step", "--newer-than", "now", "--timeout", "1s")
    assert done.returncode == 6 and "ended as source-unread: source basis: " in done.stderr


def test_what_was_accepted_of_one_is_still_waited_for_of_the_other(two):
    """The current server of the other one is out of reach, and its replica lags: it did not go back, it is unread."""
    with Government(suffix=BASIS) as replica:
        replica.start()
        older, first = two.basis.server.backup(), two.government.server.backup()
        two.basis.grant(vo_id("gust"), right("beheerder", PRIMARY))
        two.grant("an", "beheerder")
        two.daemon.reload(**two.both(two.folder, uri=[two.basis.server.uri, replica.server.uri]))
        two.daemon.sync()
        replica.server.restore(older)
        two.government.server.restore(first)
        assert two.daemon.sync()["result"] == "source-went-back"
        two.basis.server.stop()
        two.daemon.order("accept-source", two.daemon.hold("rule-source-went-back")["id"], "--reason", "hersteld")
        summary = two.daemon.sync()
        assert summary["result"] == "source-unread" and "is behind" in summary["detail"]
        two.basis.server.start()
        two.daemon.sync()
        assert two.daemon.part("source")["code"] == "ok"
        assert two.members("beheerder", PRIMARY) == {"gust"} and "an" not in two.members("beheerder")


def test_one_without_a_position_is_believed_and_the_other_one_compared(two):
    two.daemon.reload(**two.both(two.folder, position="none"))
    two.daemon.sync()
    first, second = two.government.server.backup(), two.basis.server.backup()
    two.basis.grant(vo_id("gust"), right("beheerder", PRIMARY))
    two.grant("an", "beheerder")
    two.daemon.sync()
    two.basis.server.restore(second)
    two.daemon.sync()
    assert two.members("beheerder", PRIMARY) == set() and two.daemon.part("source")["code"] == "ok"
    two.government.server.restore(first)
    assert two.daemon.sync()["result"] == "source-went-back"


def test_a_small_one_that_shrinks_is_noticed(two):
    """Five of 57 are few, five of six are not; after a restart, too."""
    two.many(45, number=FIRST)
    two.daemon.sync()
    for name in ("ilse", "jan", "kaat"):
        two.at_basis(name, right(TB, FIRST))
    two.daemon.sync()
    for name in ("fien", "gust", "hanne", "ilse", "jan"):
        two.basis.remove_person(vo_id(name))
    assert two.daemon.sync()["held"] == 5 and two.daemon.holds() == ["rule-shrunken-source"]
    shrunken = "the source basis is much smaller than the last one that was accepted"
    hold, = two.daemon.json("holds")["holds"]
    assert hold["sentence"] == shrunken and two.daemon.part("plan")["detail"] == "5 changes wait: " + shrunken
    assert "operations: %s; expires" % shrunken in two.daemon.log()
    two.daemon.stop()
    two.daemon.start()
    assert two.daemon.sync()["held"] == 5 and two.members(number=PRIMARY) == PRIMARY_MEMBERS


# ---- other names, more of them -------------------------------------------------------------------------

def test_another_name_takes_nothing(two):
    two.daemon.reload(**two.both(two.folder, name="lager"))
    assert two.daemon.sync()["result"] == "in-step"
    two.basis.revoke(vo_id("fien"), right(TB, PRIMARY))
    assert two.daemon.sync()["removals"] == 1


def test_first_and_second_change_places(two):
    was = dict(two.daemon.settings)
    item = was["more_sources"][0]
    second = {"name": "source", "position": "csn", "uri": was["source.uri"], "bind_dn": was["source.bind_dn"],
              "password_file": was["source.password_file"], "canaries": was["source.canaries"],
              "people": {"base": was["source.people.base"], "filter": was["source.people.filter"]},
              "institutions": {"base": was["source.institutions.base"], "filter": was["source.institutions.filter"]}}
    two.daemon.reload(source__name="basis", source__uri=item["uri"], source__bind_dn=item["bind_dn"],
                      source__password_file=item["password_file"], source__canaries=item["canaries"],
                      source__people__base=item["people"]["base"],
                      source__institutions__base=item["institutions"]["base"], more_sources=[second])
    two.daemon.sync()
    assert two.daemon.sync()["result"] == "in-step"
    assert two.members() == FIRST_MEMBERS and two.members(number=PRIMARY) == PRIMARY_MEMBERS
    two.basis.revoke(vo_id("fien"), right(TB, PRIMARY))
    assert two.daemon.sync()["removals"] == 1


def test_eight_and_no_ninth(two):
    with contextlib.ExitStack() as stack:
        items, more = list(two.daemon.settings["more_sources"]), []
        for n in range(6):
            directory = stack.enter_context(Government(suffix="dc=s%d,dc=example" % n))
            two.names[vo_id("x%d" % n)] = "x%d" % n
            directory.person(vo_id("x%d" % n), "X", "Y", rights=[right(TB, FIRST)])
            directory.organisation(str(60000 + n), "School %d" % n, kind="secundair onderwijs")
            more.append(directory.start())
            here = directory.here
            items.append({**items[0], "name": "bron-%d" % n, "uri": directory.server.uri, "bind_dn": here(source.READER),
                          "canaries": [here(dn) for dn in source.CANARIES],
                          "people": {**items[0]["people"], "base": here(source.USERS)},
                          "institutions": {**items[0]["institutions"], "base": here(source.ORGANISATIONS)}})
        everybody = FIRST_MEMBERS | {"x%d" % n for n in range(6)}
        two.daemon.reload(**AT_REST, more_sources=items)
        two.daemon.sync()
        assert two.members() == everybody
        more[3].server.stop()
        two.government.remove_person(vo_id("an"))
        assert two.daemon.sync()["detail"].startswith("source bron-3: ") and two.members() == everybody
        more[3].server.start()
        assert two.daemon.sync()["removals"] == 1
        two.daemon.stop()
        two.daemon.start()
        assert two.daemon.sync()["result"] == "in-step"
        two.daemon.configure(more_sources=[*items, {**items[0], "name": "negen"}])
        checked = subprocess.run([program("duaalsyncd"), "--check-config", "--config", two.daemon.config],
                                 capture_output=True, text=True)
        assert checked.returncode != 0 and "more_sources: must have 0 to 7 items" in checked.stdout + checked.stderr


# ---- shapes of one of them -----------------------------------------------------------------------------

def at_basis(two, branch, entries):
    """A branch of the second source with these entries: {DN: attributes}; those of the tests of one source, moved there."""
    two.basis.server.add(two.basis.here(branch), {"objectClass": "organizationalUnit", "ou": branch[3:branch.index(",")]})
    for dn, attributes in entries.items():
        two.basis.server.add(two.basis.here(dn), {name: [two.basis.here(value) for value in values] if isinstance(values, list)
                                                  else two.basis.here(values) for name, values in attributes.items()})


def grant(cn, name, **changes):
    """DN and attributes of a grant."""
    return grants.dn(cn), {"objectClass": "voGebruikersrecht", "cn": cn, "voRechtNaam": source.RIGHT, "voRol": TB,
                           "voHouder": source.person_dn(vo_id(name)), "voInstellingsnummer": FIRST, "voStatus": "actief",
                           "voToekenner": vo_id("griet"), **changes}


def group(cn, *names, **changes):
    """DN and attributes of a right group."""
    return groups.dn(cn), {"objectClass": ["groupOfNames", "voRechtengroep"], "cn": cn, "voRol": TB,
                           "voInstellingsnummer": FIRST, "member": [groups.person(name) for name in names], **changes}


def test_grants_and_groups_that_only_the_second_has(two):
    """The first one, asked for a grant that it could never have, says that it has none. A DN names nobody of the other one."""
    here, canary = two.basis.here, {"voRol": "kanarie", "voInstellingsnummer": source.CANARY_ORGANISATION}
    for name in ("ilse", "jan", "kaat"):
        two.at_basis(name)
    at_basis(two, grants.GRANTS, dict([grant("kanarie-1", "fien", **canary), grant("kanarie-2", "fien", **canary),
                                       grant("ilse", "ilse"), grant("rest", "hanne", **canary)]))
    at_basis(two, groups.GROUPS, dict([group("kanarie-1", "fien", **canary), group("kanarie-2", "fien", **canary),
                                       group("jan", "jan"), group("rest", "hanne", **canary)]))
    two.basis.server.add(here(grants.dn("griet")), grant("griet", "griet")[1])
    item = two.both(two.folder, people={"base": here(source.USERS), "filter": "(objectClass=voPersoon)"},
                    grants={"base": here(grants.GRANTS), "filter": grants.SETTINGS["source.grants.filter"],
                            "canaries": [here(dn) for dn in grants.CANARIES]},
                    groups={"base": here(groups.GROUPS), "filter": "(objectClass=groupOfNames)",
                            "canaries": [here(dn) for dn in groups.CANARIES]})
    two.daemon.reload(source__grants__active=["actief"],
                      source__grants__attributes=grants.SETTINGS["source.grants.attributes"],
                      source__groups__attributes=groups.SETTINGS["source.groups.attributes"], **item)
    two.daemon.sync()
    assert two.members() == FIRST_MEMBERS | {"ilse", "jan"}
    two.basis.server.delete(here(grants.dn("ilse")))
    assert two.daemon.sync()["removals"] == 1 and two.members() == FIRST_MEMBERS | {"jan"}
    two.basis.server.delete(here(groups.dn("jan")))
    assert two.daemon.sync()["removals"] == 1 and two.members() == FIRST_MEMBERS

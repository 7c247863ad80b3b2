# SPDX-License-Identifier: EUPL-1.2
"""Two sources in one instance: read, proven, compared and asked each by itself, and never half of them."""
import government as source
from school import FIRST, right, vo_id
from socket_units import PROGRAMS, Units
from test_plan_config import NOT_SECONDARY, changes_of, json_alone, other_file
from two_sources import PRIMARY


def reads_of(daemon, cycle):
    """{name or side: read} of one cycle."""
    return {each["name"] or each["side"]: each for each in daemon.json("reads")["reads"] if each["cycle"] == cycle}


def test_each_is_read_and_proven_by_itself(two):
    """Two certificates with their own servers and positions, both named in status and in why."""
    daemon = two.daemon
    reads = reads_of(daemon, daemon.last_cycle()["id"])
    assert set(reads) == {"source", "basis", "target"}
    assert reads["source"]["server"] == two.government.server.uri and reads["basis"]["server"] == two.basis.server.uri
    assert reads["source"]["position"] and reads["basis"]["position"] and reads["basis"]["people"] == 3
    assert all(read["complete"] and read["canaries_seen"] == read["canaries_expected"] for read in reads.values())
    detail = daemon.part("source")["detail"]
    assert "source (%s)" % two.government.server.uri in detail and "basis (%s)" % two.basis.server.uri in detail
    assert "source basis as uid=%s,%s" % (vo_id("fien"), two.basis.here(source.USERS)) in daemon.ctl("why", vo_id("fien")).stdout
    assert daemon.json("institution", PRIMARY)["entry"] == two.basis.here(source.organisation_dn(PRIMARY))
    assert daemon.json("institution", FIRST)["entry"] == source.organisation_dn("030569")
    assert "basis" in daemon.ctl("reads").stdout


def test_another_configuration_is_thought_about_with_both(two):
    """Asked of the daemon: of both with its policy, and what a further source reads is named. By itself: both are read and asked."""
    daemon = two.daemon
    then = daemon.json("plan", "--config", other_file(daemon, policy__kinds=NOT_SECONDARY))
    assert (then["removals"], then["go"]) == (9, 0)
    fewer = two.both(two.folder, people={"base": two.basis.here(source.USERS), "filter": "(voId=*)"})
    told = daemon.ctl("plan", "--config", other_file(daemon, **fewer)).stdout
    assert "also changes more_sources: that is not part of this plan" in told
    two.basis.remove_person(vo_id("fien"))
    plan, status = json_alone(daemon.config)
    assert status == 4 and changes_of(plan) == {("member-remove", "Fien Maes", "trajectbegeleider"): "go"}
    assert two.members(number=PRIMARY) == {"fien", "gust", "hanne"}


def test_somebody_of_one_source_at_an_institution_of_the_other(two):
    """A right names an institution by its number, wherever that stands."""
    two.at_basis("ilse", right("trajectbegeleider", FIRST))
    two.grant("an", "beheerder", PRIMARY)
    assert two.daemon.sync()["grants"] == 2
    assert "ilse" in two.members(number=FIRST) and two.members("beheerder", PRIMARY) == {"an"}


def test_one_that_cannot_be_read_keeps_everything_as_it_is(two):
    """Nothing is taken from anybody by the other one, nothing is given; the sentence names the source; then all goes on."""
    two.daemon.reload(schedule__backoff_min="1h", schedule__backoff_max="1h")  # with the cycle that is asked for, and none before it
    two.daemon.sync()
    two.revoke("an", "trajectbegeleider")
    two.grant("griet", "trajectbegeleider")
    two.basis.server.stop()
    assert two.daemon.sync()["result"] == "source-unread"
    part = two.daemon.part("source")
    assert part["code"] == "unread" and part["detail"].startswith("source basis: ")
    assert two.members() == {"an", "bart", "chris", "dries"} and two.members(number=PRIMARY) == {"fien", "gust", "hanne"}
    two.basis.server.start()
    assert two.daemon.sync()["result"] == "applied"
    assert two.members() == {"griet", "bart", "chris", "dries"}


def test_one_that_hides_its_people_is_incomplete(two):
    """Success with less: the canaries of that source are its own, and those of the other one prove nothing about it."""
    two.basis.hide(source.person_dn("kanarie-1"))
    assert two.daemon.sync()["result"] == "source-unread"
    assert "source basis: " in two.daemon.part("source")["detail"] and "canar" in two.daemon.part("source")["detail"]
    assert two.members(number=PRIMARY) == {"fien", "gust", "hanne"}


def test_absence_is_proven_by_all(two):
    """Whoever is not shown any more is asked for everywhere: absent is who is nowhere, moved is who is elsewhere."""
    two.basis.remove_person(vo_id("fien"))
    assert two.daemon.sync()["removals"] == 1
    assert two.members(number=PRIMARY) == {"gust", "hanne"}
    changes = two.daemon.json("changes", "--person", vo_id("fien"))["changes"]
    assert [(each["kind"], each["cause"]) for each in changes[:1]] == [("member-remove", "absent")]


def test_absence_that_one_cannot_confirm_is_doubtful(two):
    """More than may be asked for: a second full read of both, here too."""
    two.daemon.reload(schedule__questions_max=1)
    two.daemon.sync()
    two.person("karel", right("trajectbegeleider"))
    two.person("lies", right("trajectbegeleider"))
    assert two.daemon.sync()["grants"] == 2
    two.basis.remove_person(vo_id("fien"))
    two.government.remove_person(vo_id("karel"))
    summary = two.daemon.sync()
    assert (summary["result"], summary["removals"]) == ("applied", 2)
    assert two.members(number=PRIMARY) == {"gust", "hanne"}


def test_somebody_in_both_is_ambiguous_and_keeps_what_they_have(two):
    """R9: nobody can say which of the two it is."""
    two.basis.person(vo_id("an"), "An", "Maes", rights=[right("trajectbegeleider", PRIMARY)])
    two.daemon.sync()
    assert two.daemon.part("source")["code"] == "ambiguous"
    assert "an" in two.members() and "an" not in two.members(number=PRIMARY)
    two.basis.remove_person(vo_id("an"))
    assert two.daemon.sync()["result"] == "in-step"
    assert two.daemon.part("source")["code"] == "ok"


def test_an_institution_in_both_gives_nothing_new_and_takes_nothing(two):
    """Whose administrators, whose admission? Held, until one of them is gone."""
    two.basis.organisation(FIRST, "Sint-Jozef basis", kind="secundair onderwijs", programmes=["2026-0117:goedgekeurd"])
    two.grant("griet", "trajectbegeleider")
    two.daemon.sync()
    assert two.members() == {"an", "bart", "chris", "dries"}
    assert two.daemon.json("institution", FIRST)["ambiguous"]
    two.basis.remove_organisation(FIRST)
    two.daemon.sync()
    assert two.members() == {"an", "bart", "chris", "dries", "griet"}


def test_one_that_went_back_is_noticed_and_accepted(two):
    """A restored backup of one of them: its position is its own, and so is its acceptance."""
    backup = two.basis.server.backup()
    two.basis.grant(vo_id("gust"), right("beheerder", PRIMARY))
    assert two.daemon.sync()["grants"] == 1
    two.basis.server.restore(backup)
    assert two.daemon.sync()["result"] == "source-went-back"
    assert two.daemon.part("source")["code"] == "went-back"
    assert two.daemon.part("source")["detail"].startswith("source basis: older than what was applied")
    assert two.members("beheerder", PRIMARY) == {"gust"}
    hold = two.daemon.hold("rule-source-went-back")
    assert "source-server" in two.daemon.ctl("holds", hold["id"]).stdout
    assert {each["source"] for each in two.daemon.json("holds", hold["id"])["operations"] if each["kind"] == "source-server"} == {"basis"}
    two.daemon.order("accept-source", hold["id"], "--reason", "restored")
    two.daemon.sync()
    assert two.daemon.part("source")["code"] != "went-back"
    two.grant("griet", "trajectbegeleider")
    two.daemon.sync()
    assert "griet" in two.members()


def test_positions_survive_a_restart(two):
    """What was applied of each is on record by its name."""
    backup = two.basis.server.backup()
    two.basis.grant(vo_id("gust"), right("beheerder", PRIMARY))
    two.daemon.sync()
    two.daemon.stop()
    two.basis.server.restore(backup)
    two.daemon.start()
    assert two.daemon.part("source")["code"] == "went-back"
    assert two.members("beheerder", PRIMARY) == {"gust"}


def test_a_source_that_is_left_out_takes_nobodys_access(two):
    """I15: what another scope takes away waits for a decision; put back, all is as it was."""
    two.daemon.reload(more_sources=None)
    summary = two.daemon.sync()
    assert summary["removals"] == 0 and summary["held"] >= 3
    assert two.members(number=PRIMARY) == {"fien", "gust", "hanne"}
    two.daemon.reload(**two.both(two.folder))
    assert two.daemon.sync()["held"] == 0
    assert two.members(number=PRIMARY) == {"fien", "gust", "hanne"}


def test_a_copy_under_another_name_is_refused(two):
    """The same entries at a second address: each entry belongs to one source, so none of it is used."""
    found = two.government.reader().search_s(source.person_dn(vo_id("an")), 0, attrlist=["entryUUID"])
    uuid = found[0][1]["entryUUID"][0].decode()
    ldif = two.basis.server.backup()
    fien = "dn: uid=%s," % vo_id("fien")
    head, _, tail = ldif.partition(fien)
    entry, separator, rest = tail.partition("\n\n")
    entry = "\n".join("entryUUID: " + uuid if line.startswith("entryUUID:") else line for line in entry.split("\n"))
    two.basis.server.restore(head + fien + entry + separator + rest)
    assert two.daemon.sync()["result"] == "source-unread"
    assert "both show the entry with entryUUID " + uuid in two.daemon.part("source")["detail"]
    assert two.members(number=PRIMARY) == {"fien", "gust", "hanne"} and two.members() == {"an", "bart", "chris", "dries"}


def test_doctor_examines_each(two):
    """Findings say about which source they are."""
    findings = two.daemon.json("doctor")["findings"]
    assert {"source source", "source basis", "target", "ledger"} <= {each["about"] for each in findings}
    assert any(each["about"].startswith("basis: ") for each in findings)
    assert any(each["about"].startswith("source: ") for each in findings)


def test_a_hold_shows_all_reads(two):
    """The proof under a decision names each source."""
    two.at_basis("ilse", right("beheerder", PRIMARY))
    for name in ("fien", "gust", "hanne"):
        two.basis.revoke(vo_id(name), right("trajectbegeleider", PRIMARY))
    assert two.daemon.sync()["held"] == 3
    hold = two.daemon.json("holds")["holds"][0]
    shown = two.daemon.json("holds", hold["id"])
    assert [(each["side"], each["name"]) for each in shown["certificates"]] == [
        ("source", "source"), ("source", "basis"), ("target", None)]
    assert "source basis complete at" in two.daemon.ctl("holds", hold["id"]).stdout


def test_each_has_a_unit_of_its_own(two, tmp_path):
    """Helpers at sockets: the second source's is source-basis, and what is missing is named."""
    two.daemon.stop()
    folder = tmp_path / "units"
    folder.mkdir()
    two.daemon.options = ["--helpers", str(folder)]
    with Units(str(folder), programs={**PROGRAMS, "source-basis": "duaal-source"}) as units:
        two.at_basis("ilse", right("trajectbegeleider", PRIMARY))
        two.daemon.start()
        assert two.members(number=PRIMARY) == {"fien", "gust", "hanne", "ilse"}
        units.close("source-basis")
        two.grant("griet", "trajectbegeleider")
        assert two.daemon.sync()["result"] == "source-unread"
        assert "source basis: " in two.daemon.part("source")["detail"]
        assert "source-basis" in two.daemon.part("source")["detail"]
        two.daemon.stop()

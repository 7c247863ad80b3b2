# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong at either directory: incomplete reads, restored backups, hand edits, refusals. Nobody loses access by it."""
import application as target
import government as source
import pytest
from clock import from_now
from faultproxy import FaultProxy
from school import FIRST, SECOND, right, vo_id

ALL = {"an", "bart", "chris", "dries"}


def hide_half(school, names):
    """The source's access rules hide these people; every search goes on answering 0."""
    school.government.hide(*(source.person_dn(vo_id(name)) for name in names))


def test_a_hidden_part_of_the_source_removes_nobody(school):
    school.many(60)
    daemon = school.start()
    hide_half(school, ["p%03d" % n for n in range(30)])
    assert daemon.sync()["result"] == "held"
    assert len(school.members("trajectbegeleider", SECOND)) == 61
    assert "rule-shrunken-source" in daemon.holds()
    school.government.hide()
    assert daemon.sync()["result"] == "in-step"


def test_hidden_canaries_make_the_read_incomplete(school):
    daemon = school.start()
    school.government.hide(source.CANARIES[0])
    assert daemon.sync()["result"] == "source-unread"
    assert school.members() == ALL
    assert daemon.part("source")["code"] == "unread" and "kanarie-1" in daemon.part("source")["detail"]
    assert daemon.ctl("status").returncode == 1


def test_a_stopped_source_removes_nobody_and_recovers(school):
    daemon = school.start({"schedule.backoff_max": "1s"})
    school.government.server.stop()
    assert daemon.sync()["result"] == "source-unread"
    assert school.members() == ALL
    school.government.server.start()
    assert daemon.sync()["result"] == "in-step"


STANDING_ON_READS = (("drift",), ("directives",), ("holds",), ("holds", "HOLD"), ("institution", FIRST), ("institution", "--all"), ("refusals",),
                     ("why", "Bart Peeters"))


@pytest.mark.parametrize("side", ("source", "target"))
def test_what_stands_on_a_read_says_that_it_failed_since(school, side):
    daemon = school.start({"schedule.backoff_min": "1h", "schedule.backoff_max": "1h"})  # no try of its own in between
    for name in ("an", "chris", "dries"):
        school.revoke(name, "trajectbegeleider")
    daemon.sync()
    commands = [[daemon.json("holds")["holds"][0]["id"] if word == "HOLD" else word for word in command] for command in STANDING_ON_READS]
    before = [daemon.ctl(*command) for command in commands]
    assert not any(daemon.json(*command)["trouble"] or "it may be otherwise by now" in done.stdout for command, done in zip(commands, before))
    {"source": school.government, "target": school.application}[side].server.stop()
    assert daemon.sync()["result"] == side + "-unread"
    for command, done in zip(commands, before):
        reply, now = daemon.json(*command), daemon.ctl(*command)
        assert [(part["name"], part["code"]) for part in reply["trouble"]] == [(side, "unread")] and reply["as_of"] <= reply["now"]
        assert now.returncode == done.returncode, command
        assert "it may be otherwise by now:\n  %s is warning (unread): cannot connect" % side in now.stdout, command
    assert "Nothing differs" not in daemon.ctl("drift").stdout
    table = daemon.ctl("institution", "--all", "--noheadings", "--output", "NUMBER")
    assert table.stdout.split() == [FIRST, "40022", SECOND] and "%s is warning (unread)" % side in table.stderr


def test_a_read_that_failed_is_not_asked_of_the_same_helper_again(school):
    """Confined as it is, it cannot open what was put in the place of the resolver's files since; another one can."""
    daemon = school.start({"schedule.backoff_max": "1s"})
    for name, server, result in (("duaal-source", school.government.server, "source-unread"), ("duaal-target", school.application.server, "target-unread")):
        before = daemon.helpers()[name]
        daemon.sync()
        assert daemon.helpers()[name] == before, "as long as it reads"
        server.stop()
        assert daemon.sync()["result"] == result
        assert daemon.helpers().get(name) != before
        server.start()
        daemon.wait_until(lambda: daemon.sync()["result"] == "in-step", "a read by another one")


def test_started_anew_without_a_source_only_excludes_and_hands_take_access(school):
    """There is no last good word to think about; the status says so, nobody is told to be unknown, and what was done by hand stays done."""
    daemon = school.start()
    school.government.server.stop()
    daemon.stop()
    daemon.start()
    school.override("an-niet", "an", "exclude", until=from_now(days=30))
    school.by_hand(delete=["bart"])
    daemon.sync()
    assert school.members() == {"chris", "dries"}
    assert "until the first complete read only excludes" in daemon.part("source")["next_step"]
    assert {daemon.part(name)["detail"] for name in ("directives", "drift", "refusals", "institutions")} == {"not read yet"}
    assert daemon.ctl("why", vo_id("an")).returncode != 0
    daemon.sync()
    assert school.members() == {"chris", "dries"}
    school.government.server.start()
    daemon.sync()
    assert school.members() == {"chris", "dries"}
    school.government.server.stop()
    daemon.sync()
    assert "only end dates and excludes" in daemon.part("source")["next_step"]


def test_a_stopped_target_is_said_and_recovers(school):
    daemon = school.start({"schedule.backoff_max": "1s"})
    school.application.server.stop()
    school.person("fien", right("trajectbegeleider"))
    assert daemon.sync()["result"] == "target-unread"
    school.application.server.start()
    daemon.sync()
    assert "fien" in school.members()


def test_a_hung_source_is_one_failed_read(school):
    daemon = school.start({"source.deadline": "2s", "source.connect_timeout": "1s", "schedule.backoff_max": "1s"})
    school.government.server.pause()
    try:
        assert daemon.sync()["result"] == "source-unread"
        assert daemon.ctl("status", timeout=2).returncode == 1
    finally:
        school.government.server.resume()
    assert school.members() == ALL
    assert daemon.sync()["result"] == "in-step"


def test_an_entry_swallowed_on_the_way_removes_nobody(school):
    with FaultProxy(school.government.server.uri) as proxy:
        daemon = school.start({"source.uri": proxy.uri})
        proxy.add("swallow", operation="entry", match=vo_id("an"), nth=1)
        daemon.sync()
        assert school.members() == ALL


def test_a_restored_older_backup_of_the_source_is_noticed(school):
    backup = None
    school.person("fien", right("trajectbegeleider"))
    daemon = school.start()
    backup = school.government.server.backup()
    school.revoke("fien", "trajectbegeleider")
    daemon.sync()
    assert school.members() == ALL
    school.government.server.restore(backup)
    assert daemon.sync()["result"] == "source-went-back"
    assert school.members() == ALL, "the revoked one does not come back"
    assert daemon.part("source")["state"] == "critical"


def test_also_after_one_newer_write(school):
    school.person("fien", right("trajectbegeleider"))
    daemon = school.start()
    backup = school.government.server.backup()
    school.revoke("fien", "trajectbegeleider")
    school.revoke("an", "trajectbegeleider")
    daemon.sync()
    school.government.server.restore(backup)
    school.government.set_person(vo_id("els"), description="newer")
    assert daemon.sync()["result"] == "source-went-back"
    assert school.members() == ALL - {"an"}


def test_a_restored_older_backup_of_the_target_is_put_right(school):
    school.person("fien", right("trajectbegeleider"))
    daemon = school.start()
    backup = school.application.server.backup()
    school.revoke("fien", "trajectbegeleider")
    daemon.sync()
    school.application.server.restore(backup)
    daemon.sync()
    assert school.members() == ALL, "who was revoked is taken out again"


def test_a_value_added_by_hand_stays_for_a_grace(school):
    daemon = school.start()
    school.by_hand(add=["els"])
    assert daemon.sync()["result"] == "held"
    assert school.members() == ALL | {"els"}
    assert daemon.part("drift")["state"] == "warning"
    remark = next(remark for remark in daemon.json("status")["remarks"] if remark["code"] == "added-by-hand")
    assert vo_id("els") in remark["value"] and remark["writer"] == target.ADMIN


def test_a_group_that_was_made_another_one_by_hand_is_named_and_left_alone(school):
    daemon = school.start()
    school.application.server.modify(target.group_dn(FIRST, "trajectbegeleider"),
                                     replace={"duaalInstitutionNumber": SECOND})
    for _ in range(3):
        assert daemon.sync()["result"] == "in-step"
    remark = next(remark for remark in daemon.json("status")["remarks"] if remark["code"] == "entry-changed-by-hand"
                  and remark.get("entry"))
    assert remark["entry"] == target.group_dn(FIRST, "trajectbegeleider")
    assert school.members("trajectbegeleider", SECOND) == {"els"}


def test_a_removed_person_waits_for_a_word(school):
    daemon = school.start()
    school.application.server.delete(school.dn("an"))
    assert daemon.sync()["result"] == "held"
    assert "entry-removed-by-hand" in {remark["code"] for remark in daemon.json("status")["remarks"]}


def test_a_value_removed_by_hand_is_reported_and_not_put_back(school):
    daemon = school.start()
    school.by_hand(delete=["an"])
    daemon.sync()
    daemon.sync()
    assert school.members() == ALL - {"an"}
    assert "removed-by-hand" in {remark["code"] for remark in daemon.json("status")["remarks"]}


def test_a_group_removed_by_hand_is_reported_and_not_made_again(school):
    daemon = school.start()
    school.application.server.delete(target.group_dn(SECOND, "trajectbegeleider"))
    daemon.sync()
    assert school.members("trajectbegeleider", SECOND) is None
    assert "entry-removed-by-hand" in {remark["code"] for remark in daemon.json("status")["remarks"]}


def test_values_found_at_first_contact_are_adopted_and_kept(school):
    people = [target.person_entry(vo_id(name)) for name in ("an", "zora")]
    groups = [target.institution_entry(FIRST),
              target.group_entry(FIRST, "trajectbegeleider", [dn for dn, _ in people], actions=target.ACTIONS)]
    for entry in people + groups:
        school.application.server.add(*entry)
    school.names[vo_id("zora")] = "zora"
    daemon = school.start()
    assert school.members() == ALL | {"zora"}
    assert daemon.part("drift")["code"] == "adopted"
    daemon.sync()
    assert school.members() == ALL | {"zora"}


def test_a_lost_ledger_makes_everything_adopted(school):
    daemon = school.start()
    daemon.stop()
    for name in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"):
        try:
            (__import__("pathlib").Path(daemon.path("state")) / name).unlink()
        except FileNotFoundError:
            pass
    school.revoke("an", "trajectbegeleider")
    daemon.start()
    assert school.members() == ALL, "kept until decided"
    assert daemon.part("drift")["code"] == "adopted"


def test_foreign_entries_are_reported_and_untouched(school):
    dn, entry = target.group_entry(FIRST, "trajectbegeleider", [target.person_dn("zora")], instance="other")
    school.application.server.add(*target.person_entry("zora"))
    school.application.server.add(*target.institution_entry(FIRST))
    school.application.server.add(dn, entry)
    before = school.application.server.read(dn)
    daemon = school.start()
    assert school.application.server.read(dn) == before
    assert "foreign-entry" in {remark["code"] for remark in daemon.json("status")["remarks"]}
    assert school.members("beheerder") == {"griet"}, "the rest goes on"


def test_protected_members_are_never_touched(school):
    daemon = school.start({"target.protected": [target.person_dn(vo_id("an"))]})
    before = school.members()
    school.revoke("an", "trajectbegeleider")
    daemon.sync()
    assert school.members() == before


@pytest.mark.parametrize("how", ("lost", "killed"))
def test_a_removal_without_an_outcome_counts_all_the_same(school, how):
    """It was carried out and nobody said so: the guard lets no more go for that."""
    with FaultProxy(school.application.server.uri) as proxy:
        daemon = school.start({"target.uri": proxy.uri, "guard.removals": 1, "guard.removals_percent": 100,
                               "guard.institution_removals": 1, "guard.halved_percent": 100})
        school.revoke("an", "trajectbegeleider")
        spoilt = proxy.add("drop" if how == "lost" else "swallow", operation="modify-result", nth=1)
        if how == "lost":
            daemon.sync()
        else:
            daemon.ctl("sync")
            assert proxy.wait_fired(spoilt)
            daemon.kill()
            proxy.clear()
            daemon.start()
        assert school.members() == ALL - {"an"}
        school.revoke("bart", "trajectbegeleider")
        daemon.sync()
        assert school.members() == ALL - {"an"} and daemon.holds() == ["rule-institution-count"]


@pytest.mark.parametrize("happened", (True, False))
@pytest.mark.parametrize("kind", ("member-remove", "member-add"))
def test_what_a_kill_left_open_is_settled_on_record(school, kind, happened):
    """The write was announced and nobody told what became of it: the next read does, for whoever asks later and for the chain."""
    spoil = {"operation": "modify-result"} if happened else {"operation": "modify", "direction": "request"}
    with FaultProxy(school.application.server.uri) as proxy:
        daemon = school.start({"target.uri": proxy.uri})
        school.person("fien")
        if kind == "member-remove":
            school.revoke("an", "trajectbegeleider")
        else:
            school.grant("griet", "trajectbegeleider")
        spoilt = proxy.add("swallow", nth=1, **spoil)
        daemon.ctl("sync")
        assert proxy.wait_fired(spoilt)
        daemon.kill()
        proxy.clear()
        daemon.start()
        assert school.members() == (ALL - {"an"} if kind == "member-remove" else ALL | {"griet"})
        changes = daemon.json("changes")["changes"]
        assert [(each["kind"], each["cycle"]) for each in changes if each["cycle"] > 1] == [(kind, 2 if happened else 3)]
        now = daemon.json("institution", FIRST, "--at", "now")["memberships"]
        assert {each["state"] for each in now} == {"had"} and len(now) == len(school.members()) + 1
        assert daemon.ctl("audit", "--verify").returncode == 0


def test_a_refused_group_stops_only_itself(school):
    daemon = school.start()
    school.person("fien", right("trajectbegeleider"), right("trajectbegeleider", SECOND))
    rules = ['to dn.base="%s" attrs=member by dn.exact="%s" read by * read' % (
        target.group_dn(FIRST, "trajectbegeleider"), target.WRITER)]
    school.application.server.set_access(rules + target.access_rules())
    summary = daemon.sync()
    assert summary["result"] == "refused"
    assert "fien" not in school.members() and "fien" in school.members("trajectbegeleider", SECOND)
    assert daemon.part("target")["code"] == "refused" and "50" in daemon.part("target")["detail"]


def test_a_read_only_target_stops_the_writes(school):
    daemon = school.start({"schedule.backoff_min": "1h", "schedule.backoff_max": "1h"})
    school.person("fien", right("trajectbegeleider"))
    school.application.server.set_readonly()
    assert daemon.sync()["result"] == "failed"
    summary = daemon.json("why", vo_id("fien"))["summary"]
    assert "the application's directory refuses every change" in summary and "will be given" not in summary
    assert "may not be carried out:\n  target is warning (refused): the application's directory takes no changes" in daemon.ctl("plan").stdout
    assert daemon.json("drift")["trouble"] == [], "what was read is as it was read"
    school.application.server.set_readonly(False)
    daemon.sync()
    assert "fien" in school.members()


def test_an_administrator_in_between_is_a_conflict_that_is_thought_about_again(school):
    daemon = school.start()
    with FaultProxy(school.application.server.uri) as proxy:
        daemon.stop()
        daemon.configure(target__uri=proxy.uri)
        daemon.start()
        school.person("fien", right("trajectbegeleider"))
        delayed = proxy.add("delay", direction="request", operation="modify", nth=1)
        daemon.ctl("sync")
        assert proxy.wait_fired(delayed)
        school.by_hand(add=["els"])
        proxy.release(delayed)
        daemon.sync()
        assert school.members() == ALL | {"fien", "els"}
        assert any(cycle["grants"] == 1 for cycle in daemon.json("history")["cycles"])


def test_an_answer_that_is_lost_is_settled_by_reading(school):
    daemon = school.start()
    with FaultProxy(school.application.server.uri) as proxy:
        daemon.stop()
        daemon.configure(target__uri=proxy.uri)
        daemon.start()
        dropped = proxy.add("drop", operation="modify-result", nth=1)
        school.person("fien", right("trajectbegeleider"))
        cycle = daemon.sync()
        assert dropped.fired == 1, (cycle, daemon.log()[-3000:])
        assert school.members() == ALL | {"fien"}
        school.revoke("fien", "trajectbegeleider")
        daemon.sync()
        assert school.members() == ALL, "what was written with a lost answer is ours"


def test_somebody_removed_by_hand_who_is_granted_anew_gets_access(school):
    daemon = school.start()
    school.by_hand(delete=["an"])
    daemon.sync()
    school.revoke("an", "trajectbegeleider")
    daemon.sync()
    school.grant("an", "trajectbegeleider")
    daemon.stop()
    daemon.start()
    daemon.sync()
    assert school.members() == ALL


def test_a_value_added_by_hand_is_taken_out_again(school):
    daemon = school.start({"drift.grace": "0s"})
    school.by_hand(add=["els"])
    daemon.sync()
    assert school.members() == ALL | {"els"}, "no read of the source has begun since"
    daemon.sync()
    assert school.members() == ALL
    assert daemon.part("drift")["state"] == "ok"


def test_attributes_changed_by_hand_are_put_right(school):
    daemon = school.start()
    group = target.group_dn(FIRST, "trajectbegeleider")
    before = school.application.server.read(group)["duaalAllowedAction"]
    school.application.server.modify(group, replace={"duaalAllowedAction": "iets-anders"})
    daemon.sync()
    assert sorted(school.application.server.read(group)["duaalAllowedAction"]) == sorted(before)
    daemon.stop()
    daemon.configure(drift__mode="report")
    daemon.start()
    school.application.server.modify(group, replace={"duaalAllowedAction": "iets-anders"})
    assert daemon.sync()["result"] == "in-step"
    assert "attribute-by-hand" in {remark["code"] for remark in daemon.json("status")["remarks"]}


def test_somebody_revoked_and_put_in_again_by_hand_is_drift(school):
    daemon = school.start()
    school.revoke("an", "trajectbegeleider")
    daemon.sync()
    school.by_hand(add=["an"])
    daemon.sync()
    assert school.members() == ALL
    assert "added-by-hand" in {remark["code"] for remark in daemon.json("status")["remarks"]}

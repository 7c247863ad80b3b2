# SPDX-License-Identifier: EUPL-1.2
"""The part "feed" of the status: programmes that admit institutions (R1), as a real source shows them, hides them and spells them."""
import government as source
from school import SECOND

ALL = {"an", "bart", "chris", "dries"}
HIDDEN = "to %sattrs=voProgrammatie by * none"


def hide_programmes(school, dn=None):
    """The reader may not see them any more: of one institution, or of all."""
    school.government.server.set_access([HIDDEN % ('dn.exact="%s" ' % dn if dn else ""), *source.access_rules()])


def feed(school):
    """(state, code) of the part."""
    part = school.daemon.part("feed")
    return part["state"], part["code"]


def lost(school):
    """The sample of the metric that counts them."""
    return [sample["value"] for sample in school.daemon.json("metrics")["samples"]
            if (sample["metric"], sample["label"]) == ("duaalsync_programme_institutions", "lost")]


def test_it_says_where_they_come_from_and_how_many_there_are(school):
    daemon = school.start()
    assert feed(school) == ("ok", "ok")
    assert daemon.part("feed")["detail"] == (
        "institutions that need a programme: 2, show one: 2, approved: 2 (2 of 2 values); voProgrammatie of the source")
    assert "voProgrammatie" in daemon.ctl("status", "--output", "PART,WHAT", "--raw").stdout
    assert lost(school) == [0]


def test_an_attribute_that_is_hidden_takes_nobodys_access(school):
    """All of them lose their admission at once: critical, also after a restart, and the removals wait in holds."""
    daemon = school.start()
    hide_programmes(school)
    assert daemon.sync()["result"] == "held"
    assert feed(school) == ("critical", "vanished")
    assert "until now: 2" in daemon.part("feed")["detail"] and "may still read voProgrammatie" in daemon.part("feed")["next_step"]
    assert set(daemon.holds()) == {"rule-institution-lost"}
    assert school.members() == ALL and school.members("trajectbegeleider", SECOND) == {"els"}
    assert daemon.ctl("status").returncode == 2
    assert lost(school) == [2]
    daemon.stop()
    daemon.start()
    daemon.sync()
    assert feed(school) == ("critical", "vanished") and school.members() == ALL
    school.government.hide()
    daemon.sync()
    assert feed(school) == ("ok", "ok") and daemon.sync()["result"] == "in-step"
    assert school.members() == ALL


def test_one_institution_that_shows_none_any_more(school):
    daemon = school.start()
    hide_programmes(school, source.organisation_dn("030569"))
    daemon.sync()
    assert feed(school) == ("warning", "incomplete")
    assert school.members() == ALL and daemon.holds() == ["rule-institution-lost"]


def test_another_word_for_approved(school):
    daemon = school.start()
    for number in ("030569", SECOND):
        school.government.set_organisation(number, voProgrammatie=["2026-0117:approved"])
    daemon.sync()
    assert feed(school) == ("critical", "none-approved")
    assert "policy.programme_approved" in daemon.part("feed")["next_step"]
    assert school.members() == ALL


def test_nobody_was_ever_admitted_by_one(school):
    """Nothing is lost, and nobody gets in: a warning says why."""
    hide_programmes(school)
    daemon = school.start()
    assert feed(school) == ("warning", "empty")
    assert school.members() is None
    assert daemon.ctl("status").returncode == 1


def test_a_source_that_cannot_be_read(school):
    daemon = school.start({"schedule.backoff_max": "1s"})
    school.government.server.stop()
    daemon.sync()
    assert feed(school) == ("warning", "unread")
    assert "approved: 2 (2 of 2 values)" in daemon.part("feed")["detail"], "as the last complete read had them"
    school.government.server.start()
    daemon.sync()
    assert feed(school) == ("ok", "ok")


def test_no_kind_that_needs_one(school):
    school.start({"policy.kinds": [{"kind": "*", "admission": "always"}]})
    assert feed(school) == ("ok", "not-used")


def test_of_two_sources_the_one_is_named(two):
    """The other one's schools keep theirs."""
    assert feed(two) == ("ok", "ok") and "of all sources" in two.daemon.part("feed")["detail"]
    two.government.server.set_access([HIDDEN % "", *source.access_rules()])
    two.daemon.sync()
    state, code = feed(two)
    assert (state, code) == ("critical", "vanished") and "of source source" in two.daemon.part("feed")["detail"]

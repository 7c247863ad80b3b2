# SPDX-License-Identifier: EUPL-1.2
"""duaal-source reads a whole directory, or says what was missing; and answers questions by entryUUID."""
import pytest

import government as directory
from government import CANARIES, Government, ORGANISATIONS, USERS, person_dn
from source_wire import INSTITUTION_MAP, PEOPLE_FILTER, PEOPLE_MAP, Source, settings
from wire import CHECK, Failure, HelperEnded

RIGHT = directory.RIGHT + "-trajectbegeleider:30569"
OTHER = "AnderRecht-lezer:30569"
NOBODY = "11111111-1111-1111-1111-111111111111"


def fill(government, people=7):
    """Some institutions, and people of whom the first ones hold the right."""
    government.organisation("030569", "Sint-Jozef", heads=["h-1", "h-2"], programmes=["lassen duaal", "hout duaal"])
    government.organisation("112345", "De Toekomst", kind="volwassenen")
    for n in range(people):
        government.person("p-%d" % n, "An", "Peeters %d" % n, rights=[OTHER, RIGHT], end="20270831000000Z")
    government.person("other", "Bert", "Maes", rights=[OTHER])
    return government


@pytest.fixture(name="filled", scope="module")
def _filled():
    """One filled directory for the tests that change nothing in it."""
    with Government() as government:
        yield fill(government).start()


def read(government, **changes):
    """One READ by a fresh helper."""
    with Source(settings(government, **changes)) as source:
        return source.read()


def refusal(government, code="incomplete", result=0, **changes):
    """The sentence of the FAILURE that a READ ends with."""
    _, end = read(government, **changes)
    assert isinstance(end, Failure), end
    assert (end.code, end.result) == (code, result), end
    return end.text


def uuid_of(government, dn):
    """entryUUID of an entry, as root sees it."""
    return government.server.read(dn, ["entryUUID"])["entryUUID"][0].decode()


def by_kind(entries, kind):
    """{DN part: Entry} of one kind."""
    return {entry.dn: entry for entry in entries if entry.kind == kind}


# ---- whole reads ----

def test_everything_is_read(filled):
    entries, certificate = read(filled)
    assert certificate.checks == set(CHECK)
    assert certificate.counts == {"person": 7, "institution": 2} and len(entries) == 9
    assert (certificate.canaries_seen, certificate.canaries_expected) == (2, 2)
    assert certificate.server == filled.server.uri and certificate.identity == "dn:" + directory.READER
    assert certificate.started_s <= certificate.ended_s and certificate.pages == 0
    context = filled.server.read(directory.SOURCE, ["contextCSN"])["contextCSN"]
    assert [text.encode() for text in certificate.position] == context


def test_values_come_as_they_are(filled):
    entries, _ = read(filled)
    school = by_kind(entries, "institution")["voInstellingsnummer=030569"]
    assert school.values == {
        "number": [b"030569"], "name": [b"Sint-Jozef"], "kind": [b"secundair"], "state": [b"actief"],
        "audience": [b"OV"], "programme": [b"lassen duaal", b"hout duaal"], "head_admin": [b"h-1", b"h-2"]}
    person = by_kind(entries, "person")["uid=p-0"]
    stored = filled.server.read(person_dn("p-0"))
    assert person.under_base
    assert person.uuid == stored["entryUUID"][0].decode() and person.csn == stored["entryCSN"][0].decode()
    assert person.values["vo_id"] == [b"p-0"] and person.values["end"] == [b"20270831000000Z"]


def test_other_rights_stay_in_the_helper(filled):
    entries, _ = read(filled)
    assert all(entry.values["right"] == [RIGHT.encode()] for entry in by_kind(entries, "person").values())


@pytest.mark.parametrize("value, kept", [
    ("WERKPLEKDUAALGEBRUIKER-beheerder:1", True), ("Werkplek duaal gebruiker-beheerder:1", True),
    ("WerkplekDuaalGebruiker:1", True), ("Werkplek-Duaal-Gebruiker beheerder", True), ("WerkplekDuaalGebruiker", True),
    ("WerkplekDuaalGebruikers-beheerder:1", False), ("XWerkplekDuaalGebruiker-beheerder:1", False)])
def test_odd_spellings_travel_and_other_rights_do_not(government, value, kept):
    government.person("odd", "An", "Peeters", rights=[RIGHT, value])
    entries, _ = read(government)
    assert (value.encode() in by_kind(entries, "person")["uid=odd"].values["right"]) == kept


def test_canaries_are_not_sent(filled):
    entries, _ = read(filled)
    assert not {"uid=kanarie-1", "uid=kanarie-2"} & {entry.dn for entry in entries}


def test_a_dn_outside_the_configured_spelling_is_told_whole(filled):
    entries, _ = read(filled, people_base=USERS.upper())
    assert by_kind(entries, "person")[person_dn("p-0")].under_base is False


def test_one_attribute_may_feed_two_fields(filled):
    entries, _ = read(filled, people_map={**PEOPLE_MAP, "vo_id": "uid"})
    values = by_kind(entries, "person")["uid=p-1"].values
    assert values["vo_id"] == values["uid"] == [b"p-1"]


@pytest.mark.parametrize("page_size, pages", [(1, 9 + 2), (2, 5 + 1), (4, 3 + 1), (1000, 2)])
def test_pages(filled, page_size, pages):
    entries, certificate = read(filled, page_size=page_size)
    assert certificate.checks == set(CHECK) and len(entries) == 9
    assert certificate.pages in (pages, pages + 1, pages + 2)  # a full last page may be followed by an empty one


def test_one_level(filled):
    assert len(read(filled, one_level=True)[0]) == 9


def test_reads_one_after_the_other(filled):
    with Source(settings(filled)) as source:
        first, _ = source.read()
        second, certificate = source.read()
    assert first == second and certificate.checks == set(CHECK)


def test_many_entries_and_a_large_one(government):
    government.organisation("30569", "Sint-Jozef", programmes=["richting %05d" % n for n in range(8000)])
    for n in range(500):
        government.person("p-%d" % n, "An", "Peeters", rights=[RIGHT])
    entries, certificate = read(government)
    assert certificate.counts == {"person": 500, "institution": 1}
    assert len(entries[0].values["programme"]) == 8000 and entries[0].size > 65536


def test_positions_may_be_left_out():
    with Government(overlays=()) as government:
        fill(government).start()
        _, certificate = read(government, positions=False)
        assert certificate.checks == set(CHECK) and certificate.position == []


# ---- what makes a read incomplete ----

def test_position_wanted_and_not_shown(filled):
    filled.server.set_access(['to dn.base="%s" attrs=contextCSN by * none' % directory.SOURCE,
                              'to * by dn.exact="%s" read by anonymous auth by * none' % directory.READER])
    try:
        assert "contextCSN" in refusal(filled)
    finally:
        filled.hide()


@pytest.mark.parametrize("attribute", ["entryUUID", "entryCSN"])
def test_an_entry_without_its_identity(filled, attribute):
    filled.server.set_access(['to dn.base="%s" attrs=%s by * none' % (person_dn("p-3"), attribute),
                              'to * by dn.exact="%s" read by anonymous auth by * none' % directory.READER])
    try:
        text = refusal(filled)
        assert attribute in text and "uid=p-3" in text
    finally:
        filled.hide()


@pytest.mark.parametrize("canary", CANARIES)
def test_a_narrowed_acl_hides_a_canary(filled, canary):
    filled.hide(canary)
    try:
        assert canary in refusal(filled, result=32)
    finally:
        filled.hide()


def test_rights_are_hidden(filled):
    filled.server.set_access(['to dn.subtree="%s" attrs=voRecht by dn.exact="%s" search by * none' % (
        USERS, directory.READER), 'to * by dn.exact="%s" read by anonymous auth by * none' % directory.READER])
    try:
        assert "shows no rights" in refusal(filled)
    finally:
        filled.hide()


def test_canary_that_the_filter_does_not_find(filled):
    text = refusal(filled, people_filter="(&%s(!(uid=kanarie-2)))" % PEOPLE_FILTER)
    assert "did not bring the canary" in text and CANARIES[1] in text


@pytest.mark.parametrize("changes, missing", [
    ({"people_filter": "(voOnbekend=*)"}, "voOnbekend"), ({"people_filter": "(!(voOnbekend=x))"}, "voOnbekend"),
    ({"people_filter": "(|%s(uid:voRegel:=x))" % PEOPLE_FILTER}, "voRegel"),
    ({"institutions_filter": "(&(objectClass=voOrganisatie)(voOnbekend=x))"}, "voOnbekend"),
    ({"people_map": {**PEOPLE_MAP, "mail": "voPostvak"}}, "voPostvak"),
    ({"institution_map": {**INSTITUTION_MAP, "kind": "voTypeA", "name": "voTypeB"}}, "voTypeA, voTypeB")])
def test_attribute_that_the_schema_lacks(filled, changes, missing):
    text = refusal(filled, **changes)
    assert missing in text.replace("voTypeB, voTypeA", "voTypeA, voTypeB") and "schema" in text


def test_filter_that_is_none(filled):
    assert "cannot be read" in refusal(filled, code="syntax", people_filter="(voRecht=*")


@pytest.mark.parametrize("which", ["people_base", "institutions_base"])
def test_base_is_missing(filled, which):
    base = "ou=elders," + directory.SOURCE
    assert base in refusal(filled, code="not_found", **{which: base})


def test_base_is_hidden(filled):
    filled.hide(ORGANISATIONS)
    try:
        assert ORGANISATIONS in refusal(filled, code="not_found")
    finally:
        filled.hide()


def test_floors(filled):
    assert read(filled, floors=(7, 2))[1].checks == set(CHECK)
    assert "only 7 people" in refusal(filled, floors=(8, 2))
    assert "only 2 institutions" in refusal(filled, floors=(7, 3))


def test_the_helper_goes_on_after_a_failure(government):
    with Source(settings(government)) as source:
        government.hide(CANARIES[0])
        assert isinstance(source.read()[1], Failure)
        government.hide()
        assert source.read()[1].checks == set(CHECK)


@pytest.mark.parametrize("changes", [{"canaries": CANARIES[:1]}, {"canaries": ()}, {"right": ""},
                                     {"people_map": {"vo_id": "voId"}}])
def test_settings_that_would_prove_nothing(filled, changes):
    source = Source(None)
    try:
        source.send("hello", settings(filled, **changes))
        assert source.next()[0] == "failure"
        with pytest.raises(HelperEnded):
            source.next()
    finally:
        source.close()


# ---- questions ----

def test_answers(filled):
    asked = [uuid_of(filled, person_dn("p-1")), NOBODY, uuid_of(filled, person_dn("other"))]
    with Source(settings(filled)) as source:
        entries, certificate = source.ask(asked)
    answers = {entry.uuid: entry for entry in entries}
    assert certificate.checks == set(CHECK) and certificate.counts == {"person": 2, "absent": 1}
    assert len(entries) == 3 and answers[NOBODY].kind == "absent"
    assert answers[asked[0]].values["right"] == [RIGHT.encode()]
    assert answers[asked[2]].kind == "person" and "right" not in answers[asked[2]].values


def test_people_asked_for_by_vo_id(filled):
    """Whoever an override names: without the right, in any spelling of case; who is not there is not told of."""
    both = uuid_of(filled, person_dn("p-1"))
    with Source(settings(filled)) as source:
        entries, certificate = source.ask([both, NOBODY], ["OTHER", "p-1", "niemand", "*", "p*)(uid=p-2"])
    assert certificate.checks == set(CHECK) and certificate.counts == {"person": 3, "absent": 1}
    assert [entry.kind for entry in entries[:2]].count("absent") == 1
    assert {entry.dn for entry in entries[2:]} == {"uid=other", "uid=p-1"}
    assert "right" not in next(entry for entry in entries if entry.dn == "uid=other").values


def test_many_vo_ids(government):
    for n in range(130):
        government.person("p-%d" % n, "An", "Peeters")
    with Source(settings(government)) as source:
        entries, certificate = source.ask([], ["p-%d" % n for n in range(260)])
    assert {entry.dn for entry in entries} == {"uid=p-%d" % n for n in range(130)}
    assert certificate.checks == set(CHECK) and certificate.counts == {"person": 130}


def test_canaries_are_not_sent_by_name(filled):
    with Source(settings(filled)) as source:
        assert source.ask([], ["kanarie-1"])[0] == []


def test_many_questions(government):
    for n in range(130):
        government.person("p-%d" % n, "An", "Peeters")
    there = [uuid_of(government, person_dn("p-%d" % n)) for n in range(0, 130, 10)]
    gone = ["22222222-2222-2222-2222-%012d" % n for n in range(120)]
    with Source(settings(government)) as source:
        entries, certificate = source.ask(there + gone)
        assert {entry.uuid for entry in entries if entry.kind == "person"} == set(there)
        assert {entry.uuid for entry in entries if entry.kind == "absent"} == set(gone)
        assert certificate.checks == set(CHECK)
        assert source.ask([])[1].checks == set(CHECK)


def test_nobody_is_absent_for_an_identity_that_may_not_search(filled):
    asked = [uuid_of(filled, person_dn("p-1"))]
    filled.server.set_access([
        'to attrs=entryUUID by dn.exact="%s" =rd by * none' % directory.READER,
        'to * by dn.exact="%s" read by anonymous auth by * none' % directory.READER])
    try:
        with Source(settings(filled)) as source:
            entries, end = source.ask(asked)
    finally:
        filled.hide()
    assert isinstance(end, Failure) and "did not bring the canary" in end.text
    assert entries == []


def test_a_question_while_a_canary_is_hidden(filled):
    filled.hide(CANARIES[1])
    try:
        with Source(settings(filled)) as source:
            assert isinstance(source.ask([NOBODY])[1], Failure)
            assert isinstance(source.ask([], ["p-1"])[1], Failure)
    finally:
        filled.hide()

# SPDX-License-Identifier: EUPL-1.2
"""duaal-target reads the application's tree: what is sent, how it is classified, and when there is no certificate.

The test plays the planner over a socket pair; the server is a real slapd with the shipped access rules.
"""
import os
import signal
import time

import pytest

from application import (ACTIONS, ADMIN, Application, BASE, CANARIES, INSTITUTIONS, OVERRIDES, PEOPLE, PLACEHOLDER, REQUESTS,
                         STAFF, SYNC, WRITER, WRITER_PASSWORD, group_dn, group_entry, institution_dn, institution_entry,
                         override_entry, person_dn, person_entry, request_entry)
from slapd import as_bytes
from wire import CHECK, TARGET_MAP, Failure, Helper, HelperEnded, target_settings

AN, BERT = person_dn("an"), person_dn("bert")
SYNC_ENTRY = (SYNC, {"objectClass": ["duaalSyncState", "duaalManaged"], "cn": "sync", "duaalManagedBy": "test",
                     "duaalGeneration": "7", "duaalLastApplied": "20261124015000Z"})
ENTRIES = [
    person_entry("an", "An Peeters", givenName="An", mail="an@example.org"), person_entry("bert"),
    person_entry("vreemd", instance=None),
    ("uid=dienst," + PEOPLE, {"objectClass": "inetOrgPerson", "uid": "dienst", "cn": "d", "sn": "d"}),
    institution_entry("30569", "Technische School", duaalAdmission="programme"), institution_entry("40000", instance=None),
    group_entry("30569", "beheerder", [AN, BERT], actions=ACTIONS[:2]),
    group_entry("30569", "trajectbegeleider", [PLACEHOLDER], group_class="groupOfNames"),
    group_entry("40000", "beheerder", [AN], instance=None),
    ("cn=los,ou=institutions," + BASE, {"objectClass": "groupOfNames", "cn": "los", "member": AN}),
    ("ou=map," + INSTITUTIONS, {"objectClass": "organizationalUnit", "ou": "map"}),
    request_entry("cvo", "51516", duaalReason="aanvraag", duaalOwner="griet", duaalValidUntil="20271231225959Z"),
    override_entry("an", "an", "30569", "beheerder", "exclude", duaalReason="ziek"), SYNC_ENTRY,
]


def private(path, flags):
    """Opener of a file that nobody else may read."""
    return os.open(path, flags, 0o600)


def password_file(server):
    """File with the writer's password."""
    path = server.path("writer-password")
    with open(path, "w", encoding="utf-8", opener=private) as file:
        file.write(WRITER_PASSWORD)
    return path


def settings(application, connection=(), **changes):
    """HELLO for this directory, with the writer's identity."""
    server = application.server
    arguments = {"uri": server.uri, "bind_dn": WRITER, "password_file": password_file(server), **dict(connection)}
    return target_settings(arguments, BASE, **changes)


@pytest.fixture(scope="module")
def directory():
    """One filled directory for the tests that only read."""
    with Application() as started:
        yield started.start(ENTRIES)


def read(application, connection=(), **changes):
    """One read by a new helper."""
    with Helper("duaal-target", settings(application, connection, **changes)) as helper:
        return helper.read()


def by_dn(entries):
    """{whole DN: Entry}; every entry once."""
    bases = {"person": PEOPLE, "institution": INSTITUTIONS, "group": INSTITUTIONS, "request": REQUESTS,
             "override": OVERRIDES}
    found = {}
    for entry in entries:
        dn = entry.dn + ("," + bases.get(entry.kind, BASE) if entry.under_base else "")
        assert dn not in found
        found[dn] = entry
    return found


def refused(answer, code, *words):
    """The read has no certificate but a failure with this code and these words."""
    failure = answer[1]
    assert isinstance(failure, Failure)
    assert failure.code == code, failure
    for word in words:
        assert word in failure.text


# ---- what is sent ----

def test_whole_tree(directory):
    entries, certificate = read(directory, canaries=CANARIES)
    found = by_dn(entries)
    assert certificate.checks == set(CHECK)
    assert certificate.counts == {"person": 3, "institution": 2, "group": 3, "request": 1, "override": 1, "sync": 1,
                                  "foreign": 3}
    assert certificate.canaries_seen == certificate.canaries_expected == 2
    assert certificate.identity == "dn:" + WRITER
    assert certificate.server == directory.server.uri
    assert certificate.position == []    # at the suffix, which the writer may not see
    assert certificate.started_s <= certificate.ended_s
    for dn, entry in found.items():
        there = directory.server.read(dn)
        assert entry.uuid == there["entryUUID"][0].decode()
        assert entry.csn == there["entryCSN"][0].decode()
        assert entry.under_base == (entry.kind != "sync" or dn.endswith("," + BASE))


def test_position(application):
    application.server.set_access(["to * by * read"])
    suffix = application.server.read("dc=toepassing,dc=example", ["contextCSN"])
    assert read(application)[1].position == [value.decode() for value in suffix["contextCSN"]]


def test_people_come_before_groups(directory):
    kinds = [entry.kind for entry in read(directory)[0]]
    assert max(n for n, kind in enumerate(kinds) if kind == "person") < kinds.index("group")


def written_by(entry):
    """Values of an entry without the note of who wrote it, and when; that must be there. A person's time is in the CSN."""
    values = dict(entry.values)
    assert ("modify_timestamp" in values) == (entry.kind != "person")
    assert values.pop("modify_timestamp", [b"Z"])[0].endswith(b"Z") and values.pop("modifiers_name")
    return values


def test_values(directory):
    found = by_dn(read(directory)[0])
    assert written_by(found[AN]) == {
        "vo_id": [b"an"], "cn": [b"An Peeters"], "sn": [b"An Peeters"], "given_name": [b"An"],
        "mail": [b"an@example.org"], "managed_by": [b"test"]}
    assert written_by(found[institution_dn("30569")]) == {
        "number": [b"30569"], "name": [b"Technische School"], "managed_by": [b"test"], "admission": [b"programme"]}
    group = dict(found[group_dn("30569", "beheerder")].values)
    assert group.pop("modify_timestamp")[0].endswith(b"Z") and group.pop("modifiers_name")
    assert group == {"number": [b"30569"], "role": [b"beheerder"], "action": [a.encode() for a in ACTIONS[:2]],
                     "member": [AN.encode(), BERT.encode()], "managed_by": [b"test"]}
    assert written_by(found["cn=cvo," + REQUESTS]) == {
        "number": [b"51516"], "reason": [b"aanvraag"], "owner": [b"griet"], "valid_until": [b"20271231225959Z"]}
    assert written_by(found["cn=an," + OVERRIDES]) == {
        "vo_id": [b"an"], "number": [b"30569"], "role": [b"beheerder"], "reason": [b"ziek"], "effect": [b"exclude"],
        "valid_until": [b"20991231225959Z"]}
    assert found[SYNC].values == {"managed_by": [b"test"], "generation": [b"7"], "last_applied": [b"20261124015000Z"]}


def test_what_an_entry_is(directory):
    kinds = {dn: entry.kind for dn, entry in by_dn(read(directory)[0]).items()}
    assert kinds[person_dn("vreemd")] == "person"
    assert kinds["uid=dienst," + PEOPLE] == "foreign"
    assert kinds[institution_dn("40000")] == "institution"
    assert kinds[group_dn("40000", "beheerder")] == "group"
    assert kinds["cn=los," + INSTITUTIONS] == "foreign"
    assert kinds["ou=map," + INSTITUTIONS] == "foreign"
    assert PEOPLE not in kinds and INSTITUTIONS not in kinds and REQUESTS not in kinds


def test_strangers_have_no_marker(directory):
    found = by_dn(read(directory)[0])
    assert "managed_by" not in found[group_dn("40000", "beheerder")].values
    assert "managed_by" not in found[institution_dn("40000")].values


def test_in_pages(directory):
    whole, paged = read(directory)[0], read(directory, {"page_size": 2})
    assert by_dn(paged[0]) == by_dn(whole)
    assert paged[1].pages > 5 and paged[1].checks == set(CHECK)


def test_people_looked_up(directory):
    names = {"vo_id": "uid", "cn": "cn", "number": "duaalInstitutionNumber", "role": "duaalRole", "member": "member"}
    entries, certificate = read(directory, provisioned=False, people_base=STAFF, names=names,
                                people_filter="(&(objectClass=inetOrgPerson)(uid=g*))",
                                connection={"uri": directory.server.ldapi_uri, "bind": "external", "bind_dn": "",
                                            "identity": "dn:gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"})
    people = [entry for entry in entries if entry.kind == "person"]
    assert certificate.counts["person"] == 1
    assert [(entry.dn, entry.under_base, entry.values) for entry in people] == [
        ("uid=griet", True, {"vo_id": [b"griet"], "cn": [b"griet"]})]


def test_base_in_another_spelling(directory):
    """Names come whole where the server spells the base in another way; the base itself is still no entry."""
    entries, certificate = read(directory, institutions_base=INSTITUTIONS.upper().replace(",", ", "))
    assert certificate.counts["group"] == 3 and certificate.counts["foreign"] == 3
    groups = [entry for entry in entries if entry.kind == "group"]
    assert all(not entry.under_base and entry.dn.endswith(INSTITUTIONS) for entry in groups)


def test_large_group():
    people = [person_dn("persoon-%05d-%s" % (n, "x" * 40)) for n in range(20000)]
    entries = [institution_entry("30569"), group_entry("30569", "beheerder", people)]
    with Application(checks=False) as application:
        application.start(entries)
        entries, certificate = read(application)
    blocks = [entry for entry in entries if entry.kind == "group"]
    assert len(blocks) == certificate.counts["group"] > 1
    assert len({block.uuid for block in blocks}) == 1
    assert max(block.size for block in blocks) < 1 << 20
    assert sorted(value for block in blocks for value in block.values["member"]) == sorted(p.encode() for p in people)
    assert blocks[0].values["managed_by"] == [b"test"] and blocks[0].values["modify_timestamp"]
    assert set(blocks[1].values) == {"member"}


def test_again_and_again(directory):
    with Helper("duaal-target", settings(directory)) as helper:
        first = helper.read()
        second = helper.read()
        assert by_dn(first[0]) == by_dn(second[0])
        assert helper.close() == 0


def test_empty_tree_without_sync(application):
    entries, certificate = read(application)
    assert certificate.checks == set(CHECK)
    assert certificate.counts == {"request": 2} and len(entries) == 2


def test_who_wrote_a_directive(application):
    dn, entry = override_entry("bert", "bert", "30569", "beheerder")
    application.admin().add_s(dn, list(as_bytes(entry).items()))
    found = by_dn(read(application)[0])[dn]
    assert found.values["modifiers_name"] == [ADMIN.encode()]
    assert "managed_by" not in found.values


def test_canaries_among_directives_are_seen_and_not_sent(application):
    application.server.add(*override_entry("kanarie", "kanarie", "999991", "beheerder"))
    canaries = (*CANARIES, "cn=kanarie," + OVERRIDES)
    entries, certificate = read(application, canaries=canaries)
    assert certificate.checks == set(CHECK) and certificate.canaries_seen == 3
    assert entries == [] and certificate.counts == {}


# ---- when there is no certificate ----

@pytest.mark.parametrize("gone, word", [("ou=requests," + BASE, "requests"), ("ou=people," + BASE, "people"),
                                        ("ou=institutions," + BASE, "institutions"),
                                        ("ou=overrides," + BASE, "overrides")])
def test_missing_container(application, gone, word):
    for dn in CANARIES if word == "requests" else ():
        application.server.delete(dn)
    application.server.delete(gone)
    refused(read(application), "incomplete", gone, word)


def test_missing_base(directory):
    refused(read(directory, connection={}, institutions_base="ou=nergens," + BASE), "incomplete", "ou=nergens")


def test_unreadable_container(application):
    rules = ['to dn.exact="%s" by dn.exact="%s" search by * none' % (REQUESTS, WRITER), "to * by * read"]
    application.server.set_access(rules)
    refused(read(application), "incomplete", REQUESTS)


def test_missing_canary(application):
    application.server.delete(CANARIES[1])
    refused(read(application, canaries=CANARIES), "incomplete", CANARIES[1])


def test_canary_outside_the_read(directory):
    refused(read(directory, canaries=[PLACEHOLDER]), "incomplete", "canaries")


def test_floors(directory):
    assert read(directory, canaries=CANARIES, floors=(3, 2, 2))[1].checks == set(CHECK)
    refused(read(directory, floors=(4, 0, 0)), "incomplete", "floor")
    refused(read(directory, floors=(0, 3, 0)), "incomplete", "floor")
    refused(read(directory, canaries=CANARIES, floors=(0, 0, 3)), "incomplete", "floor")


def test_attribute_unknown_to_the_schema(directory):
    refused(read(directory, names={**TARGET_MAP, "role": "duaalRol"}), "incomplete", "duaalRol")


def test_size_limit(application):
    application.server.set_limits(['dn.exact="%s" size.soft=2 size.hard=2' % WRITER])
    for name in ("a", "b", "c"):
        application.server.add(*person_entry(name))
    refused(read(application), "incomplete", PEOPLE)


def test_hidden_uuid(application):
    application.server.add(*institution_entry("30569"))
    application.server.set_access(['to dn.children="%s" attrs=entryUUID by * none' % INSTITUTIONS, "to * by * read"])
    refused(read(application), "incomplete", "entryUUID", institution_dn("30569"))


def test_referral_in_the_tree(application):
    application.server.add("ou=elders," + INSTITUTIONS, {
        "objectClass": ["referral", "extensibleObject"], "ou": "elders", "ref": "ldap://127.0.0.1:1/ou=elders,dc=x"})
    answer = read(application)
    assert isinstance(answer[1], Failure) and answer[1].code == "incomplete"


def test_another_identity(directory):
    refused(read(directory, {"identity": "dn:cn=iemand-anders"}), "denied")


def test_wrong_password(directory):
    path = directory.server.path("other-password")
    with open(path, "w", encoding="utf-8", opener=private) as file:
        file.write("mis")
    refused(read(directory, {"password_file": path}), "denied")


def test_no_server(application):
    application.server.stop()
    refused(read(application), "unavailable")


def test_goes_on_after_a_failed_read(application):
    with Helper("duaal-target", settings(application)) as helper:
        application.server.stop()
        assert isinstance(helper.read()[1], Failure)
        application.server.start()
        assert helper.read()[1].checks == set(CHECK)


def test_hanging_server(application):
    """One failed read within the deadline and a second: told by libldap's own limit, or ended by the alarm."""
    with Helper("duaal-target", settings(application, {"deadline_s": 2, "connect_timeout_s": 20})) as helper:
        application.server.pause()
        started = time.monotonic()
        try:
            assert isinstance(helper.read()[1], Failure)
        except HelperEnded as ended:
            assert ended.status == -signal.SIGALRM
        assert time.monotonic() - started < 15  # and not the time for connecting
        application.server.resume()


# ---- manners ----

def test_read_before_hello(directory):
    with Helper("duaal-target") as helper:
        helper.send("read")
        kind, _ = helper.next()
        assert kind == "failure"
        with pytest.raises(HelperEnded):
            helper.next()


def test_ends_with_its_planner(directory):
    helper = Helper("duaal-target", settings(directory))
    assert helper.close() == 0

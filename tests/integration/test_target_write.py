# SPDX-License-Identifier: EUPL-1.2
"""duaal-target writes: pipelined, asserted, value by value; and what each answer of a real server becomes.

The server has the shipped access rules and overlays unless a test says otherwise; the helper binds as the writer.
"""
import pytest

from application import (Application, OVERRIDES, PLACEHOLDER, REQUESTS, SYNC, group_dn, group_entry, institution_dn,
                         institution_entry, override_entry, person_dn, person_entry, request_entry)
from test_target_read import settings
from wire import NO_UUID, NOT_SENT, TARGET_CLASSES, Helper, write

AN, BERT, CARLA, GHOST = (person_dn(name) for name in ("an", "bert", "carla", "spook"))
GROUP = group_dn("30569", "beheerder")
OLD_CSN = "20200101000000.000000Z#000000#000#000000"
OTHER_UUID = "00000000-0000-4000-8000-000000000000"


# ---- what is asked ----

def add_institution(number, name="School"):
    """WRITE of a new institution."""
    return write("add", institution_dn(number), "institution", changes=[
        ("add", "number", [number]), ("add", "name", [name]), ("add", "managed_by", ["test"])])


def add_person(vo_id, name="Iemand"):
    """WRITE of a new person."""
    return write("add", person_dn(vo_id), "person", changes=[
        ("add", "vo_id", [vo_id]), ("add", "cn", [name]), ("add", "sn", [name]), ("add", "managed_by", ["test"])])


def add_group(number, role, members=()):
    """WRITE of a new role group."""
    changes = [("add", "number", [number]), ("add", "role", [role]), ("add", "managed_by", ["test"])]
    if members:
        changes.append(("add", "member", members))
    return write("add", group_dn(number, role), "group", changes=changes)


def as_read(application, dn):
    """(uuid, csn) of an entry now."""
    entry = application.server.read(dn, ["entryUUID", "entryCSN"])
    return entry["entryUUID"][0].decode(), entry["entryCSN"][0].decode()


def members(application, dn, *changes, kind="modify", **told):
    """WRITE of a change of the group's members, asserted as it is now unless told says otherwise."""
    uuid, csn = as_read(application, dn)
    arguments = {"uuid": uuid, "csn": csn, **told}
    return write(kind, dn, changes=[(how, "member", values) for how, values in changes], **arguments)


def start(**arguments):
    """A directory with an institution, a group with An and Bert, and Carla."""
    application = Application(**arguments)
    return application.start([*(person_entry(name) for name in ("an", "bert", "carla")), institution_entry("30569"),
                              group_entry("30569", "beheerder", [AN, BERT])])


@pytest.fixture(name="directory")
def _directory():
    with start() as application:
        yield application


@pytest.fixture(name="target")
def _target(directory):
    with Helper("duaal-target", settings(directory)) as helper:
        yield helper


def codes(answer):
    """Result codes of a round that ended well."""
    outcomes, failure = answer
    assert failure is None, failure
    return [outcome.result for outcome in outcomes]


# ---- doing what was asked ----

def test_institution_people_and_group(application):
    with Helper("duaal-target", settings(application)) as target:
        people = [add_person("p%d" % n, "Zoë, \"de\" =+<>#;\\ %d" % n) for n in range(10)]
        assert codes(target.write([add_institution("30569", "Sint-Jan \u2013 \u00e9\u00e9n"), *people])) == [0] * 11
        both = [add_institution("50000"), add_group("50000", "beheerder", [person_dn("p1")]),
                add_group("30569", "beheerder", [person_dn("p%d" % n) for n in range(7)])]
        assert codes(target.write(both)) == [0] * 3
    assert application.members("30569", "beheerder") == [person_dn("p%d" % n) for n in range(7)]
    assert application.members("50000", "beheerder") == [person_dn("p1")]
    entry = application.server.read(institution_dn("30569"), ["*"])
    assert entry["o"] == ["Sint-Jan \u2013 \u00e9\u00e9n".encode()]
    assert sorted(entry["objectClass"]) == [b"duaalInstitution", b"duaalManaged"]
    assert application.server.read(person_dn("p3"), ["cn"])["cn"] == ["Zoë, \"de\" =+<>#;\\ 3".encode()]


def test_outcome_tells_uuid_and_csn(directory, target):
    outcomes, _ = target.write([add_person("dirk"), members(directory, GROUP, ("add", [CARLA]))])
    assert (outcomes[1].uuid, outcomes[1].csn) == as_read(directory, GROUP)
    assert (outcomes[0].uuid, outcomes[0].csn) == (NO_UUID, None)   # not asked: the next read tells
    assert all(outcome.fenced for outcome in outcomes)


def test_one_that_only_reads_writes_nothing(directory):
    before = directory.server.backup()
    with Helper("duaal-target", settings(directory, read_only=True)) as target:
        assert target.read()[0]
        target.start_write([members(directory, GROUP, ("add", [CARLA]))])
        outcomes, failure = target.outcomes()
    assert outcomes == {} and "for reading only" in failure.text
    assert directory.server.backup() == before


def test_next_change_stands_on_the_outcome(directory, target):
    """The entryCSN told by post-read is good for the next assertion: no read in between."""
    uuid, csn = as_read(directory, GROUP)
    for dn, how in ((CARLA, "add"), (AN, "delete"), (AN, "add")):
        outcomes, failure = target.write([write("modify", GROUP, uuid=uuid, csn=csn, changes=[(how, "member", [dn])])])
        assert (outcomes[0].result, failure) == (0, None)
        csn = outcomes[0].csn
    assert directory.members("30569", "beheerder") == [AN, BERT, CARLA]


def test_values_in_and_out(directory, target):
    change = members(directory, GROUP, ("delete", [AN, BERT]), ("add", [CARLA]))
    assert codes(target.write([change])) == [0]
    assert directory.members("30569", "beheerder") == [CARLA]


def test_delete(directory, target):
    uuid, csn = as_read(directory, GROUP)
    assert codes(target.write([write("delete", GROUP, uuid=uuid, csn=csn)])) == [0]
    assert directory.server.read(GROUP) is None


def test_delete_only_when_empty(directory, target):
    uuid, csn = as_read(directory, GROUP)
    delete = write("delete", GROUP, uuid=uuid, csn=csn, must_be_empty=True)
    assert codes(target.write([delete])) == [122]
    directory.server.modify(GROUP, delete={"member": [AN, BERT]})
    uuid, csn = as_read(directory, GROUP)
    delete = write("delete", GROUP, uuid=uuid, csn=csn, must_be_empty=True)
    assert codes(target.write([delete])) == [0]


def add_override(name, effect="include", marker="test"):
    """WRITE of a new override."""
    return write("add", "cn=%s,%s" % (name, OVERRIDES), "override", changes=[
        ("add", "cn", [name]), ("add", "vo_id", ["an"]), ("add", "number", ["30569"]), ("add", "role", ["beheerder"]),
        ("add", "managed_by", [marker]), ("add", "reason", ["griep"]), ("add", "owner", ["uid 1000"]),
        ("add", "valid_until", ["20261231225959Z"]), ("add", "effect", [effect])])


def test_directives_in_and_out(directory, target):
    request = write("add", "cn=cvo," + REQUESTS, "request", changes=[
        ("add", "cn", ["cvo"]), ("add", "number", ["51516"]), ("add", "managed_by", ["test"])])
    assert codes(target.write([request, add_override("an", "exclude")])) == [0, 0]
    entry = directory.server.read("cn=an," + OVERRIDES, ["*"])
    assert sorted(entry["objectClass"]) == [b"duaalManaged", b"duaalOverride"] and entry["duaalEffect"] == [b"exclude"]
    entry = directory.server.read("cn=cvo," + REQUESTS, ["*"])
    assert sorted(entry["objectClass"]) == [b"duaalManaged", b"duaalRequest"] and "duaalValidUntil" not in entry
    gone = []
    for dn, kind in (("cn=cvo," + REQUESTS, "request"), ("cn=an," + OVERRIDES, "override")):
        uuid, csn = as_read(directory, dn)
        gone.append(write("delete", dn, kind, uuid=uuid, csn=csn))
    assert codes(target.write(gone)) == [0, 0]
    assert directory.server.read("cn=an," + OVERRIDES) is None


def test_directives_of_others_are_not_ours_to_write(directory, target):
    """The rules of the directory refuse what the daemon may not do, and say so."""
    for entry in (request_entry("cvo", "51516"), override_entry("an", "an", "30569", "beheerder")):
        directory.server.add(*entry)
    uuid, csn = as_read(directory, "cn=an," + OVERRIDES)
    assert codes(target.write([write("delete", "cn=an," + OVERRIDES, "override", uuid=uuid, csn=csn)])) == [50]
    assert codes(target.write([add_override("bert", marker="acceptatie"), add_override("an")])) == [50, 68]
    assert codes(target.write([add_override("carla", effect="misschien")])) == [19]


def test_groups_and_institutions_out_in_one_round(application):
    """Each institution goes right behind its groups: it must wait for them, or it answers 66."""
    for n in range(10):
        for entry in (institution_entry(str(n)), *(group_entry(str(n), "rol%d" % k) for k in range(5))):
            application.server.add(*entry)
    writes = []
    for n in range(10):
        for dn in (*(group_dn(str(n), "rol%d" % k) for k in range(5)), institution_dn(str(n))):
            writes.append(write("delete", dn, uuid=as_read(application, dn)[0]))
    with Helper("duaal-target", settings(application)) as target:
        assert codes(target.write(writes)) == [0] * 60


def test_sync_entry(application):
    with Helper("duaal-target", settings(application)) as target:
        new = write("add", SYNC, "sync", changes=[("add", "cn", ["sync"]), ("add", "managed_by", ["test"]),
                                                  ("add", "generation", ["1"])])
        assert codes(target.write([new])) == [0]
        uuid, _ = as_read(application, SYNC)
        change = [("delete", "generation", ["1"]), ("add", "generation", ["2"])]
        assert codes(target.write([write("modify", SYNC, "sync", uuid=uuid, changes=change)])) == [0]
        change = [("delete", "generation", ["2"]), ("add", "generation", ["3"])]
        assert codes(target.write([write("modify", SYNC, "sync", uuid=OTHER_UUID, changes=change)])) == [122]
    assert application.server.read(SYNC)["duaalGeneration"] == [b"2"]


def test_child_waits_for_its_parent(application):
    """Whole institutions in one round, each group right behind its institution."""
    writes = [make for n in range(300) for make in (add_institution(str(10000 + n)), add_group(str(10000 + n), "beheerder"))]
    with Helper("duaal-target", settings(application)) as target:
        assert codes(target.write(writes)) == [0] * 600


def test_orphan_is_not_sent(application):
    refused = write("add", institution_dn("30569"), "institution", changes=[("add", "number", ["30569"])])
    with Helper("duaal-target", settings(application)) as target:
        outcomes, failure = target.write([refused, add_group("30569", "beheerder"), add_institution("40000")])
    assert [outcome.result for outcome in outcomes] == [65, 32, 0] and failure is None
    assert outcomes[1].text.startswith("not sent")


def test_many_changes_of_one_entry_in_order(directory, target):
    """Without a csn only the entryUUID is asserted; order is what makes each of them right."""
    uuid, _ = as_read(directory, GROUP)
    changes = [write("modify", GROUP, uuid=uuid, changes=[("add" if n % 2 == 0 else "delete", "member", [CARLA])])
               for n in range(60)]
    assert codes(target.write(changes)) == [0] * 60
    assert directory.members("30569", "beheerder") == [AN, BERT]


def test_rounds_share_a_connection(directory, target):
    for n in range(5):
        assert codes(target.write([add_person("r%d" % n)])) == [0]
    assert directory.server.log().count('BIND dn="cn=duaalsync,') == 2    # one bind is two lines


# ---- each answer ----

def test_no_such_value(directory, target):
    assert codes(target.write([members(directory, GROUP, ("delete", [CARLA]))])) == [16]


def test_constraint(directory, target):
    assert codes(target.write([members(directory, GROUP, ("add", [GHOST]))])) == [19]


def test_value_is_there(directory, target):
    assert codes(target.write([members(directory, GROUP, ("add", [CARLA, AN.upper()]))])) == [20]
    assert directory.members("30569", "beheerder") == [AN, BERT]


def test_no_such_entry(directory, target):
    change = write("modify", group_dn("1", "x"), uuid=OTHER_UUID, csn=OLD_CSN, changes=[("add", "member", [AN])])
    assert codes(target.write([change, add_person("dirk")])) == [32, 0]


def test_access(directory, target):
    directory.server.add(*group_entry("30569", "vreemd", [AN], instance=None))
    change = members(directory, group_dn("30569", "vreemd"), ("add", [BERT]))
    assert codes(target.write([change, add_person("dirk")])) == [50, 0]


def test_read_only_server(directory, target):
    directory.server.set_readonly()
    results = codes(target.write([add_person("r%d" % n) for n in range(200)]))
    assert results[0] == 53
    assert set(results) == {53, NOT_SENT} and results.count(53) <= 64
    directory.server.set_readonly(False)
    assert codes(target.write([add_person("r0")])) == [0]


def test_last_member(directory):
    names = group_dn("30569", "trajectbegeleider")
    directory.server.add(*group_entry("30569", "trajectbegeleider", [AN], group_class="groupOfNames"))
    classes = list(TARGET_CLASSES)
    classes[1] = ("groupOfNames", "duaalRoleGroup", "duaalManaged")
    with Helper("duaal-target", settings(directory, classes=classes)) as target:
        assert codes(target.write([members(directory, names, ("delete", [AN]))])) == [65]
        swap = members(directory, names, ("delete", [AN]), ("add", [PLACEHOLDER]))
        assert codes(target.write([swap])) == [0]
        assert codes(target.write([add_group("30569", "leeg")])) == [65]
        assert codes(target.write([add_group("30569", "leeg", [PLACEHOLDER])])) == [0]
    assert directory.members("30569", "trajectbegeleider") == [PLACEHOLDER]


def test_is_there_already(directory, target):
    assert codes(target.write([add_institution("30569"), add_group("30569", "nieuw")])) == [68, 0]


@pytest.mark.parametrize("told", [{"csn": OLD_CSN}, {"uuid": OTHER_UUID}, {"uuid": OTHER_UUID, "csn": None}])
@pytest.mark.parametrize("kind", ["modify", "delete"])
def test_stale_assertion_changes_nothing(directory, target, told, kind):
    before = directory.server.backup()
    changes = [("add", [CARLA]), ("delete", [AN])] if kind == "modify" else []
    assert codes(target.write([members(directory, GROUP, *changes, kind=kind, **told)])) == [122]
    assert directory.server.backup() == before


def test_stale_assertion_on_a_person(directory, target):
    uuid, _ = as_read(directory, AN)
    change = write("modify", AN, "person", uuid=uuid, csn=OLD_CSN, changes=[("add", "mail", ["an@example.org"])])
    assert codes(target.write([change])) == [122]


def test_somebody_else_was_there(directory, target):
    change = members(directory, GROUP, ("add", [CARLA]))
    directory.server.modify(GROUP, delete={"member": [BERT]})
    assert codes(target.write([change])) == [122]
    assert directory.members("30569", "beheerder") == [AN]


def test_full_server():
    with start(maxsize=512 << 10) as application:
        with Helper("duaal-target", settings(application)) as target:
            results = codes(target.write([add_person("p%04d" % n, "naam " + "x" * 900) for n in range(800)]))
    assert set(results) == {0, 80, NOT_SENT}
    assert results.count(80) <= 32


def test_entry_without_uuid_is_refused_here(directory, target):
    outcomes, failure = target.write([write("modify", GROUP, csn=OLD_CSN, changes=[("add", "member", [CARLA])])])
    assert outcomes[0].result == 2 and "entryUUID" in outcomes[0].text and failure is None
    assert directory.members("30569", "beheerder") == [AN, BERT]


# ---- overlays together ----

ALL_OVERLAYS = ("syncprov", "memberof", "refint", "accesslog")


def member_of(application, dn):
    """memberOf of a person, sorted."""
    return sorted(value.decode() for value in application.server.read(dn, ["memberOf"]).get("memberOf", []))


def test_all_overlays_together():
    with start(overlays=ALL_OVERLAYS) as application:
        with Helper("duaal-target", settings(application)) as target:
            assert codes(target.write([members(application, GROUP, ("add", [CARLA]))])) == [0]
            assert member_of(application, CARLA) == [GROUP]
            assert codes(target.write([members(application, GROUP, ("delete", [CARLA]))])) == [0]
            assert member_of(application, CARLA) == []
            assert codes(target.write([members(application, GROUP, ("add", [GHOST]))])) == [19]
            assert codes(target.write([members(application, GROUP, ("add", [CARLA]), csn=OLD_CSN)])) == [122]
            assert codes(target.write([add_group("30569", "nieuw", [AN, CARLA])])) == [0]
            assert member_of(application, CARLA) == [group_dn("30569", "nieuw")]
            uuid, csn = as_read(application, group_dn("30569", "nieuw"))
            delete = write("delete", group_dn("30569", "nieuw"), uuid=uuid, csn=csn)
            assert codes(target.write([delete])) == [0]
            assert member_of(application, CARLA) == []


def test_unique_sees_twins_under_an_assertion():
    """The overlay searches other entries under our assertion: they must pass, or it finds none."""
    twin = "11111111-2222-4333-8444-555555555555"
    with Application() as application:
        application.start([person_entry("an", duaalSourceUuid=twin), person_entry("bert")])
        uuid, csn = as_read(application, BERT)
        change = write("modify", BERT, "person", uuid=uuid, csn=csn, changes=[("add", "source_uuid", [twin])])
        with Helper("duaal-target", settings(application)) as target:
            assert codes(target.write([change])) == [19]


# ---- a server without assertions ----

def test_unfenced(directory):
    """What a server knows is told by its root DSE; one that hides it is taken for a server without assertions."""
    directory.server.configure("olcDatabase={-1}frontend,cn=config", olcAccess=[
        '{0}to dn.base="" attrs=supportedControl by * none', "{1}to * by * read"])
    with Helper("duaal-target", settings(directory)) as target:
        changes = [members(directory, GROUP, ("add", [CARLA])),
                   write("modify", group_dn("1", "x"), uuid=OTHER_UUID, changes=[("add", "member", [AN])])]
        outcomes, failure = target.write(changes)
        assert [outcome.result for outcome in outcomes] == [0, 32] and failure is None
        assert not outcomes[0].fenced
        assert codes(target.write([members(directory, GROUP, ("delete", [CARLA]), csn=OLD_CSN)])) == [122]
        assert codes(target.write([members(directory, GROUP, ("delete", [CARLA]), uuid=OTHER_UUID)])) == [122]
        uuid, csn = as_read(directory, GROUP)
        assert codes(target.write([write("delete", GROUP, uuid=uuid, csn=csn, must_be_empty=True)])) == [122]
    assert directory.members("30569", "beheerder") == [AN, BERT, CARLA]


# ---- size ----

def test_five_thousand_values_in_one_change():
    people = [person_dn("p%04d" % n) for n in range(5000)]
    with Application() as application:
        application.start([*(person_entry("p%04d" % n) for n in range(5000)), institution_entry("30569"),
                           group_entry("30569", "beheerder")])
        with Helper("duaal-target", settings(application)) as target:
            assert codes(target.write([members(application, GROUP, ("add", people))])) == [0]
            assert application.members("30569", "beheerder") == people
            assert codes(target.write([members(application, GROUP, ("delete", people[:4999]))])) == [0]
            assert application.members("30569", "beheerder") == people[4999:]


def test_five_thousand_writes_in_one_round(application):
    with Helper("duaal-target", settings(application)) as target:
        assert codes(target.write([add_person("p%04d" % n) for n in range(5000)])) == [0] * 5000

# SPDX-License-Identifier: EUPL-1.2
"""duaal-target on 389 Directory Server, which has neither assertions nor entryCSN: an entry is looked at just before it is changed.

Each with and without the USN plugin: it counts changes, so that the look is exact; without it two changes in the same second
cannot be told apart.
"""
import ldap
import pytest

import application as target
import ds389
from directories389 import Application389
from school import FIRST
from test_389 import next_second
from test_dn_oracle import ours
from test_target_read import settings
from wire import Helper, write

pytestmark = pytest.mark.skipif(ds389.absent() is not None, reason=str(ds389.absent()))

GROUP = target.group_dn(FIRST, "beheerder")


@pytest.fixture(name="served", scope="module", params=[(), ("USN",)], ids=["seconds", "counted"])
def _served(request):
    """An application with people and an institution; with and without a count of changes."""
    with Application389(plugins=request.param) as application:
        application.start([*(target.person_entry(name) for name in ("an", "bert", "carla")), target.institution_entry(FIRST)])
        application.counts = bool(request.param)
        yield application


@pytest.fixture(name="filled")
def _filled(served):
    """The same with a group, read and written by duaal-target alone; nothing else there is changed by a test."""
    served.server.add(*target.group_entry(FIRST, "beheerder", [target.person_dn("an")]))
    yield served
    if served.server.read(GROUP) is not None:
        served.server.delete(GROUP)


def the_group(helper):
    """The group's ENTRY as read now."""
    entries, certificate = helper.read()
    assert not certificate.asserts
    return next(entry for entry in entries if entry.kind == "group")


def granting(entry, name):
    """WRITE that puts somebody in, if the entry is as read."""
    return write("modify", GROUP, uuid=entry.uuid, csn=entry.csn, changes=[("add", "member", [target.person_dn(name)])])


def result_of(helper, change):
    """(result, outcome) of one write."""
    outcomes, failure = helper.write([change])
    assert failure is None
    return outcomes[0].result, outcomes[0]


def test_an_entry_that_somebody_else_changed_is_left_alone(filled):
    with Helper("duaal-target", settings(filled)) as helper:
        read = the_group(helper)
        if not filled.counts:
            next_second()
        filled.server.modify(GROUP, add={"description": "met de hand"})
        assert result_of(helper, granting(read, "bert"))[0] == 122
        assert result_of(helper, write("delete", GROUP, uuid=read.uuid, csn=read.csn))[0] == 122
        assert filled.members(FIRST, "beheerder") == [target.person_dn("an")]
        assert result_of(helper, granting(the_group(helper), "bert"))[0] == 0


def test_the_next_write_goes_on_from_the_last(filled):
    """The state after our own write comes back with its answer (RFC 4527)."""
    with Helper("duaal-target", settings(filled)) as helper:
        read = the_group(helper)
        result, outcome = result_of(helper, granting(read, "bert"))
        assert result == 0 and not outcome.fenced and outcome.uuid == read.uuid
        assert outcome.csn == the_group(helper).csn
        assert result_of(helper, granting(outcome, "carla"))[0] == 0
        if filled.counts:
            assert result_of(helper, write("modify", GROUP, uuid=read.uuid, csn=read.csn, changes=[
                ("delete", "member", [target.person_dn("an")])]))[0] == 122


def test_another_entry_of_that_name_is_left_alone(filled):
    with Helper("duaal-target", settings(filled)) as helper:
        read = the_group(helper)
        filled.server.delete(GROUP)
        assert result_of(helper, granting(read, "bert"))[0] == 32
        filled.server.add(*target.group_entry(FIRST, "beheerder"))
        assert result_of(helper, granting(read, "bert"))[0] == 122
        assert filled.members(FIRST, "beheerder") == []


def test_a_group_with_somebody_in_it_is_not_deleted_as_an_empty_one(filled):
    with Helper("duaal-target", settings(filled)) as helper:
        read = the_group(helper)
        assert result_of(helper, write("delete", GROUP, uuid=read.uuid, csn=read.csn, must_be_empty=True))[0] == 122
        filled.server.modify(GROUP, delete={"member": target.person_dn("an")})
        read = the_group(helper)
        assert result_of(helper, write("delete", GROUP, uuid=read.uuid, csn=read.csn, must_be_empty=True))[0] == 0


def test_values_that_are_there_or_not(filled):
    with Helper("duaal-target", settings(filled)) as helper:
        read = the_group(helper)
        assert result_of(helper, granting(read, "an"))[0] == 20
        assert result_of(helper, write("modify", GROUP, uuid=read.uuid, csn=read.csn, changes=[
            ("delete", "member", [target.person_dn("carla")])]))[0] == 16


def test_five_thousand_members(filled):
    people = ["uid=p%04d,%s" % (n, target.PEOPLE) for n in range(5000)]
    with Helper("duaal-target", settings(filled)) as helper:
        read = the_group(helper)
        assert result_of(helper, write("modify", GROUP, uuid=read.uuid, csn=read.csn, changes=[("add", "member", people)]))[0] == 0
        assert sum(len(entry.values["member"]) for entry in helper.read()[0] if entry.kind == "group") == 5001


def test_it_knows_no_assertions():
    """Should it learn them, everything above is to be looked at again: then the daemon is fenced by itself."""
    with ds389.Ds389(target.TARGET, schema=[ds389.schema_ldif(target.SCHEMA)]) as server:
        server.start(target.skeleton())
        offered = {value.decode() for value in server.read("", ["supportedControl"])["supportedControl"]}
        assert "1.3.6.1.1.12" not in offered and {"1.3.6.1.1.13.2", "1.2.840.113556.1.4.319"} <= offered
        with pytest.raises(ldap.UNAVAILABLE_CRITICAL_EXTENSION):
            server.connect().delete_ext_s(target.CANARIES[0], serverctrls=[
                ldap.controls.libldap.AssertionControl(True, "(cn=x)")])


# ---- names ----

@pytest.mark.parametrize("spelled", ["UID=An-1, OU=People,{}", "uid = an-1 , ou=people,{}", "uid=\\61n-1,ou=people,{}",
                                     "uid=an\\2D1,ou=people,{}", "uid=an-1;ou=people,{}"])
def test_spellings_of_a_member_are_one_member_to_both(filled, spelled):
    """What tools write for the name of one of our people; rarer differences are in HACKING.md."""
    plain, other = target.person_dn("an-1"), spelled.format(target.BASE)
    assert ours([(plain.encode(), other.encode())]) == ["equal"]
    filled.server.modify(GROUP, add={"member": plain})
    with pytest.raises(ldap.TYPE_OR_VALUE_EXISTS):
        filled.server.modify(GROUP, add={"member": other})

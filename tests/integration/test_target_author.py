# SPDX-License-Identifier: EUPL-1.2
"""duaal-target is asked who edited a group by hand: a real slapd with its accesslog, and servers that do not tell."""
import time

import ldap
import pytest

from application import (ADMIN, Application, OUTSIDER, STAFF, WRITER, group_dn, group_entry, institution_entry, person_dn,
                         person_entry)
from slapd import OVERLAY_DEFAULTS, as_bytes
from test_target_read import settings
from wire import Helper

AN, BERT, CARLA = (person_dn(name) for name in ("an", "bert", "carla"))
GROUP, OTHER = group_dn("30569", "beheerder"), group_dn("30569", "trajectbegeleider")
LOG = "cn=accesslog"
ENTRIES = [*(person_entry(name) for name in ("an", "bert", "carla")), institution_entry("30569"),
           group_entry("30569", "beheerder", [AN]), group_entry("30569", "trajectbegeleider", [AN])]


@pytest.fixture(name="directory")
def _directory():
    """The directory with an accesslog that everybody may read."""
    with Application(overlays=("syncprov", "accesslog")) as started:
        yield started.start(ENTRIES)


def ask(application, dn, value="", added=False, accesslog_base=LOG, **changes):
    """One question to a new helper, which goes on afterwards."""
    with Helper("duaal-target", settings(application, accesslog_base=accesslog_base, **changes)) as helper:
        answer = helper.author(dn, value, added)
        assert helper.author(dn, value, added) == answer
        assert helper.close() == 0
    return answer


def change(connection, dn, *changes):
    """One modify: (add, delete or replace, values)."""
    connection.modify_s(dn, [(how, "member", [value.encode() for value in values] or None) for how, values in changes])


def found(answer, dn):
    """It is that one, just now."""
    assert answer.found and answer.dn == dn
    assert abs(answer.at_s - time.time()) < 60


def test_who_added(directory):
    change(directory.admin(), GROUP, (ldap.MOD_ADD, [BERT]))
    change(directory.writer(), GROUP, (ldap.MOD_ADD, [CARLA]))
    found(ask(directory, GROUP, BERT, True), ADMIN)
    found(ask(directory, GROUP, CARLA, True), WRITER)
    assert not ask(directory, GROUP, BERT, False).found
    assert not ask(directory, OTHER, BERT, True).found


def test_who_removed(directory):
    change(directory.admin(), GROUP, (ldap.MOD_DELETE, [AN]))
    found(ask(directory, GROUP, AN), ADMIN)
    assert not ask(directory, OTHER, AN).found


def test_the_spelling_of_a_name_means_nothing(directory):
    change(directory.admin(), GROUP, (ldap.MOD_ADD, [BERT.upper().replace(",", ", ")]))
    found(ask(directory, GROUP.upper(), BERT, True), ADMIN)


@pytest.mark.parametrize("changes", [[(ldap.MOD_REPLACE, [BERT])], [(ldap.MOD_DELETE, [])], [(ldap.MOD_REPLACE, [])]])
def test_removed_with_all_others(directory, changes):
    change(directory.admin(), GROUP, *changes)
    found(ask(directory, GROUP, AN), ADMIN)
    assert ask(directory, GROUP, BERT, True).found == (changes[0][1] == [BERT])


def test_the_last_one_counts(directory):
    directory.server.set_access(["to * by * write"])
    outsider = directory.outsider()
    for connection in (outsider, directory.admin(), directory.writer()):
        change(connection, GROUP, (ldap.MOD_ADD, [BERT]))
        change(connection, GROUP, (ldap.MOD_DELETE, [BERT]))
    change(outsider, GROUP, (ldap.MOD_ADD, [BERT]))
    found(ask(directory, GROUP, BERT, True), OUTSIDER)
    found(ask(directory, GROUP, BERT, False), WRITER)


def test_replaced_and_kept_is_not_removed(directory):
    change(directory.admin(), GROUP, (ldap.MOD_REPLACE, [AN, BERT]))
    assert not ask(directory, GROUP, AN).found


def test_other_attributes_and_refused_changes_say_nothing(directory):
    directory.server.modify(GROUP, replace={"description": BERT})
    with pytest.raises(ldap.INSUFFICIENT_ACCESS):
        change(directory.reader(), GROUP, (ldap.MOD_ADD, [BERT]))
    assert not ask(directory, GROUP, BERT, True).found


def test_a_group_that_was_made_with_it(directory):
    directory.server.set_access(["to * by * write"])
    dn, entry = group_entry("30569", "andere", [CARLA])
    directory.admin().add_s(dn, list(as_bytes(entry).items()))
    found(ask(directory, dn, CARLA, True), ADMIN)
    found(ask(directory, dn, "", True), ADMIN)


def test_who_deleted_an_entry(directory):
    directory.server.set_access(["to * by * write"])
    directory.admin().delete_s(OTHER)
    found(ask(directory, OTHER), ADMIN)
    assert not ask(directory, GROUP).found


def test_a_name_with_signs_of_filters(directory):
    directory.server.add("cn=*)(x,ou=people,ou=werkplekduaal,dc=toepassing,dc=example", {
        "objectClass": "inetOrgPerson", "cn": "*)(x", "sn": "x"})
    assert not ask(directory, "cn=*)(x,ou=people,ou=werkplekduaal,dc=toepassing,dc=example").found
    assert not ask(directory, "geen dn", AN).found


# ---- who does not tell ----

def test_no_accesslog(directory):
    change(directory.admin(), GROUP, (ldap.MOD_ADD, [BERT]))
    assert not ask(directory, GROUP, BERT, True, accesslog_base="").found
    assert not ask(directory, GROUP, BERT, True, accesslog_base="cn=nergens").found


def test_an_accesslog_that_may_not_be_read():
    hidden = {"syncprov": None, "accesslog": [*OVERLAY_DEFAULTS["accesslog"]]}
    with Application(overlays=hidden, global_lines=['access to dn.subtree="%s" by * none' % LOG]) as directory:
        directory.start(ENTRIES)
        change(directory.admin(), GROUP, (ldap.MOD_ADD, [BERT]))
        assert not ask(directory, GROUP, BERT, True).found


def test_half_a_log_names_nobody(directory):
    """The server ends the search at its limit: what is newest did not come."""
    change(directory.admin(), GROUP, (ldap.MOD_ADD, [BERT]))
    for _ in range(251):
        change(directory.admin(), GROUP, (ldap.MOD_ADD, [CARLA]))
        change(directory.admin(), GROUP, (ldap.MOD_DELETE, [CARLA]))
    assert not ask(directory, GROUP, BERT, True).found


def test_no_server(directory):
    directory.server.stop()
    assert not ask(directory, GROUP, AN).found


def test_between_reads_and_writes(directory):
    with Helper("duaal-target", settings(directory, accesslog_base=LOG)) as helper:
        assert helper.read()[1].checks
        assert not helper.author(GROUP, "uid=griet," + STAFF, True).found
        assert helper.read()[1].checks

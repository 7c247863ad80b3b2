# SPDX-License-Identifier: EUPL-1.2
"""The directories that the other tests stand on do what they say: who reads what, backup, limits, TLS, hanging."""
import ldap
import pytest

import application as target
import government as source
from slapd import Slapd


def test_reader_sees_the_whole_source(government):
    government.organisation("30569", "Sint-Jozef", heads=["hoofd-1"], programmes=["lassen duaal"])
    government.person("p-1", "An", "Peeters", rights=["WerkplekDuaalGebruiker-trajectbegeleider:30569"])
    found = government.reader().search_s(source.USERS, ldap.SCOPE_ONELEVEL, "(voRecht=werkplekduaalgebruiker*)", ["voRecht"])
    assert {dn for dn, _ in found} == {*source.CANARIES, source.person_dn("p-1")}


def test_nobody_else_reads_the_source(government):
    connection = ldap.initialize(government.server.uri)
    with pytest.raises(ldap.NO_SUCH_OBJECT):
        connection.search_s(source.SOURCE, ldap.SCOPE_SUBTREE)


def test_reader_of_the_source_writes_nothing(government):
    with pytest.raises(ldap.INSUFFICIENT_ACCESS):
        government.reader().modify_s(source.CANARIES[0], [(ldap.MOD_REPLACE, "sn", b"x")])


def test_narrowed_rules_still_answer_success(government):
    government.hide(source.CANARIES[0])
    found = government.reader().search_s(source.USERS, ldap.SCOPE_ONELEVEL)
    assert [dn for dn, _ in found] == [source.CANARIES[1]]
    government.hide()
    assert len(government.reader().search_s(source.USERS, ldap.SCOPE_ONELEVEL)) == 2


def test_limits_at_run_time(government):
    government.server.set_limits(['dn.exact="%s" size.hard=1 size.soft=1' % source.READER])
    with pytest.raises(ldap.SIZELIMIT_EXCEEDED):
        government.reader().search_s(source.USERS, ldap.SCOPE_ONELEVEL)


def test_restored_backup_goes_back_in_time(government):
    before, old = government.server.backup(), government.server.read(source.SOURCE)["contextCSN"]
    government.person("p-1", "An", "Peeters")
    assert government.server.read(source.SOURCE)["contextCSN"] > old
    government.server.restore(before)
    assert government.server.read(source.person_dn("p-1")) is None
    assert government.server.read(source.SOURCE)["contextCSN"] == old


def test_paused_server_hangs_and_goes_on(government):
    connection = government.reader()
    connection.set_option(ldap.OPT_TIMEOUT, 0.3)
    government.server.pause()
    with pytest.raises(ldap.TIMEOUT):
        connection.search_s(source.USERS, ldap.SCOPE_BASE)
    government.server.resume()
    assert government.reader().search_s(source.USERS, ldap.SCOPE_BASE)


def test_application_is_read_by_its_applications_only(application):
    application.server.load("".join(target.to_ldif([target.institution_entry("30569")])))
    found = application.reader().search_s(target.BASE, ldap.SCOPE_SUBTREE, "(duaalInstitutionNumber=30569)")
    assert [dn for dn, _ in found] == [target.institution_dn("30569")]
    with pytest.raises(ldap.NO_SUCH_OBJECT):
        application.reader().search_s(target.REQUESTS, ldap.SCOPE_SUBTREE)
    with pytest.raises(ldap.NO_SUCH_OBJECT):
        application.outsider().search_s(target.BASE, ldap.SCOPE_SUBTREE)


@pytest.mark.parametrize("certificate, trusted", [("good", True), ("wrong-host", False), ("expired", False),
                                                  ("foreign", False)])
def test_certificates(pki, certificate, trusted):
    with Slapd("dc=tls,dc=example", tls=pki.server(certificate)) as server:
        server.start("dn: dc=tls,dc=example\nobjectClass: domain\ndc: tls\n")
        connection = ldap.initialize(server.ldaps_uri)
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, pki.ca)
        connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_HARD)
        connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
        if trusted:
            assert connection.whoami_s() == ""
        else:
            with pytest.raises(ldap.SERVER_DOWN):
                connection.whoami_s()


def test_client_certificate_is_an_identity(pki):
    subject = "cn=duaalsync,ou=services,o=example"
    with Slapd("dc=tls,dc=example", tls=pki.server(), verify_client="demand", authz=[(subject, "cn=writer,dc=tls,dc=example")]) as server:
        server.start("dn: dc=tls,dc=example\nobjectClass: domain\ndc: tls\n")
        connection = ldap.initialize(server.ldaps_uri)
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, pki.ca)
        connection.set_option(ldap.OPT_X_TLS_CERTFILE, pki.certificate("client"))
        connection.set_option(ldap.OPT_X_TLS_KEYFILE, pki.key("client"))
        connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
        connection.sasl_external_bind_s()
        assert connection.whoami_s() == "dn:cn=writer,dc=tls,dc=example"

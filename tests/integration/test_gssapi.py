# SPDX-License-Identifier: EUPL-1.2
"""bind = "gssapi" with a real KDC and a real slapd: tickets come from the keytab, and nothing from the environment."""
import os
import time

import pytest

import kdc as kerberos
from government import Government, READER
from school import School
from source_wire import Source, settings
from wire import CHECK, Failure

pytestmark = pytest.mark.skipif(not kerberos.is_here(), reason="needs krb5-kdc, krb5-admin-server, libsasl2-modules-gssapi-mit")


def make_directory(kdc, **arguments):
    """A directory that takes the principal duaalsync for the reader."""
    government = Government(global_lines=["sasl-host localhost"], authz=[("uid=duaalsync,cn=gssapi,cn=auth", READER)], **arguments)
    government.server.environment.update(KRB5_CONFIG=kdc.config, KRB5_KTNAME="FILE:" + kdc.keytab("ldap/localhost"))
    return government


@pytest.fixture(name="kdc")
def _kdc():
    """A started Kdc with the daemon's keytab."""
    with kerberos.Kdc() as kdc:
        kdc.start()
        kdc.ours = kdc.keytab("duaalsync")
        yield kdc


@pytest.fixture(name="directory")
def _directory(kdc):
    """A started directory of this realm."""
    with make_directory(kdc) as government:
        yield government.start()


def connection(kdc, government, **changes):
    """Changes of settings() for this realm."""
    return {"uri": government.server.uri.replace("127.0.0.1", "localhost"), "bind": "gssapi", "bind_dn": "",
            "password_file": "", "keytab_file": kdc.ours, "kerberos_file": kdc.config, "identity": "dn:" + READER, **changes}


def read(kdc, government, **changes):
    """What a READ by a fresh helper ends with."""
    with Source(settings(government, **connection(kdc, government, **changes))) as source:
        return source.read()[1]


def test_a_read(kdc, directory):
    certificate = read(kdc, directory)
    assert not isinstance(certificate, Failure), certificate
    assert certificate.checks == set(CHECK) and certificate.identity == "dn:" + READER


@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
def test_over_tls(kdc, pki, tls):
    with make_directory(kdc, tls=pki.server("good")) as government:
        server = government.start().server
        uri = (server.ldaps_uri if tls == "ldaps" else server.uri).replace("127.0.0.1", "localhost")
        assert read(kdc, government, uri=uri, tls=tls, ca_file=pki.ca).checks == set(CHECK)


def test_the_environment_has_no_say(kdc, directory, monkeypatch, tmp_path):
    """Not where tickets are, not which keytab, not how Kerberos is configured, and no trace is written."""
    trace = tmp_path / "trace"
    monkeypatch.setenv("KRB5_TRACE", str(trace))
    monkeypatch.setenv("KRB5CCNAME", "FILE:%s" % (tmp_path / "tickets"))
    monkeypatch.setenv("KRB5_CLIENT_KTNAME", "FILE:/nothing")
    monkeypatch.setenv("KRB5_CONFIG", "/nothing")
    monkeypatch.setenv("SASL_PATH", "/nothing")
    assert read(kdc, directory).checks == set(CHECK)
    assert os.listdir(tmp_path) == []


def test_another_identity_is_refused(kdc, directory):
    end = read(kdc, directory, identity="dn:cn=elders")
    assert isinstance(end, Failure) and end.code == "denied" and "who-am-i" in end.text, end


def test_a_keytab_that_the_realm_does_not_know(kdc, directory):
    """The key was changed at the KDC: no ticket, and no bind of any other kind instead."""
    old = kdc.path("old.keytab")
    os.rename(kdc.ours, old)
    kdc.keytab("somebody-else")
    kdc._run(kerberos.TOOLS[2], "-r", kerberos.REALM, "-q", "cpw -randkey duaalsync")
    end = read(kdc, directory, keytab_file=old)
    assert isinstance(end, Failure) and end.code == "unavailable" and "GSSAPI" in end.text, end


def test_no_keytab(kdc, directory):
    end = read(kdc, directory, keytab_file="/nothing")
    assert isinstance(end, Failure) and end.code == "io" and "keytab_file" in end.text, end


def test_a_ticket_that_ends():
    """Each connection has a ticket that is good: with tickets of some seconds, while the KDC is there; and not without it."""
    with kerberos.Kdc(lifetime="8s") as kdc:
        kdc.start()
        kdc.ours = kdc.keytab("duaalsync")
        with make_directory(kdc) as government:
            government.start()
            with Source(settings(government, **connection(kdc, government, deadline_s=20))) as source:
                assert source.read()[1].checks == set(CHECK)
                kdc.stop()
                end = source.read()[1]
                while not isinstance(end, Failure):  # until the ticket that it has is over
                    time.sleep(0.2)
                    end = source.read()[1]
                assert end.code == "unavailable" and "GSSAPI" in end.text, end
                kdc.start()
                assert source.read()[1].checks == set(CHECK)


def test_the_whole_daemon(kdc, directory, application, make_daemon):
    school = School(directory, application, make_daemon)
    school.government = directory
    given = connection(kdc, directory)
    school.start({"source.uri": given["uri"], "source.bind": "gssapi", "source.bind_dn": None, "source.password_file": None,
                  "source.keytab_file": kdc.ours, "source.kerberos_file": kdc.config, "source.identity": given["identity"]})
    assert school.members() == {"an", "bart", "chris", "dries"}, school.daemon.log()

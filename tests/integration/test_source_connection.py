# SPDX-License-Identifier: EUPL-1.2
"""duaal-source believes only the configured server and only as the configured identity (I2): TLS, binds, environment."""
import contextlib
import os
import socket
import subprocess
import time

import pytest

import government as directory
from government import Government, READER
from slapd import free_port
from source_wire import Source, secret_file, settings
from wire import CHECK, Failure

CLIENT = "cn=duaalsync,ou=services,o=example"
SOCKET_USER = "gidNumber=%d[+]uidNumber=%d,cn=peercred,cn=external,cn=auth" % (os.getegid(), os.geteuid())


@contextlib.contextmanager
def tls_server(pki, certificate):
    """A directory whose server shows this certificate and takes the client's certificate for the reader."""
    with Government(tls=pki.server(certificate), verify_client="try", authz=[(CLIENT, READER)]) as government:
        yield government.start()


@pytest.fixture(name="good", scope="module")
def _good(pki):
    """A directory with a good certificate."""
    with tls_server(pki, "good") as government:
        yield government


def connection(government, pki, tls, **changes):
    """Keywords of settings() for ldaps or StartTLS."""
    server = government.server
    uri = server.ldaps_uri if tls == "ldaps" else server.uri
    return {"tls": tls, "uri": uri, "ca_file": pki.ca, "connect_timeout_s": 3, **changes}


def read(government, **changes):
    """What a READ by a fresh helper ends with."""
    with Source(settings(government, **changes)) as source:
        return source.read()[1]


def refusal(government, code, **changes):
    """The sentence of the FAILURE that a READ ends with."""
    end = read(government, **changes)
    assert isinstance(end, Failure) and end.code == code, end
    return end.text


def binds(government):
    """How many binds the server saw from elsewhere than its own root."""
    return government.server.log().count(" BIND dn=\"" + READER)


# ---- TLS ----

@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
def test_good_certificate(good, pki, tls):
    certificate = read(good, **connection(good, pki, tls))
    assert certificate.checks == set(CHECK)
    assert certificate.server == (good.server.ldaps_uri if tls == "ldaps" else good.server.uri)


@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
def test_many_entries_over_tls(pki, tls):
    with tls_server(pki, "good") as government:
        for n in range(300):
            government.person("p-%d" % n, "An", "Peeters" * 20, rights=[directory.RIGHT + "-beheerder:1"])
        certificate = read(government, page_size=50, **connection(government, pki, tls))
        assert certificate.counts["person"] == 300 and certificate.checks == set(CHECK)


@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
@pytest.mark.parametrize("certificate", ["wrong-host", "expired", "foreign"])
def test_bad_certificate(pki, tls, certificate):
    with tls_server(pki, certificate) as government:
        text = refusal(government, "unavailable", **connection(government, pki, tls))
        assert "TLS handshake failed" in text and "openssl s_client -connect 127.0.0.1:" in text
        assert ("-starttls ldap" in text) == (tls == "starttls")
        assert binds(government) == 0  # no password left


def test_the_command_in_the_refusal_tells_the_cause(pki):
    with tls_server(pki, "expired") as government:
        text = refusal(government, "unavailable", **connection(government, pki, "starttls"))
        command = text[text.index("openssl"):].split()
        done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        assert "certificate has expired" in done.stdout + done.stderr


def test_authority_that_is_not_ours(good, pki):
    refusal(good, "unavailable", **connection(good, pki, "ldaps", ca_file=pki.certificate("other-ca")))


@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
def test_environment_and_ldaprc_have_no_say(pki, tls, tmp_path, monkeypatch):
    (tmp_path / "ldaprc").write_text("TLS_REQCERT never\nSIZELIMIT 1\n")
    monkeypatch.chdir(tmp_path)
    for name, value in (("LDAPTLS_REQCERT", "never"), ("LDAPRC", str(tmp_path / "ldaprc")), ("LDAPSIZELIMIT", "1"),
                        ("LDAPCONF", str(tmp_path / "ldaprc")), ("HOME", str(tmp_path))):
        monkeypatch.setenv(name, value)
    with tls_server(pki, "wrong-host") as government:
        refusal(government, "unavailable", **connection(government, pki, tls))
    with tls_server(pki, "good") as government:
        assert read(government, **connection(government, pki, tls)).checks == set(CHECK)


def test_starttls_that_the_server_does_not_know(government, pki):
    text = refusal(government, "protocol", tls="starttls", ca_file=pki.ca)
    assert "does not start TLS" in text and binds(government) == 0


def test_old_tls(pki, government):
    port = free_port()
    with subprocess.Popen(
            ["openssl", "s_server", "-accept", "127.0.0.1:%d" % port, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0",
             "-cert", pki.certificate("good"), "-key", pki.key("good")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert any(b"ACCEPT" in line for line in server.stdout)
            text = refusal(government, "denied", uri="ldaps://127.0.0.1:%d" % port, tls="ldaps", ca_file=pki.ca,
                           connect_timeout_s=3)
        finally:
            server.kill()
    assert "TLS1.1" in text and "TLS 1.2 or newer" in text


@pytest.mark.parametrize("changes, text", [
    ({"ca_file": ""}, "ca_file"), ({"ca_file": "/nonexistent/ca.pem"}, "/nonexistent/ca.pem"),
    ({"certificate_file": "/nonexistent/c.pem"}, "key_file"),
    ({"tls": "none"}, "ldap://"), ({"tls": "starttls"}, "ldap://")])
def test_settings_that_do_not_fit(good, pki, changes, text):
    end = read(good, **{**connection(good, pki, "ldaps"), **changes})
    assert isinstance(end, Failure) and text in end.text


def test_ca_file_that_holds_no_certificate(good, pki, tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate\n")
    refusal(good, "unavailable", **connection(good, pki, "ldaps", ca_file=str(tmp_path / "ca.pem")))


# ---- who we are ----

def test_external_by_socket():
    with Government(authz=[(SOCKET_USER, READER)]) as government:
        government.start()
        certificate = read(government, uri=government.server.ldapi_uri, bind="external", bind_dn="", password_file="",
                           identity="dn:" + READER.upper())
    assert certificate.checks == set(CHECK) and certificate.identity == "dn:" + READER


@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
def test_external_by_certificate(good, pki, tls):
    with_client = {"bind": "external", "bind_dn": "", "password_file": "", "identity": "dn:" + READER}
    certificate = read(good, **connection(good, pki, tls, certificate_file=pki.certificate("client"),
                                          key_file=pki.key("client"), **with_client))
    assert certificate.checks == set(CHECK)
    refused = connection(good, pki, tls, certificate_file=pki.certificate("foreign-client"),
                         key_file=pki.key("foreign-client"), **with_client)
    assert isinstance(read(good, **refused), Failure)
    assert isinstance(read(good, **connection(good, pki, tls, **with_client)), Failure)


def test_private_key_that_others_may_read(good, pki, tmp_path):
    key = tmp_path / "client.key"
    with open(pki.key("client"), encoding="utf-8") as file:
        key.write_text(file.read())
    key.chmod(0o644)
    text = refusal(good, "denied", **connection(good, pki, "ldaps", certificate_file=pki.certificate("client"),
                                                key_file=str(key), bind="external"))
    assert "chmod" in text


def test_who_am_i_answers_somebody_else(good):
    text = refusal(good, "denied", uri=good.server.ldapi_uri, bind="external", bind_dn="", password_file="",
                   identity="dn:cn=iemand-anders,dc=example")
    assert "cn=peercred" in text and "iemand-anders" in text


def test_server_that_takes_any_password_for_anonymous(government):
    """Some servers answer success to a bind that makes nobody of us."""
    with swap_bind(government.server.port) as port:
        end = read(government, uri="ldap://127.0.0.1:%d" % port)
    assert isinstance(end, Failure) and end.code == "denied" and "anonymous" in end.text


def test_wrong_password(government):
    path = secret_file(government.server.path("wrong"), "geraden\n")
    text = refusal(government, "denied", password_file=path)
    assert "49" in text and "geraden" not in text


@pytest.mark.parametrize("content, mode, text", [
    ("", 0o600, "empty"), ("\n", 0o600, "empty"), (directory.READER_PASSWORD, 0o644, "chmod"),
    (directory.READER_PASSWORD, 0o640, "chmod")])
def test_password_file_that_will_not_do(government, content, mode, text):
    path = secret_file(government.server.path("odd"), content, mode)
    end = read(government, password_file=path)
    assert isinstance(end, Failure) and text in end.text and binds(government) == 0


def test_password_by_credential(government, monkeypatch, tmp_path):
    secret_file(str(tmp_path / "bron"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read(government, password_file="", password_credential="bron").checks == set(CHECK)
    assert isinstance(read(government, password_file="", password_credential="ander"), Failure)


def test_no_password_at_all(government):
    refusal(government, "invalid", password_file="")


@pytest.mark.parametrize("uri", ["ldap://192.0.2.1", "ldap://ldap.example.org", "ldap://[2001:db8::1]:389"])
def test_no_password_in_clear(government, uri):
    assert "unprotected" in refusal(government, "invalid", uri=uri)


# ---- servers that are not there ----

def test_nobody_listens(government):
    assert "refused" in refusal(government, "unavailable", uri="ldap://127.0.0.1:%d" % free_port())


@pytest.mark.parametrize("tls", ["none", "ldaps", "starttls"])
def test_a_silent_server_costs_neither_time_nor_cpu(government, pki, tls):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = "%s://127.0.0.1:%d" % ("ldaps" if tls == "ldaps" else "ldap", silent.getsockname()[1])
        with Source(settings(government, uri=uri, tls=tls, ca_file=pki.ca, deadline_s=2, connect_timeout_s=2)) as source:
            before, begun = cpu_seconds(source), time.monotonic()
            end = source.read()[1]
            assert isinstance(end, Failure) and end.code == "unavailable"
            assert time.monotonic() - begun < 30 and cpu_seconds(source) - before < 1  # of two seconds


def cpu_seconds(helper):
    """CPU time of the helper so far."""
    with open("/proc/%d/stat" % helper.process.pid, encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def swap_bind(port):
    """A proxy that answers every bind with success by itself and passes on all else."""
    from faultproxy import FaultProxy  # pylint: disable=import-outside-toplevel
    with FaultProxy("ldap://127.0.0.1:%d" % port) as proxy:
        proxy.add("answer", direction="request", operation="bind", code=0, text="")
        yield int(proxy.uri.rpartition(":")[2])

# SPDX-License-Identifier: EUPL-1.2
"""The proxy does to messages what its rules say, and nothing else."""
import json
import os
import socket
import subprocess
import sys
import threading
import time

import ldap
import pytest
from ldap.controls import SimplePagedResultsControl

import application as target
import faultproxy
import government as source
from faultproxy import FaultProxy
from slapd import as_bytes, free_port


@pytest.fixture(scope="module")
def directory():
    with source.Government() as government:
        for number in range(8):
            government.person("p-%d" % number, "An", "Peeters")
        yield government.start()


@pytest.fixture
def proxy(directory, fault_proxy):
    return fault_proxy(directory.server)


def connect(directory, proxy):
    """The reader's connection through the proxy."""
    return directory.server.connect(source.READER, source.READER_PASSWORD, proxy.uri)


def impatient(connection):
    """The same connection, for answers that may never come: it does not wait long for them."""
    connection.set_option(ldap.OPT_TIMEOUT, 0.5)
    return connection


def people(connection):
    """How many people a search gives."""
    return len(connection.search_s(source.USERS, ldap.SCOPE_ONELEVEL, attrlist=["uid"]))


def test_without_rules_everything_passes(directory, proxy):
    assert people(connect(directory, proxy)) == 10


def test_swallowed_entry_leaves_success(directory, proxy):
    connection = connect(directory, proxy)
    rule = proxy.add("swallow", operation="entry", nth=3)
    assert people(connection) == 9
    assert rule.fired == 1
    proxy.clear()
    assert people(connection) == 10


def test_wrong_message_id_is_lost(directory, proxy):
    proxy.add("msgid", operation="entry", nth=1)
    assert people(connect(directory, proxy)) == 9


def test_duplicate(directory, proxy):
    proxy.add("dup", operation="entry", match="p-3")
    assert people(connect(directory, proxy)) == 11


def test_reference(directory, proxy):
    proxy.add("ref", operation="entry", nth=2, referrals=("ldap://elsewhere.example/dc=x",))
    found = connect(directory, proxy).search_s(source.USERS, ldap.SCOPE_ONELEVEL)
    assert [item[1] for item in found if item[0] is None] == [["ldap://elsewhere.example/dc=x"]]


@pytest.mark.parametrize("code, error", [(51, ldap.BUSY), (4, ldap.SIZELIMIT_EXCEEDED), (53, ldap.UNWILLING_TO_PERFORM)])
def test_answer_instead_of_the_server(directory, proxy, code, error):
    proxy.add("answer", direction="request", operation="search", code=code)
    with pytest.raises(error):
        people(connect(directory, proxy))


@pytest.mark.parametrize("code", [122, 4096])
def test_large_codes(directory, proxy, code):
    proxy.add("answer", operation="done", code=code)
    with pytest.raises(ldap.LDAPError) as caught:
        people(connect(directory, proxy))
    assert caught.value.args[0]["result"] == code


@pytest.mark.parametrize("action", ["drop", "rst", "truncate", "garbage"])
def test_broken_connections(directory, proxy, action):
    connection = impatient(connect(directory, proxy))
    proxy.add(action, operation="entry", nth=4)
    with pytest.raises((ldap.SERVER_DOWN, ldap.DECODING_ERROR, ldap.TIMEOUT)):
        people(connection)
    proxy.clear()
    assert people(connect(directory, proxy)) == 10


def test_hang(directory, proxy):
    connection = impatient(connect(directory, proxy))
    rule = proxy.add("hang", operation="done")
    with pytest.raises(ldap.TIMEOUT):
        people(connection)
    assert proxy.wait_fired(rule)


def test_delay(directory, proxy):
    connection = connect(directory, proxy)
    proxy.add("delay", operation="done", seconds=0.2)
    start = time.monotonic()
    assert people(connection) == 10
    assert time.monotonic() - start >= 0.2


def test_what_is_delayed_can_be_let_go(directory, proxy):
    connection = connect(directory, proxy)
    rule = proxy.add("delay", operation="done")
    threading.Thread(target=lambda: proxy.wait_fired(rule) and proxy.release(rule)).start()
    assert people(connection) == 10 == people(connection)


def test_huge_length_is_what_is_sent(directory, proxy):
    """Looked at below libldap, which would wait for ever."""
    proxy.add("hugelen", operation="bind-result")
    with socket.create_connection(faultproxy.address(proxy.uri), 60) as client:
        client.sendall(faultproxy.message(1, faultproxy.encode(0x60, b"\x02\x01\x03\x04\x00\x80\x00")))
        assert client.recv(100) == b"\x30\x84\x7f\xff\xff\xff\x02\x01\x01"


def test_emptied_cookie_ends_the_pages_early(directory, proxy):
    connection = connect(directory, proxy)

    def read_pages():
        control, seen = SimplePagedResultsControl(True, size=3, cookie=""), 0
        while True:
            sent = connection.search_ext(source.USERS, ldap.SCOPE_ONELEVEL, serverctrls=[control])
            _, entries, _, controls = connection.result3(sent)
            seen += len(entries)
            control.cookie = controls[0].cookie
            if not control.cookie:
                return seen

    assert read_pages() == 10
    proxy.add("cookie", operation="done", nth=2)
    assert read_pages() == 6


def test_write_whose_answer_is_lost_is_done(application, fault_proxy):
    proxy = fault_proxy(application.server)
    connection = application.server.connect(target.WRITER, target.WRITER_PASSWORD, proxy.uri)
    rule = proxy.add("drop", operation="add-result")
    dn, attributes = target.institution_entry("30569")
    with pytest.raises(ldap.SERVER_DOWN):
        connection.add_s(dn, list(as_bytes(attributes).items()))
    assert rule.fired == 1
    assert application.server.read(dn)["o"] == [b"School"]


def test_tls_passes_raw(pki):
    with source.Government(tls=pki.server()) as government, FaultProxy(government.start().server.uri) as proxy:
        connection = ldap.initialize(proxy.uri)
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, pki.ca)
        connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
        connection.start_tls_s()
        connection.simple_bind_s(source.READER, source.READER_PASSWORD)
        assert people(connection) == 2


def test_unknown_words_are_refused(proxy):
    with pytest.raises(ValueError):
        proxy.add("eat")
    with pytest.raises(ValueError):
        proxy.add("drop", operation="serach")


def test_as_a_program(directory, tmp_path):
    rules, listen = tmp_path / "rules.json", "127.0.0.1:%d" % free_port()
    rules.write_text(json.dumps([{"action": "swallow", "operation": "entry", "nth": 1}]))
    program = subprocess.Popen([sys.executable, os.path.abspath(faultproxy.__file__), listen, directory.server.uri, str(rules)])
    try:
        connection = None
        end = time.monotonic() + 60
        while connection is None and time.monotonic() < end:
            try:
                connection = directory.server.connect(source.READER, source.READER_PASSWORD, "ldap://" + listen)
            except ldap.SERVER_DOWN:
                time.sleep(0.02)
        assert people(connection) == 9
    finally:
        program.terminate()
        program.wait()

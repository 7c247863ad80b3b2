# SPDX-License-Identifier: EUPL-1.2
"""A source that cuts, stalls, refers elsewhere or leaves things out: never a certificate, never a helper that hangs."""
import contextlib
import resource
import time

import pytest

import government as directory
from faultproxy import FaultProxy, element, encode, message
from government import CANARIES, Government, READER, USERS, person_dn
from source_wire import Source, settings
from wire import CHECK, Failure, HelperEnded

RIGHT = directory.RIGHT + "-trajectbegeleider:30569"
PEOPLE = 20
LAST = person_dn("zz-last")  # a canary that stands at the end, so that a read cut short does not bring it
ALL_CANARIES = (*CANARIES, LAST)


def fill(government):
    """Two institutions, twenty people with the right, and a third canary after them."""
    government.organisation("30569", "Sint-Jozef")
    government.organisation("112345", "De Toekomst")
    for n in range(PEOPLE):
        government.person("p-%02d" % n, "An", "Peeters", rights=[RIGHT])
    government.person("zz-last", "Kanarie", "laatste", rights=[RIGHT])
    return government.start()


@pytest.fixture(name="filled", scope="module")
def _filled():
    """One filled directory for the tests that change nothing in it."""
    with Government() as government:
        yield fill(government)


def read(government, **changes):
    """What a READ by a fresh helper ends with; HelperEnded where the helper ended itself."""
    with Source(settings(government, **{"canaries": ALL_CANARIES, "deadline_s": 20, **changes})) as source:
        return source.read()[1]


def through(government, *rules, **changes):
    """The same through a proxy with these rules: (end, times they acted)."""
    with FaultProxy(government.server.uri) as proxy:
        added = [proxy.add(action, **details) for action, details in rules]
        return read(government, uri=proxy.uri, **changes), sum(rule.fired for rule in added)


def refused(government, code, result, *rules, **changes):
    """Text of the FAILURE that these rules lead to."""
    end, fired = through(government, *rules, **changes)
    assert isinstance(end, Failure) and fired > 0, end
    assert (end.code, end.result) == (code, result), end
    return end.text


@contextlib.contextmanager
def limits(government, rest):
    """Other limits for the reader, for a while."""
    government.server.set_limits(['dn.exact="%s" %s' % (READER, rest)])
    try:
        yield
    finally:
        government.server.set_limits(['dn.exact="%s" size=unlimited time=unlimited size.pr=unlimited '
                                      'size.prtotal=unlimited' % READER])


# ---- limits of the server ----

@pytest.mark.parametrize("rest, changes, result", [
    ("size=5", {}, 4), ("size=5", {"page_size": 4}, 4), ("size.pr=4 size.prtotal=10", {"page_size": 4}, 4),
    ("size.pr=10", {"page_size": 50}, 11), ("size.prtotal=disabled", {"page_size": 5}, 11)])
def test_size_limits(filled, rest, changes, result):
    with limits(filled, rest):
        end = read(filled, **changes)
    assert isinstance(end, Failure) and (end.code, end.result) == ("incomplete", result), end


def test_too_many_to_look_at(filled):
    with limits(filled, "size.unchecked=3"):
        end = read(filled, people_filter="(&(voRecht=*)(sn=*))")
    assert isinstance(end, Failure) and (end.code, end.result) == ("incomplete", 11)
    assert "index" in end.text


def test_limits_are_back(filled):
    assert read(filled).checks == set(CHECK)
    assert read(filled, page_size=4).checks == set(CHECK)


@pytest.mark.parametrize("error, code", [(3, "incomplete"), (51, "unavailable"), (52, "unavailable"), (80, "unavailable"),
                                         (50, "denied"), (1, "protocol")])
def test_an_error_in_the_middle_of_a_search(error, code):
    """slapo-retcode answers with the error when the search comes to one entry."""
    with Government(overlays={"syncprov": None, "retcode": ['retcode-parent "ou=retcode,@SUFFIX@"', "retcode-indir"]}) \
            as government:
        fill(government)
        government.server.modify(person_dn("p-10"), add={"objectClass": "errAuxObject", "errCode": str(error)})
        end = read(government)
        assert isinstance(end, Failure) and (end.code, end.result) == (code, error), end


@pytest.mark.parametrize("code, word", [
    (1, "protocol"), (2, "protocol"), (3, "incomplete"), (4, "incomplete"), (10, "incomplete"), (11, "incomplete"),
    (12, "invalid"), (32, "not_found"), (50, "denied"), (51, "unavailable"), (52, "unavailable"), (53, "unavailable"),
    (80, "unavailable"), (122, "conflict"), (4096, "stale"), (77, "unavailable")])
def test_every_result_of_the_search_for_people(filled, code, word):
    """The people have all been sent by then: it is the result that decides."""
    text = refused(filled, word, code, ("answer", {"operation": "done", "code": code, "nth": 10}))
    assert USERS in text and str(code) in text


# ---- parts that are elsewhere or left out ----

def test_a_referral_below_the_people(government):
    government.server.add("ou=elders," + USERS, {
        "objectClass": ["referral", "extensibleObject"], "ou": "elders", "ref": "ldap://127.0.0.1:9/" + USERS})
    end = read(government, canaries=CANARIES)
    assert isinstance(end, Failure) and end.code == "incomplete" and "elsewhere" in end.text


def test_a_rogue_reference_leads_nowhere(filled):
    with FaultProxy(filled.server.uri) as rogue:
        text = refused(filled, "incomplete", 0, ("ref", {
            "operation": "entry", "match": "uid=p-05", "referrals": ("%s/%s" % (rogue.uri, USERS),)}))
        assert "elsewhere" in text and rogue.connections == []


def test_a_search_that_is_answered_with_a_referral(filled):
    text = refused(filled, "incomplete", 10, ("answer", {
        "direction": "request", "operation": "search", "match": "voPersoon", "code": 10,
        "referrals": ("ldap://127.0.0.1:9/",)}))
    assert "another server" in text


def test_a_swallowed_canary(filled):
    text = refused(filled, "incomplete", 0, ("swallow", {"operation": "entry", "match": "zz-last", "nth": 2}))
    assert LAST in text


@pytest.mark.parametrize("action", ["swallow", "msgid"])
def test_the_last_page_of_people_is_lost(filled, action):
    """A lost entry as such is invisible to any client; the canary at the end is there to be missed."""
    refused(filled, "incomplete", 0, (action, {"operation": "entry", "match": "zz-last", "nth": 2}), page_size=5)


def test_pages_without_their_control(filled):
    text = refused(filled, "incomplete", 0, ("answer", {"operation": "done", "match": "1.2.840.113556.1.4.319",
                                                        "code": 0, "text": ""}), page_size=5)
    assert "control" in text


def test_paging_cookie_is_emptied(filled):
    text = refused(filled, "incomplete", 0, ("cookie", {"operation": "done", "match": "1.2.840.113556.1.4.319",
                                                        "nth": 3}), page_size=5)
    assert LAST in text


def test_paging_cookie_is_not_the_servers_own(filled):
    end, fired = through(filled, ("cookie", {"operation": "done", "match": "1.2.840.113556.1.4.319", "nth": 2,
                                             "cookie": "nonsense"}), page_size=5)
    assert fired == 1 and isinstance(end, Failure)


def test_server_that_does_not_page(filled):
    refused(filled, "invalid", 12, ("answer", {"direction": "request", "operation": "search", "code": 12,
                                               "match": "1.2.840.113556.1.4.319"}), page_size=5)


def test_an_entry_twice_is_harmless(filled):
    end, fired = through(filled, ("dup", {"operation": "entry", "match": "p-07"}))
    assert fired == 1 and end.checks == set(CHECK) and end.counts["person"] == PEOPLE + 1


# ---- the connection ----

@pytest.mark.parametrize("action", ["drop", "rst", "truncate", "garbage"])
@pytest.mark.parametrize("nth", [1, 4, 9, 15, 30])
def test_connection_is_cut(filled, action, nth):
    """At every stage: bind, who-am-i, schema, position, canaries, institutions, people."""
    end, fired = through(filled, (action, {"nth": nth}), deadline_s=2)
    assert fired == 1 and isinstance(end, Failure), end
    assert end.code == "unavailable", end


def test_every_answer_matters(filled):
    """Cuts the connection at each single message, until a read gets through; the same helper goes on every time."""
    with FaultProxy(filled.server.uri) as proxy, Source(settings(
            filled, uri=proxy.uri, canaries=ALL_CANARIES)) as source:
        for nth in range(1, 200):
            proxy.clear()
            rule = proxy.add("drop", nth=nth)
            end = source.read()[1]
            if rule.fired == 0:
                break
            assert isinstance(end, Failure), nth
    assert end.checks == set(CHECK) and nth > PEOPLE


@pytest.mark.parametrize("action, details", [
    ("swallow", {"operation": "done", "nth": 10}), ("msgid", {"operation": "done", "nth": 10}),
    ("hang", {"operation": "entry", "nth": 12}), ("swallow", {"operation": "bind-result"}),
    ("hang", {"operation": "extended-result"}), ("hugelen", {"nth": 1}), ("hugelen", {"nth": 3}),
    ("hugelen", {"nth": 15}), ("hugelen", {"operation": "entry", "nth": 12})])
def test_a_stall_ends(filled, action, details):
    """By a time limit of libldap or of the socket where they work, else by the alarm; never by burning CPU.
    The alarm itself: tests/unit/test_ldap_deadline.c."""
    with FaultProxy(filled.server.uri) as proxy:
        rule = proxy.add(action, **details)
        before, begun = children_cpu(), time.monotonic()
        with contextlib.suppress(HelperEnded):
            end = read(filled, uri=proxy.uri, deadline_s=2)
            assert isinstance(end, Failure) and end.code == "unavailable", end
        assert rule.fired == 1 and time.monotonic() - begun < 30
        assert children_cpu() - before < 1  # of two seconds and more


class DrippingProxy(FaultProxy):
    """Instead of one entry: a message of a megabyte, byte by byte, for ever."""

    def apply(self, connection, direction, pdu):
        if b"uid=p-05" not in pdu.raw:
            return [pdu.raw]
        connection.to_client(encode(0x30, bytes(1 << 20))[:5] + encode(0x02, bytes([pdu.message_id])))
        while not self.closing.wait(0.1):
            connection.to_client(b"\x64")
        return []


def test_dripping_is_a_stall(filled):
    """Every time limit for a single read is content with a byte now and then."""
    with DrippingProxy(filled.server.uri) as proxy:
        begun = time.monotonic()
        with contextlib.suppress(HelperEnded):
            assert isinstance(read(filled, uri=proxy.uri, deadline_s=2), Failure)
        assert time.monotonic() - begun < 30


def children_cpu():
    """CPU seconds of the helpers that have ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_slow_but_moving_is_not_a_stall(filled):
    end, fired = through(filled, ("delay", {"operation": "entry", "match": "p-0", "seconds": 0.5}), deadline_s=3)
    assert fired == 10 and end.checks == set(CHECK)


def test_a_hung_server_is_left_and_found_again(government):
    with Source(settings(government, deadline_s=2, connect_timeout_s=2)) as source:
        government.server.pause()
        end = source.read()[1]
        government.server.resume()
        assert isinstance(end, Failure) and end.code == "unavailable"
        assert source.read()[1].checks == set(CHECK)


def test_a_slow_planner_is_waited_for(filled):
    """The deadline is the directory's; the planner may take as long as it likes."""
    with Source(settings(filled, deadline_s=2)) as source:
        assert source.read()[1].checks == set(CHECK)
        time.sleep(3.5)
        assert source.read()[1].checks == set(CHECK)


# ---- long value lists in parts ----

class RangingProxy(FaultProxy):
    """Makes the server send voProgrammatie in ranges of five values, as some servers do; spoil: the nth part of a list
    comes without values."""

    def __init__(self, upstream, spoil=0):
        super().__init__(upstream)
        self.asked, self.parts, self.spoil = {}, 0, spoil

    def apply(self, connection, direction, pdu):
        if direction == "request" and pdu.name == "search" and b";range=" in pdu.raw:
            return [self.ask_for_all(pdu)]
        if direction == "response" and pdu.name == "entry" and b"voProgrammatie" in pdu.raw:
            return [self.cut(pdu)]
        return [pdu.raw]

    def ask_for_all(self, pdu):
        """The server knows no ranges: it is asked for everything, and the answer is cut."""
        head, _, tail = pdu.operation.rpartition(b";range=")
        self.asked[pdu.message_id] = int(tail.partition(b"-")[0])
        parts = list(elements(element_value(head + b";range=" + tail)))
        name = encode(0x04, b"voProgrammatie")
        return message(pdu.message_id, encode(0x63, b"".join(parts[:-1]) + encode(0x30, name)))

    def cut(self, pdu):
        """Five values from where they were asked for."""
        dn, attributes = elements(element_value(pdu.operation))
        out = b""
        for attribute in elements(element_value(attributes)):
            name, values = elements(element_value(attribute))
            if element_value(name) == b"voProgrammatie":
                name, values = self.part(pdu.message_id, list(elements(element_value(values))))
            out += encode(0x30, name + values)
        return message(pdu.message_id, encode(0x64, dn + encode(0x30, out)))

    def part(self, message_id, values):
        """Name and values of one part."""
        first = self.asked.get(message_id, 0)
        some = values[first:first + 5]
        last = "*" if first + 5 >= len(values) else str(first + 4)
        self.parts += 1
        if self.parts == self.spoil:
            some = []
        return encode(0x04, b"voProgrammatie;range=%d-%s" % (first, last.encode())), encode(0x31, b"".join(some))


def element_value(data):
    """Contents of the one element in data."""
    _, start, end = element(data)
    return data[start:end]


def elements(data):
    """The elements in data, whole."""
    at = 0
    while at < len(data):
        _, _, end = element(data, at)
        yield data[at:end]
        at = end


@pytest.mark.parametrize("count, parts", [(1, 1), (5, 1), (6, 2), (23, 5)])
@pytest.mark.parametrize("page_size", [0, 2])
def test_ranges_are_read_to_their_end(government, count, parts, page_size):
    wanted = ["richting %02d" % n for n in range(count)]
    government.organisation("30569", "Sint-Jozef", programmes=wanted)
    government.person("p-1", "An", "Peeters", rights=[RIGHT])
    with RangingProxy(government.server.uri) as proxy, Source(settings(
            government, uri=proxy.uri, page_size=page_size)) as source:
        entries, certificate = source.read()
    school = next(entry for entry in entries if entry.kind == "institution")
    assert certificate.checks == set(CHECK) and proxy.parts == parts
    assert [value.decode() for value in school.values["programme"]] == wanted


@pytest.mark.parametrize("spoil", [1, 2, 3])
def test_ranges_that_do_not_go_on(government, spoil):
    government.organisation("30569", "Sint-Jozef", programmes=["richting %02d" % n for n in range(13)])
    with RangingProxy(government.server.uri, spoil) as proxy:
        end = read(government, uri=proxy.uri, canaries=CANARIES)
    assert isinstance(end, Failure) and end.code == "incomplete"

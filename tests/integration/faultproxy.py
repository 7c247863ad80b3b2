#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A proxy that understands LDAP messages just well enough to spoil the right one.

    with FaultProxy(server.uri) as proxy:
        rule = proxy.add("swallow", operation="entry", nth=3)      # the third entry never arrives; result code 0
        ... use proxy.uri ...
        assert rule.fired == 1
        proxy.clear()

Everything that no rule names passes byte for byte, message by message; bytes that are no LDAP message (TLS) pass raw. Rules
may come and go while connections are open. Of the rules that fit a message the first one acts. As a program:

    faultproxy.py LISTEN UPSTREAM RULES.json        addresses: ldap://host:port, host:port, or a socket's path

where the file holds a list of {"action": ..., and the keywords of Rule} and is read again for every new connection.
"""
import dataclasses
import json
import os
import socket
import struct
import sys
import threading
import time

OPERATIONS = {
    0x60: "bind", 0x61: "bind-result", 0x42: "unbind", 0x63: "search", 0x64: "entry", 0x65: "done", 0x73: "reference",
    0x66: "modify", 0x67: "modify-result", 0x68: "add", 0x69: "add-result", 0x4A: "delete", 0x6B: "delete-result",
    0x6C: "rename", 0x6D: "rename-result", 0x6E: "compare", 0x6F: "compare-result", 0x50: "abandon", 0x77: "extended",
    0x78: "extended-result", 0x79: "intermediate"}
RESULT_TAGS = {"bind": 0x61, "search": 0x65, "modify": 0x67, "add": 0x69, "delete": 0x6B, "rename": 0x6D,
               "compare": 0x6F, "extended": 0x78}
PAGED_RESULTS = b"1.2.840.113556.1.4.319"
FOR_EVER = 10 ** 6


# ---- BER, as little of it as needed ------------------------------------------------------------------

def encode(tag, value):
    """One BER element with a definite length."""
    size = len(value)
    if size < 128:
        return bytes([tag, size]) + value
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + value


def element(data, offset=0):
    """(tag, start of value, end of value) of the element at offset."""
    tag, size, offset = data[offset], data[offset + 1], offset + 2
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[offset:offset + count], "big")
        offset += count
    return tag, offset, offset + size


def integer(value):
    """An INTEGER that is not negative."""
    return encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


class Message:
    """One LDAPMessage (RFC 4511 section 4.1.1): raw, message_id, name, and the bytes of its parts."""

    def __init__(self, raw):
        self.raw = raw
        _, start, end = element(raw)
        _, first, last = element(raw, start)
        self.message_id = int.from_bytes(raw[first:last], "big")
        tag, _, after = element(raw, last)
        self.name = OPERATIONS.get(tag, hex(tag))
        self.tag, self.operation, self.controls = tag, raw[last:after], raw[after:end]


def message(message_id, operation, controls=b""):
    """Bytes of an LDAPMessage."""
    return encode(0x30, integer(message_id) + operation + controls)


def result(tag, code, text="", referrals=()):
    """Bytes of an LDAPResult under an operation's tag."""
    body = encode(0x0A, integer(code)[2:]) + encode(0x04, b"") + encode(0x04, text.encode())
    if referrals:
        body += encode(0xA3, b"".join(encode(0x04, uri.encode()) for uri in referrals))
    return encode(tag, body)


def with_cookie(controls, cookie):
    """The controls with the cookie of a paged results control (RFC 2696) replaced."""
    if not controls:
        return controls
    _, offset, end = element(controls)
    parts = []
    while offset < end:
        _, inside, after = element(controls, offset)
        control = controls[offset:after]
        if PAGED_RESULTS in control:
            control = _paged_results(control, cookie)
        parts.append(control)
        offset = after
    return encode(0xA0, b"".join(parts))


def _paged_results(control, cookie):
    _, offset, end = element(control)
    while control[offset] != 0x04 or control[offset:end].startswith(encode(0x04, PAGED_RESULTS)):
        offset = element(control, offset)[2]
    _, value, _ = element(control, offset)
    _, size, _ = element(control, value)
    size_element = control[size:element(control, size)[2]]
    return encode(0x30, encode(0x04, PAGED_RESULTS) +
                  encode(0x04, encode(0x30, size_element + encode(0x04, cookie))))


# ---- rules -------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Rule:
    """What happens to which message.

    action: one of ACTIONS. direction: "response" or "request". operation: a name of OPERATIONS or "any". nth: only
    the nth message that fits, counted over all connections; 0 is every one. match: only messages with these bytes.
    seconds: of delay and hang, unless release() comes first. code, text, referrals: of answer; referrals also of reference. by: added to the message
    id. cookie: the new one. fired: how often it has acted.
    """

    action: str
    direction: str = "response"
    operation: str = "any"
    nth: int = 0
    match: str = ""
    seconds: float = FOR_EVER
    code: int = 80
    text: str = "injected"
    referrals: tuple = ()
    by: int = 1000
    cookie: str = ""
    fired: int = 0
    seen: int = 0
    released: bool = False

    def __post_init__(self):
        if self.action not in ACTIONS:
            raise ValueError("no such action: " + self.action)
        if self.operation != "any" and self.operation not in OPERATIONS.values():
            raise ValueError("no such operation: " + self.operation)

    def fits(self, direction, pdu):
        """Whether this rule acts on a message now; counts."""
        if direction != self.direction or self.operation not in ("any", pdu.name):
            return False
        if self.match and self.match.encode() not in pdu.raw:
            return False
        self.seen += 1
        return self.nth in (0, self.seen)


def _drop(connection, _rule, _pdu):
    """Close both sides in an orderly way."""
    connection.close()
    return []


def _reset(connection, _rule, _pdu):
    """Close both sides with a TCP reset."""
    connection.close(reset=True)
    return []


def _hang(connection, rule, _pdu):
    """Say nothing more in this direction, for rule.seconds, then close."""
    connection.proxy.wait_released(rule)
    connection.close()
    return []


def _delay(connection, rule, pdu):
    """Pass the message on after rule.seconds."""
    connection.proxy.wait_released(rule)
    return [pdu.raw]


def _answer(connection, rule, pdu):
    """Answer with a code of our own instead; a request does not reach the server."""
    connection.to_client(message(pdu.message_id, result(RESULT_TAGS.get(pdu.name, pdu.tag), rule.code, rule.text,
                                                        rule.referrals)))
    return []


def _truncate(connection, _rule, pdu):
    """Half of the message, then the end."""
    connection.to_client(pdu.raw[:len(pdu.raw) // 2])
    connection.close()
    return []


def _garbage(_connection, _rule, _pdu):
    """Something that is no LDAP."""
    return [b"\xff\x00HTTP/1.1 400 Bad Request\r\n\r\n"]


def _huge_length(_connection, _rule, pdu):
    """A message that claims to be 2 GB long."""
    return [b"\x30\x84\x7f\xff\xff\xff" + integer(pdu.message_id)]


def _message_id(_connection, rule, pdu):
    """The message under a wrong id: nobody waits for it."""
    return [message(pdu.message_id + rule.by, pdu.operation, pdu.controls)]


def _duplicate(_connection, _rule, pdu):
    """The message twice."""
    return [pdu.raw, pdu.raw]


def _swallow(_connection, _rule, _pdu):
    """The message never arrives; everything after it does."""
    return []


def _reference(_connection, rule, pdu):
    """A search result reference in front of the message."""
    uris = rule.referrals or ("ldap://127.0.0.1:9/dc=elsewhere",)
    return [message(pdu.message_id, encode(0x73, b"".join(encode(0x04, uri.encode()) for uri in uris))), pdu.raw]


def _cookie(_connection, rule, pdu):
    """The paging cookie replaced; empty by default: the pages seem to have come to their end."""
    return [message(pdu.message_id, pdu.operation, with_cookie(pdu.controls, rule.cookie.encode()))]


# Each takes the connection, the rule and the message, and returns what to send on in the message's place.
ACTIONS = {"drop": _drop, "rst": _reset, "hang": _hang, "delay": _delay, "answer": _answer, "truncate": _truncate,
           "garbage": _garbage, "hugelen": _huge_length, "msgid": _message_id, "dup": _duplicate,
           "swallow": _swallow, "ref": _reference, "cookie": _cookie}


# ---- sockets -----------------------------------------------------------------------------------------

def address(text):
    """(host, port) of ldap://host:port or host:port; a path stays a path."""
    if text.startswith("/"):
        return text
    host, _, port = text.removeprefix("ldap://").rstrip("/").rpartition(":")
    return host, int(port)


def _socket(where):
    return socket.socket(socket.AF_UNIX if isinstance(where, str) else socket.AF_INET)


def _read_exactly(source, size):
    data = b""
    while len(data) < size:
        chunk = source.recv(min(65536, size - len(data)))
        if not chunk:
            return None
        data += chunk
    return data


def _read_message(source):
    """Bytes of one whole message, other bytes as they come, None at the end."""
    head = _read_exactly(source, 1)
    if head is None or head != b"\x30":
        return head if head is None else head + source.recv(65536)
    octet = _read_exactly(source, 1)
    if octet is None:
        return None
    head, size = head + octet, octet[0]
    if size & 0x80:
        octets = _read_exactly(source, size & 0x7F)
        if octets is None:
            return None
        head, size = head + octets, int.from_bytes(octets, "big")
    body = _read_exactly(source, size)
    return None if body is None else head + body


class Connection:
    """One client, its connection to the server, and a thread for each direction."""

    def __init__(self, proxy, client):
        self.proxy, self.client = proxy, client
        self.server = _socket(proxy.upstream)
        self.server.connect(proxy.upstream)
        for side in (self.client, self.server):
            if side.family == socket.AF_INET:  # one message at a time: no waiting for more to send
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.writing, self.pumping, self.ending, self.closed = threading.Lock(), 2, threading.Lock(), False
        for pair in ((self.client, self.server, "request"), (self.server, self.client, "response")):
            threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def to_client(self, data):
        """Send bytes to the client, whatever direction is being pumped."""
        with self.writing:
            self.client.sendall(data)

    def close(self, reset=False):
        """End both sides. shutdown() wakes the threads; the last of them closes, or else one could read on from a
        descriptor that is a later connection's by then. What had come in before is read all the same, and no rule is about it."""
        self.closed = True
        for side in (self.client, self.server):
            try:
                if reset:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                side.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
            except OSError:
                pass
            if reset:
                side.close()  # only this sends it, and at once

    def _end(self):
        self.close()
        with self.ending:
            self.pumping -= 1
            if self.pumping == 0:
                self.client.close()
                self.server.close()

    def _pump(self, source, sink, direction):
        raw = False
        try:
            while True:
                data = source.recv(65536) if raw else _read_message(source)
                if not data:
                    break
                raw = raw or data[0] != 0x30
                for out in [data] if raw else self.proxy.apply(self, direction, Message(data)):
                    if sink is self.client:
                        self.to_client(out)
                    else:
                        sink.sendall(out)
        except OSError:
            pass
        finally:
            self._end()


class FaultProxy:
    """Listens, and applies its rules to every connection; see the top of this file."""

    def __init__(self, upstream, listen="127.0.0.1:0", before_connection=None):
        self.upstream = address(upstream)
        self.rules, self.connections = [], []
        self.closing, self.changed = threading.Event(), threading.Condition()
        self._before_connection = before_connection
        where = address(listen)
        if isinstance(where, str) and os.path.exists(where):
            os.unlink(where)
        self._listener = _socket(where)
        if not isinstance(where, str):
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(where)
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def uri(self):
        """Where clients should go."""
        return "ldap://%s:%d" % self._listener.getsockname()

    def add(self, action, **details):
        """Add a Rule; returned, so that its fired can be read and it can be given to remove()."""
        rule = Rule(action, **details)
        with self.changed:
            self.rules.append(rule)
        return rule

    def remove(self, rule):
        """Take one rule out."""
        with self.changed:
            self.rules.remove(rule)

    def release(self, rule):
        """What this rule delays passes now, and from now on; what it lets hang ends."""
        with self.changed:
            rule.released = True
            self.changed.notify_all()

    def wait_released(self, rule):
        """Until then, or for its seconds; for the actions."""
        with self.changed:
            self.changed.wait_for(lambda: rule.released or self.closing.is_set(), rule.seconds)

    def clear(self):
        """Take all rules out; connections that hang go on hanging."""
        with self.changed:
            self.rules.clear()

    def wait_fired(self, rule, seconds=30):
        """Wait until a rule has acted; whether it has."""
        with self.changed:
            return self.changed.wait_for(lambda: rule.fired > 0, seconds)

    def drop_all(self, reset=False):
        """End every connection now."""
        for connection in self.connections:
            connection.close(reset)
        self.connections = []

    def apply(self, connection, direction, pdu):
        """What to send on in place of a message."""
        with self.changed:
            if connection.closed:
                return []
            rule = next((rule for rule in self.rules if rule.fits(direction, pdu)), None)
            if rule is None:
                return [pdu.raw]
            rule.fired += 1
            self.changed.notify_all()
        return ACTIONS[rule.action](connection, rule, pdu)

    def _accept(self):
        while not self.closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._before_connection:
                self._before_connection(self)
            try:
                self.connections.append(Connection(self, client))
            except OSError:
                client.close()

    def close(self):
        """Stop listening and end every connection."""
        with self.changed:
            self.closing.set()
            self.changed.notify_all()
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self.drop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def main():
    """Run as a program until ended."""
    if len(sys.argv) != 4:
        sys.exit("usage: faultproxy.py LISTEN UPSTREAM RULES.json")

    def reload_rules(proxy):
        with open(sys.argv[3], encoding="utf-8") as file:
            rules = [Rule(**rule) for rule in json.load(file)]
        with proxy.changed:
            proxy.rules[:] = rules

    with FaultProxy(sys.argv[2], sys.argv[1], reload_rules):
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: EUPL-1.2
"""A server in front of a real one that sends long lists of values in parts, as Active Directory does:
"member;range=0-1499", and the rest when "member;range=1500-*" is asked for, up to "member;range=3000-*".

    with RangeProxy(government.server.uri, "member", 1000) as proxy:
        ... proxy.uri ... proxy.parts ...
"""
import re

from faultproxy import FaultProxy, encode, element, message


def children(data, start, end):
    """The elements from start up to end, as (tag, bytes of the value, bytes of the element)."""
    while start < end:
        tag, inside, after = element(data, start)
        yield tag, data[inside:after], data[start:after]
        start = after


class RangeProxy(FaultProxy):
    """attribute: the one that comes in parts of size values. parts: how many were sent."""

    def __init__(self, upstream, attribute, size):
        self.attribute, self.size, self.parts, self.broken = attribute.encode(), size, 0, False
        self._begins = {}  # (connection, message id): the first value that was asked for
        super().__init__(upstream)

    def apply(self, connection, direction, pdu):
        if pdu.name == "search":
            return [self._request(connection, pdu)]
        return [self._entry(connection, pdu)] if pdu.name == "entry" else super().apply(connection, direction, pdu)

    def _request(self, connection, pdu):
        _, start, end = element(pdu.operation)
        parts = [raw for _, _, raw in children(pdu.operation, start, end)]
        _, first, last = element(parts[-1])
        names = []
        for _, name, _ in children(parts[-1], first, last):
            found = re.fullmatch(re.escape(self.attribute) + rb";range=(\d+)-\*", name)
            if found:
                self._begins[connection, pdu.message_id] = int(found.group(1))
            names.append(encode(0x04, self.attribute if found else name))
        parts[-1] = encode(0x30, b"".join(names))
        return message(pdu.message_id, encode(0x63, b"".join(parts)), pdu.controls)

    def _entry(self, connection, pdu):
        _, start, end = element(pdu.operation)
        (_, _, dn), (_, attributes, _) = children(pdu.operation, start, end)
        begin = self._begins.get((connection, pdu.message_id), 0)
        out = [self._attribute(value, begin) for _, value, _ in children(attributes, 0, len(attributes))]
        return message(pdu.message_id, encode(0x64, dn + encode(0x30, b"".join(out))), pdu.controls)

    def _attribute(self, attribute, begin):
        (_, name, _), (_, values, _) = children(attribute, 0, len(attribute))
        values = [raw for _, _, raw in children(values, 0, len(values))]
        if name == self.attribute and len(values) > self.size:
            last = begin + self.size >= len(values)
            name += b";range=%d-%s" % (begin, b"*" if last else b"%d" % (begin + self.size - 1))
            values = values[begin:begin + self.size - (1 if self.broken and begin else 0)]
            self.parts += 1
        return encode(0x30, encode(0x04, name) + encode(0x31, b"".join(values)))

# SPDX-License-Identifier: EUPL-1.2
"""The interface file of the socket, read; and replies held against it.

    interface = Interface()
    interface.check_reply("Status", json.loads(text))          # AssertionError with the place of what does not fit
    interface.check_error("OrderRefused", {...})

Strict both ways: each field of the type must be there, null only where the type begins with ?, and no other field.
"""
import os
import re

from application import ROOT

FILE = os.path.join(ROOT, "daemon", "control", "be.werkplekduaal.Duaalsync.varlink")
TOKEN = re.compile(r"\s*(->|\[\]|\[string\]|[?(),:]|[A-Za-z_.][\w.]*)")
PLAIN = {"int": int, "string": str, "bool": bool, "float": (int, float)}


class Reader:
    """Tokens of the file, one after the other."""

    def __init__(self, text):
        self.words = TOKEN.findall(re.sub(r"#[^\n]*", "", text))
        assert "".join(self.words) == re.sub(r"\s+", "", re.sub(r"#[^\n]*", "", text)), "a token that is not known"
        self.at = 0

    def next(self, wanted=None):
        """The next token, which must be the wanted one."""
        word = self.words[self.at]
        assert wanted in (None, word), "%s instead of %s" % (word, wanted)
        self.at += 1
        return word

    def peek(self):
        """The next token, which stays; "" at the end."""
        return self.words[self.at] if self.at < len(self.words) else ""

    def type(self):
        """A type: a name, a struct {field: type}, or ("?" or "[]" or "[string]", type)."""
        if self.peek() in ("?", "[]", "[string]"):
            return self.next(), self.type()
        return self.struct() if self.peek() == "(" else self.next()

    def struct(self):
        """(field: type, ...)"""
        fields = {}
        self.next("(")
        while self.peek() != ")":
            name = self.next()
            assert name not in fields, name
            self.next(":")
            fields[name] = self.type()
            if self.peek() == ",":
                self.next()
        self.next(")")
        return fields


class Interface:
    """name; types, errors: {name: fields}; methods: {name: (fields of the call, fields of the reply)}."""

    def __init__(self, path=FILE):
        with open(path, encoding="utf-8") as file:
            reader = Reader(file.read())
        reader.next("interface")
        self.name = reader.next()
        self.types, self.errors, self.methods = {}, {}, {}
        while reader.peek():
            kind, name = reader.next(), reader.next()
            fields = reader.struct()
            if kind == "method":
                reader.next("->")
                self.methods[name] = fields, reader.struct()
            else:
                {"type": self.types, "error": self.errors}[kind][name] = fields

    def check_reply(self, method, value):
        """The parameters of a reply."""
        self._check(self.methods[method][1], value, method)

    def check_error(self, error, value):
        """The parameters of an error."""
        self._check(self.errors[error], value, error)

    def _check(self, kind, value, place):
        if isinstance(kind, dict):
            self._check_struct(kind, value, place)
        elif isinstance(kind, str):
            self._check_name(kind, value, place)
        elif kind[0] == "?":
            if value is not None:
                self._check(kind[1], value, place)
        elif kind[0] == "[]":
            assert isinstance(value, list), "%s is no list: %r" % (place, value)
            for number, item in enumerate(value):
                self._check(kind[1], item, "%s[%d]" % (place, number))
        else:
            assert isinstance(value, dict), "%s is no map: %r" % (place, value)
            for key, item in value.items():
                self._check(kind[1], item, "%s[%s]" % (place, key))

    def _check_name(self, name, value, place):
        if name not in PLAIN:
            self._check(self.types[name], value, place)
            return
        fits = isinstance(value, PLAIN[name]) and (name == "bool" or not isinstance(value, bool))
        assert fits, "%s is no %s: %r" % (place, name, value)

    def _check_struct(self, fields, value, place):
        assert isinstance(value, dict), "%s is no object: %r" % (place, value)
        assert set(value) == set(fields), "%s: missing %s, unknown %s" % (
            place, sorted(set(fields) - set(value)), sorted(set(value) - set(fields)))
        for name, kind in fields.items():
            self._check(kind, value[name], "%s.%s" % (place, name))

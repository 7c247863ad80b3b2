#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The texts that our own programs are made of, as two sorted tables in C: what duaalctl --pseudonymise leaves as it is.

    known_text.py SOURCE... > known_text_table.c

A text is what stands in a string of a source between the places that are filled in. A word is a string, or a part of
one, that begins with a small letter: names of settings, codes, attributes. Whoever is called by such a word is not
named by it. Strings that only help prints (the settings, the messages, the commands) give their words and no texts.
"""
import re
import sys

HELP_ONLY = re.compile(r"(config/settings|base/log_messages|ctl/command)\.[ch]$")
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|\'(?:\\.|[^\'\\])\'|("(?:\\.|[^"\\])*")', re.S)
INCLUDE = re.compile(r'^\s*#\s*include.*$', re.M)
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
BETWEEN = re.compile(r'(?:\s|\\\n)*(?:PRI[a-z]+[0-9A-Z]*(?:\s|\\\n)*)?')  # pieces of one string
FILLED_IN = re.compile(r'%[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j|t)?[diouxXscfgepm%]|\n')
SQL = re.compile(r'\s*(?:SELECT|INSERT|DELETE|CREATE|UPDATE|ALTER|DROP|PRAGMA) ')
LETTERS_MIN = 6
BEGIN = re.compile(r"[A-Z][a-z]+ ")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "0": "\0"}


def strings(source):
    """Each string of a source, its pieces joined."""
    plain = INCLUDE.sub("", COMMENT_OR_STRING.sub(lambda m: m.group(1) or " ", source))
    whole, end = "", 0
    for found in STRING.finditer(plain):
        if not BETWEEN.fullmatch(plain, end, found.start()):
            yield unescaped(whole)
            whole = ""
        whole += found.group(1)
        end = found.end()
    yield unescaped(whole)


def unescaped(string):
    """What the compiler makes of it; other escapes than these are in no sentence."""
    return re.sub(r'\\(.)', lambda m: ESCAPES.get(m.group(1), "\0"), string)


def pieces_of(string):
    """What stands between the places that are filled in. Statements for the ledger's file are no text that anybody reads."""
    return [] if SQL.match(string) else [text for text in FILLED_IN.split(string) if text.isascii() and text.isprintable()]


def texts_of(string):
    """Pieces that are long enough to be nobody's name. One word alone begins with a small letter, or it begins a sentence."""
    for text in pieces_of(string):
        if sum(c.isalpha() for c in text) >= LETTERS_MIN and (" " in text.strip() or text.strip()[0].islower() or
                                                              BEGIN.fullmatch(text)):
            yield text


def words_of(string):
    """The words of a string that is no sentence, and of the shortest pieces of one."""
    for text in pieces_of(string):
        if " " in text.strip() and sum(c.isalpha() for c in text) >= LETTERS_MIN:
            continue
        for word in re.findall(r"[A-Za-z][A-Za-z0-9_-]*", text):
            if word[0].islower():
                yield word.rstrip("-_")


def table(name, values):
    """One sorted array."""
    print("static const struct text %s[] = {" % name)
    for value in sorted(values, key=lambda v: v.encode()):
        print('\t{"%s", %d},' % (value.replace("\\", "\\\\").replace('"', '\\"'), len(value)))
    print("};")
    print("const struct known_table known_%s = {%s, sizeof(%s) / sizeof(%s[0])};" % (name, name, name, name))


def main():
    texts, words = set(), set()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as f:
            source = f.read()
        for string in strings(source):
            words.update(words_of(string))
            if not HELP_ONLY.search(path):
                texts.update(texts_of(string))
    print("/* Made by daemon/ctl/known_text.py. */")
    print('#include "ctl/known_text_table.h"')
    table("texts", texts)
    table("words", words)


if __name__ == "__main__":
    main()

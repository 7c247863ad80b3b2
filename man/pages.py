#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Fills the lists into the text of a manual page: pages.py PROGRAMS TEXT INTERFACE > TEXT FOR SCDOC

A line @commands@, @exit-status@, @settings@, @options@, @messages@ or @interface@ of the text is replaced by what the programs
(in the folder PROGRAMS) and the interface file say themselves, so that no page can differ from the program that it describes.
"""
import os
import re
import subprocess
import sys
import textwrap

COMMON = "Options of every command:"


def ask(programs, name, *arguments):
    """What a program prints about itself."""
    environment = dict(os.environ, LC_ALL="C", ASAN_OPTIONS="detect_leaks=0")
    return subprocess.run([os.path.join(programs, name), *arguments], check=True, capture_output=True, text=True,
                          env=environment).stdout


def plain(text):
    """Escaped: nothing in it is markup for scdoc."""
    return re.sub(r"([\\*_#`~<>\[\]|+.!-])", r"\\\1", text)


def bold(text):
    """In bold, whatever is in it."""
    return "*%s*" % plain(text)


def paragraph(lines, indent=""):
    """One paragraph of lines that were broken for a terminal."""
    text = plain(" ".join(line.strip() for line in lines))
    return ["%s%s" % (indent, line) for line in textwrap.wrap(text, 110, break_on_hyphens=False, break_long_words=False)] + [""]


def block(text, title):
    """The lines below a title, up to the next empty line."""
    lines = text.splitlines()
    return [] if title not in lines else lines[lines.index(title) + 1:(lines + [""]).index("", lines.index(title))]


def definitions(lines):
    """Lines "  -x, --long ARG   what it does", and their continuations, as a list of definitions."""
    out = []
    for line in lines:
        name, _, what = line.strip().partition("  ")
        if what and len(line) - len(line.lstrip()) < 10:
            out += ["", bold(name)] if out else [bold(name)]
            out += ["\t" + plain(what.strip())]
        else:
            out += ["\t" + plain(line.strip())]
    return out + [""]


# ---- duaalctl --------------------------------------------------------------------------------------

def command_names(programs):
    """Every command of duaalctl by its words, as its own list has them; "help" explains itself."""
    names = []
    for line in ask(programs, "duaalctl", "--help").splitlines():
        found = re.match(r"  ([a-z][a-z-]*(?: [a-z][a-z-]*)*)(?: [^a-z].*)?$", line)
        if found and not line.startswith("  -"):
            names.append(found[1].split())
    return [name for name in names if name != ["help"]]


def one_command(programs, name):
    """Usage, explanation and options of one command."""
    text = ask(programs, "duaalctl", "help", *name)
    lines = text.splitlines()
    usage = lines[0].replace("Usage: ", "", 1)
    out = ["## " + usage, ""]  # a heading knows no markup
    said = lines[2:]
    for line in said[:next((n for n, at in enumerate(said) if at in ("Options:", COMMON)), len(said))] + [""]:
        if line:
            out.append(line)
        elif out[-1] != "":
            begin = len(out) - next(n for n, at in enumerate(reversed(out)) if at == "")
            out[begin:] = paragraph(out[begin:])
    return out + definitions(block(text, "Options:"))


def commands(programs, _interface):
    """The part of each command."""
    return [line for name in command_names(programs) for line in one_command(programs, name)]


def options(programs, _interface):
    """Options of every command."""
    return definitions(block(ask(programs, "duaalctl", "--help"), COMMON))


def statuses(text):
    """The exit statuses that a help text lists; those of one number together."""
    meanings = {}
    for line in block(text, "Exit status:"):
        number, _, what = line.strip().partition("  ")
        meanings.setdefault(number, []).append(what.strip())
    out = []
    for number, what in meanings.items():
        out += [bold(number), "\t" + plain("; ".join(what)), ""]
    return out


def exit_status(programs, _interface):
    """Of duaalctl."""
    return statuses(ask(programs, "duaalctl", "help", "status"))


# ---- duaalsyncd ------------------------------------------------------------------------------------

def daemon_options(programs, _interface):
    """Options of duaalsyncd."""
    lines = ask(programs, "duaalsyncd", "--help").splitlines()
    return definitions([line for line in lines if re.match(r"  (-\w, |    )--", line)])


def daemon_status(programs, _interface):
    """Exit statuses of duaalsyncd."""
    return statuses(ask(programs, "duaalsyncd", "--help"))


def settings(programs, _interface):
    """Each setting with type, reload, default and meaning."""
    out = []
    for part in re.split(r"\n\n", ask(programs, "duaalsyncd", "--help-config").strip())[1:]:
        name, *about, meaning = (line.strip() for line in part.splitlines())
        out += [bold(name), *paragraph([meaning + " (%s)" % "; ".join(about)], "\t")]
    return out


def messages(programs, _interface):
    """Each message with what it means and what to do."""
    out = []
    for line in ask(programs, "duaalsyncd", "--help-messages").splitlines():
        if line.startswith("DS"):
            name, _, what = line.partition("  ")
            out += [bold(name), *paragraph([what], "\t")]
        elif line.strip() not in ("", "nothing to do"):
            out += paragraph(["What to do: " + line.strip()], "\t")
    return out


# ---- the socket ------------------------------------------------------------------------------------

def literal(line):
    """Lines of a definition, none too wide for a page."""
    return textwrap.wrap(line, 66, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False) or [""]


def interface_text(_programs, interface):
    """Types, methods and errors, each with its comment."""
    out, said, code = [], [], []
    with open(interface, encoding="utf-8") as file:
        for line in file.read().splitlines() + [""]:
            if line.startswith("#"):
                said.append(line[1:])
            elif line.startswith("interface"):
                out, said = out + paragraph(said), []
            elif line:
                code.append(line)
            elif code or said:
                if said:
                    out += paragraph(said)
                if code:
                    out += ["```", *(part for at in code for part in literal(at)), "```", ""]
                said, code = [], []
    return out


LISTS = {"commands": commands, "options": options, "exit-status": exit_status, "daemon-options": daemon_options,
         "daemon-status": daemon_status, "settings": settings, "messages": messages, "interface": interface_text}


def main(programs, text, interface):
    """Print the page."""
    with open(text, encoding="utf-8") as file:
        for line in file.read().splitlines():
            name = line.strip("@")
            if line == "@%s@" % name and line:
                lines = LISTS[name](programs, interface)
                if not lines:
                    sys.exit("%s: the list of %s is empty" % (text, name))
                print("\n".join(lines))
            else:
                print(line)


if __name__ == "__main__":
    main(*sys.argv[1:])

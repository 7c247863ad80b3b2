#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Fills a page of man/ with what the programs say about themselves, so that no list is kept twice.

    fill.py PAGE.scd PROGRAMS INTERFACE [NAME=VALUE ...]     scdoc text on standard output

PROGRAMS is the folder with duaalsyncd and duaalctl as built, INTERFACE the .varlink file. A line of its own that is
"@settings@", "@messages@", "@commands@", "@globals@", "@metrics@", "@codes@", "@causes@", "@reasons@", "@checks@", "@exits@", "@options@", "@daemon-exits@" or "@methods@" becomes that list;
@NAME@ outside a literal block becomes VALUE. A page in man/nl/ is filled in Dutch, from the catalogue that was built in PROGRAMS/po.
"""
import os
import re
import subprocess
import sys

# Headings of the help as they are looked for here, in the languages that have pages.
HEADINGS = {"en": {}, "nl": {"Opties van elk commando:": "Options of every command:", "Opties:": "Options:", "Afsluitstatus:": "Exit status:",
                             "Metrieken:": "Metrics:", "Controles:": "Checks:", "Codes:": "Codes:", "Oorzaken:": "Causes:", "Redenen:": "Reasons:"}}
PAGE_COLUMNS = 66  # of 80, with the margins of a literal block


def plain(text):
    """Text in which scdoc finds no markup."""
    return re.sub(r"([^\w\s]|_)", r"\\\1", text)


def bold(text):
    """The same, in bold."""
    return "*%s*" % plain(text)


class Programs:
    """The built programs, asked in the language of a page."""

    def __init__(self, folder, language):
        self.folder, self.language = folder, language
        self.environment = {**os.environ, "LC_ALL": {"en": "C.UTF-8"}.get(language, language), "LANGUAGE": "",
                            "DUAALSYNC_LOCALEDIR": os.path.join(folder, "po")}

    def ask(self, name, *arguments):
        """What it prints."""
        return subprocess.run([os.path.join(self.folder, name), *arguments], check=True, stdout=subprocess.PIPE,
                              text=True, env=self.environment).stdout

    def help(self, *words):
        """{"Options:": lines below it} of duaalctl's help; what stands before the first is under ""."""
        return sections(self.ask("duaalctl", "help", *words), HEADINGS[self.language])


def sections(text, names):
    """The lines below each heading, before which a line is empty. names: what some of them are called here."""
    found, name, before = {"": []}, "", ""
    for line in text.splitlines():
        if re.match(r"\S.*:$", line) and not before:
            name = names.get(line, line)
            found[name] = []
        else:
            found[name].append(line)
        before = line
    return found


def rows(lines):
    """(left, right) of indented lines in two columns, whose right one begins after two spaces or is the rest of the line."""
    for line in lines:
        if line.startswith("  "):
            left, right = re.match(r"\s+((?:-\w, )?\S+(?: [A-Z]+)?)\s+(.*)", line).groups()
            yield left, right


def defined(pairs, indent=""):
    """A list of names, each with its text below it."""
    return "\n".join("%s%s\n%s\t%s\n" % (indent, bold(name), indent, plain(text)) for name, text in pairs)


def settings(programs, _):
    """Each setting: name, what it is, default, help."""
    text = programs.ask("duaalsyncd", "--help-config")
    out = []
    for part in re.split(r"\n\n(?=\S)", text.strip())[1:]:
        name, *lines = part.splitlines()
        kind, *more = (line.strip() for line in lines)
        out.append("%s\n\t%s\n" % (bold(name), "++\n".join(plain(line) for line in [kind, *more])))
    return "\n".join(out)


def messages(programs, _):
    """Each message: id and cause, remedy."""
    out = []
    for line in programs.ask("duaalsyncd", "--help-messages").splitlines():
        told = re.match(r"(DS\d{4})\s+(.*)", line)
        if told:
            out.append("%s  %s\n" % (bold(told[1]), plain(told[2])))
        else:
            out[-1] += "\t%s\n" % plain(line.strip())
    return "\n".join(out)


def verbs(programs):
    """(heading or None, verb) in the order of the overview."""
    for heading, lines in programs.help().items():
        if heading in ("", "Options of every command:"):
            continue
        for line in lines:
            if line.startswith("  "):
                yield heading.rstrip(":"), re.match(r"  ([a-z-]+(?: [a-z]+(?= ))?)", line)[1]


def commands(programs, _):
    """Each command with synopsis, text and options, below the headings of the overview."""
    out, heading = [], None
    for above, verb in verbs(programs):
        if above != heading:
            heading = above
            out.append("## %s\n" % plain(heading).replace("\\", ""))
        told = programs.help(*verb.split())
        usage = re.match(r"\w+: duaalctl (.*)", told[""][0])[1]
        text = " ".join(line for line in told[""][1:] if line)
        out.append("%s%s\n\t%s\n" % (bold(verb), plain(usage[len(verb):]), plain(text)))
        if "Options:" in told:
            out.append(defined(rows(told["Options:"]), "\t"))
    return "\n".join(out)


def ctl_globals(programs, _):
    """The options of every command."""
    return defined(rows(programs.help()["Options of every command:"]))


def metrics(programs, _):
    """Each metric, with its label."""
    return defined(rows(programs.help("metrics")["Metrics:"]))


def status_codes(programs, _):
    """What each part of the status may say."""
    return defined(rows(programs.help("status")["Codes:"]))


def causes(programs, _):
    """Why a change is wanted."""
    return defined(rows(programs.help("changes")["Causes:"]))


def reasons(programs, _):
    """Why somebody has access, or has none."""
    return defined(rows(programs.help("changes")["Reasons:"]))


def checks(programs, _):
    """What the doctor examines, and what to do."""
    return defined(rows(programs.help("doctor")["Checks:"]))


def exits_of(lines):
    """One item for each status, with all its meanings."""
    found = {}
    for line in lines:
        told = re.match(r"\s+(\d+)\s+(.*)", line)
        if told:
            found.setdefault(told[1], []).append(told[2])
    return "\n".join("%s\n%s\n" % (bold(status), "\n\n".join("\t%s" % plain(text) for text in texts))
                     for status, texts in found.items())


def exits(programs, _):
    """duaalctl's exit status."""
    return exits_of(programs.help("status")["Exit status:"])


def daemon_exits(programs, _):
    """duaalsyncd's exit status."""
    return exits_of(sections(programs.ask("duaalsyncd", "--help"), HEADINGS[programs.language])["Exit status:"])


def options(programs, _):
    """duaalsyncd's options."""
    lines = [line for line in programs.ask("duaalsyncd", "--help").splitlines() if re.match(r"\s+(-\w, )?--", line)]
    return defined(rows(lines))


def methods(_, interface):
    """The interface file itself, folded: it is written to be read."""
    with open(interface, encoding="utf-8") as file:
        text = re.sub(r"(?<=[^\n#])\n# ", " ", file.read())
    lines = [part for line in text.splitlines() for part in folded(line)]
    return "\n".join(["```", *(line.replace("\\", "\\\\") for line in lines), "```"])


def folded(line):
    """A line that is too wide for a page, in several ones."""
    more = "# " if line.startswith("# ") else "    "
    parts = [""]
    for word in line.split(" "):
        if parts[-1] and len(parts[-1]) + 1 + len(word) > PAGE_COLUMNS:
            parts.append(more + word)
        else:
            parts[-1] += (" " if parts[-1] else "") + word
    return parts if len(line) > PAGE_COLUMNS else [line]


LISTS = {"settings": settings, "messages": messages, "commands": commands, "globals": ctl_globals, "metrics": metrics, "codes": status_codes, "causes": causes, "reasons": reasons, "checks": checks, "exits": exits,
         "daemon-exits": daemon_exits, "options": options, "methods": methods}


def main():
    """See above."""
    page, folder, interface, *values = sys.argv[1:]
    named = dict(value.split("=", 1) for value in values)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    programs = Programs(folder, "nl" if os.path.basename(os.path.dirname(page)) == "nl" else "en")
    text = re.sub(r"^@(%s)@$" % "|".join(LISTS), lambda name: LISTS[name[1]](programs, interface).rstrip("\n"), text,
                  flags=re.M)
    text = re.sub(r"@(%s)@" % "|".join(named or ["\0"]), lambda name: plain(named[name[1]]), text)
    sys.stdout.write(text)


main()

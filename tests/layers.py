#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The include rule of the layers: a file includes its own folder and lower layers only.

Also: core stands on model and base alone; ldap and ledger are seen by helper only; nothing below run sees
config; ctl sees base, control's interface constants and the table of reasons. The headers of the libraries are bound too, so
that an ldap.h cannot slip into the planner. Prints one line a breach; exit 1 when there is one.
"""
import os
import re
import sys

ROOT = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
ORDER = ["base", "model", "core", "wire", "ldap", "ledger", "helper", "control", "run", "config", "main", "ctl"]

# What a layer may include besides itself; everything else is a breach.
ALLOWED = {
    "base": set(),
    "model": {"base"},
    "core": {"base", "model"},
    "wire": {"base", "model"},
    "ldap": {"base", "model", "wire"},
    "ledger": {"base", "model", "wire"},
    "helper": {"base", "model", "wire", "ldap", "ledger"},
    "control": {"base", "model", "core", "wire"},
    "run": {"base", "model", "core", "wire", "control"},
    "config": {"base", "model", "core", "wire", "control", "run"},
    "main": {"base", "model", "core", "wire", "control", "run", "config"},
    "ctl": {"base"},
}
# Single headers that another layer may also see.
ALLOWED_FILES = {"ctl": {"control/interface.h", "control/metric_table.h", "control/status_code_table.h", "config/proposal.h",
                           "core/reason.h"},  # the codes that an argument may be
                 "main": {"ctl/show_plan.h"},  # duaal-plan prints as duaalctl does
                 "helper": {"core/reason.h", "core/plan.h"}}  # the words of what the ledger stores as numbers

# Library headers and the layers that may see them.
LIBRARIES = {
    r"ldap\.h|lber\.h|ldap_.*\.h|sasl/.*": {"ldap", "helper"},
    r"sqlite3\.h": {"ledger"},
    r"libconfig\.h": {"config"},
    r"jansson\.h": {"ledger", "control", "run", "config", "main", "ctl"},  # config: what PlanWith takes
    r"systemd/sd-journal\.h": {"base", "ctl"},
    r"zlib\.h": {"ctl"},
    r"systemd/(?!sd-journal\.h).*": {"control", "run", "main"},
    r"libsmartcols.*": {"ctl"},
    r"utf8proc\.h": {"model"},
    r"sodium.*": {"base", "core", "ledger", "helper", "run", "config", "main"},  # config: the fingerprint of the scope (I15)
    r"time\.h": {"base"},
    r"sys/time\.h": {"base", "ldap"},  # struct timeval, for libldap's options
    r"sys/socket\.h|sys/un\.h|netinet/.*|netdb\.h|syslog\.h|fcntl\.h|unistd\.h|stdio_ext\.h":
        set(ORDER) - {"model", "core"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def layer_of(path):
    """daemon/core/plan.c is of core; daemon/main.c is the layer main."""
    folder = os.path.dirname(path)
    return folder if folder else "main"


def judge(layer, quoted, name):
    """None, or what is wrong with this include."""
    if quoted:
        target = os.path.dirname(name)
        if target == layer or target in ALLOWED[layer] or name in ALLOWED_FILES.get(layer, ()):
            return None
        if not target and layer == "main":
            return None
        if not target:
            return "includes are written from daemon/ on, as \"base/err.h\""
        return f"{layer} may not stand on {target}"
    for pattern, layers in LIBRARIES.items():
        if re.fullmatch(pattern, name) and layer not in layers:
            return f"{layer} may not see <{name}>"
    return None


def main():
    daemon = os.path.join(ROOT, "daemon")
    seen = breaches = 0
    for folder, _, files in sorted(os.walk(daemon)):
        for file in sorted(f for f in files if f.endswith((".c", ".h"))):
            path = os.path.relpath(os.path.join(folder, file), daemon)
            layer = layer_of(path)
            if layer not in ALLOWED:
                print(f"daemon/{path}: no layer is called {layer}")
                breaches += 1
                continue
            with open(os.path.join(folder, file), encoding="utf-8") as f:
                text = f.read()
            for match in INCLUDE.finditer(text):
                seen += 1
                wrong = judge(layer, match[1] == '"', match[2])
                if wrong:
                    line = text.count("\n", 0, match.start(1)) + 1
                    print(f"daemon/{path}:{line}: {match[2]}: {wrong}")
                    breaches += 1
    if seen == 0:
        print(f"{daemon}: no include was found: this test looked at nothing")
        return 1
    print(f"{seen} includes, {breaches} breaches")
    return 1 if breaches else 0


sys.exit(main())

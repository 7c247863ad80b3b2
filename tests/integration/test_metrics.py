# SPDX-License-Identifier: EUPL-1.2
"""duaalctl metrics on the real daemon, held against promtool and an OpenMetrics parser; the file for the node exporter; the alert rules."""
import os
import re
import stat
import subprocess

import pytest
from application import ROOT
from daemon import program
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain
from school import vo_id

SOMETIMES = {"duaalsync_hold_expiry_timestamp_seconds", "duaalsync_remarks", "duaalsync_certificate_end_timestamp_seconds"}
RULES = os.path.join(ROOT, "conf/prometheus/duaalsync.rules.yml")


def promtool(*arguments, text=None):
    """What promtool says; it must have nothing against it."""
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == "", done.stdout + done.stderr
    return done.stdout


def samples(text, parse=plain):
    """{(name, label value or None): value}; no sample twice."""
    found = [((each.name, next(iter(each.labels.values()), None)), each.value)
             for family in parse(text) for each in family.samples]
    assert len(dict(found)) == len(found)
    return dict(found)


def test_prometheus_reads_them_and_they_are_true(school):
    daemon = school.start()
    text = daemon.ctl("metrics").stdout
    promtool("check", "metrics", text=text)
    told, status = samples(text), daemon.json("status")
    assert told["duaalsync_up", None] == told["duaalsync_build_info", status["version"]] == 1
    assert told["duaalsync_last_read_timestamp_seconds", None] == status["last_read"]
    assert told["duaalsync_memberships", "present"] == status["counts"]["memberships_present"] == 6
    assert told["duaalsync_changes_total", "grant"] == 6 and told["duaalsync_cycles_total", "applied"] == 1
    assert told["duaalsync_cycle_seconds_total", "read"] >= told["duaalsync_last_cycle_seconds", "read"] >= 0
    states = ["ok", "notice", "warning", "critical"]
    assert {label: states[int(value)] for (name, label), value in told.items() if name == "duaalsync_part_state"} == {
        part["name"]: part["state"] for part in status["parts"]}
    school.revoke("an", "trajectbegeleider")
    daemon.sync()
    assert samples(daemon.ctl("metrics").stdout)["duaalsync_changes_total", "removal"] == 1


def test_openmetrics_is_openmetrics(school):
    daemon = school.start()
    text = daemon.ctl("metrics", "--openmetrics").stdout
    assert text.endswith("# EOF\n")
    strict = {key: value for key, value in samples(text, openmetrics).items() if not key[0].endswith("_age_seconds")}
    loose = samples(daemon.ctl("metrics").stdout)
    assert strict == {key: loose[key] for key in strict} and len(strict) == len(loose) - 1


def test_nobody_is_named_and_the_number_of_series_does_not_follow_the_directories(school):
    daemon = school.start()
    school.person("jules", "WerkplekDuaalGebruiker-nergens:30569")
    daemon.sync()
    before = samples(daemon.ctl("metrics").stdout)
    school.many(50)
    for name in ("an", "bart", "chris"):
        school.revoke(name, "trajectbegeleider")
    daemon.sync()
    text = daemon.ctl("metrics").stdout
    after = samples(text)
    assert after["duaalsync_holds", "open"] == 1 and after["duaalsync_pending_changes", "hold"] == 3
    assert set(after) - set(before) == {("duaalsync_hold_expiry_timestamp_seconds", None)}
    for name in ("Peeters", "Jozef", "30569", vo_id("an")):
        assert name not in text


def test_the_help_lists_every_metric(school):
    daemon = school.start()
    listed = set(re.findall(r"(?m)^  (duaalsync_\w+)", daemon.ctl("help", "metrics").stdout))
    told = {name for name, _ in samples(daemon.ctl("metrics").stdout)}
    assert told <= listed and listed - told <= SOMETIMES


def test_a_file_is_whole_and_readable_and_tells_when_the_daemon_is_gone(school, tmp_path):
    daemon = school.start()
    path = tmp_path / "duaalsync.prom"
    mask = os.umask(0o077)
    done = daemon.ctl("metrics", "--textfile", str(path), "--label", "daemon=west")
    os.umask(mask)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644 and os.listdir(tmp_path) == [path.name]
    assert path.read_text().count('{daemon="west"}') > 5 and ',daemon="west"}' in path.read_text()
    promtool("check", "metrics", text=path.read_text())
    held = path.open()  # whoever reads it now goes on reading the old one
    daemon.stop()
    assert daemon.ctl("metrics", "--textfile", str(path)).returncode == 3
    assert samples(path.read_text()) == {("duaalsync_up", None): 0}
    assert "duaalsync_part_state" in held.read()
    held.close()
    promtool("check", "metrics", text=path.read_text())


@pytest.mark.parametrize("arguments, status, word", [
    (("--textfile", "/nowhere/x.prom"), 73, "its folder must be there"), (("--textfile", "/tmp/"), 64, "a path of a file"),
    (("--label", "part=x"), 64, "has a label of that name"), (("--label", "9=x"), 64, "NAME=VALUE"), (("--label", "a="), 64, "NAME=VALUE"),
    (("--textfile", "x", "--json"), 64, "do not go together")], ids=lambda value: str(value)[:20])
def test_what_cannot_be_written_is_said(school, arguments, status, word):
    done = school.start().ctl("metrics", *arguments)
    assert done.returncode == status and word in done.stderr and done.stdout == ""


def test_a_decimal_point_is_a_point_everywhere(school):
    daemon = school.start()
    done = subprocess.run([program("duaalctl"), "-s", daemon.settings["control.socket"], "metrics"], check=True, text=True,
                          capture_output=True, env={**os.environ, "LC_ALL": "nl_BE.UTF-8"})
    promtool("check", "metrics", text=done.stdout)


def test_the_alert_rules_fire_when_they_should(tmp_path):
    assert "10 rules found" in promtool("check", "rules", RULES)
    with open(os.path.join(ROOT, "tests/prometheus/duaalsync.test.yml"), encoding="utf-8") as file:
        (tmp_path / "test.yml").write_text(file.read().replace("@rules@", RULES))
    promtool("test", "rules", str(tmp_path / "test.yml"))


def test_the_alert_rules_know_the_metrics(school):
    told = {name for name, _ in samples(school.start().ctl("metrics").stdout)} | SOMETIMES
    with open(RULES, encoding="utf-8") as file:
        asked = set(re.findall(r"duaalsync_[a-z_]+", " ".join(re.findall(r"(?m)expr: (.*)", file.read()))))
    assert len(asked) > 5 and asked <= told

# SPDX-License-Identifier: GPL-2.0-only
"""build/report.json: one record per scenario run, for everything that reports or compares."""
import fcntl
import json
import os
import xml.etree.ElementTree as ET

from . import tools

REPORT = os.path.join(tools.BUILD, "report.json")
FIELDS = ("scenario", "kernel", "host", "policy", "modules", "result", "reason", "seconds", "log")
KEY = ("scenario", "kernel", "host", "policy", "modules")


def load(path=REPORT):
    try:
        with open(path, encoding="utf-8") as f:
            return json.load(f)
    except FileNotFoundError:
        return []


def add(records, path=REPORT):
    """Adds records, each in place of an earlier run of the same thing. Safe against another rig doing so."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        new = {tuple(r[k] for k in KEY) for r in records}
        kept = [r for r in load(path) if tuple(r.get(k) for k in KEY) not in new]
        with open(path + ".new", "w", encoding="utf-8") as f:
            json.dump(kept + [{k: r[k] for k in FIELDS} for r in records], f, indent=1)
            f.write("\n")
        os.replace(path + ".new", path)


def _row(rec):
    """The scenario, with the VMBus version the host was told to speak ("connect-enumerate@2.4")."""
    return rec["scenario"] + ("@" + rec["policy"].split("@")[1].split("#")[0] if "@" in rec["policy"] else "")


def table(records):
    """Scenarios (and VMBus versions) down, kernel/host/modules across; the cell is the worst result of its records."""
    order = {"fail": 0, "skip": 1, "pass": 2}
    columns = sorted({(r["kernel"], r["host"], r["modules"]) for r in records})
    rows = sorted({_row(r) for r in records})
    cells = {}
    for r in records:
        at = (_row(r), (r["kernel"], r["host"], r["modules"]))
        if at not in cells or order[r["result"]] < order[cells[at]]:
            cells[at] = r["result"]
    width = max([len(x) for x in rows] + [8])
    lines = []
    for i in range(3):
        lines.append(" " * width + "".join("  %-13s" % c[i][:13] for c in columns))
    for row in rows:
        lines.append("%-*s" % (width, row) + "".join("  %-13s" % cells.get((row, c), "-") for c in columns).rstrip())
    return "\n".join(line.rstrip() for line in lines)


def junit(records, path):
    """The same as JUnit XML, for CI systems."""
    suite = ET.Element("testsuite", name="lis-rig", tests=str(len(records)),
                       failures=str(sum(r["result"] == "fail" for r in records)),
                       skipped=str(sum(r["result"] == "skip" for r in records)))
    for r in records:
        case = ET.SubElement(suite, "testcase", classname=".".join((r["kernel"], r["host"], r["modules"])),
                             name=r["scenario"], time=str(r["seconds"]))
        if r["result"] == "fail":
            ET.SubElement(case, "failure", message=r["reason"]).text = r["log"]
        elif r["result"] == "skip":
            ET.SubElement(case, "skipped", message=r["reason"])
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)

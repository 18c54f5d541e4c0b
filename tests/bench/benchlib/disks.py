# SPDX-License-Identifier: GPL-2.0-only
"""Disks of our own host (tests/host): requests and bytes a second and what they cost, in-box and ours in turn."""
import os
import re

from riglib import plan, tools

from . import guests, report

SCENARIO = "bench-storage"
# What tests/guest/bench-storage.sh measures, by the end of the key: what it is called, its unit and which way is good.
KINDS = (
    ("_cpu_us_per_op", "CPU time a request", "us", "less"),
    ("_exits_per_1000", "exits for 1000 requests", "count", "less"),
    ("_halts_per_1000", "halts for 1000 requests", "count", None),
    ("_signals_per_1000", "signals to the host for 1000 requests", "count", "less"),
    ("_interrupts_per_1000", "interrupts for 1000 requests", "count", "less"),
    ("_per_s", None, None, "more"),
)
NAME = re.compile(r"(one|four)_(read|write)_(4k|1m)(?:_qd(\d+))?")
SIZES = {"4k": ("4 KiB at random places", "requests/s"), "1m": ("1 MiB in a row", "bytes/s")}


def describe(key):
    """(name, unit, better) of a key, or None for one that is not known."""
    for end, what, unit, better in KINDS:
        m = NAME.fullmatch(key[:-len(end)]) if key.endswith(end) else None
        if m:
            size, rate = SIZES[m.group(3)]
            name = "%s, %s%s, %s channel%s" % ({"read": "read", "write": "write"}[m.group(2)], size,
                                              ", %s under way" % m.group(4) if m.group(4) else "", m.group(1),
                                              "" if m.group(1) == "one" else "s")
            return (name if what is None else "  " + what, unit or rate, better)
    return None


def order(key):
    """Rates first, then what they cost, in the order they were measured."""
    m = NAME.match(key)
    kind = [end for end, *_ in KINDS].index(next(end for end, *_ in KINDS if key.endswith(end)))
    return (m.group(1) != "one", m.group(2), m.group(3) != "4k", int(m.group(4) or 0), -kind)


def jobs(runs, cpus, ops):
    """Boots of both sets in turn."""
    boots = []
    for n in range(runs):
        for modules in ("inbox", "ours"):
            made = plan.single([SCENARIO], [guests.KERNEL], [modules], smp=cpus, host="hvhost", devices="none",
                               cmdline="lis.bench_ops=%d" % ops)
            boots += [dict(j, boot="disks-%d" % (n + 1), trace=False, patience=guests.PATIENCE) for j in plan.expand(made)]
    return boots


def rows(values, runs):
    """(rows of the table, what could not be measured). values: key -> {"inbox": [...], "ours": [...]}."""
    out, missing = [], []
    for key in sorted((k for k in values if describe(k)), key=order):
        name, unit, better = describe(key)
        sides = [values[key].get(m, []) for m in ("inbox", "ours")]
        made = report.row(name, unit, better, *sides) if min(map(len, sides)) else None
        if made:
            out.append(dict(made, key=key))
        else:
            missing.append(key)
    if not values:
        missing.append("disks (no boot of %d came through)" % runs)
    return out, missing


def run(ours_dir, say, args, failed):
    """Boots, measures; (rows, missing, raw values)."""
    values = {}

    def event(job, ev):
        if ev["ev"] == "value":
            key, number = ev["text"].split()
            values.setdefault(key, {}).setdefault(job["modules"], []).append(float(number))
        elif ev["ev"] == "scenario" and ev["result"] != "pass":
            failed.append({"run": "%s %s" % (job["boot"], job["modules"]), "reason": ev["reason"] or "it failed", "log": job["log"]})
        elif ev["ev"] == "scenario":
            say("%s %s: measured" % (job["boot"], job["modules"]))

    def lost(job, why):
        failed.append({"run": "%s %s" % (job["boot"], job["modules"]), "reason": why, "log": job["log"]})

    clock = guests.clock_here(args["clock"])
    with open(os.path.join(tools.BUILD, "bench", "disks.log"), "w", encoding="utf-8") as out:
        drive = guests.Boots(lambda: guests.backend(say, clock), lost, jobs(args["runs"], guests.guest_cpus(), args["ops"]), parallel=1,
                             report=os.path.join(tools.BUILD, "bench", "runs.json"), out=out, ours_dir=ours_dir, on_event=event)
        try:
            drive.run()
        except tools.RigError as err:
            failed.append({"run": "the rest of the disks", "reason": str(err), "log": "build/bench/disks.log"})
    return (*rows(values, args["runs"]), values)

# SPDX-License-Identifier: GPL-2.0-only
"""Devices of our own host (tests/host): disks, an adapter, the daemons. What they do a second and what that costs, in-box
and ours in turn."""
import collections
import os
import re

from riglib import plan, tools

from . import guests, report

# By the end of a key: what it is called, its unit and which way is good. "%s" is what an operation is.
COSTS = (
    ("_cpu_ns_per_op", "CPU time a %s", "ns", "less"),
    ("_exits_per_1000", "exits for 1000 %ss", "count", "less"),
    ("_halts_per_1000", "halts for 1000 %ss", "count", None),
    ("_signals_per_1000", "signals to the host for 1000 %ss", "count", "less"),
    ("_interrupts_per_1000", "interrupts for 1000 %ss", "count", "less"),
    ("_frames_per_mb", "frames a MB, as the guest counts them", "count", None),
    ("_p50_ns", "half of them took at most", "ns", "less"),
    ("_p99_ns", "99 % of them took at most", "ns", "less"),
)
# What is a figure of its own.
RATES = (("_per_s", "more"), ("_rss_kb", "less"), ("_wakeups_per_minute", "less"))
DISK = re.compile(r"(one|four)_(read|write)_(4k|1m)(?:_qd(\d+))?")
SIZES = {"4k": ("4 KiB at random places", "requests/s", "request"), "1m": ("1 MiB in a row", "bytes/s", "request")}
NET = {
    "net_tcp_receive": ("TCP, received", "bytes/s", "MB"),
    "net_tcp_send": ("TCP, sent", "bytes/s", "MB"),
    "net_udp_round_trips": ("UDP there and back, 64 bytes", "trips/s", "trip"),
    "net_small_receive": ("frames of 64 bytes, received", "frames/s", "frame"),
    "net_small_send": ("frames of 64 bytes, sent", "frames/s", "frame"),
}
DAEMONS = {
    "kvp_read": ("KVP pairs the host reads", "pairs/s", "pair"),
    "fcopy": ("file copied in", "bytes/s", "MB"),
    "daemon_kvp": ("hv_kvp_daemon", None, None),
    "daemon_vss": ("hv_vss_daemon", None, None),
    "daemon_fcopy": ("hv_fcopy_daemon", None, None),
}
OWN = {"_rss_kb": (", in memory", "kB"), "_wakeups_per_minute": (", wakes while idle", "a minute")}


def disk_name(stem):
    """(name, unit of its rate, what an operation is) of the part of a key before its end; None: not ours."""
    m = DISK.fullmatch(stem)
    if not m:
        return None
    what, unit, each = SIZES[m.group(3)]
    depth = ", %s under way" % m.group(4) if m.group(4) else ""
    return "%s, %s%s, %s channel%s" % (m.group(2), what, depth, m.group(1), "" if m.group(1) == "one" else "s"), unit, each


def disk_order(stem):
    m = DISK.fullmatch(stem)
    return m.group(1) != "one", m.group(2), m.group(3) != "4k", int(m.group(4) or 0)


# daemons: whose they are with each set of modules. cmdline: by which option its work is given.
Subject = collections.namedtuple("Subject", "name scenario named order daemons cmdline")
SUBJECTS = (
    Subject("disks", "bench-storage", disk_name, disk_order, {}, "lis.bench_ops=%(ops)d"),
    Subject("net", "bench-net", NET.get, list(NET).index, {}, "lis.bench_mb=%(megabytes)d"),
    Subject("daemons", "bench-ic", DAEMONS.get, list(DAEMONS).index, {"ours": "ours"}, "lis.bench_keys=100 lis.bench_bytes=600000"),
)


def split(subject, key):
    """(part before its end, end) of a key, or None for one that is not known."""
    for end in [e for e, *_ in COSTS] + [e for e, _ in RATES]:
        if key.endswith(end) and subject.named(key[:-len(end)]):
            return key[:-len(end)], end
    return None


def describe(subject, key):
    """(name, unit, better) of a key, or None for one that is not known."""
    parts = split(subject, key)
    if not parts:
        return None
    name, unit, each = subject.named(parts[0])
    for end, what, its_unit, better in COSTS:
        if end == parts[1]:
            return "  " + (what % each if "%s" in what else what), its_unit, better
    if parts[1] in OWN:
        return name + OWN[parts[1]][0], OWN[parts[1]][1], dict(RATES)[parts[1]]
    return name, unit, dict(RATES)[parts[1]]


def order(subject, key):
    """Rates first, then what they cost, in the order they were measured."""
    stem, end = split(subject, key)
    ends = [e for e, _ in RATES] + [e for e, *_ in COSTS]
    return subject.order(stem), ends.index(end)


def jobs(subject, runs, cpus, args):
    """Boots of both sets in turn."""
    boots = []
    for n in range(runs):
        for modules in ("inbox", "ours"):
            made = plan.single([subject.scenario], [guests.KERNEL], [modules], smp=cpus, host="hvhost", devices="none",
                               cmdline=subject.cmdline % args, daemons=[subject.daemons.get(modules, "stock")])
            boots += [dict(j, boot="%s-%d" % (subject.name, n + 1), trace=False, patience=guests.PATIENCE) for j in plan.expand(made)]
    return boots


def rows(subject, values, runs):
    """(rows of the table, what could not be measured). values: key -> {"inbox": [...], "ours": [...]}."""
    out, missing = [], []
    for key in sorted((k for k in values if split(subject, k)), key=lambda k: order(subject, k)):
        name, unit, better = describe(subject, key)
        sides = [values[key].get(m, []) for m in ("inbox", "ours")]
        made = report.row(name, unit, better, *sides) if min(map(len, sides)) else None
        if made:
            out.append(dict(made, key=key))
        elif better:  # what is only shown may be 0, which the guest does not tell
            missing.append(key)
    if not out:
        missing.append("%s (no boot of %d came through)" % (subject.name, runs))
    return out, missing


def boot_all(subject, ours_dir, say, args, failed):
    """Boots, measures; the raw values."""
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
    log = os.path.join(tools.BUILD, "bench", subject.name + ".log")
    with open(log, "w", encoding="utf-8") as out:
        drive = guests.Boots(lambda: guests.backend(say, clock, args["cpus"]), lost,
                             jobs(subject, args["runs"], guests.guest_cpus(args["cpus"]), args), parallel=1,
                             report=os.path.join(tools.BUILD, "bench", "runs.json"), out=out, ours_dir=ours_dir, on_event=event)
        try:
            drive.run()
        except tools.RigError as err:
            failed.append({"run": "the rest of the " + subject.name, "reason": str(err), "log": os.path.relpath(log, tools.TOP)})
    return values


def run(subjects, ours_dir, say, args, failed):
    """(rows, missing, raw values by subject) of the subjects of these names."""
    found, missing, raw = [], [], {}
    for subject in (s for s in SUBJECTS if s.name in subjects):
        raw[subject.name] = boot_all(subject, ours_dir, say, args, failed)
        got, lacking = rows(subject, raw[subject.name], args["runs"])
        found, missing = found + got, missing + lacking
    return found, missing, raw

# SPDX-License-Identifier: GPL-2.0-only
"""From what was measured to rows, to a table, to build/bench.json."""
import json
import os
import statistics

from . import stats

PROBE_LIMIT, BUILD_LIMIT, CORES = 2.0, 20.0, 2
# Exits of the outer machine's own interrupts and of idling grow with time, not with work.
NOT_WORK = ("irq_exits", "halt_exits")


def _median(values):
    return statistics.median(values) if values else None


def exits(counters):
    """Exits the guest's work caused, or None where the host's counters are out of reach."""
    if "exits" not in counters:
        return None
    return counters["exits"] - sum(counters.get(k, 0) for k in NOT_WORK)


def interrupts(counters):
    """Interrupts the guest got, by KVM's count: a reload of hv_vmbus leaves the stock set with another timer."""
    return counters.get("irq_injections", counters.get("hyp"))


def _time(run, word, key):
    return _median([t[key] / 1000.0 for t in run[word] if key in t])


def _loads(run):
    """[(milliseconds of insmod hv_vmbus, those of the host's answers to its contacts)], the last with hv_balloon."""
    done = [t["vmbus"] / 1000.0 for t in run["one"] + run["load"]]
    # A trace that lacks a connection would pair the wrong ones.
    return list(zip(done, (c * 1000.0 for c in run["contacts"]))) if len(done) == len(run["contacts"]) else []


def _vmbus(run, without_contact=False):
    return _median([ms - (host if without_contact else 0) for ms, host in _loads(run)])


def _bound(run):
    """From the start of insmod hv_balloon until the device is bound, whoever does it meanwhile."""
    return _median([(t["bound"] - t["vmbus"]) / 1000.0 for t in run["load"]])


def _open(run, kind, key, scale=1.0):
    return _median([o[key] * scale for o in run["opens"] if o["kind"] == kind])


def _rate(run, kind):
    return _median([b["pages"] / b["seconds"] for b in run["balloons"] if b["kind"] == kind and b["seconds"]])


def _mark(run, name, what):
    values = [what(c) for n, c in run["marks"] if n == name]
    return _median([v for v in values if v is not None])


def _asking(run):
    """Exits two questions to the host cost when nothing happens between them."""
    return _mark(run, "nothing", exits) or 0


def _exits(run, name):
    value = _mark(run, name, exits)
    return None if value is None else max(0, value - _asking(run))


def _per_packet(run, kind, what, less=0):
    """Median of a counter of the balloon operations, each divided by the packets that crossed the channel in it."""
    ops = [b for b in run["balloons"] if b["kind"] == kind]
    counts = [what(c) for n, c in run["marks"] if n == kind]
    return _median([(c - less) / b["packets"] for c, b in zip(counts, ops) if c is not None and b["packets"]])


def _counter(name):
    return lambda counters: counters.get(name)


def _whole(run, kind, what, less=0):
    """Median of a counter of the whole balloon operations."""
    value = _mark(run, kind, what)
    return None if value is None else max(0, value - less)


def _operation(name, kind):
    """The lines of one direction of the balloon."""
    rows = [("%s: packets for the same memory" % name, "count", "less", lambda r: _median(
        [b["packets"] for b in r["balloons"] if b["kind"] == kind]))]
    for what, counter, asking in (("signals to the host", _counter("events"), lambda r: 0),
                                  ("channel interrupts", _counter("interrupts"), lambda r: 0),
                                  ("exits", exits, _asking)):
        rows.append(("%s: %s for the same memory" % (name, what), "count", "less",
                     lambda r, c=counter, a=asking: _whole(r, kind, c, a(r))))
        # Not judged: fewer packets for the same memory would look worse.
        rows.append(("%s: %s a packet" % (name, what), "count", None,
                     lambda r, c=counter, a=asking: _per_packet(r, kind, c, a(r))))
    return tuple(rows)


# name, unit, which direction is good (None: not judged), one boot's value
MEASURES = (
    ("insmod hv_vmbus until hv_balloon is bound", "ms", "less", lambda r: _time(r, "load", "bound")),
    ("  insmod hv_vmbus", "ms", "less", _vmbus),
    ("    without the host's answer to the contact", "ms", "less", lambda r: _vmbus(r, True)),
    ("  insmod hv_balloon until bound", "ms", "less", _bound),
    ("channel open: first message until protocol up", "ms", "less", lambda r: _open(r, "open", "seconds", 1e3)),
    ("bind hv_balloon (open)", "ms", "less", lambda r: _time(r, "rebind", "bind")),
    ("unbind hv_balloon (close)", "ms", "less", lambda r: _time(r, "rebind", "unbind")),
    ("VMBus messages a load, both ways", "count", "less", lambda r: _open(r, "load", "messages")),
    ("interrupts a load, timer included", "count", "less", lambda r: _mark(r, "load", interrupts)),
    ("exits a load", "count", "less", lambda r: _exits(r, "load")),
    ("hypercalls a load", "count", "less", lambda r: _mark(r, "load", _counter("hypercalls"))),
    ("hypercalls a rebind", "count", "less", lambda r: _mark(r, "rebind", _counter("hypercalls"))),
    ("interrupts a rebind, timer included", "count", "less", lambda r: _mark(r, "rebind", interrupts)),
    ("exits a rebind", "count", "less", lambda r: _exits(r, "rebind")),
    ("balloon", "pages/s", "more", lambda r: _rate(r, "down")),
    ("unballoon", "pages/s", "more", lambda r: _rate(r, "up")),
    *_operation("balloon", "down"),
    *_operation("unballoon", "up"),
    ("hv_vmbus in memory", "bytes", "less", lambda r: _median([c["hv_vmbus"] for c in r["core"]])),
    ("hv_balloon in memory", "bytes", "less", lambda r: _median([c["hv_balloon"] for c in r["core"]])),
)


def row(name, unit, better, inbox, ours):
    """One line of the table; None where a side has no sample."""
    if not inbox or not ours:
        return None
    return {"name": name, "unit": unit, "better": better, "inbox": stats.summary(inbox), "ours": stats.summary(ours),
            "ratio": stats.ratio(ours, inbox), "pairs": stats.pair_range(ours, inbox),
            "verdict": stats.verdict(ours, inbox, better) if better else "shown"}


def guest_rows(found):
    """The rows of MEASURES, and the names of those that could not be measured."""
    rows, missing = [], []
    for name, unit, better, pick in MEASURES:
        sides = {m: [v for v in (pick(r) for r in found[m]) if v is not None] for m in ("inbox", "ours")}
        made = row(name, unit, better, sides["inbox"], sides["ours"])
        if made:
            rows.append(made)
        else:
            missing.append(name.strip())
    return rows, missing


def size_rows(inbox, ours):
    """inbox, ours: module -> {section: bytes}"""
    rows = []
    for module in sorted(ours):
        rows.append(row("%s .text" % module, "bytes", "less", [inbox[module][".text"]], [ours[module][".text"]]))
        rows.append(row("%s all code sections" % module, "bytes", "less", [sum(inbox[module].values())],
                        [sum(ours[module].values())]))
    return rows


def build_rows(built):
    """Seconds of the probe and of the whole build, as the clock and as the CPUs saw them, against their targets."""
    rows = []
    for name, kind, key, limit in (
            ("compat probe, cold", "cold", "probe", PROBE_LIMIT),
            ("compat probe, cached", "cached", "probe", PROBE_LIMIT),
            ("whole set, cold", "cold", "", BUILD_LIMIT),
            ("whole set, nothing changed", "cached", "", BUILD_LIMIT),
            ("whole set by DKMS, cold", "dkms", "", BUILD_LIMIT)):
        if not built.get(kind):
            continue
        key = key + "_" if key else key
        wall = stats.summary([b[key + "wall"] for b in built[kind]])
        cpu = stats.summary([b[key + "cpu"] for b in built[kind]])
        rows.append({"name": name, "limit": limit, "wall": wall, "cpu": cpu, "met": wall["median"] < limit,
                     "cpu_fits": cpu["median"] / CORES < limit})
    return rows


def number(value):
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return "%.0f" % value
    return "%.3g" % value if abs(value) < 100 else "%.1f" % value


def _span(summary):
    return "%s..%s" % (number(summary["min"]), number(summary["max"]))


def table(rows):
    lines = ["%-50s %-8s %9s %17s %9s %17s %6s %s" % (
        "", "unit", "in-box", "min..max", "ours", "min..max", "ratio", "pairs min..max")]
    for r in rows:
        pairs = "%.2f..%.2f" % tuple(r["pairs"]) if r["pairs"] and r["inbox"]["n"] > 1 else ""
        flag = "  <-- worse" if r["verdict"] == "worse" else ""
        lines.append("%-50s %-8s %9s %17s %9s %17s %6s %s%s" % (
            r["name"], r["unit"], number(r["inbox"]["median"]), _span(r["inbox"]), number(r["ours"]["median"]),
            _span(r["ours"]), "-" if r["ratio"] is None else "%.2f" % r["ratio"], pairs, flag))
    return "\n".join(ln.rstrip() for ln in lines)


def build_table(rows):
    lines = ["%-30s %9s %17s %9s %8s" % ("on 2 cores", "seconds", "min..max", "CPU s", "target")]
    for r in rows:
        lines.append("%-30s %9.2f %17s %9.2f %8s%s" % (
            r["name"], r["wall"]["median"], _span(r["wall"]), r["cpu"]["median"], "< %g" % r["limit"],
            "" if r["met"] else "  <-- missed, others' work included" if r["cpu_fits"] else "  <-- missed"))
    return "\n".join(lines)


def write(path, whole):
    with open(path + ".new", "w", encoding="utf-8") as f:
        json.dump(whole, f, indent=1)
        f.write("\n")
    os.replace(path + ".new", path)

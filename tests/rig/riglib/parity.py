# SPDX-License-Identifier: GPL-2.0-only
"""sysfs of our set against sysfs of the in-box set: names, modes, link targets and value formats.

Values that a run decides (counters, addresses) are compared by their shape, the others as they are. Each difference is
one line; a line is accepted only if tests/guest/sysfs-parity.explained names it, with a reason.
"""
import fnmatch
import os
import re

# What is the same in every run on this host, so must be the same text.
FIXED = {"class_id", "device_id", "modalias", "id", "state", "vendor", "device", "numa_node", "driver_override",
         "channel_id", "monitor_id", "client_monitor_pending", "server_monitor_pending"}


def shape(value):
    """Every number becomes a sign of its kind, so that only the format is left."""
    value = re.sub(r"\b0x[0-9a-fA-F]+\b", "<0x>", value)
    return re.sub(r"\b-?\d+\b", "<n>", value)


def parse(text):
    """path -> {"kind", "mode", "target", "value"} of a dump by tests/guest/lib.sh dump_vmbus."""
    out, section = {}, None
    for line in text.splitlines():
        if line.startswith("== "):
            section = line[3:]
        elif section == "files" and "|" in line:
            head, path = line.split("|", 1)
            mode, kind = head.split(" ", 1)
            out.setdefault(norm(path), {}).update(mode=mode, kind=kind)
        elif section == "links" and "|" in line:
            path, target = line.split("|", 1)
            out.setdefault(norm(path), {}).update(target=re.sub(r"^(\.\./)*", "", target))
        elif section == "values" and ":" in line:
            path, value = split_value(line)
            entry = out.setdefault(norm(path), {})
            entry["value"] = entry["value"] + "\n" + value if "value" in entry else value
    return out


def split_value(line):
    """grep -H prints path:line; a path may hold colons (PCI addresses do), a value too."""
    for m in re.finditer(":", line):
        head = line[:m.start()]
        if not re.search(r":[0-9a-fA-F]{0,2}$", head) or m.end() == len(line):
            if not re.match(r"[0-9a-fA-F]{2}([/:]|$)", line[m.end():]) or "/" not in line[m.end():]:
                return head, line[m.end():]
    return line, ""


def norm(path):
    return re.sub(r"/+", "/", path).rstrip("/")


def compare(inbox, ours):
    """Lines of difference, sorted by path."""
    lines = []
    for path in sorted(set(inbox) | set(ours)):
        a, b = inbox.get(path), ours.get(path)
        short = path.replace("/sys/bus/vmbus", "", 1) or "/"
        if b is None:
            lines.append("missing %s (%s)" % (short, a.get("mode")))
        elif a is None:
            lines.append("extra %s (%s)" % (short, b.get("mode")))
        else:
            lines += differences(short, a, b)
    return lines


def differences(short, a, b):
    out = []
    for key in ("kind", "mode", "target"):
        if a.get(key) != b.get(key):
            out.append("%s %s in-box '%s' ours '%s'" % (key, short, a.get(key), b.get(key)))
    va, vb = a.get("value"), b.get("value")
    if (va is None) != (vb is None):
        out.append("readable %s in-box '%s' ours '%s'" % (short, va, vb))
    elif va is not None:
        same = va == vb if os.path.basename(short) in FIXED else shape(va) == shape(vb)
        if not same:
            out.append("format %s in-box '%s' ours '%s'" % (short, va.replace("\n", "\\n"), vb.replace("\n", "\\n")))
    return out


def explained(path, release=""):
    """[(pattern, reason)] of the lines '[@RELEASE ]PATTERN # REASON' that hold for a kernel of that release.

    Patterns are shell globs over whole difference lines. One after @RELEASE, a glob over what uname -r prints there, holds
    for those kernels only: what an old in-box set shows otherwise must not be overlooked on a new one.
    """
    rules = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            for line in f:
                if line.strip() and not line.startswith("#") and " # " in line:
                    pattern, reason = line.strip().split(" # ", 1)
                    if pattern.startswith("@"):
                        kernels, pattern = pattern[1:].split(" ", 1)
                        if not fnmatch.fnmatchcase(release, kernels):
                            continue
                    # GUIDs in braces and brackets in values are meant literally.
                    rules.append((pattern.strip().replace("[", "[[]"), reason))
    return rules


def unexplained(lines, rules):
    return [ln for ln in lines if not any(fnmatch.fnmatchcase(ln, p) for p, _ in rules)]

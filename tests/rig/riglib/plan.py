# SPDX-License-Identifier: GPL-2.0-only
"""Plans: which scenarios run in which boots on which kernels with which modules."""
import json
import os
import re

from . import tools

PLANS = os.path.join(tools.TOP, "tests", "rig", "plans")
BOOT_KEYS = {"name", "kernels", "modules", "smp", "mem", "devices", "cmdline", "scenarios", "repeat", "patience", "about",
             "impossible", "hosts", "policies", "hv", "daemons"}
HEADER = re.compile(r"^# (timeout|needs|devices|modules|other|programs|compile|files|hvhost|hvhost-args|cmdline|mem): (.*)$")
# Lines that may come more than once, one thing each.
REPEATED = ("hvhost",)

BRIDGE = ["-device", "vmbus-bridge"]
# The instance is fixed: two runs must show the same names in sysfs.
BALLOON = "hv-balloon,id=hvb,status-report=on,instanceid=1eccfd72-4b41-45ef-b73a-4a6e44c12924"
# What a boot can name as its devices: QEMU arguments, and the memory they want unless the boot says otherwise.
DEVICES = {
    "none": (BRIDGE, "1024M"),
    "balloon": (BRIDGE + ["-device", BALLOON], "1024M"),
    "hotadd": (BRIDGE + ["-object", "memory-backend-ram,id=hot,size=1024M", "-device", BALLOON + ",memdev=hot"],
               # QEMU aligns the region to up to 32 GiB: address space, not memory.
               "1024M,maxmem=96G"),
    "no-vmbus": ([], "1024M"),
}
# The same on our own host (tests/host). A boot that names devices it does not have cannot run there.
OURS = {
    "none": [],
    "balloon": ["balloon,name=hvb,instance=1eccfd72-4b41-45ef-b73a-4a6e44c12924,report-events=on"],
    "hotadd": ["balloon,name=hvb,instance=1eccfd72-4b41-45ef-b73a-4a6e44c12924,report-events=on,max=2G"],
}


class PlanError(tools.RigError):
    """A plan or scenario file that cannot be meant that way."""


def script_header(script, directory=None):
    """What a scenario script says of itself in its opening comment; the keys are explained in tests/rig/README.md."""
    path = os.path.join(directory or tools.GUEST, script + ".sh")
    out = {"timeout": 180, "needs": []}
    try:
        with open(path, encoding="utf-8") as f:
            for line in f:
                if not line.startswith("#"):
                    break
                m = HEADER.match(line.strip())
                if m and m.group(1) == "timeout":
                    out["timeout"] = int(m.group(2))
                elif m and m.group(1) in REPEATED:
                    out.setdefault(m.group(1), []).append(m.group(2))
                elif m:
                    out[m.group(1)] = m.group(2).split()
    except OSError:
        raise PlanError("no scenario '%s' (looked for %s)" % (script, os.path.relpath(path, tools.TOP))) from None
    return out


def scenario(entry, directory=None):
    """A name, or an object that gives another script, timeout or allowed log lines."""
    entry = {"name": entry} if isinstance(entry, str) else dict(entry)
    script = entry.setdefault("script", entry["name"])
    head = script_header(script, directory)
    for key, value in head.items():
        entry.setdefault(key, value)
    return entry


def load(name):
    """A plan by name (plans/NAME.json) or by path, checked."""
    path = name if name.endswith(".json") else os.path.join(PLANS, name + ".json")
    try:
        with open(path, encoding="utf-8") as f:
            plan = json.load(f)
    except OSError as err:
        raise PlanError("plan %s: %s" % (name, err.strerror)) from None
    except ValueError as err:
        raise PlanError("plan %s is not JSON: %s" % (path, err)) from None
    for boot in plan["boots"]:
        unknown = set(boot) - BOOT_KEYS
        if unknown:
            raise PlanError("plan %s: unknown key %s" % (name, ", ".join(sorted(unknown))))
    return plan


def hosts_of(boot, devices):
    """(host, policy) of each boot: QEMU has one policy, ours one for each version named, or its newest."""
    for host in boot.get("hosts", ["qemu"]):
        if host == "qemu":
            yield host, None
        elif host == "hvhost" and devices in OURS:
            for policy in boot.get("policies", [None]):
                yield host, policy
        else:
            raise PlanError("boot %s: host '%s' is not known, or has no devices '%s'" % (boot["name"], host, devices))


def with_daemons(listed, whose):
    """The scenarios with the daemons of the distribution (stock), or with ours in their place and kvpctl beside them."""
    if whose not in ("stock", "ours"):
        raise PlanError("daemons are stock or ours, not '%s'" % whose)
    out = []
    for s in listed:
        s = dict(s)
        if whose == "ours" and set(s.get("programs", [])) & set(tools.DAEMONS):
            s["programs"] = ["ours:" + p if p in tools.DAEMONS else p for p in s["programs"]] + ["ours:kvpctl"]
        out.append(s)
    return out


def memory_of(scenarios):
    """The most memory one of them asks for ("mem: 512M"), or None."""
    asked = [s["mem"][0] for s in scenarios if s.get("mem")]
    return max(asked, key=lambda m: int(m.rstrip("M"))) if asked else None


def no_two_alike(boot, devices):
    """Refuses scenarios in one boot that mean different devices by one name: the host would not start."""
    names = [w[5:] for d in devices for w in d.split(",")[1:] if w.startswith("name=")]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise PlanError("boot %s: its scenarios want different devices of the name %s" % (boot, ", ".join(twice)))


def words(scenarios, key):
    """What they ask for of that kind, one after the other."""
    return [w for s in scenarios for w in s.get(key, [])]


def expand(plan, kernels=None, modules=None, scenarios=None):
    """The list of jobs: one boot of one kernel with one module set on one host. The arguments narrow it down."""
    jobs = []
    for boot in plan["boots"]:
        listed = [scenario(s) for s in boot["scenarios"]]
        if scenarios:
            listed = [s for s in listed if s["name"] in scenarios]
        devices = boot.get("devices", "balloon")
        if devices not in DEVICES:
            raise PlanError("boot %s: unknown devices '%s'; known: %s" % (boot["name"], devices, ", ".join(DEVICES)))
        for kernel in boot["kernels"]:
            for mods in boot["modules"]:
                if not listed or (kernels and kernel not in kernels) or (modules and mods not in modules):
                    continue
                for host, policy, whose, n in ((h, p, d, n) for h, p in hosts_of(boot, devices) for d in boot.get("daemons", ["stock"])
                                               for n in range(boot.get("repeat", 1))):
                    name = boot["name"] + ("@%s" % policy if policy else "") + ("+our-daemons" if whose == "ours" else "") \
                        + ("#%d" % (n + 1) if n else "")
                    more = []
                    for s in listed:  # what several of them name alike is there once
                        more += [d for d in s.get("hvhost", []) if d not in more]
                    no_two_alike(boot["name"], more)
                    jobs.append({"boot": name, "kernel": kernel, "modules": mods, "host": host, "policy": policy,
                                 "hvhost_devices": OURS.get(devices, []) + more,
                                 "hvhost_args": [w for f in boot.get("hv", []) for w in ("--hv", f)] + words(listed, "hvhost-args"),
                                 "smp": boot.get("smp", 2), "mem": boot.get("mem") or memory_of(listed) or DEVICES[devices][1],
                                 "devices": DEVICES[devices][0],
                                 "cmdline": " ".join([boot.get("cmdline", "")] + words(listed, "cmdline")
                                                     + (["lis.daemons=ours"] if whose == "ours" else [])).strip(),
                                 "patience": boot.get("patience", 1), "impossible": boot.get("impossible") or (
                                     "QEMU's VMBus host has no such device" if more and host == "qemu" else None),
                                 "scenarios": with_daemons(listed, whose)})
    return jobs


def single(names, kernel, mods, smp=2, cmdline="", devices=None, mem=None, host="qemu", policies=None,
           hv=None, daemons=None):
    """A plan of one boot, for the command line."""
    listed = [scenario(n) for n in names]
    wanted = [s["devices"][0] for s in listed if s.get("devices")]
    return {"boots": [{"name": "single", "kernels": kernel, "modules": mods, "smp": smp, "cmdline": cmdline,
                       "devices": devices or (wanted[0] if wanted else "balloon"), "mem": mem,
                       "hosts": [host], "policies": policies or [None], "hv": hv or [], "daemons": daemons or ["stock"],
                       "scenarios": listed}]}

# SPDX-License-Identifier: GPL-2.0-only
"""Builds the set as DKMS would, with the suite's own compiler and headers, and times it and its probe."""
import os
import resource
import shutil
import subprocess
import time

from riglib import tools

from . import guests

# In place of compat/gen in a copy of the source: Kbuild calls it as ever, it calls the real one and notes the time.
WRAPPER = """#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
start=$(date +%s%N)
sh "$0.real" "$@"
code=$?
echo "$start $(date +%s%N)" >>"$0.times"
times >>"$0.times"
exit $code
"""


class BuildError(tools.RigError):
    """The set does not build: nothing to measure."""


def copy_source(target):
    """The files a module build needs, with the probe's entry wrapped."""
    shutil.rmtree(target, ignore_errors=True)
    listed = os.path.join("packaging", "files.dkms")
    with open(os.path.join(tools.TOP, listed), encoding="utf-8") as f:
        names = [ln.split()[0] for ln in f if ln.strip() and not ln.startswith("#")]
    for name in sorted(set(names) | {listed}):
        src, dst = os.path.join(tools.TOP, name), os.path.join(target, name)
        if os.path.isdir(src):
            shutil.copytree(src, dst, ignore=shutil.ignore_patterns("*.o", ".*.cmd", "*.ko"))
        else:
            os.makedirs(os.path.dirname(dst), exist_ok=True)
            shutil.copy2(src, dst)
    gen = os.path.join(target, "compat", "gen")
    os.rename(gen, gen + ".real")
    with open(gen, "w", encoding="ascii") as f:
        f.write(WRAPPER)
    os.chmod(gen, 0o755)
    with open(os.path.join(target, listed), "a", encoding="utf-8") as f:
        f.write("compat/gen.real\n")


def _cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _minutes(text):
    """0m1.234s as `times` prints it."""
    minutes, seconds = text.rstrip("s").split("m")
    return int(minutes) * 60 + float(seconds)


def probe_times(path):
    """(wall, cpu) seconds of the last probe run."""
    with open(path, encoding="ascii") as f:
        lines = f.read().splitlines()[-3:]
    start, end = (int(n) for n in lines[0].split())
    return (end - start) / 1e9, sum(_minutes(w) for w in lines[2].split())


def sections(out):
    """`size -A`, the sections of code"""
    rows = [ln.split() for ln in out.splitlines()]
    return {r[0]: int(r[1]) for r in rows if len(r) == 3 and ".text" in r[0] and r[1].isdigit()}


class Builder:
    """Runs in the chosen kernel's own root, so that a machine without any compiler can do it."""

    def __init__(self, work):
        self.work = work
        self.source = os.path.join(work, "source")
        self.out = os.path.join(work, "modules")
        self.log = os.path.join(work, "build.log")
        self.release = subprocess.run([tools.KERNELS, "release", guests.KERNEL], check=True,
                                      stdout=subprocess.PIPE).stdout.decode().strip()

    def _inside(self, *argv):
        with open(self.log, "ab") as log:
            done = subprocess.run([tools.KERNELS, "exec", guests.KERNEL, self.work] + list(argv), stdout=log,
                                  stderr=log, check=False)
        if done.returncode:
            raise BuildError("'%s' failed; see %s" % (" ".join(argv[:3]), os.path.relpath(self.log, tools.TOP)))

    def text_sizes(self, path):
        """{section: bytes} of the sections that hold code; the path lies below the work folder."""
        argv = [tools.KERNELS, "exec", guests.KERNEL, self.work, "size", "-A", os.path.relpath(path, self.work)]
        return sections(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout.decode())

    def helper(self):
        """The guest's timing tool, linked statically: a guest has no libraries."""
        shutil.copy2(os.path.join(tools.TOP, "tests", "bench", "loadtime.c"), self.work)
        self._inside("gcc", "-O2", "-Wall", "-static", "-o", "loadtime", "loadtime.c")
        return os.path.join(self.work, "loadtime")

    def stripped(self, modules):
        """A folder with the modules as DKMS installs them: without what only a debugger reads."""
        where = os.path.join(self.work, "ours")
        os.makedirs(where, exist_ok=True)
        for name in modules:
            self._inside("strip", "-g", "-o", os.path.join(where, name + ".ko"), os.path.join(self.out, name + ".ko"))
        return where

    def once(self, fresh):
        """One run of the build: {wall, cpu, probe_wall, probe_cpu} in seconds."""
        if fresh:
            shutil.rmtree(self.out, ignore_errors=True)
        wall, cpu = time.monotonic(), _cpu()
        script = os.path.join(self.source, "scripts", "build-modules.sh")
        self._inside("sh", script, "-s", self.source, "-o", self.out, "-j", "2",
                     "-d", "/usr/src/linux-headers-" + self.release)
        spent = {"wall": time.monotonic() - wall, "cpu": _cpu() - cpu}
        probe = probe_times(os.path.join(self.out, "compat", "gen.times"))
        return dict(spent, probe_wall=probe[0], probe_cpu=probe[1])

    def dkms(self, rounds):
        """([{wall, cpu}] of whole DKMS builds, why there are none)"""
        if not rounds:
            return [], ""
        tool = os.path.join(tools.TOP, "tests", "bench", "dkms")
        done = subprocess.run([tool, str(rounds), self.log], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False)
        times = [ln.split() for ln in done.stdout.decode().splitlines()]
        if done.returncode or len(times) < rounds:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            return [], said[0] if said else "it did not build; see " + os.path.relpath(self.log, tools.TOP)
        return [{"wall": float(wall), "cpu": float(cpu)} for wall, cpu in times], ""

    def measure(self, rounds):
        """{'cold': [...], 'cached': [...]}; leaves the modules in self.out."""
        copy_source(self.source)
        found = {"cold": [self.once(True) for _ in range(rounds)]}
        found["cached"] = [self.once(False) for _ in range(rounds)]
        return found

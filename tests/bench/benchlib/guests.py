# SPDX-License-Identifier: GPL-2.0-only
"""Boots the guests, in-box and ours in turn, one at a time on one machine of our own, and reads what they measured."""
import os

from riglib import bzimage, driver, outer, plan, tools

from . import trace

KERNEL = "debian-6.1"
MB = 1 << 20
HIGH, LOW = 1024, 512


class Private(driver.Nested):
    """An outer machine nobody else uses: a kept one may have other people's guests in it."""

    def __init__(self, say, accel):
        say("booting an outer machine for this run alone")
        self.outer = outer.boot(**accel)
        self.traces = {}
        try:
            self.outer.connect(900)
        except BaseException:
            self.outer.close()
            raise

    def start(self, ident, rundir):
        # QEMU waits for each line of its trace to be written. On the share that takes longer than what is measured, so
        # the trace goes to the outer machine's memory, and from there to the share when the guest has gone.
        self.traces[ident] = rundir
        os.symlink(self._place(ident), os.path.join(rundir, "trace.log"))
        self._unpack(os.path.join(rundir, "kernel"))
        super().start(ident, rundir)

    @staticmethod
    def _unpack(kernel):
        # Emulated, the kernel's own unpacking takes longer than all that is measured here.
        elf = bzimage.extract(kernel)
        if elf:
            with open(kernel, "wb") as f:
                f.write(elf)

    @staticmethod
    def _place(ident):
        return "/tmp/trace-%s" % ident

    def poll(self, seconds):
        found = super().poll(seconds)
        for ident in [i for i, ev in found if ev is None and i in self.traces]:
            self._fetch(ident, self.traces.pop(ident))
        return found

    def _fetch(self, ident, rundir):
        there = os.path.join("/mnt", os.path.relpath(rundir, tools.SHARE), "trace.log")
        self.outer.send({"op": "sh", "id": "fetch", "cmd": "rm %s; mv %s %s" % (there, self._place(ident), there)})
        while not any(m.get("id") == "fetch" and "exit" in m for m in self.outer.receive(60)):
            continue


# One emulated CPU whose clock counts instructions, one a nanosecond; it runs in real time only while everything idles.
# How busy this machine is then hardly shows. Two CPUs of a guest would spin for each other on it, so guests get one.
# Under a parallel emulation every time is this machine's own.
COUNTED = {"cpus": 1, "accel": ("-accel", "tcg,thread=single,tb-size=1024", "-icount", "shift=0,sleep=on")}
CLOCKS = {"counted": COUNTED, "real": {}}
GUEST_CPUS = {"counted": 1, "real": 2}


def clock_here(clock):
    """The clock there will be: this machine's own KVM, where it can play Hyper-V, has no other."""
    return clock if driver.kvmcap.why_not() else "real"


def backend(say, clock):
    """Where guests run: this machine's own KVM where it can play Hyper-V, else nested."""
    return Private(say, CLOCKS[clock]) if driver.kvmcap.why_not() else driver.Local()


def jobs(runs, rebinds, cycles, cpus):
    """In-box and ours in turn, so that a slow quarter of an hour hurts both."""
    # Clearing each page would be the kernel's time, and most of it.
    cmdline = "init_on_alloc=0 bench.rebinds=%d bench.cycles=%d bench.low=%d bench.high=%d" % (
        rebinds, cycles, LOW * MB, HIGH * MB)
    boots = []
    for n in range(runs):
        for modules in ("inbox", "ours"):
            boots.append({"name": "bench-%d" % (n + 1), "kernels": [KERNEL], "modules": [modules],
                          "mem": "%dM" % HIGH, "smp": cpus,
                          "devices": "balloon", "cmdline": cmdline, "patience": 3, "scenarios": ["benchmark"]})
    listed = plan.expand({"boots": boots})
    for job in listed:
        # What QEMU traces is part of its command line, as devices are.
        job["devices"] = job["devices"] + [w for t in trace.EXTRA for w in ("-trace", "enable=" + t)]
    return listed


def parse(text):
    """The guest's lines: [(words, {key: value})]."""
    out = []
    for line in text.splitlines():
        words = line.split()
        tags = [w for w in words if "=" not in w]
        values = dict(w.split("=", 1) for w in words if "=" in w)
        if tags:
            out.append((tags, {k: int(v) for k, v in values.items() if v.lstrip("-").isdigit()}))
    return out


def marks(lines):
    """[(name, {counter: difference})] of each before/after pair, in order."""
    out, open_at = [], {}
    for tags, values in lines:
        if tags[0] == "before":
            open_at[tags[1]] = values
        elif tags[0] == "after" and tags[1] in open_at:
            start = open_at.pop(tags[1])
            out.append((tags[1], {k: values[k] - start[k] for k in values if k in start}))
    return out


def times(lines, name):
    """The values of the lines the timing tool wrote."""
    return [values for tags, values in lines if tags == [name]]


def result(rundir, datafile):
    """Everything one boot measured."""
    with open(datafile, encoding="utf-8") as f:
        lines = parse(f.read())
    with open(os.path.join(rundir, "trace.log"), encoding="utf-8", errors="replace") as f:
        evs = trace.events(f.read())
    return {"load": times(lines, "load"), "rebind": times(lines, "rebind"), "core": times(lines, "core"),
            "marks": marks(lines), "opens": trace.opens(evs), "balloons": trace.balloons(evs)}


class Bench:
    """Runs the jobs and keeps {'inbox': [...], 'ours': [...]}."""

    def __init__(self, ours_dir, helper, log, say, clock):
        self.clock = clock_here(clock)
        self.found = {"inbox": [], "ours": []}
        self.failed = []
        self.ours_dir, self.helper, self.log, self.say = ours_dir, helper, log, say
        self.files = {}
        self.measured = []

    def _event(self, job, ev):
        if ev["ev"] == "data" and ev["name"] == "bench":
            self.files[job["rundir"]] = os.path.join(job["rundir"], ev["file"])
        elif ev["ev"] == "scenario":
            self._over(job, ev)

    def _over(self, job, ev):
        what = "%s %s" % (job["boot"], job["modules"])
        if ev["result"] != "pass" or job["rundir"] not in self.files:
            self.failed.append({"run": what, "reason": ev["reason"] or "no data arrived", "log": job["log"]})
            self.say("%s: not measured: %s (%s)" % (what, self.failed[-1]["reason"], job["log"]))
            return
        self.measured.append((job["modules"], job["rundir"]))
        self.say("%s: measured" % what)

    def run(self, runs, rebinds, cycles):
        with open(self.helper, "rb") as f:
            extra = [("bin/loadtime", f.read())]
        with open(self.log, "w", encoding="utf-8") as out:
            records = os.path.join(tools.BUILD, "bench", "runs.json")
            drive = driver.Driver(jobs(runs, rebinds, cycles, GUEST_CPUS[self.clock]), parallel=1, report=records,
                                  out=out, ours_dir=self.ours_dir, extra=extra, on_event=self._event)
            drive.backend = backend(self.say, self.clock)
            try:
                drive.run()
            except SystemExit:
                self.say("interrupted: the boots done so far are judged")
                self.failed.append({"run": "the rest", "reason": "interrupted", "log": os.path.relpath(self.log)})
        # Only now: a boot's trace is on the share when its machine has gone, after its last word.
        for modules, rundir in self.measured:
            if os.path.exists(os.path.join(rundir, "trace.log")):
                self.found[modules].append(result(rundir, self.files[rundir]))
        return self.found

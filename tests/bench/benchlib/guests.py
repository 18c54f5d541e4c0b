# SPDX-License-Identifier: GPL-2.0-only
"""Boots the guests, in-box and ours in turn, one at a time on one machine of our own, and reads what they measured."""
import os

from riglib import bzimage, driver, outer, plan, tools

from . import trace

KERNEL = "debian-6.1"
MB = 1 << 20
HIGH, LOW = 1024, 512
# A guest's limits are in its own time, which jumps; what hangs is seen by the CPU time it takes.
PATIENCE = 50
# Boots that failed and are made again, in all: emulated nested virtualisation has its own crashes. Each is shown.
MAX_AGAIN = 2


# Seconds of CPU time, which a busy machine does not stretch: some six times what a boot takes, then it hangs.
UP_LIMIT, RUN_LIMIT = 120, 400


class Private(driver.Nested):
    """An outer machine nobody else uses: a kept one may have other people's guests in it."""
    # What the runner writes while a guest is measured. On the share each line costs a round trip to the machine outside,
    # in which the guest waits; so they are in the outer machine's memory until the guest has gone.
    LOGS = ("con.log", "tap.log", "qmp.log", "trace.log")

    def __init__(self, say, accel):
        say("booting an outer machine for this run alone")
        self.outer = outer.boot(**accel)
        self.machines, self.at, self.width = [self.outer], {}, 1
        self.traces = {}
        self.limits = {}        # ident -> CPU seconds of the outer machine at which it counts as hung
        try:
            self.outer.connect(900)
        except BaseException:
            self.outer.close()
            raise

    def start(self, ident, rundir):
        self.traces[ident] = rundir
        for name in self.LOGS:
            os.symlink(self._place(ident, name), os.path.join(rundir, name))
        if os.path.exists(os.path.join(rundir, "kernel")):  # our own host boots one that was unpacked before
            self._unpack(os.path.join(rundir, "kernel"))
        self.limits[ident] = self._cpu() + UP_LIMIT
        super().start(ident, rundir)

    @staticmethod
    def _unpack(kernel):
        # Emulated, the kernel's own unpacking takes longer than all that is measured here.
        elf = bzimage.extract(kernel)
        if elf:
            with open(kernel, "wb") as f:
                f.write(elf)

    @staticmethod
    def _place(ident, name):
        return "/tmp/%s-%s" % (ident, name)

    def _cpu(self):
        with open("/proc/%d/stat" % self.outer.proc.pid, encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def poll(self, seconds):
        found = super().poll(seconds)
        for ident, ev in found:
            if ev is None and ident in self.traces:
                del self.limits[ident]
                self._fetch(ident, self.traces.pop(ident))
            elif ev and ev["ev"] == "up" and ident in self.limits:
                self.limits[ident] = self._cpu() + RUN_LIMIT
        if any(self._cpu() > limit for limit in self.limits.values()):
            raise tools.RigError("the guest hangs (emulated nested virtualisation has been seen to)")
        return found

    def _fetch(self, ident, rundir):
        there = os.path.join("/mnt", os.path.relpath(rundir, tools.SHARE))
        moves = ["rm -f %s/%s; mv %s %s/%s" % (there, n, self._place(ident, n), there, n) for n in self.LOGS]
        self.outer.send({"op": "sh", "id": "fetch", "cmd": "; ".join(moves)})
        while not any(m.get("id") == "fetch" and "exit" in m for m in self.outer.receive(60)):
            continue


# One emulated CPU whose clock counts instructions, one a nanosecond, and jumps to the next timer when everything idles:
# QEMU's pause of 50 s before its balloon works is over at once. How busy this machine is hardly shows. Without it the
# outer machine's clock is this machine's own.
COUNTED = {"accel": ("-accel", "tcg,thread=single,tb-size=1024", "-icount", "shift=0,sleep=off")}
CLOCKS = {"counted": COUNTED, "real": {}}


def guest_cpus(outer=1):
    """As many as the outer machine has: more would spin for each other there, whatever its clock."""
    return outer if driver.kvmcap.why_not() else max(outer, 2)


def clock_here(clock):
    """The clock there will be: this machine's own KVM, where it can play Hyper-V, has no other."""
    return clock if driver.kvmcap.why_not() else "real"


def backend(say, clock, cpus=1):
    """Where guests run: this machine's own KVM where it can play Hyper-V, else nested, on an outer machine of so many CPUs."""
    return Private(say, dict(CLOCKS[clock], cpus=cpus)) if driver.kvmcap.why_not() else driver.Local()


def jobs(rounds, cpus):
    """In-box and ours in turn, so that a slow quarter of an hour hurts both. rounds: runs, loads, rebinds, cycles."""
    # Clearing each page would be the kernel's time, and most of it.
    cmdline = "init_on_alloc=0 bench.loads=%d bench.rebinds=%d bench.cycles=%d bench.low=%d bench.high=%d" % (
        rounds["loads"], rounds["rebinds"], rounds["cycles"], LOW * MB, HIGH * MB)
    boots = []
    for n in range(rounds["runs"]):
        for modules in ("inbox", "ours"):
            boots.append({"name": "bench-%d" % (n + 1), "kernels": [KERNEL], "modules": [modules],
                          "mem": "%dM" % HIGH, "smp": cpus,
                          "devices": "balloon", "cmdline": cmdline, "patience": PATIENCE, "scenarios": ["benchmark"]})
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
    return {"one": times(lines, "one"), "load": times(lines, "load"), "rebind": times(lines, "rebind"),
            "core": times(lines, "core"), "marks": marks(lines), "opens": trace.opens(evs), "contacts": trace.contacts(evs),
            "balloons": trace.balloons(evs)}


class Boots(driver.Driver):
    """Keeps to the bench's own outer machine, also when one was lost."""

    def __init__(self, fresh, lost, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fresh, self.lost = fresh, lost
        self.backend = fresh()

    def _backend_lost(self, err):
        for job in self.active.values():
            self.lost(job, str(err))
        super()._backend_lost(err)
        self.backend = self.fresh()


class Bench:
    """Runs the jobs and keeps {'inbox': [...], 'ours': [...]}."""

    def __init__(self, ours_dir, helper, log, say, clock):
        self.clock = clock_here(clock)
        self.found = {"inbox": [], "ours": []}
        self.failed = []
        self.ours_dir, self.helper, self.log, self.say = ours_dir, helper, log, say
        self.files = {}
        self.measured = []
        self.again = MAX_AGAIN

    def _event(self, job, ev):
        if ev["ev"] == "data" and ev["name"] == "bench":
            self.files[job["rundir"]] = os.path.join(job["rundir"], ev["file"])
        elif ev["ev"] == "scenario":
            self._over(job, ev)

    def _over(self, job, ev):
        if ev["result"] != "pass" or job["rundir"] not in self.files:
            self._lost(job, ev["reason"] or "no data arrived")
            if self.again:
                self.again -= 1
                self.drive.queue.append(dict(job))
            return
        self.measured.append((job["modules"], job["rundir"]))
        self.say("%s %s: measured" % (job["boot"], job["modules"]))

    def _lost(self, job, why):
        what = "%s %s" % (job["boot"], job["modules"])
        self.failed.append({"run": what, "reason": why, "log": job["log"]})
        self.say("%s: not measured: %s (%s)" % (what, why, job["log"]))

    def run(self, rounds):
        with open(self.helper, "rb") as f:
            extra = [("bin/loadtime", f.read())]
        with open(self.log, "w", encoding="utf-8") as out:
            self.drive = Boots(lambda: backend(self.say, self.clock), self._lost, jobs(rounds, guest_cpus()),
                               parallel=1, report=os.path.join(tools.BUILD, "bench", "runs.json"), out=out,
                               ours_dir=self.ours_dir, extra=extra, on_event=self._event)
            try:
                self.drive.run()
            except SystemExit:
                self.say("interrupted: the boots done so far are judged")
                self.failed.append({"run": "the rest", "reason": "interrupted", "log": os.path.relpath(self.log)})
            except tools.RigError as err:
                self.failed.append({"run": "the rest", "reason": str(err), "log": os.path.relpath(self.log)})
        # Only now: a boot's trace is on the share when its machine has gone, after its last word.
        for modules, rundir in self.measured:
            if os.path.exists(os.path.join(rundir, "trace.log")):
                self.found[modules].append(result(rundir, self.files[rundir]))
        return self.found

# SPDX-License-Identifier: GPL-2.0-only
"""Runs the jobs of a plan, several at a time, and turns what guests say into records."""
import json
import os
import select
import shutil
import sys
import time

from . import bzimage, initramfs, kvmcap, outer, post, reap, record, tools

BASE_CMDLINE = ("console=ttyS0 loglevel=5 panic=1 oops=panic mitigations=off audit=0 nmi_watchdog=0 watchdog_thresh=60 "
                "rcupdate.rcu_cpu_stall_timeout=120 log_buf_len=2M rdinit=/init")
OVERDUE = "the run took longer than all its limits together"
LAST_WORDS = 120    # seconds for its runner to end when asked to


class Local:
    """Runs guests on this machine's own KVM."""
    name = "kvm"

    def __init__(self):
        self.runs = {}

    def start(self, ident, rundir):
        env = dict(os.environ, PYTHONPATH=rundir, PYTHONDONTWRITEBYTECODE="1")
        with open(os.path.join(rundir, "runner.err"), "wb") as err:
            proc = reap.spawn([sys.executable, "-m", "riglib.guest", os.path.join(rundir, "spec.json")],
                              stdout=-1, stdin=-3, stderr=err, env=env)
        self.runs[ident] = [proc, b""]

    def poll(self, seconds):
        """[(ident, event or None at the end)]"""
        fds = {e[0].stdout.fileno(): i for i, e in self.runs.items()}
        out = []
        for fd in select.select(list(fds), [], [], seconds)[0]:
            ident = fds[fd]
            entry = self.runs[ident]
            data = os.read(fd, 65536)
            *lines, entry[1] = (entry[1] + data).split(b"\n")
            out += [(ident, json.loads(ln)) for ln in lines if ln.strip()]
            if not data:
                entry[0].wait()
                entry[0].stdout.close()
                del self.runs[ident]
                out.append((ident, None))
        return out

    def kill(self, ident):
        if ident in self.runs:
            self.runs[ident][0].terminate()

    def close(self):
        for proc, _ in self.runs.values():
            reap.stop(proc)


class Nested:
    """Runs guests inside outer machines, one guest at a time in each; see outer.py for why they have one CPU."""
    name = "nested"

    def __init__(self, say, want):
        self.machines = outer.fleet(say, want)
        self.at = {}            # ident -> the machine it runs in
        self.width = len(self.machines)

    def start(self, ident, rundir):
        busy = set(map(id, self.at.values()))
        self.at[ident] = next(m for m in self.machines if id(m) not in busy)
        self.at[ident].heard = time.monotonic()
        self.at[ident].send({"op": "run", "id": ident, "dir": os.path.relpath(rundir, tools.SHARE)})

    def poll(self, seconds):
        out = []
        ready = select.select(self.machines, [], [], seconds)[0]
        for machine in self.at.values():
            if machine not in ready:
                machine.check_alive()
        for machine in ready:
            for msg in machine.receive(0):
                if "line" in msg:
                    try:
                        out.append((msg["id"], json.loads(msg["line"])))
                    except ValueError:
                        continue
                elif "exit" in msg:
                    self.at.pop(msg["id"], None)
                    out.append((msg["id"], None))
        return out

    def kill(self, ident):
        if ident in self.at:
            self.at[ident].send({"op": "kill", "id": ident})

    def close(self):
        for machine in self.machines:
            machine.close()


def backend(say, force=None, want=1):
    """The fastest way this machine has to run Hyper-V guests, `want` side by side if it can."""
    missing = kvmcap.why_not() if force != "nested" else "asked to nest"
    if missing is None:
        say("using /dev/kvm of this machine")
        return Local()
    if force == "kvm":
        raise tools.RigError("cannot use KVM here: " + missing)
    say("nesting: no KVM here that can play a Hyper-V host (%s)" % missing)
    return Nested(say, want)


class Driver:
    """One invocation of the rig."""

    def __init__(self, jobs, parallel=None, force=None, verbose=False, report=record.REPORT, out=sys.stdout, ours_dir=None,
                 extra=(), on_event=None):
        self.queue = list(jobs)
        self.cpus = parallel or max(2, min(4, os.cpu_count() or 2))
        self.force, self.verbose, self.report = force, verbose, report
        self.out, self.ours_dir, self.extra, self.on_event = out, ours_dir, extra, on_event
        self.records = []
        self.active = {}
        self.used = 0           # virtual CPUs of the guests that run now
        self.count = 0
        self.started = time.monotonic()
        self.backend = None
        self.heard = time.monotonic()
        self.losses = 0         # outer machines that died under us
        self.crashes = 0        # of guests with the stock set
        self.patient = None     # called with a line when nothing was heard for a while
        self.stamp = time.strftime("%H%M%S") + "-%d" % os.getpid()

    def say(self, text):
        print("# [%5.1f s] %s" % (time.monotonic() - self.started, text), file=self.out, flush=True)

    # Records

    def _record(self, job, name, result, reason="", seconds=0.0, log=""):
        reason = reason or job.get("crashed", {}).get(name, "")
        rec = {"scenario": name, "kernel": job["kernel"], "host": job.get("host", "qemu"), "policy": job["boot"], "modules": job["modules"],
               "result": result, "reason": reason, "seconds": seconds, "log": log}
        rec = post.adjust(rec, job, self.say)
        self.records.append(rec)
        line = "%s %d - %s %s %s" % ("not ok" if rec["result"] == "fail" else "ok", len(self.records), job["kernel"],
                                     job["modules"], name)
        if rec["result"] == "skip":
            line += " # SKIP " + rec["reason"]
        elif rec["result"] == "fail":
            line += " # %s (%s)" % (rec["reason"], rec["log"])
        else:
            line += " # %.1f s" % rec["seconds"] + (", " + rec["reason"] if rec["reason"] else "")
        print(line, file=self.out, flush=True)
        record.add([rec], self.report)

    # Jobs

    def _prepare(self, job):
        """The run directory with everything a runner needs; returns it."""
        self.count += 1
        name = "%s-%02d-%s-%s-%s" % (self.stamp, self.count, job["kernel"], job["modules"], job["boot"].replace("#", "-"))
        rundir = os.path.join(tools.SHARE, "runs", name)
        os.makedirs(rundir)
        kdir = tools.kernel_dir(job["kernel"])
        replace = initramfs.ours(job["kernel"], self.ours_dir) if job["modules"] == "ours" else {}
        kernel = self._put_kernel(kdir, rundir, job)
        extra = list(self.extra)
        needs = {n for s in job["scenarios"] for n in s["needs"]}
        initramfs.build(os.path.join(rundir, "initrd"), kdir, replace, job["scenarios"], extra)
        if "kexec" in needs:
            self._add_second_kernel(kdir, replace, job, rundir, extra)
        outer.copy_lib(rundir)
        cmdline = "%s lis.smp=%d lis.modules=%s %s" % (BASE_CMDLINE, job["smp"], job["modules"], job["cmdline"])
        # Limits are a last resort, so a machine busy with other things may take its time.
        busy = min(8.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))
        spec = {"kernel": kernel, "host": job.get("host", "qemu"), "policy": job.get("policy"),
                "hvhost_devices": job.get("hvhost_devices", []), "hvhost_args": job.get("hvhost_args", []),
                "cmdline": cmdline.strip(), "smp": job["smp"], "mem": job["mem"], "devices": job["devices"],
                "trace": job.get("trace", True), "patience": job["patience"] * busy, "allow": job.get("allow", []),
                "scenarios": [{k: s[k] for k in ("name", "timeout", "allow") if k in s} for s in job["scenarios"]]}
        with open(os.path.join(rundir, "spec.json"), "w", encoding="utf-8") as f:
            json.dump(spec, f, indent=1)
        # The runner keeps these limits itself; what is still there long after their sum has a runner that stands still.
        job["limit"] = spec["patience"] * (600 + sum(120 + s.get("timeout", 180) for s in job["scenarios"]))
        return rundir

    @staticmethod
    def _unpacked(kdir, vmlinuz):
        """What a bzImage unpacks to, made once a kernel; None for a format that is not known."""
        path = os.path.join(kdir, "vmlinux.unpacked")
        if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(vmlinuz):
            elf = bzimage.extract(vmlinuz)
            if elf is None:
                return None
            with open("%s.%d" % (path, os.getpid()), "wb") as f:
                f.write(elf)
            os.rename(f.name, path)
        return path

    def _put_kernel(self, kdir, rundir, job):
        """The kernel, and our host if it is to run. It also boots what a bzImage unpacks to, which saves its guests the
        unpacking; that lies outside the run directory, as an outer machine caches it there from guest to guest."""
        vmlinuz = os.path.join(kdir, "vmlinuz")
        if job.get("host") != "hvhost":
            shutil.copyfile(vmlinuz, os.path.join(rundir, "kernel"))
            return None
        binary = os.environ.get("HVHOST") or os.path.join(tools.BUILD, "host", "hvhost")
        if not os.path.exists(binary):
            raise tools.RigError("%s is not built; run: make host" % binary)
        shutil.copy(binary, os.path.join(rundir, "hvhost"))
        return self._unpacked(kdir, vmlinuz) or vmlinuz

    def _add_second_kernel(self, kdir, replace, job, rundir, extra):
        """The kernel a guest kexecs into, with the same user space, both inside the first one's."""
        inner = os.path.join(rundir, "initrd")
        with open(os.path.join(kdir, "vmlinuz"), "rb") as f:
            image = f.read()
        with open(inner, "rb") as f:
            second = f.read()
        initramfs.build(inner, kdir, replace, job["scenarios"],
                        extra + [("second/vmlinuz", image), ("second/initrd", second)])

    def _start(self, job):
        if job.get("impossible"):
            for s in job["scenarios"]:
                self._record(job, s["name"], "skip", job["impossible"])
            return
        try:
            rundir = self._prepare(job)
        except initramfs.NoModules as err:
            for s in job["scenarios"]:
                self._record(job, s["name"], "skip", str(err))
            return
        if self.backend is None:
            self.backend = backend(self.say, self.force, min(self.cpus, 1 + len(self.queue)))
        ident = "%s-%d" % (self.stamp, self.count)
        job.update(rundir=rundir, log=os.path.relpath(rundir, tools.TOP), boot_line=None, done=set(), data={}, why=None,
                   until=time.monotonic() + job["limit"])
        self.active[ident] = job
        self.used += job["smp"]
        self.say("%s %s %s: booting (%s)" % (job["kernel"], job["modules"], job["boot"],
                                             ", ".join(s["name"] for s in job["scenarios"])))
        self.backend.start(ident, rundir)

    def _event(self, ident, ev):
        job = self.active[ident]
        if self.on_event:
            self.on_event(job, ev)
        what = "%s %s %s" % (job["kernel"], job["modules"], job["boot"])
        kind = ev["ev"]
        if kind == "up":
            self.say("%s: up after %.1f s" % (what, ev["seconds"]))
        elif kind == "data":
            job["data"][(ev["scenario"], ev["name"])] = os.path.join(job["rundir"], ev["file"])
        elif kind == "scenario" and self._stock_crash(job, what, ev):
            job["again"] = True
        elif kind == "scenario":
            job["done"].add(ev["scenario"])
            reason = ev["reason"]
            if job["boot_line"] and ev["result"] == "pass":
                ev["result"], reason = "fail", "kernel log at boot: " + job["boot_line"]
            self._record(job, ev["scenario"], ev["result"], reason, ev["seconds"], job["log"])
        elif kind == "bootlog":
            job["boot_line"] = ev["line"]
        elif kind == "tap" and (self.verbose or ev["line"].startswith("not ok")):
            self.say("%s: %s: %s" % (what, ev["scenario"], ev["line"]))
        elif kind == "say":
            self.say("%s: %s" % (what, ev["text"]))
        elif kind == "hostbug":
            self._host_bug(job, what, ev)
        elif kind in ("over", "broken", "timeout"):
            job["why"] = ev.get("why") or ev.get("what")

    def _stock_crash(self, job, what, ev):
        """A stock kernel with its own drivers that crashes in an emulated machine: emulated nesting damages memory now and then
        (README), so the scenario gets another boot. It is reported, each scenario has one such boot, a run has two: a host
        of ours that makes guests crash still fails."""
        crashed = job.setdefault("crashed", {})
        if not ev.get("crash") or job["modules"] != "inbox" or not isinstance(self.backend, Nested):
            return False
        if ev["scenario"] in crashed or self.crashes >= 2:
            return False
        self.crashes += 1
        crashed[ev["scenario"]] = "crashed in its first boot (%s, log %s)" % (ev["crash"], job["log"])
        self.say("%s: %s: %s; it is booted once more" % (what, ev["scenario"], crashed[ev["scenario"]]))
        return True

    def _host_bug(self, job, what, ev):
        """QEMU aborted on its own assertion: the scenario gets another boot, twice, before it counts as failed."""
        job["aborts"] = job.get("aborts", 0) + 1
        self.say("%s: %s: QEMU aborted (%s)" % (what, ev["scenario"], ev["line"]))
        if job["aborts"] <= 2:
            job["again"] = True
        elif ev["scenario"]:
            job["done"].add(ev["scenario"])
            self._record(job, ev["scenario"], "fail", "QEMU aborted three times: " + ev["line"], 0.0, job["log"])

    def _finished(self, ident):
        job = self.active.pop(ident)
        self.used -= job["smp"]
        for name in ("kernel", "initrd", "hvhost"):
            if os.path.exists(os.path.join(job["rundir"], name)):
                os.unlink(os.path.join(job["rundir"], name))
        shutil.rmtree(os.path.join(job["rundir"], "riglib"))
        left = [s for s in job["scenarios"] if s["name"] not in job["done"]]
        why = job.get("why") or "the runner ended early (see runner.err)"
        if left and (job["done"] or job.pop("again", False)):
            # One scenario took the machine down; those after it get a fresh one.
            self.queue.insert(0, dict(job, scenarios=left))
        else:
            for s in left:
                self._record(job, s["name"], "fail", why, 0.0, job["log"])

    def _backend_lost(self, err):
        """The outer machine died (emulated nested virtualisation has its own bugs): what ran in it runs again in a new one,
        and a run that costs three of them gives up."""
        self.losses += 1
        self.say("%s" % err)
        if self.losses > 2:
            raise err
        self.backend.close()
        self.backend = None
        for job in self.active.values():
            shutil.rmtree(os.path.join(job["rundir"], "riglib"), ignore_errors=True)
            left = [s for s in job["scenarios"] if s["name"] not in job["done"]]
            if left:
                self.queue.insert(0, dict(job, scenarios=left))
        self.active.clear()
        self.used = 0

    def _end_overdue(self):
        now = time.monotonic()
        for ident, job in self.active.items():
            if now > job["until"]:
                job["until"] = now + LAST_WORDS
                if job.get("why") == OVERDUE:
                    raise tools.RigError("%s: its runner does not even end when asked to" % job["log"])
                job["why"] = OVERDUE
                self.backend.kill(ident)

    # With KVM, guests side by side must not ask for more CPUs than there are; an outer machine takes one guest at a time.

    def _fits(self, job):
        if not self.active:
            return True
        if isinstance(self.backend, Nested):
            return len(self.active) < self.backend.width
        return job["smp"] <= self.cpus - self.used

    def _next_fits(self):
        return any(self._fits(j) for j in self.queue)

    def _take(self):
        return self.queue.pop(next(i for i, j in enumerate(self.queue) if self._fits(j)))

    def run(self):
        """Exit code: 0 all passed or skipped, 1 something failed."""
        for name in sorted({p for j in self.queue for s in j["scenarios"] for p in s.get("programs", [])}):
            if not name.startswith("ours:"):
                tools.program(name)     # what is missing is said now, not after the boots that do without it
        try:
            while self.queue or self.active:
                while self._next_fits():
                    self._start(self._take())
                if not self.active:
                    continue
                try:
                    heard = self.backend.poll(15.0)
                    self._end_overdue()
                except tools.RigError as err:
                    self._backend_lost(err)
                    continue
                now = time.monotonic()
                if heard:
                    self.heard = now
                elif self.patient and now - self.heard >= 15:
                    self.heard = now
                    self.patient("still working")
                for ident, ev in heard:
                    if ident not in self.active:
                        continue
                    if ev is None:
                        self._finished(ident)
                    else:
                        self._event(ident, ev)
        finally:
            if self.backend:
                self.backend.close()
        print("1..%d" % len(self.records), file=self.out)
        failed = sum(r["result"] == "fail" for r in self.records)
        skipped = sum(r["result"] == "skip" for r in self.records)
        self.say("%d passed, %d failed, %d skipped" % (len(self.records) - failed - skipped, failed, skipped))
        return 1 if failed else 0

# SPDX-License-Identifier: GPL-2.0-only
"""Host-side steps a scenario can ask for: `host VERB ARG...` in the guest, one reply line back.

A verb that has to wait answers when the event arrives, not after a guess of seconds; its limit is only a last resort.
"""
import hashlib
import json
import os
import re
import time

from . import png

UNLOAD = 16


def sum_of(value, key):
    """All numbers of this name in what a host told, wherever they are."""
    if isinstance(value, list):
        return sum(sum_of(v, key) for v in value)
    if not isinstance(value, dict):
        return 0
    return sum(v if k == key and isinstance(v, int) else sum_of(v, key) for k, v in value.items())


def words_to_args(words):
    """key=value words to QMP arguments; numbers and booleans become themselves, a.b=c nests."""
    out = {}
    for w in words:
        key, _, value = w.partition("=")
        at = out
        *path, last = key.split(".")
        for p in path:
            at = at.setdefault(p, {})
        if re.fullmatch(r"-?\d+", value):
            at[last] = int(value)
        else:
            at[last] = {"true": True, "false": False}.get(value, value)
    return out


def kvm_stats(pid, base="/sys/kernel/debug/kvm"):
    """Exit and interrupt counts of the VM of process pid, summed over its vCPUs; {} when debugfs is out of reach."""
    stats = {}
    try:
        vms = [d for d in os.listdir(base) if d.startswith("%d-" % pid)]
    except OSError:
        return stats
    for vm in vms:
        for root, _dirs, files in os.walk(os.path.join(base, vm)):
            for name in files:
                try:
                    with open(os.path.join(root, name), encoding="ascii") as f:
                        value = int(f.read())
                except (OSError, ValueError):
                    continue
                # The VM's own file already sums its vCPUs; those below are counted only where it has none.
                if root.endswith(vm):
                    stats[name] = value
                else:
                    stats.setdefault(name, value)
    return stats


class Verbs:
    """One instance per guest; reset() at the begin of each scenario."""

    def __init__(self, guest):
        self.guest = guest
        self.waiters = []       # [predicate(event, data) -> reply text or None, ident, timer]
        self.expect_panic = None
        self.panics = []
        self.crash_msrs = None
        self.seen = {}          # event -> what it last brought
        self.balloon_actual = None
        self.status = None
        self.reset()

    def reset(self):
        self.mark = self._trace_size()
        self.expect_panic = None
        self.expect_end = None
        self.panics = []
        self.crash = None       # what the kernel died of when nobody expected it
        self.crash_msrs = None

    def call(self, ident, verb, args):
        method = getattr(self, "do_" + verb.replace("-", "_"), None)
        if method is None:
            self.guest.reply(ident, 2, "no host verb '%s'" % verb)
        elif verb.startswith("trace-") and getattr(self.guest, "follow", None):
            # Our host writes its trace in blocks: what happened before the guest asked is to be in the file.
            self.guest.qmp.execute("trace-flush", {}, lambda _ok, _value: self._run(ident, verb, method, args))
        else:
            self._run(ident, verb, method, args)

    def _run(self, ident, verb, method, args):
        try:
            method(ident, *args)
        except (TypeError, ValueError) as err:
            self.guest.reply(ident, 2, "%s: %s" % (verb, err))

    # Events

    def _wait(self, ident, predicate, seconds, what):
        entry = [predicate, ident, None]

        def late():
            self.waiters.remove(entry)
            self.guest.reply(ident, 1, "%s: not within %s s" % (what() if callable(what) else what, seconds))
        entry[2] = self.guest.timer(float(seconds) * self.guest.spec.get("patience", 1), late)
        self.waiters.append(entry)

    def event(self, event, data):
        self.seen[event] = data
        if event == "HV_BALLOON_STATUS_REPORT":
            self.status = data
        elif event == "GUEST_PANICKED":
            self.crash_msrs = data.get("info")
            self.panicked("hypervisor", json.dumps(data.get("info")))
        for entry in list(self.waiters):
            text = entry[0](event, data)
            if text is not None:
                self.waiters.remove(entry)
                self.guest.cancel(entry[2])
                self.guest.reply(entry[1], 0, text)

    def panicked(self, source, text):
        self.panics.append((source, text))
        current = self.guest.current
        if self.expect_panic is None and current is not None and source == "console":
            self.crash = text
            current.problem("kernel panic: " + text)

    # The trace of VMBus messages QEMU writes

    def _trace_size(self):
        self._sync_trace()
        try:
            return os.path.getsize(self.guest.trace)
        except (OSError, TypeError):
            return 0

    def _sync_trace(self):
        """Our own host's trace is another file, from which QEMU's lines are made."""
        if getattr(self.guest, "follow", None):
            self.guest.follow.sync()

    def trace_lines(self, pattern, since=None):
        """Lines since the begin of the scenario (or the last trace-mark) that match."""
        self._sync_trace()
        try:
            with open(self.guest.trace, encoding="utf-8", errors="replace") as f:
                f.seek(self.mark if since is None else since)
                return [ln.strip() for ln in f if re.search(pattern, ln)]
        except (OSError, TypeError):
            return []

    def do_trace_mark(self, ident):
        self.mark = self._trace_size()
        self.guest.reply(ident, 0)

    def do_trace_count(self, ident, *pattern):
        self.guest.reply(ident, 0, len(self.trace_lines(" ".join(pattern))))

    def do_trace_total(self, ident, *pattern):
        """Like trace-count, since the machine started."""
        self.guest.reply(ident, 0, len(self.trace_lines(" ".join(pattern), 0)))

    def do_trace_last(self, ident, *pattern):
        lines = self.trace_lines(" ".join(pattern))
        self.guest.reply(ident, 0 if lines else 1, lines[-1] if lines else "no such line")

    def do_clock(self, ident):
        """The host's time in microseconds, on the scale of trace-stamp."""
        self.guest.reply(ident, 0, int(time.time() * 1e6))

    def do_trace_stamp(self, ident, *pattern):
        """When the last matching message since the mark went by, in microseconds."""
        stamps = self._stamps(" ".join(pattern))
        self.guest.reply(ident, 0 if stamps else 1, stamps[-1] if stamps else "no such line")

    def _stamps(self, pattern):
        found = (re.match(r"\d+@(\d+)\.(\d{6}):", ln) for ln in self.trace_lines(pattern))
        return [int(m.group(1) + m.group(2)) for m in found if m]

    def do_balloon_ready(self, ident, seconds):
        """Answers once QEMU's hv-balloon is past its greeting and its pause after it, as far as the newest open goes."""
        def look():
            states = self.trace_lines("hv_balloon_state_change", 0)
            if states and not re.search(r"S_(VERSION|CAPS|POST_INIT_WAIT|POST_RESET_CLOSED|WAIT_RESET|CLOSED)$", states[-1]):
                return True, states[-1]
            return False, states[-1] if states else "no balloon channel"
        self._poll_file(ident, seconds, look)

    def do_trace_wait(self, ident, seconds, *pattern):
        def look():
            lines = self.trace_lines(" ".join(pattern))
            return bool(lines), lines[-1] if lines else "trace: no '%s'" % " ".join(pattern)
        self._poll_file(ident, seconds, look)

    def _poll_file(self, ident, seconds, look):
        # The trace is a file without events: looked at often, which costs a stat when nothing was written.
        end = time.monotonic() + float(seconds) * self.guest.spec.get("patience", 1)
        state = {"size": -1, "said": ""}

        def again():
            size = self._trace_size()
            found = False
            if size != state["size"]:
                found, state["said"] = look()
                state["size"] = size
            if found:
                self.guest.reply(ident, 0, state["said"])
            elif time.monotonic() > end:
                self.guest.reply(ident, 1, "%s (waited %s s)" % (state["said"], seconds))
            else:
                self.guest.timer(0.2, again)
        again()

    # QMP

    def _qmp_reply(self, ident, pick=None):
        def done(ok, value):
            if ok and pick:
                value = pick(value)
            self.guest.reply(ident, 0 if ok else 1, value if isinstance(value, str) else json.dumps(value))
        return done

    def do_qmp(self, ident, command, *words):
        self.guest.qmp.execute(command, words_to_args(words), self._qmp_reply(ident))

    def do_sums(self, ident):
        """Exits of the machine, how many were halts, signals and interrupts of all channels: four numbers, as each byte of a
        long answer would cost the guest some exits more."""
        self.guest.qmp.execute("counters", None, self._qmp_reply(ident, lambda v: "%d %d %d %d" % tuple(
            sum_of(v, key) for key in ("exits", "exits_halt", "signals", "interrupts"))))

    def _set_balloon(self, size, callback):
        """The balloon command, given while the guest is held; begin is called when it is let go.

        QEMU (seen in 10.0) runs its ring loop inside this command, outside the bracket of its channel callback, and
        aborts on an assertion when that loop finds a message of the guest: one lying there before, or an answer that
        came before the loop ended. A guest that is held sends none; what it sent before is read by the callback while
        the question in between is answered.
        """
        run = self.guest.qmp.execute

        def let_go(ok, value):
            run("cont", None, lambda *_: callback(ok, value))

        def order(*_):
            run("balloon", {"value": size}, let_go)

        run("stop", None, lambda *_: run("query-status", None, order))

    def do_balloon(self, ident, size):
        self._set_balloon(int(size), self._qmp_reply(ident))

    def do_balloon_actual(self, ident):
        self.guest.qmp.execute("query-balloon", None, self._qmp_reply(ident, lambda v: str(v["actual"])))

    def _follow_balloon(self, ident, size, seconds, look):
        """Set the target, then ask QEMU for the guest's size (it sends no event for hv-balloon) until look(actual) gives
        a reply."""
        end = time.monotonic() + float(seconds) * self.guest.spec.get("patience", 1)

        def ask(ok=True, value=None):
            if not ok:
                self.guest.reply(ident, 1, value)
                return
            self.guest.qmp.execute("query-balloon", None, answered)

        def answered(ok, value):
            if not ok:
                self.guest.reply(ident, 1, value)
                return
            self.balloon_actual = value["actual"]
            text = look(value["actual"])
            if text is not None:
                self.guest.reply(ident, 0, text)
            elif time.monotonic() > end:
                self.guest.reply(ident, 1, "balloon to %s: at %d after %s s" % (size, value["actual"], seconds))
            else:
                self.guest.timer(0.3, ask)
        self._set_balloon(int(size), ask)

    def do_balloon_to(self, ident, size, seconds, tolerance="0"):
        """Set the target, answer when the guest's size is there (within tolerance bytes)."""
        self._follow_balloon(ident, size, seconds,
                             lambda actual: str(actual) if abs(actual - int(size)) <= int(tolerance) else None)

    def do_balloon_settle(self, ident, size, quiet, seconds):
        """Set the target, answer with the size at which it stays for `quiet` seconds after having moved."""
        state = {"actual": None, "since": 0.0, "moves": -1}

        def look(actual):
            now = time.monotonic()
            if actual != state["actual"]:
                state.update(actual=actual, since=now, moves=state["moves"] + 1)
            return str(actual) if state["moves"] > 0 and now - state["since"] > float(quiet) else None
        self._follow_balloon(ident, size, seconds, look)

    def do_balloon_timed(self, ident, size, seconds):
        """Like balloon-to; answers with the microseconds from QEMU's first request to its last answer."""
        self.mark = self._trace_size()

        def look(actual):
            if actual != int(size):
                return None
            begin, end = (self._stamps(p) for p in (r"-> S_(UN)?BALLOON_RB_WAIT", r"-> S_IDLE"))
            return str(end[-1] - begin[0]) if begin and end else None
        self._follow_balloon(ident, size, seconds, look)

    def do_status_report(self, ident, seconds):
        """The next pressure report: committed and available bytes."""
        def seen(event, data):
            if event == "HV_BALLOON_STATUS_REPORT":
                return "%d %d" % (data["commited"] if "commited" in data else data["committed"], data["available"])
            return None
        self._wait(ident, seen, seconds, "status report")

    def do_wait_event(self, ident, name, seconds):
        self._wait(ident, lambda e, d: json.dumps(d) if e == name else None, seconds, name)

    def do_had_event(self, ident, name, seconds):
        """The event has come since the machine started, or comes now."""
        if name in self.seen:
            self.guest.reply(ident, 0, json.dumps(self.seen[name]))
        else:
            self.do_wait_event(ident, name, seconds)

    def do_picture(self, ident, device):
        """A picture of the screen, kept in the run's directory: "WIDTHxHEIGHT N colours CHECKSUM"."""
        path = os.path.join(self.guest.rundir, "screen-%s.png" % ident)

        def done(ok, value):
            if not ok:
                self.guest.reply(ident, 1, str(value))
                return
            self.guest.reply(ident, 0, "%dx%d %d colours %d" % ((value["width"], value["height"]) + png.colours(path)))
        self.guest.qmp.execute(device + ".screenshot", {"file": path}, done)

    def do_kvm_stats(self, ident):
        stats = kvm_stats(self.guest.proc.pid)
        wanted = ("exits", "irq_injections", "irq_exits", "io_exits", "mmio_exits", "hypercalls", "halt_exits",
                  "signal_exits", "request_irq_exits", "insn_emulation", "nmi_injections")
        self.guest.reply(ident, 0 if stats else 1, " ".join("%s=%d" % (k, stats[k]) for k in wanted if k in stats) or "none")

    def do_allow(self, ident, *pattern):
        """A kernel log line this scenario provokes on purpose; the reason stands in the scenario."""
        self.guest.allowed.append(" ".join(pattern))
        self.guest.reply(ident, 0)

    # Ends of the machine that are the point of a scenario

    def do_expect_panic(self, ident, *checks):
        """The guest is about to panic: unload, msrs, reboot are judged here, as nobody is left to do it there."""
        unknown = set(checks) - {"unload", "msrs", "reboot"}
        if unknown:
            raise ValueError("unknown check %s" % ", ".join(sorted(unknown)))
        self.expect_panic = checks
        self.mark = self._trace_size()
        self.guest.allowed.append(".")
        self.guest.reply(ident, 0)

    def do_panic_over(self, ident):
        """Asked by the crash kernel: did the panic look as announced? From here on log lines count again."""
        self._judge_panic(self.guest.current, reboot=False)
        self.guest.allowed = [a for a in self.guest.allowed if a != "."]
        self.expect_panic = None
        self.guest.reply(ident, 0, self.guest.current.passed + len(self.guest.current.failed))

    def _judge_panic(self, current, reboot):
        seen = {"unload": bool(self.trace_lines(r"vmbus_recv_message.*type %d\b" % UNLOAD)),
                "msrs": self.crash_msrs is not None, "reboot": reboot}
        text = {"unload": "the host saw UNLOAD after the panic", "msrs": "the host saw the crash registers: %s" % (
                json.dumps(self.crash_msrs)), "reboot": "the machine reset itself after the panic"}
        for check in self.expect_panic or ():
            line = "%s - %s" % ("ok" if seen[check] else "not ok", text[check])
            current.feed(line)
            self.guest.emit({"ev": "tap", "scenario": current.name, "line": line})

    def do_expect_end(self, ident, how):
        """The machine is about to end on purpose: `shutdown` or `reset`; judged here, as nobody is left to do it there."""
        if how not in ("shutdown", "reset"):
            raise ValueError("'%s' is no end of a machine" % how)
        self.expect_end = how
        self.guest.reply(ident, 0)

    def _judge_end(self, current, why):
        good = (why or "").endswith("guest-" + self.expect_end)
        line = "%s - the machine ends by %s (%s)" % ("ok" if good else "not ok", self.expect_end, why)
        current.feed(line)
        self.guest.emit({"ev": "tap", "scenario": current.name, "line": line})
        current.planned = current.passed + len(current.failed)
        self.guest._end()

    def do_hold(self, ident, seconds):
        """The machine stands still for so long; a guest cannot ask for its own end of a pause."""
        run = self.guest.qmp.execute
        stop, go = ("pause", "resume") if self.guest.ours else ("stop", "cont")

        def let_go():
            run(go, None, self._qmp_reply(ident, lambda _: "held %s s" % seconds))

        def held(ok, value):
            if ok:
                self.guest.timer(float(seconds), let_go)
            else:
                self.guest.reply(ident, 1, value)
        run(stop, None, held)

    def do_make_file(self, ident, name, size):
        """A file of random bytes on the host's side: its path and its SHA-256. It goes with the machine, and is not on the share:
        where time is counted, waiting for the machine outside takes no end of it."""
        data = os.urandom(int(size))
        path = self._disk_path(name)
        with open(path, "wb") as f:
            f.write(data)
        self.guest.reply(ident, 0, "%s %s" % (path, hashlib.sha256(data).hexdigest()))

    def _disk_path(self, name):
        return os.path.join(self.guest.sockdir, os.path.basename(name))

    def do_make_disk(self, ident, name, size):
        """An empty file on the host's side to make a disk of: its path. It goes with the machine."""
        path = self._disk_path(name)
        with open(path, "wb") as f:
            f.truncate(int(size))
        self.guest.reply(ident, 0, path)

    def do_copy_disk(self, ident, name, copy):
        """What that file holds at this moment, as another: its path. A snapshot, of a host's whose guest stands still."""
        path = self._disk_path(copy)
        with open(self._disk_path(name), "rb") as old, open(path, "wb") as new:
            for block in iter(lambda: old.read(65536), b""):
                if block.count(0) == len(block):
                    new.seek(len(block), os.SEEK_CUR)
                else:
                    new.write(block)
            new.truncate(os.path.getsize(old.name))
        self.guest.reply(ident, 0, path)

    def machine_gone(self, why):
        current = self.guest.current
        if current is not None and self.expect_end:
            self._judge_end(current, why)
            return
        if current is None or self.expect_panic is None or not self.panics:
            return
        self._judge_panic(current, reboot="reset" in (why or ""))
        current.planned = current.passed + len(current.failed)
        self.guest._end()

# SPDX-License-Identifier: GPL-2.0-only
"""Runs one guest on a /dev/kvm that can play Hyper-V, and judges its scenarios.

Started as `python3 -m riglib.guest SPEC`, on this machine or inside the outer one; every line on stdout is one JSON
object {"ev": ...}. The guest drives: it announces scenarios, reports TAP, and asks for host-side steps (see verbs.py).
"""
import base64
import binascii
import gzip
import json
import os
import re
import selectors
import shutil
import socket
import sys
import time
import zlib

from . import acpi, hvhost, reap, tap, verbs
from .qmp import Qmp

QEMU = "qemu-system-x86_64"
HV_CPU = ("host,kvm=off,hv-relaxed,hv-vapic,hv-vpindex,hv-synic,hv-time,hv-runtime,hv-reset,hv-stimer,"
          "hv-frequencies,hv-crash")
TRACES = ("vmbus_recv_message", "vmbus_initiate_contact", "vmbus_terminate_offers", "vmbus_send_offer",
          "vmbus_open_channel", "vmbus_close_channel", "vmbus_gpadl_created", "vmbus_gpadl_torndown",
          "hv_balloon_state_change", "hv_balloon_incoming_version", "hv_balloon_incoming_caps",
          "hv_balloon_outgoing_balloon", "hv_balloon_incoming_balloon", "hv_balloon_outgoing_unballoon",
          "hv_balloon_incoming_unballoon", "hv_balloon_outgoing_hot_add", "hv_balloon_incoming_hot_add")
# The guest talks over a virtio port when its kernel has the driver (a byte on a serial port costs several exits), else
# over the second serial port; both are one conversation.
FILES = {"con": "con", "tap": "tap", "fast": "tap"}
PANIC = re.compile(r"Kernel panic - not syncing: (.*)")


def qemu_argv(spec, sockets, rundir):
    """The whole command line; the facts behind it are in tests/rig/README.md."""
    argv = [QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-action", "panic=none",
            "-M", "pc", "-accel", "kvm", "-cpu", spec.get("cpu", HV_CPU), "-smp", str(spec.get("smp", 2)),
            "-m", spec.get("mem", "1024M"), "-global", "PIIX4_PM.disable_s4=1",
            "-acpitable", "file=" + sockets["acpi"],
            "-kernel", os.path.join(rundir, "kernel"), "-initrd", os.path.join(rundir, "initrd"),
            "-append", spec["cmdline"],
            "-chardev", "socket,id=con,path=%s" % sockets["con"], "-serial", "chardev:con",
            "-chardev", "socket,id=tap,path=%s" % sockets["tap"], "-serial", "chardev:tap",
            "-device", "virtio-serial-pci", "-chardev", "socket,id=fast,path=%s" % sockets["fast"],
            "-device", "virtserialport,chardev=fast,name=lis.tap",
            "-chardev", "socket,id=qmp,path=%s" % sockets["qmp"], "-mon", "chardev=qmp,mode=control"]
    for t in TRACES:
        argv += ["-trace", "enable=" + t]
    return argv + ["-msg", "timestamp=on", "-D", sockets["trace"]] + spec.get("devices", [])


class Guest:
    """State of one boot. run() returns when the machine is gone."""

    def __init__(self, spec, rundir, emit):
        self.spec, self.rundir, self.emit = spec, rundir, emit
        self.sel = selectors.DefaultSelector()
        self.left = list(spec["scenarios"])     # [{"name", "timeout"}]
        self.current = None                     # tap.Result
        self.started = time.monotonic()
        self.begun = None
        self.deadline = (self.started + 300 * spec.get("patience", 1), "the guest did not come up")
        self.timers = []                        # [(when, callback)]
        self.data = None
        self.lines = {}
        self.over = False
        self.why = None
        self.console_from = 0
        self.proc = self.trace = None
        self.speaks = "tap"
        self.verbs = verbs.Verbs(self)
        self.ours = spec.get("host") == "hvhost"
        self.follow = None                      # hvhost's trace
        self.qmp = None if self.ours else Qmp(self._send_qmp, self._qmp_event)

    # Plumbing

    def _listen(self, name):
        # A unix socket's path is limited to 107 bytes and must be on a file system that has sockets: never the share.
        path = os.path.join(self.sockdir, name)
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind(path)
        server.listen(1)
        self.servers[name] = server
        return path

    def start(self):
        self.sockdir = "/tmp/rig.%d" % os.getpid()
        os.mkdir(self.sockdir, 0o700)
        self.servers, self.conns = {}, {}
        paths = {n: self._listen(n) for n in (("con", "tap") if self.ours else ("con", "tap", "fast", "qmp"))}
        # QEMU writes its trace from the thread that also answers the guest: on the share each line would cost a round
        # trip to the machine outside. It is copied there at the end.
        self.trace = paths["trace"] = os.path.join(self.sockdir, "trace.log")
        self.files = {n: open(os.path.join(self.rundir, n + ".log"), "ab", buffering=0) for n in ("con", "tap", "qmp")}
        paths["acpi"] = os.path.join(self.sockdir, "mmio.aml")
        with open(paths["acpi"], "wb") as f:
            f.write(acpi.mmio_table())
        argv = self._hvhost(paths) if self.ours else qemu_argv(self.spec, paths, self.rundir)
        with open(os.path.join(self.rundir, "qemu.log"), "w", encoding="utf-8") as log:
            log.write(" ".join("'%s'" % a if set(a) & set(" ;|&$()") else a for a in argv) + "\n")
            log.flush()
            self.proc = reap.spawn(argv, stdin=-3, stdout=log, stderr=log)
        self.pidfd = os.pidfd_open(self.proc.pid)
        self.sel.register(self.pidfd, selectors.EVENT_READ, self._gone)
        for name, server in self.servers.items():
            self.sel.register(server, selectors.EVENT_READ, lambda n=name: self._accept(n))

    def _hvhost(self, paths):
        """Our host: its command line, its trace followed, its control socket in QMP's place."""
        paths.update((n, os.path.join(self.sockdir, n)) for n in ("control", "pcap"))
        self.follow = hvhost.Trace(paths["pcap"], paths["trace"])
        self.qmp = hvhost.Bridge(self._qmp_event, self.follow)
        self._control_socket(paths["control"])
        return hvhost.argv(self.spec, paths, self.rundir)

    def _control_socket(self, path):
        conn = self.qmp.connect(path)
        if conn is None:
            self.timer(0.2, lambda: self._control_socket(path))
            return
        self.conns["qmp"] = conn
        self.sel.register(conn, selectors.EVENT_READ, lambda: self._read("qmp", conn))

    def _accept(self, name):
        conn, _ = self.servers[name].accept()
        self.sel.unregister(self.servers[name])
        self.servers[name].close()
        self.conns[name] = conn
        self.sel.register(conn, selectors.EVENT_READ, lambda: self._read(name, conn))

    def _read(self, name, conn):
        try:
            data = conn.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            self.sel.unregister(conn)
            conn.close()
            return
        if name == "qmp":
            self.qmp.feed(data)
            return
        if name != "con":
            self.speaks = name
        self._take(name, data)

    def _take(self, name, data):
        self.files[FILES[name]].write(data)
        buf = self.lines.get(name, b"") + data
        *whole, self.lines[name] = buf.split(b"\n")
        for raw in whole:
            line = raw.rstrip(b"\r").decode("utf-8", "replace")
            (self._console_line if name == "con" else self._tap_line)(line)

    def _send_qmp(self, data):
        self.conns["qmp"].sendall(data)

    def reply(self, ident, code, text=""):
        """Answers a guest's request; one line, as busybox read takes it."""
        text = " ".join(str(text).split())
        self.conns[self.speaks].sendall(("#reply %s %d %s\n" % (ident, code, text)).encode())

    def _gone(self):
        self.sel.unregister(self.pidfd)
        self.over = True
        if self.why is None:
            self.why = "%s ended (exit status %s)" % ("hvhost" if self.ours else "QEMU", self.proc.wait())

    def timer(self, seconds, callback):
        entry = [time.monotonic() + seconds, callback]
        self.timers.append(entry)
        return entry

    def cancel(self, entry):
        if entry in self.timers:
            self.timers.remove(entry)

    # What the guest says

    def _console_line(self, line):
        m = PANIC.search(line)
        if m:
            self.verbs.panicked("console", m.group(1))

    def _tap_line(self, line):
        if self.data is not None:
            if line == "#enddata":
                self._data_end()
            else:
                self.data[1].append(line)
        elif line.startswith("#"):
            self._control(line[1:].split(" "))
        elif self.current is not None and self.current.feed(line):
            self.emit({"ev": "tap", "scenario": self.current.name, "line": line})

    def _control(self, words):
        verb, args = words[0], words[1:]
        if verb == "up":
            self.emit({"ev": "up", "seconds": round(time.monotonic() - self.started, 1), "release": " ".join(args)})
            self._rearm(60, "the first scenario did not begin")
        elif verb == "begin":
            self._begin(args[0])
        elif verb == "end":
            self._end()
        elif verb == "data":
            self.data = (args[0], [])
        elif verb == "host" and not self.over:      # gone, it hears no answer
            self.verbs.call(args[0], args[1], args[2:])
        elif verb == "say":
            self.emit({"ev": "say", "text": " ".join(args)})
        elif verb == "value":
            self.emit({"ev": "value", "scenario": self.current.name if self.current else "", "text": " ".join(args)})
        elif verb == "halt":
            self._rearm(60, "the guest did not power off")

    def _rearm(self, seconds, what):
        self.deadline = (time.monotonic() + seconds * self.spec.get("patience", 1), what)

    def _begin(self, name):
        entry = next((s for s in self.left if s["name"] == name), None)
        if entry is None:
            self.emit({"ev": "say", "text": "guest began '%s', which this run did not ask for" % name})
            return
        self.left.remove(entry)
        self.current = tap.Result(name)
        self.allowed = list(entry.get("allow", []))
        self.begun = time.monotonic()
        self.verbs.reset()
        self.emit({"ev": "begin", "scenario": name})
        seconds = entry.get("timeout", 180)
        self._rearm(seconds, "no end within %d s" % (seconds * self.spec.get("patience", 1)))

    def _end(self):
        if self.current is None:
            return
        result, reason = self.current.verdict()
        self.emit({"ev": "scenario", "scenario": self.current.name, "result": result, "reason": reason,
                   "seconds": round(time.monotonic() - self.begun, 1), "points": self.current.passed,
                   "crash": self.verbs.crash})
        self.current = None
        self._rearm(120, "the next scenario did not begin")

    def _data_end(self):
        name, chunks = self.data
        self.data = None
        try:
            packed = base64.b64decode("".join(chunks), validate=True)
            if not packed:
                raise EOFError("empty")
            raw = gzip.decompress(packed)
        except (OSError, EOFError, zlib.error, binascii.Error) as err:
            if self.current:
                self.current.problem("data '%s' arrived broken (%s)" % (name, err))
            return
        scenario = self.current.name if self.current else "boot"
        path = "%s.%s" % (scenario, name)
        with open(os.path.join(self.rundir, path), "wb") as f:
            f.write(raw)
        self.emit({"ev": "data", "scenario": scenario, "name": name, "file": path})
        if name.startswith("dmesg"):
            self._judge_log(raw.decode("utf-8", "replace"), "kernel log")

    def _judge_log(self, text, where):
        bad = tap.bad_lines(text, self.allowed if self.current else self.spec.get("allow", []))
        if bad and self.current:
            self.current.problem("%s: %s" % (where, bad[0].strip()))
        elif bad:
            self.emit({"ev": "bootlog", "line": bad[0].strip()})

    def _qmp_event(self, event, data):
        self.files["qmp"].write(("%.2f %s %s\n" % (time.monotonic() - self.started, event, json.dumps(data))).encode())
        if event in ("SHUTDOWN", "RESET", "GUEST_PANICKED", "GUEST_CRASHLOADED"):
            self.emit({"ev": "qmp", "event": event, "data": data})
        if event == "SHUTDOWN":
            self.why = "the guest %s" % data.get("reason", "stopped")
        self.verbs.event(event, data)

    # The loop

    def _tick(self):
        now = time.monotonic()
        for entry in [t for t in self.timers if t[0] <= now]:
            self.timers.remove(entry)
            entry[1]()
        if now > self.deadline[0] and not self.over:
            self.why = self.deadline[1]
            self.emit({"ev": "timeout", "what": self.why})
            self.over = True

    def _step(self):
        limits = [self.deadline[0]] + [t[0] for t in self.timers]
        for key, _ in self.sel.select(max(0.0, min(limits) - time.monotonic())):
            key.data()
        self._tick()

    def _drain(self):
        """Bytes still in the sockets after QEMU's end belong to the record too."""
        for name, conn in self.conns.items():
            data = b"?"
            while data:
                try:
                    conn.setblocking(False)
                    data = conn.recv(65536)
                except OSError:
                    break
                if name in FILES:
                    self._take(name, data)

    def run(self):
        try:
            self.start()
            while not self.over:
                self._step()
            self._drain()
            self.verbs.machine_gone(self.why)
        finally:
            reap.stop(self.proc, 2) if self.proc else None
            self._cleanup()
        if self.proc.returncode < 0 and self._host_bug():
            self.current = None
        if self.current is not None:
            with open(os.path.join(self.rundir, "con.log"), "r", encoding="utf-8", errors="replace") as f:
                self._judge_log(f.read(), "console")
            self.current.problem(self.why)
            self._end()
        self.emit({"ev": "over", "why": self.why, "left": [s["name"] for s in self.left],
                   "seconds": round(time.monotonic() - self.started, 1)})

    def _host_bug(self):
        """QEMU aborting on an assertion of its own says nothing about the guest; the driver decides what to do."""
        with open(os.path.join(self.rundir, "qemu.log"), encoding="utf-8", errors="replace") as f:
            lines = [ln.strip() for ln in f if "Assertion `" in ln]
        if lines:
            self.emit({"ev": "hostbug", "line": lines[-1], "scenario": self.current.name if self.current else None})
        return bool(lines)

    def _cleanup(self):
        for f in self.files.values():
            f.close()
        if self.follow:
            self.follow.sync()
            if os.path.exists(self.follow.source):
                shutil.copyfile(self.follow.source, os.path.join(self.rundir, "trace.pcapng"))
        if os.path.exists(self.trace):
            shutil.copyfile(self.trace, os.path.join(self.rundir, "trace.log"))
        for name in os.listdir(self.sockdir):
            os.unlink(os.path.join(self.sockdir, name))
        os.rmdir(self.sockdir)


def main():
    reap.exit_on_signals()
    path = sys.argv[1]
    with open(path, encoding="utf-8") as f:
        spec = json.load(f)

    def emit(event):
        print(json.dumps(event), flush=True)

    try:
        Guest(spec, os.path.dirname(os.path.abspath(path)), emit).run()
    except FileNotFoundError as err:
        emit({"ev": "broken", "why": str(err)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

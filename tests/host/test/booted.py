# SPDX-License-Identifier: GPL-2.0-only
"""What the programs have in common that boot hvhost for its own sake: the guest with a shell on its second serial port, and
where it can run. They are copied beside hvhost, the kernel and the initrd, and run there with --inner."""
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.realpath(os.path.join(HERE, "..", "..", ".."))
sys.path.insert(0, os.path.join(TOP, "tests", "rig"))
INIT = """#!/bin/sh
# A shell on the second serial port: one command a line in, its output and a line with its status out.
# What was said before a reset may have ended in the middle of a line: "#up" begins one of its own.
PATH=/bin; export PATH
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in $(cat /mods/order); do echo "<2>init: $m" >/dev/kmsg; insmod "/mods/$m.ko" || echo "no $m"; done
exec 3<>/dev/ttyS1
stty raw -echo <&3
echo >&3; echo '#up' >&3
while read -r line <&3; do eval "$line" >&3 2>&1; echo "#status $?" >&3; done
"""
CMDLINE = "console=ttyS0 loglevel=4 panic=-1 oops=panic mitigations=off rdinit=/init"
PATIENCE = float(os.environ.get("PATIENCE", "1"))


class Failure(Exception):
    """What is wrong, for the test's line."""


class Guest:
    """One run of hvhost. The guest is spoken to by its second serial port, the host by its control socket."""

    def __init__(self, where, *args, kernel="kernel", cmdline=""):
        self.dir = tempfile.mkdtemp(prefix="hv")
        self.tap = socket.socket(socket.AF_UNIX)
        self.tap.bind(os.path.join(self.dir, "tap"))
        self.tap.listen(1)
        self.control = os.path.join(self.dir, "control")
        self.line = self.ctl = None
        self.buf = b""
        self.proc = subprocess.Popen(
            [os.path.join(where, "hvhost"), "--kernel", os.path.join(where, kernel), "--initrd", os.path.join(where, "initrd"),
             "--append", "%s %s" % (CMDLINE, cmdline), "--serial", os.path.join(self.dir, "con"),
             "--serial", "unix:" + os.path.join(self.dir, "tap"), "--control", self.control, *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(os.path.join(self.dir, "err"), "wb"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.proc.poll() is None:
            self.proc.kill()
        self.proc.wait()
        shutil.rmtree(self.dir)

    def said(self):
        return self._text("err")

    def _text(self, name):
        with open(os.path.join(self.dir, name), encoding="utf-8", errors="replace") as f:
            return f.read()

    def console(self):
        """The end of the guest's console."""
        return self._text("con")[-3000:]

    def _lately(self):
        """The end of what the host said, and of the guest's console."""
        console = self._text("con") if os.path.exists(os.path.join(self.dir, "con")) else ""
        return "the host said %r, the guest's console ends with %r" % (self.said()[-300:], console[-1500:])

    def until(self, text, seconds):
        """Reads the guest's line until `text` begins one; returns what came before."""
        end = time.monotonic() + seconds * PATIENCE
        if self.line is None:
            self._readable(self.tap, end, text)
            self.line = self.tap.accept()[0]
        lines = []
        while True:
            while b"\n" in self.buf:
                raw, self.buf = self.buf.split(b"\n", 1)
                lines.append(raw.decode("utf-8", "replace").strip())
                if lines[-1].startswith(text):
                    return lines
            self._readable(self.line, end, text)
            data = self.line.recv(4096)
            if not data:
                raise Failure("the guest's line was closed before '%s': %s" % (text.lstrip("#"), self._lately()))
            self.buf += data

    def _readable(self, sock, end, text):
        if not select.select([sock], [], [], max(0, end - time.monotonic()))[0]:
            raise Failure("no '%s' from the guest in time: %s" % (text.lstrip("#"), self._lately()))

    def send(self, command):
        self.line.sendall(command.encode() + b"\n")

    def run(self, command, seconds=60):
        self.send(command)
        *out, status = self.until("#status", seconds)
        if status != "#status 0":
            raise Failure("'%s' in the guest: %s %s" % (command, status, out))
        return "\n".join(out)

    def ask(self, verb, **args):
        """A request on the control socket; its reply. Events go by."""
        if self.ctl is None:
            self.ctl = socket.socket(socket.AF_UNIX)
            self.ctl.settimeout(60 * PATIENCE)
            self.ctl.connect(self.control)
            self.ctl = self.ctl.makefile("rwb")
        self.ctl.write(json.dumps(dict(args, run=verb, id=verb)).encode() + b"\n")
        self.ctl.flush()
        while True:
            reply = json.loads(self.ctl.readline())
            if reply.get("id") == verb:
                return reply

    def wait(self, code, seconds=120):
        try:
            got = self.proc.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure("it does not end: " + self.said()[-300:]) from None
        if got != code:
            raise Failure("exit code %d, not %d: %s" % (got, code, self.said()[-300:]))
        if os.path.exists(self.control):
            raise Failure("the control socket was left behind")

    def until_socket(self, seconds=60):
        end = time.monotonic() + seconds * PATIENCE
        while not os.path.exists(self.control):
            if time.monotonic() > end or self.proc.poll() is not None:
                raise Failure("no control socket: " + self.said()[-300:])
            time.sleep(0.1)


def need(cond, text):
    if not cond:
        raise Failure(text)


# --- outside: what a program needs, and where it can run

def _initrd(path, kernel, modules, ours, programs):
    from riglib import cpio, initramfs, kmods, tools
    a = cpio.Archive()
    tools.add_busybox(a)
    for source in programs:
        with open(tools.compiled(source), "rb") as f:
            a.file("bin/" + source[:-2], f.read(), 0o755)
    tree = kmods.Tree(os.path.join(tools.kernel_dir(kernel), "modules"), initramfs.ours(kernel) if ours else {})
    order = tree.closure([m for m in modules if tree.has(m)])
    for name in order:
        a.file("mods/%s.ko" % name, tree.data(name))
    a.file("mods/order", ("\n".join(order) + "\n").encode())
    for d in ("proc", "sys", "dev", "tmp", "run"):
        a.dir(d)
    a.char("dev/console", 5, 1)
    a.file("init", INIT.encode(), 0o755)
    with open(path, "wb") as f:
        f.write(a.bytes())


def prepare(where, kernel, script, modules=(), san=False, ours=False, programs=()):
    """Puts all that `script` needs to run with --inner into the directory `where`."""
    from riglib import bzimage, tools
    binary = os.environ.get("HVHOST")
    if not binary:
        make = ["make", "-C", os.path.join(TOP, "tests", "host")] + (["SAN=1"] if san else [])
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        binary = os.path.join(TOP, "build", "host-san" if san else "host", "hvhost")
    vmlinuz = os.path.join(tools.kernel_dir(kernel), "vmlinuz")
    with open(vmlinuz, "rb") as f:
        image = bytearray(f.read())
    elf = bzimage.extract(vmlinuz)
    with open(os.path.join(where, "kernel"), "wb") as f:
        f.write(elf or image)
    image[0x236] &= ~1  # without the mark of a 64-bit entry: entered in 32-bit mode, as kernels before 3.8 are
    with open(os.path.join(where, "kernel32"), "wb") as f:
        f.write(image)
    shutil.copy(binary, os.path.join(where, "hvhost"))
    shutil.copy(os.path.realpath(script), where)
    shutil.copy(os.path.realpath(__file__), where)
    _initrd(os.path.join(where, "initrd"), kernel, modules, ours, programs)


def _nested(where, command, said):
    from riglib import outer, tools
    machine = outer.get(lambda text: said("# " + text))
    try:
        machine.send({"op": "sh", "id": "check", "cmd": "cd /mnt/%s && %s" % (os.path.relpath(where, tools.SHARE), command)})
        while True:
            for msg in machine.hear():
                if "line" in msg:
                    said(msg["line"])
                elif "exit" in msg:
                    return msg["exit"]
    finally:
        machine.close()


def _local(where, command, said):
    proc = subprocess.Popen(["sh", "-c", command], cwd=where, stdout=subprocess.PIPE, text=True)
    for line in proc.stdout:
        said(line.rstrip("\n"))
    return proc.wait()


def outside(script, kernel, arguments, modules=(), san=False, said=lambda line: print(line, flush=True), ours=False, programs=()):
    """Runs `script --inner arguments...` where KVM can play Hyper-V; each of its lines goes to said(). The guest has `modules` with
    what they need, our build of those we have if `ours`, and programs of tests/guest/*.c. Its exit code, 3: it cannot run."""
    from riglib import kvmcap, reap, tools
    reap.exit_on_signals()
    os.makedirs(tools.SHARE, exist_ok=True)
    name = os.path.basename(script)
    where = tempfile.mkdtemp(prefix=name + "-", dir=tools.SHARE)
    # A busy machine takes its time.
    patience = min(8.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))
    try:
        prepare(where, kernel, script, modules, san, ours, programs)
        command = "PATIENCE=%.1f python3 -S ./%s --inner %s" % (patience, name, " ".join("'%s'" % a for a in arguments))
        return (_nested if kvmcap.why_not() else _local)(where, command, said)
    except tools.RigError as err:
        print("%s: %s" % (name, err), file=sys.stderr)
        return 3
    finally:
        shutil.rmtree(where, ignore_errors=True)

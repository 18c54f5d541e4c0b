# SPDX-License-Identifier: GPL-2.0-only
"""The outer machine: plain emulation with SVM, a stock kernel with kvm-amd, this machine's root file system read-only.

It has one CPU, and it runs one guest at a time; for more, there are more of them (fleet()). With two CPUs QEMU's SVM
corrupts memory: sixteen virtual processors with 64 GiB that only boot end in a triple fault, a guest's oops or the outer
kernel's own double fault about once in eight boots, with QEMU 7.2 and 10.0, with nested paging on and off, with both
of KVM's MMUs. See tests/rig/README.md.
"""
import fcntl
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from . import bzimage, cpio, kmods, reap, tools

KERNEL = "debian-6.1"
ACCEL = ("-accel", "tcg,tb-size=1024")
CPU = "max,la57=off"  # with five levels of page tables the outer kernel died in its first guest of 64 GiB, every time
MEMORY = 6144  # MiB, taken as guests touch it
CLOCK_FACTOR, CLOCK_TRIES = 1.5, 4
ASK_AFTER, LOST_AFTER = 60, 240  # seconds without a word: when it is asked whether it lives, when it is given up
MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "kvm_amd")
INIT = """#!/bin/sh
# The outer machine's init: the world of the machine outside, read-only, with KVM.
fail() { echo "outer: $*"; poweroff -f; }
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
while read -r m; do insmod "/mods/$m.ko" || fail "cannot load $m"; done </mods/order
[ ! -e /mods/rig_inject.ko ] || insmod /mods/rig_inject.ko || echo "outer: interrupts are injected as ever"
o=trans=virtio,version=9p2000.L,msize=262144
mount -t 9p -o $o,ro,cache=loose root /new || fail "no root"
mount -t 9p -o $o,cache=none share /new/mnt || fail "no share"
for d in tmp run var/tmp; do mount -t tmpfs tmp /new/$d; done
mount --move /dev /new/dev; mount --move /proc /new/proc; mount --move /sys /new/sys
mount -t debugfs debug /new/sys/kernel/debug
[ -c /new/dev/kvm ] || fail "no /dev/kvm"
echo 0 >/new/sys/module/kvm/parameters/halt_poll_ns
cd /new
PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp chroot /new /usr/bin/python3 -S /mnt/%s/riglib/agent.py || fail "agent ended"
poweroff -f
"""


def _inject():
    """The module that keeps QEMU from delivering interrupts twice (tests/rig/outer), made again only when its source or the kernel changed;
    None, with a word about it, where it cannot be built."""
    source = os.path.join(tools.TOP, "tests", "rig", "outer")
    out = os.path.join(tools.SHARE, "inject")
    built = os.path.join(out, "rig_inject.ko")
    newest = max(os.path.getmtime(f) for f in [os.path.join(tools.kernel_dir(KERNEL), "ok")] +
                 [os.path.join(source, n) for n in os.listdir(source)])
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(built) or os.path.getmtime(built) < newest:
            done = subprocess.run([tools.KERNELS, "build", KERNEL, source, out], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if done.returncode:
                print("rig: %s cannot be built, so guests may get an interrupt twice (tests/rig/README.md): %s" % (
                    os.path.relpath(source, tools.TOP), done.stdout.decode(errors="replace").strip()[-300:]), file=sys.stderr)
                return None
            os.utime(built)
        with open(built, "rb") as f:
            return f.read()


def _initrd(path, workdir):
    tree = kmods.Tree(os.path.join(tools.kernel_dir(KERNEL), "modules"))
    a = cpio.Archive()
    tools.add_busybox(a)
    order = tree.closure(MODULES)
    for name in order:
        a.file("mods/%s.ko" % name, tree.data(name))
    a.file("mods/order", ("\n".join(order) + "\n").encode())
    inject = _inject()
    if inject:
        a.file("mods/rig_inject.ko", inject)
    for d in ("proc", "sys", "dev", "new"):
        a.dir(d)
    a.char("dev/console", 5, 1)
    a.file("init", (INIT % os.path.relpath(workdir, tools.SHARE)).encode(), 0o755)
    with open(path, "wb") as f:
        f.write(a.bytes())


def _kernel(path):
    vmlinuz = os.path.join(tools.kernel_dir(KERNEL), "vmlinuz")
    elf = bzimage.extract(vmlinuz)
    if elf is None:
        shutil.copyfile(vmlinuz, path)
    else:
        with open(path, "wb") as f:
            f.write(elf)


def copy_lib(target):
    """The rig's own code travels with the run: a kept outer machine never runs last week's."""
    src = os.path.dirname(os.path.abspath(__file__))
    shutil.copytree(src, os.path.join(target, "riglib"), ignore=shutil.ignore_patterns("__pycache__"))


def argv(workdir, sock, memory, accel=ACCEL, cpus=1):
    ninep = ",security_model=none,multidevs=remap"
    return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-M", "q35", *accel, "-cpu", CPU, "-smp", str(cpus), "-m", "%dM" % memory,
            "-kernel", os.path.join(workdir, "kernel"), "-initrd", os.path.join(workdir, "initrd"),
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off nokaslr audit=0 nmi_watchdog=0 watchdog_thresh=60 "
                       "rcupdate.rcu_cpu_stall_timeout=300 tsc=reliable",
            "-serial", "file:" + os.path.join(workdir, "console.log"),
            "-device", "virtio-serial-pci", "-chardev", "socket,id=rig,path=%s,server=on,wait=off" % sock,
            "-device", "virtserialport,chardev=rig,name=lis.rig",
            "-chardev", "socket,id=mon,path=%s.mon,server=on,wait=off" % sock, "-mon", "chardev=mon,mode=readline",
            "-virtfs", "local,path=/,mount_tag=root,readonly=on" + ninep,
            "-virtfs", "local,path=%s,mount_tag=share" % tools.SHARE + ninep]


class Outer:
    """A connection to a running outer machine. Own ones end with us; kept ones stay."""

    def __init__(self, workdir, sock, proc=None, lock=None):
        self.workdir, self.sockpath, self.proc, self.lock = workdir, sock, proc, lock
        self.conn = None
        self.pings = 0
        self.heard = self.asked = time.monotonic()
        self.buf = b""
        self.inbox = []

    # Connection

    def connect(self, seconds=180):
        """Waits until the agent answers."""
        end = time.monotonic() + seconds
        while True:
            if self.proc and self.proc.poll() is not None:
                raise tools.RigError("the outer machine ended: %s" % self._last_words())
            if self.conn is None:
                self._try_socket()
            if self.conn and self._ping() is not None:
                return
            if time.monotonic() > end:
                raise tools.RigError("the outer machine did not answer within %d s: %s" % (seconds, self._last_words()))

    def _try_socket(self):
        conn = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            conn.connect(self.sockpath)
            self.conn = conn
        except OSError:
            conn.close()
            select.select([], [], [], 0.2)

    def _ping(self, patience=2):
        """What the machine's clock says, in seconds; None: it does not answer."""
        # Numbered: what was asked while it booted is answered, too.
        self.pings += 1
        number = "%d.%d" % (os.getpid(), self.pings)
        self.send({"op": "ping", "n": number})
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for msg in self.receive(end - time.monotonic()):
                if msg.get("pong") == number:
                    return msg["clock"]
        return None

    def clock_rate(self, seconds=1.0):
        """How fast its clock runs as ours sees it: about 1. A kernel that starts while this machine is busy may measure the
        processor's clock wrongly (148 MHz for 2.6 GHz was seen), and all its timeouts are over 17 times too early."""
        first, began = self._ping(20), time.monotonic()
        time.sleep(seconds)
        last = self._ping(20)
        return 0 if None in (first, last) else (last - first) / (time.monotonic() - began)

    def _last_words(self):
        try:
            with open(os.path.join(self.workdir, "console.log"), encoding="utf-8", errors="replace") as f:
                lines = [ln.strip() for ln in f if ln.strip()]
        except OSError:
            lines = []
        return "%s (log: %s/console.log)" % (lines[-1] if lines else "no output", self.workdir)

    def send(self, msg):
        self.conn.sendall(json.dumps(msg).encode() + b"\n")

    def fileno(self):
        return self.conn.fileno()

    def receive(self, seconds):
        """Messages that arrive within `seconds`; raises when the machine is gone."""
        if not select.select([self.conn], [], [], max(0, seconds))[0]:
            return []
        try:
            data = self.conn.recv(1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            raise tools.RigError("the outer machine is gone: %s" % self._last_words())
        self.heard = time.monotonic()
        *lines, self.buf = (self.buf + data).split(b"\n")
        return [json.loads(ln) for ln in lines if ln.strip().startswith(b"{")]

    def check_alive(self):
        """Called when nothing waits to be received: asks a machine that has been silent for long, and raises when it says
        nothing to that either. An emulator that stands still at full CPU would be waited for forever otherwise."""
        now = time.monotonic()
        silent = now - self.heard
        if silent > LOST_AFTER:
            raise tools.RigError("the outer machine has said nothing for %d s; its registers are in %s" % (
                silent, os.path.relpath(self._post_mortem(), tools.TOP)))
        if silent > ASK_AFTER and now - self.asked > ASK_AFTER:
            self.asked = now
            self.send({"op": "ping", "n": "alive"})

    def hear(self):
        """What it says within some seconds, perhaps nothing; raises when it is gone or stands still."""
        said = self.receive(15)
        if not said:
            self.check_alive()
        return said

    def _post_mortem(self):
        """What its processor is at, looked at a few times: a file beside its console's log."""
        path = os.path.join(self.workdir, "stuck.log")
        with open(path, "wb") as log, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as mon:
            mon.settimeout(5)
            try:
                mon.connect(self.sockpath + ".mon")
                for _ in range(5):
                    mon.sendall(b"info registers\n")
                    time.sleep(1)
                    log.write(mon.recv(1 << 16))
            except OSError as err:
                log.write(("no answer from the emulator: %s\n" % err).encode())
        return path

    def close(self):
        """May be called twice."""
        if self.conn:
            self.conn.close()
        if self.proc:
            reap.stop(self.proc)
            self.proc = None
            shutil.rmtree(os.path.dirname(self.sockpath), ignore_errors=True)
            for name in ("kernel", "initrd"):
                os.unlink(os.path.join(self.workdir, name))
        if self.lock:
            self.lock.close()


def boot(keep=False, memory=MEMORY, accel=ACCEL, cpus=1):
    """Starts one; connect() it before use. keep: it outlives this process (see `rig outer`). accel: how QEMU emulates. cpus: more than one only where
    one thread emulates them all (README.md)."""
    os.makedirs(tools.SHARE, exist_ok=True)
    workdir = tempfile.mkdtemp(prefix="outer-", dir=tools.SHARE)
    sockdir = tempfile.mkdtemp(prefix="rig-")
    sock = os.path.join(sockdir, "agent")
    copy_lib(workdir)
    _kernel(os.path.join(workdir, "kernel"))
    _initrd(os.path.join(workdir, "initrd"), workdir)
    cmd = argv(workdir, sock, memory, accel, cpus)
    with open(os.path.join(workdir, "qemu.log"), "wb") as log:
        if keep:
            proc = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        else:
            proc = reap.spawn(cmd, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return Outer(workdir, sock, proc)


def kept_file():
    """Several people on one machine each keep their own: LIS_OUTER names the file."""
    return os.environ.get("LIS_OUTER") or os.path.join(tools.SHARE, "outer.json")


def kept():
    """The kept outer machine, if one is up and nobody else is using it."""
    try:
        with open(kept_file(), encoding="utf-8") as f:
            info = json.load(f)
        os.kill(info["pid"], 0)
        lock = open(os.path.join(info["workdir"], "lock"), "w", encoding="ascii")
    except (OSError, ValueError, KeyError):
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        print("rig: the kept outer machine is in use; booting another", file=sys.stderr)
        return None
    return Outer(info["workdir"], info["socket"], lock=lock)


def _sound(machine, again):
    """Connects; while its clock is wrong, `again` boots another one instead (None: there is no other)."""
    for left in range(CLOCK_TRIES - 1, -1, -1):
        machine.connect()
        rate = machine.clock_rate()
        if not 1 / CLOCK_FACTOR < rate < CLOCK_FACTOR:
            rate = machine.clock_rate(6)  # a busy machine answers late, which counts less over a longer time
        if 1 / CLOCK_FACTOR < rate < CLOCK_FACTOR:
            return machine
        machine.close()
        wrong = "the outer machine's clock runs %.2f times as fast as ours" % rate
        if again is None:
            raise tools.RigError(wrong + "; end the kept one (rig outer down) and boot another")
        if left:
            print("rig: %s; booting another" % wrong, file=sys.stderr)
            machine = again()
    raise tools.RigError("%s, and so did %d before it; is this machine overloaded?" % (wrong, CLOCK_TRIES - 1))


def _connected(machines, again=None):
    try:
        for n, machine in enumerate(machines):
            machines[n] = _sound(machine, again)
    except BaseException:
        for machine in machines:
            machine.close()
        raise
    return machines


def _room():
    """How many of them this machine's memory carries."""
    with open("/proc/meminfo", encoding="ascii") as f:
        available = next(int(ln.split()[1]) for ln in f if ln.startswith("MemAvailable:"))
    return max(1, available // 1024 // MEMORY)


def fleet(say, want):
    """Connected outer machines: as many as wanted and as fit, at least one. A kept one is used alone."""
    machine = kept()
    if machine is not None:
        return _connected([machine])
    want = min(want, _room())
    say("booting %s that can play Hyper-V (about 20 s on an idle machine)" %
        ("an emulated machine" if want == 1 else "%d emulated machines" % want))
    return _connected([boot() for _ in range(want)], boot)


def get(say):
    """A connected outer machine."""
    return fleet(say, 1)[0]

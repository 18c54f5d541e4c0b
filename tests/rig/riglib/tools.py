# SPDX-License-Identifier: GPL-2.0-only
"""Where things are, and the small programs an initramfs carries."""
import os
import shutil
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.path.join(TOP, "build")
CACHE = os.environ.get("LIS_CACHE") or os.path.join(BUILD, "cache")
SHARE = os.path.join(BUILD, "rig")
GUEST = os.path.join(TOP, "tests", "guest")
KERNELS = os.path.join(TOP, "tests", "rig", "kernels")
TOOLS = os.path.join(CACHE, "tools")
# The names the distributions' daemons and ours share.
DAEMONS = ("hv_kvp_daemon", "hv_vss_daemon", "hv_fcopy_daemon")


class RigError(Exception):
    """What is wrong and what to do next, in words for the person at the terminal."""


def kernel_dir(ident):
    """The unpacked kernel, fetched if it has to be."""
    done = subprocess.run([KERNELS, "path", ident], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode == 4:
        fetched = subprocess.run([KERNELS, "fetch", ident], stdout=subprocess.DEVNULL, check=False)
        if fetched.returncode:
            raise RigError("kernel %s could not be fetched (see above)" % ident)
        done = subprocess.run([KERNELS, "path", ident], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise RigError(done.stderr.decode().strip())
    return done.stdout.decode().strip()


def tool(name):
    """A program tests/rig/setup unpacked for guests."""
    path = os.path.join(TOOLS, name)
    if not os.path.exists(path):
        raise RigError("%s is missing; run tests/rig/setup first" % path)
    return path


def applets(busybox):
    out = subprocess.run([busybox, "--list"], check=True, stdout=subprocess.PIPE).stdout.decode().split()
    return [a for a in out if a != "busybox"]


def add_busybox(archive):
    path = tool("busybox")
    with open(path, "rb") as f:
        archive.file("bin/busybox", f.read(), 0o755)
    for a in applets(path):
        archive.link("bin/" + a, "busybox")
    for d in ("sbin", "usr/bin", "usr/sbin"):
        archive.link(d, "/bin")


def program(name):
    """A program of this machine for a guest; "ours:NAME" is one of daemons/, built now."""
    if name.startswith("ours:"):
        out = os.path.join(BUILD, "daemons")
        done = subprocess.run(["make", "-s", "-C", os.path.join(TOP, "daemons"), "BUILD=" + out], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise RigError("daemons/ does not build:\n" + done.stderr.decode())
        return os.path.join(out, name[5:])
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:" + TOOLS)
    if not path:
        raise RigError("a scenario needs %s, which is not installed; scripts/test.sh installs all that tests need" % name)
    return path


def compiled(source):
    """tests/guest/SOURCE as a static program, made again only when the source changed."""
    path, out = os.path.join(GUEST, source), os.path.join(SHARE, "programs", source[:-2])
    if not os.path.exists(out) or os.path.getmtime(out) < os.path.getmtime(path):
        os.makedirs(os.path.dirname(out), exist_ok=True)
        part = "%s.%d" % (out, os.getpid())
        done = subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", part, path], check=False,
                              stderr=subprocess.PIPE)
        if done.returncode:
            raise RigError("%s does not compile:\n%s" % (path, done.stderr.decode()))
        os.rename(part, out)
    return out


def add_dynamic(archive, path, name):
    """A dynamically linked program with the libraries it names, at the same places."""
    with open(path, "rb") as f:
        archive.file(name, f.read(), 0o755)
    out = subprocess.run(["ldd", path], check=True, stdout=subprocess.PIPE).stdout.decode()
    if "not found" in out:
        raise RigError("%s lacks a library; run tests/rig/setup as root:\n%s" % (path, out.rstrip()))
    for word in out.split():
        if word.startswith("/"):
            with open(word, "rb") as f:
                data = f.read()
            try:
                archive.file(word, data, 0o755)
            except ValueError:
                continue    # a library another program brought

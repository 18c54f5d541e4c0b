# SPDX-License-Identifier: GPL-2.0-only
"""Kernel modules as files: where they are, what they need, in which order they load."""
import lzma
import gzip
import os
import subprocess


def canon(name):
    """hv-balloon, hv_balloon.ko and kernel/drivers/hv/hv_balloon.ko.xz are one module."""
    base = os.path.basename(name)
    for ext in (".xz", ".zst", ".gz"):
        if base.endswith(ext):
            base = base[:-len(ext)]
    if base.endswith(".ko"):
        base = base[:-3]
    return base.replace("-", "_")


def read(path):
    """The plain .ko: busybox insmod in a guest need not know the distribution's compression."""
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    with open(path, "rb") as f:
        data = f.read()
    if path.endswith(".xz"):
        return lzma.decompress(data)
    if path.endswith(".gz"):
        return gzip.decompress(data)
    return data


def depends_of(data):
    """The depends= list of a module's .modinfo section."""
    at = data.find(b"\0depends=")
    if at < 0:
        return []
    at += len(b"\0depends=")
    text = data[at:data.index(b"\0", at)].decode()
    return [canon(n) for n in text.split(",") if n]


class Tree:
    """The modules of one unpacked kernel (a directory with modules.dep), some of them replaced by other files."""

    def __init__(self, moddir, replace=None):
        self._files = {}
        for root, _dirs, names in os.walk(os.path.join(moddir, "kernel")):
            for n in names:
                if ".ko" in n:
                    self._files[canon(n)] = os.path.join(root, n)
        self.inbox = dict(self._files)
        self._files.update(replace or {})
        self.builtin = set()
        builtin = os.path.join(moddir, "modules.builtin")
        if os.path.exists(builtin):
            with open(builtin, encoding="ascii") as f:
                self.builtin = {canon(line.strip()) for line in f}
        self._data = {}

    def data(self, name):
        name = canon(name)
        if name not in self._data:
            self._data[name] = read(self._files[name])
        return self._data[name]

    def has(self, name):
        return canon(name) in self._files

    def closure(self, names):
        """Names with everything they need, dependencies first. Built-in ones are left out; KeyError if unknown."""
        order = []

        def visit(name, chain):
            name = canon(name)
            if name in order or (name in self.builtin and name not in self._files):
                return
            if name not in self._files:
                raise KeyError("no module %s in this kernel (needed by %s)" % (name, " > ".join(chain) or "the rig"))
            for dep in depends_of(self.data(name)):
                visit(dep, chain + [name])
            order.append(name)

        for n in names:
            visit(n, [])
        return order

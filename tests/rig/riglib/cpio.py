# SPDX-License-Identifier: GPL-2.0-only
"""A writer of newc cpio archives: what the kernel unpacks as an initramfs. Needs no root and no tool."""
import stat


class Archive:
    """Collects entries; parents are added on the way. bytes() is the whole archive."""

    def __init__(self):
        self._parts = []
        self._ino = 0
        self._seen = set()

    def _entry(self, name, mode, data=b"", rdev=(0, 0)):
        raw = name.encode() + b"\0"
        self._ino += 1
        head = "070701" + "".join("%08X" % v for v in (
            self._ino, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(raw), 0))
        block = head.encode() + raw
        block += b"\0" * (-len(block) % 4)
        self._parts.append(block + data + b"\0" * (-len(data) % 4))

    def _parents(self, name):
        parts = name.split("/")[:-1]
        for i in range(1, len(parts) + 1):
            self.dir("/".join(parts[:i]))

    def _new(self, name):
        name = name.strip("/")
        if name in self._seen:
            return None
        self._parents(name)
        self._seen.add(name)
        return name

    def dir(self, name):
        name = self._new(name)
        if name:
            self._entry(name, stat.S_IFDIR | 0o755)

    def file(self, name, data, mode=0o644):
        name = self._new(name)
        if name is None:
            raise ValueError("entry given twice")
        self._entry(name, stat.S_IFREG | mode, data)

    def link(self, name, target):
        name = self._new(name)
        if name:
            self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def char(self, name, major, minor):
        name = self._new(name)
        if name:
            self._entry(name, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def bytes(self):
        tail = Archive()
        tail._entry("TRAILER!!!", 0)
        return b"".join(self._parts) + tail._parts[0]

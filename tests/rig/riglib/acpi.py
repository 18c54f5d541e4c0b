# SPDX-License-Identifier: GPL-2.0-only
"""An ACPI table every real host has and QEMU's bridge lacks: the memory a VMBus may hand to its devices.

Guests look for it in the _CRS of the VMBus device's ancestors. QEMU's bridge has none, and the in-box drivers of some
kernels (5.10 and RHEL 8.10 seen) then walk past the root of the namespace and oops. With the table they stop at \\_SB.
"""
import struct

# Below 1 TiB, where QEMU puts neither memory nor devices; no device of the bridge ever takes any of it.
FIRST, LAST = 0xFFE0000000, 0xFFFFFFFFFF


def _length(body):
    """An AML package length: counts itself. Two bytes reach far enough."""
    total = len(body) + 2
    return bytes((0x40 | total & 0xF, total >> 4)) + body


def _resources(first, last):
    """One 64-bit memory window, produced, its ends fixed, writable."""
    return struct.pack("<BHBBBQQQQQ", 0x8A, 0x2B, 0, 0x0C, 1, 0, first, last, 0, last - first + 1) + b"\x79\0"


def mmio_table(first=FIRST, last=LAST):
    """SSDT: Scope (\\_SB) { Name (_CRS, Buffer () { window }) }"""
    crs = _resources(first, last)
    buf = b"\x11" + _length(bytes((0x0A, len(crs))) + crs)
    scope = b"\x10" + _length(b"\\_SB_" + b"\x08_CRS" + buf)
    head = struct.pack("<4sIBB6s8sI4sI", b"SSDT", 36 + len(scope), 2, 0, b"LISRIG", b"VMBUSCRS", 1, b"LIS ", 1)
    table = bytearray(head + scope)
    table[9] = -sum(table) & 0xFF
    return bytes(table)

# SPDX-License-Identifier: GPL-2.0-only
"""Takes the ELF kernel out of a bzImage.

Under plain emulation an xz kernel takes twice as long to unpack as to boot, so the outer machine gets the ELF image,
which QEMU starts through its PVH entry. Guests boot the stock bzImage: under KVM there is nothing to gain.
"""
import lzma
import gzip
import struct
import subprocess


def _decompress(payload):
    if payload.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return gzip.decompress(payload)
    if payload.startswith(b"\x28\xb5\x2f\xfd"):
        # The payload ends with the kernel's own length word, which zstd reports as trailing garbage.
        return subprocess.run(["zstd", "-dcq"], input=payload, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout
    return b""


def extract(path):
    """The uncompressed ELF image, or None when the file is not a bzImage or uses another compression."""
    with open(path, "rb") as f:
        image = f.read()
    if image[0x202:0x206] != b"HdrS":
        return image if image[:4] == b"\x7fELF" else None
    setup = (image[0x1f1] or 4) + 1
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = setup * 512 + offset
    try:
        elf = _decompress(image[start:start + length])
    except (OSError, EOFError, lzma.LZMAError):
        return None
    return elf if elf[:4] == b"\x7fELF" and has_pvh_note(elf) else None


def has_pvh_note(elf):
    """Xen ELF note 18 (XEN_ELFNOTE_PHYS32_ENTRY) names the entry QEMU needs."""
    return struct.pack("<III", 4, 8, 18) + b"Xen\0" in elf or struct.pack("<III", 4, 4, 18) + b"Xen\0" in elf

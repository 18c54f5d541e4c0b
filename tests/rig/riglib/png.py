# SPDX-License-Identifier: GPL-2.0-only
"""What a test wants to know of a PNG file our host wrote: 8-bit RGB, no interlace, filter 0 on every line."""
import struct
import zlib


def pixels(data):
    """(width, height, rows of raw RGB bytes); ValueError when it is not such a file."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("not a PNG file")
    at, packed, head = 8, b"", None
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    if head is None or head[2:4] != (8, 2) or head[6] != 0:
        raise ValueError("not 8-bit RGB without interlace")
    width, height, raw = head[0], head[1], zlib.decompress(packed)
    step = width * 3 + 1
    if len(raw) != step * height:
        raise ValueError("%d bytes for %dx%d" % (len(raw), width, height))
    rows = [raw[y * step:(y + 1) * step] for y in range(height)]
    if any(row[0] for row in rows):
        raise ValueError("a filtered line")
    return width, height, [row[1:] for row in rows]


def colours(path):
    """(number of colours, checksum of all pixels)."""
    with open(path, "rb") as f:
        width, _height, rows = pixels(f.read())
    seen = {row[x * 3:x * 3 + 3] for row in set(rows) for x in range(width)}
    return len(seen), zlib.crc32(b"".join(rows))

# SPDX-License-Identifier: GPL-2.0-only
"""What QEMU's trace of the VMBus and balloon says about one boot: channel openings and balloon operations.

Pure: text in, numbers out. The clock is the host's, so both ends of every time are seen by the same eye.
"""
import re

EXTRA = ("vmbus_post_msg", "vmbus_signal_event", "vmbus_channel_notify_guest")
LINE = re.compile(r"^(?:\d+@)?(\d+\.\d+):(\w+) ?(.*)$")
PAGES = re.compile(r"count (\d+)")
GPADL_HEADER, INITIATE_CONTACT = 8, 14


def events(text):
    """[(seconds, event, rest)] of the lines that are events."""
    found = (LINE.match(ln) for ln in text.splitlines())
    return [(float(m.group(1)), m.group(2), m.group(3)) for m in found if m]


def _message_type(rest):
    m = re.match(r"type (\d+)", rest)
    return int(m.group(1)) if m else None


def opens(evs):
    """One {kind: load|open, seconds, messages, signals, notifies} per connection of the balloon device.

    load: from the guest's first contact until the balloon protocol is up; open: the same from the channel's GPADL on.
    """
    out, now = [], None
    for at, name, rest in evs:
        kind = _message_type(rest) if name == "vmbus_recv_message" else None
        if now is None and kind in (INITIATE_CONTACT, GPADL_HEADER):
            now = {"kind": "load" if kind == INITIATE_CONTACT else "open", "start": at, "messages": 0, "signals": 0,
                   "notifies": 0}
        if now is None:
            continue
        _count(now, name)
        if name == "hv_balloon_state_change" and rest.endswith("S_POST_INIT_WAIT"):
            now["seconds"] = at - now.pop("start")
            out.append(now)
            now = None
    return out


def _count(op, name):
    if name in ("vmbus_recv_message", "vmbus_post_msg"):
        op["messages"] += 1
    elif name == "vmbus_signal_event":
        op["signals"] += 1
    elif name == "vmbus_channel_notify_guest":
        op["notifies"] += 1


def _pages(rest):
    m = PAGES.search(rest)
    return int(m.group(1)) if m else 0


def balloons(evs):
    """One {kind: down|up, seconds, pages, packets, signals, notifies} per operation.

    down: first BALLOON_REQUEST sent until the last response taken; up: first UNBALLOON_REQUEST until its last response.
    """
    out, now, pending = [], None, {"signals": 0, "notifies": 0}
    for at, name, rest in evs:
        if name in ("vmbus_signal_event", "vmbus_channel_notify_guest"):
            pending["signals" if name == "vmbus_signal_event" else "notifies"] += 1
            continue
        m = re.match(r"hv_balloon_(outgoing|incoming)_(balloon|unballoon)$", name)
        if not m:
            continue
        way, kind = m.group(1), "down" if m.group(2) == "balloon" else "up"
        if now is None or now["kind"] != kind:
            now = {"kind": kind, "start": at, "pages": 0, "packets": 0, "signals": 0, "notifies": 0}
            pending = {"signals": 0, "notifies": 0}
            out.append(now)
        _packet(now, at, way, rest, pending)
    for op in out:
        op["seconds"] = op.pop("end") - op.pop("start")
    return out


def _packet(op, at, way, rest, pending):
    op["end"] = at
    op["packets"] += 1
    # Signals that came after the operation's last packet are not its own.
    for key in ("signals", "notifies"):
        op[key] += pending[key]
        pending[key] = 0
    # Memory goes where it is named: by the guest's responses downwards, by the host's requests upwards.
    if (op["kind"] == "down") == (way == "incoming"):
        op["pages"] += _pages(rest)

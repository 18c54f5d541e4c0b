# SPDX-License-Identifier: GPL-2.0-only
"""What QEMU's trace of the VMBus and balloon says about one boot: channel openings and balloon operations.

Pure: text in, numbers out. The clock is the host's, so both ends of every time are seen by the same eye.
"""
import re

# Beyond what the rig has QEMU trace.
EXTRA = ("vmbus_post_msg", "vm_state_notify")
LINE = re.compile(r"^(?:\d+@)?(\d+\.\d+):(\w+) ?(.*)$")
PAGES = re.compile(r" for (\d+)")
REQUEST_OFFERS, GPADL_HEADER, INITIATE_CONTACT, VERSION_RESPONSE, UNLOAD = 3, 8, 14, 15, 16


def events(text):
    """[(seconds, event, rest)] of the lines that are events."""
    found = (LINE.match(ln) for ln in text.splitlines())
    return [(float(m.group(1)), m.group(2), m.group(3)) for m in found if m]


def _message_type(rest):
    m = re.match(r"type (\d+)", rest)
    return int(m.group(1)) if m else None


def opens(evs):
    """One {kind: load|open, seconds, messages} per connection of the balloon device.

    load: from the guest's first contact until the balloon protocol is up; open: the same from the channel's GPADL on.
    A guest that unloads before has made none.
    """
    out, now = [], None
    for at, name, rest in evs:
        kind = _message_type(rest) if name == "vmbus_recv_message" else None
        if now is None and kind in (INITIATE_CONTACT, GPADL_HEADER):
            now = {"kind": "load" if kind == INITIATE_CONTACT else "open", "start": at, "messages": 0}
        if now is None or kind == UNLOAD:
            now = None
            continue
        if name in ("vmbus_recv_message", "vmbus_post_msg"):
            now["messages"] += 1
        if name == "hv_balloon_state_change" and rest.endswith("S_POST_INIT_WAIT"):
            now["seconds"] = at - now.pop("start")
            out.append(now)
            now = None
    return out


def contacts(evs):
    """Seconds the host took to answer contacts, summed up for each time a guest connected.

    It maps the guest's pages then, which takes most of a load and varies with what else the host's kernel does.
    """
    out, total, asked = [], 0.0, None
    for at, name, rest in evs:
        kind = _message_type(rest) if name in ("vmbus_recv_message", "vmbus_post_msg") else None
        if kind == INITIATE_CONTACT:
            asked = at
        elif kind == VERSION_RESPONSE and asked is not None:
            total, asked = total + at - asked, None
        elif kind == REQUEST_OFFERS:
            out.append(total)
            total = 0.0
    return out


def _pages(rest):
    m = PAGES.search(rest)
    return int(m.group(1)) if m else 0


def balloons(evs):
    """One {kind: down|up, seconds, pages, packets} per operation.

    From the first request, or the moment the guest was let go after it, until the last response. The pages are those of
    the host's requests; downwards of the first alone, as a further one asks for what the guest has not given yet.
    """
    out, now = [], None
    for at, name, rest in evs:
        m = re.match(r"hv_balloon_(outgoing|incoming)_(balloon|unballoon)$", name)
        if m:
            kind = "down" if m.group(2) == "balloon" else "up"
            if now is None or now["kind"] != kind:
                now = {"kind": kind, "pages": 0, "packets": 0, "start": at, "answered": False}
                out.append(now)
            now["packets"] += 1
            now["answered"] |= m.group(1) == "incoming"
            now["end"] = at
            if m.group(1) == "outgoing" and (kind == "up" or not now["pages"]):
                now["pages"] += _pages(rest)
        elif name == "vm_state_notify" and rest.startswith("running 1") and now and not now["answered"]:
            now["start"] = at
        elif name == "hv_balloon_state_change" and rest.endswith("S_IDLE"):
            now = None
    for op in out:
        op.pop("answered")
        op["seconds"] = op.pop("end", op["start"]) - op.pop("start")
    return out

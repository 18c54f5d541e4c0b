# SPDX-License-Identifier: GPL-2.0-only
"""Our own host (tests/host) in QEMU's place: the same guest, scenarios and judgement.

Scenarios ask for host-side steps in QEMU's words (QMP commands, lines of its trace). Bridge answers the first over hvhost's
control socket; Trace turns hvhost's trace file into such lines.
"""
import json
import os
import socket
import struct
import time

EPB, MESSAGE, PACKET = 6, 1, 2
FROM_GUEST, TO_GUEST = 0, 1
GPA_DIRECT_OR_INBAND = 6
CDB_AT = 28    # in a storage packet
# VMBus messages: number -> QEMU's name for its coming (from the guest) or going (to it).
MESSAGES = {(FROM_GUEST, 14): "vmbus_initiate_contact", (TO_GUEST, 4): "vmbus_terminate_offers",
            (TO_GUEST, 1): "vmbus_send_offer", (FROM_GUEST, 5): "vmbus_open_channel", (FROM_GUEST, 7): "vmbus_close_channel",
            (TO_GUEST, 10): "vmbus_gpadl_created", (TO_GUEST, 12): "vmbus_gpadl_torndown"}
# Dynamic memory: its messages by number.
BALLOON = {(FROM_GUEST, 1): "hv_balloon_incoming_version", (FROM_GUEST, 3): "hv_balloon_incoming_caps",
           (TO_GUEST, 6): "hv_balloon_outgoing_balloon", (FROM_GUEST, 7): "hv_balloon_incoming_balloon",
           (TO_GUEST, 8): "hv_balloon_outgoing_unballoon", (FROM_GUEST, 9): "hv_balloon_incoming_unballoon",
           (TO_GUEST, 10): "hv_balloon_outgoing_hot_add", (FROM_GUEST, 11): "hv_balloon_incoming_hot_add"}
# hvhost's events -> what QEMU's state machine would have said.
STATES = {"balloon-ready": "S_IDLE", "balloon-done": "S_IDLE", "hot-add-done": "S_IDLE"}


def argv(spec, sockets, rundir):
    """The whole command line."""
    out = [os.path.join(rundir, "hvhost"), "--smp", str(spec.get("smp", 2)), "--mem", spec.get("mem", "1024M").split(",")[0],
           "--kernel", spec["kernel"], "--initrd", os.path.join(rundir, "initrd"),
           "--append", spec["cmdline"], "--serial", "unix:" + sockets["con"], "--serial", "unix:" + sockets["tap"],
           "--control", sockets["control"]]
    if spec.get("trace", True):
        out += ["--trace", sockets["pcap"]]
    if spec.get("policy"):
        out += ["--vmbus", spec["policy"]]
    for d in spec.get("hvhost_devices", []):
        out += ["--device", d]
    return out + spec.get("hvhost_args", [])


class Trace:
    """Follows a trace file and appends QEMU-like lines to another file."""

    def __init__(self, source, target):
        self.source, self.target, self.at = source, target, 0

    def say(self, stamp_us, text):
        with open(self.target, "a", encoding="utf-8") as f:
            f.write("0@%d.%06d:%s\n" % (stamp_us // 1000000, stamp_us % 1000000, text))

    def sync(self):
        """Takes what has been written since the last time; a block that is not whole yet waits for the next."""
        try:
            with open(self.source, "rb") as f:
                f.seek(self.at)
                data = f.read()
        except OSError:
            return
        at = 0
        while at + 12 <= len(data):
            kind, length = struct.unpack_from("<II", data, at)
            if length < 12 or at + length > len(data):
                break
            if kind == EPB:
                self._block(data[at + 8:at + length - 4])
            at += length
        self.at += at

    def _block(self, block):
        _interface, high, low, caught, _length = struct.unpack_from("<IIIII", block, 0)
        _version, way, kind, name_len, relid, _arg = struct.unpack_from("<BBBBII", block, 20)
        stamp = (high << 32 | low) // 1000
        name = block[32:32 + name_len].decode("ascii", "replace")
        body = block[32 + name_len:20 + caught]
        if kind == MESSAGE and len(body) >= 4:
            self._message(stamp, way, body)
        elif kind == PACKET:
            self._packet(stamp, way, name, relid, body)

    def _message(self, stamp, way, body):
        number = struct.unpack_from("<I", body, 0)[0]
        if way == FROM_GUEST:
            self.say(stamp, "vmbus_recv_message type %d size %d" % (number, len(body)))
        if (way, number) in MESSAGES:
            self.say(stamp, "%s chan %d" % (MESSAGES[way, number], struct.unpack_from("<I", body, 8)[0] if len(body) >= 12 else 0))

    def _packet(self, stamp, way, name, relid, body):
        # A storage controller of this name is there to have its commands timed, each told by its CDB.
        if name.startswith("stamp") and way == FROM_GUEST and len(body) >= 4:
            at = struct.unpack_from("<H", body, 2)[0] * 8 + CDB_AT
            self.say(stamp, "stamp_packet chan %d cdb %s" % (relid, body[at:at + 6].hex()))
        if not name.startswith(("balloon", "hvb")) or len(body) < 20:
            return
        kind, offset = struct.unpack_from("<HH", body, 0)
        if kind != GPA_DIRECT_OR_INBAND or offset * 8 + 4 > len(body):
            return
        number = struct.unpack_from("<H", body, offset * 8)[0]
        if (way, number) in BALLOON:
            self.say(stamp, "%s chan %d" % (BALLOON[way, number], relid))
        if way == TO_GUEST and number in (6, 8, 10):
            self.say(stamp, "hv_balloon_state_change S_IDLE -> S_%s_RB_WAIT" % (
                {6: "BALLOON", 8: "UNBALLOON", 10: "HOT_ADD"}[number]))


class Bridge:
    """Same interface as Qmp: execute(command, arguments, callback) and feed(data)."""

    def __init__(self, on_event, trace):
        self._on_event, self._trace = on_event, trace
        self._conn = None
        self._buf = b""
        self._waiting = {}
        self._next = 1
        self._balloon = "hvb"

    def connect(self, path):
        """True once connected; hvhost makes the socket some time after it was started."""
        conn = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            conn.connect(path)
        except OSError:
            conn.close()
            return None
        self._conn = conn
        self._send("subscribe", {"since": 0}, self._missed)
        return conn

    def _missed(self, _ok, reply):
        for event in (reply.get("events") or []) if isinstance(reply, dict) else []:
            self._event(event)

    def _send(self, verb, arguments, callback=None):
        ident = self._next
        self._next += 1
        self._waiting[ident] = callback
        self._conn.sendall(json.dumps(dict(arguments or {}, run=verb, id=ident)).encode() + b"\n")

    def execute(self, command, arguments=None, callback=None):
        arguments = dict(arguments or {})
        done = callback or (lambda ok, value: None)
        if self._conn is None:
            done(False, "hvhost's control socket is not there yet")
        elif command in ("stop", "cont", "query-status"):
            # Round the balloon command, because of an assertion of QEMU's; nothing here has it.
            done(True, {})
        elif command == "balloon":
            # QEMU takes the target and answers at once; who follows it asks for the size.
            self._send(self._balloon + ".target", {"bytes": arguments["value"]})
            done(True, {})
        elif command == "query-balloon":
            self._send(self._balloon + ".status", {}, lambda ok, v: done(ok, {"actual": v["actual"]} if ok else v))
        elif command == "device_del":
            self._send("remove", {"device": arguments["id"]}, done)
        elif command == "device_add":
            self._send("add", {"device": "balloon,name=%s,report-events=on" % arguments["id"]}, done)
        else:
            # hvhost's own verbs: `host qmp VERB key=value` reaches them under their own name.
            self._send(command, arguments, done)

    def feed(self, data):
        self._buf += data
        while b"\n" in self._buf:
            line, self._buf = self._buf.split(b"\n", 1)
            if line.strip():
                self._one(json.loads(line.decode("utf-8", "replace")))

    def _one(self, msg):
        if "event" in msg:
            self._event(msg)
        elif "id" in msg:
            callback = self._waiting.pop(msg["id"], None)
            if callback and msg.get("ok"):
                callback(True, msg)
            elif callback:
                error = msg.get("error") or {}
                callback(False, ": ".join(error[k] for k in ("what", "why") if error.get(k)) or "error")

    def _event(self, msg):
        name, data = msg["event"], msg.get("data") or {}
        stamp = int(time.time() * 1e6)
        if name in STATES:
            self._trace.say(stamp, "hv_balloon_state_change X -> " + STATES[name])
        if name == "balloon-status":
            self._on_event("HV_BALLOON_STATUS_REPORT", data)
        elif name == "guest-crash":
            regs = data.get("registers") or []
            self._on_event("GUEST_PANICKED", {"action": "none", "info": {"type": "hyper-v", "text": (data.get("text") or "")[-200:],
                                                                          **{"arg%d" % (n + 1): r for n, r in enumerate(regs)}}})
        elif name == "guest-reset":
            self._on_event("SHUTDOWN", {"guest": True, "reason": "guest-reset"})
        elif name == "guest-poweroff":
            self._on_event("SHUTDOWN", {"guest": True, "reason": "guest-shutdown"})
        self._on_event(name, data)

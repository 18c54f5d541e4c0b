# SPDX-License-Identifier: GPL-2.0-only
"""QMP without threads: bytes in, callbacks out."""
import json


class Qmp:
    """Feed it what the socket gives; it calls back with replies and events in order."""

    def __init__(self, send, on_event):
        self._send = send
        self._on_event = on_event
        self._buf = b""
        self._waiting = {}
        self._next = 1

    def execute(self, command, arguments=None, callback=None):
        """callback(ok, value): value is the return object or the error's text."""
        ident = self._next
        self._next += 1
        self._waiting[ident] = callback
        msg = {"execute": command, "id": ident}
        if arguments:
            msg["arguments"] = arguments
        self._send(json.dumps(msg).encode() + b"\n")

    def feed(self, data):
        self._buf += data
        while b"\n" in self._buf:
            line, self._buf = self._buf.split(b"\n", 1)
            if line.strip():
                self._one(json.loads(line.decode("utf-8", "replace")))

    def _one(self, msg):
        if "QMP" in msg:
            self.execute("qmp_capabilities")
        elif "event" in msg:
            self._on_event(msg["event"], msg.get("data", {}))
        elif "id" in msg:
            callback = self._waiting.pop(msg["id"], None)
            if callback and "error" in msg:
                callback(False, msg["error"].get("desc", "error"))
            elif callback:
                callback(True, msg.get("return"))

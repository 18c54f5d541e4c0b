# SPDX-License-Identifier: GPL-2.0-only
"""The outer machine's only service: starts guest runs for the driver outside and forwards what they say.

One JSON object a line over a virtio port. In: {"op": "run", "id", "dir"} | {"op": "sh", "id", "cmd"} | {"op": "kill", "id"} | {"op": "ping"} |
{"op": "off"}. Out: {"id", "line"} | {"id", "exit"} | {"pong", "clock"}. When the driver goes away, its runs go too.
"""
import json
import os
import select
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from riglib import reap  # noqa: E402

PORT_NAME = "lis.rig"
SHARE = "/mnt"


def find_port(base="/sys/class/virtio-ports"):
    for port in os.listdir(base):
        with open(os.path.join(base, port, "name"), encoding="ascii") as f:
            if f.read().strip() == PORT_NAME:
                return "/dev/" + port
    raise SystemExit("agent: no virtio port named " + PORT_NAME)


class Agent:
    """The loop over the port and the runs' outputs."""

    def __init__(self):
        self.port = os.open(find_port(), os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
        self.buf = b""
        self.runs = {}      # id -> Popen
        self.outs = {}      # fd -> (id, partial line)

    def send(self, msg):
        data = json.dumps(msg).encode() + b"\n"
        poller = select.poll()
        poller.register(self.port, select.POLLOUT)
        while data:
            ready = poller.poll()
            if not ready or ready[0][1] & select.POLLHUP:
                return
            try:
                data = data[os.write(self.port, data):]
            except BlockingIOError:
                continue

    def shell(self, ident, command):
        # For a person debugging (`rig outer exec`).
        self._watch(ident, reap.spawn(["sh", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT))

    def _watch(self, ident, proc):
        self.runs[ident] = proc
        self.outs[proc.stdout.fileno()] = [ident, b""]

    def run(self, ident, rundir):
        where = os.path.join(SHARE, rundir)
        env = dict(os.environ, PYTHONPATH=where, PYTHONDONTWRITEBYTECODE="1")
        with open(os.path.join(where, "runner.err"), "wb") as err:
            proc = reap.spawn([sys.executable, "-S", "-m", "riglib.guest", os.path.join(where, "spec.json")],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, env=env, cwd="/")
        self._watch(ident, proc)

    def output(self, fd):
        entry = self.outs[fd]
        ident = entry[0]
        data = os.read(fd, 65536)
        if not data:
            del self.outs[fd]
            proc = self.runs.pop(ident)
            proc.stdout.close()
            self.send({"id": ident, "exit": proc.wait()})
            return
        *lines, entry[1] = (entry[1] + data).split(b"\n")
        for line in lines:
            self.send({"id": ident, "line": line.decode("utf-8", "replace")})

    def command(self, msg):
        op = msg.get("op")
        if op == "run":
            self.run(msg["id"], msg["dir"])
        elif op == "sh":
            self.shell(msg["id"], msg["cmd"])
        elif op == "kill" and msg["id"] in self.runs:
            self.runs[msg["id"]].terminate()
        elif op == "ping":
            self.send({"pong": msg.get("n"), "runs": len(self.runs), "clock": time.monotonic()})
        elif op == "off":
            return False
        return True

    def drop_runs(self):
        for proc in self.runs.values():
            reap.stop(proc, 20)
            proc.stdout.close()
        self.runs.clear()
        self.outs.clear()

    def input(self):
        try:
            data = os.read(self.port, 65536)
        except BlockingIOError:
            return True
        if not data:
            self.hangup()
            return True
        *lines, self.buf = (self.buf + data).split(b"\n")
        return all([self.command(json.loads(ln)) for ln in lines if ln.strip()])

    def hangup(self):
        self.buf = b""
        self.drop_runs()
        # A port without a reader reports this at once, forever; there is no event for "connected".
        select.poll().poll(300)

    def serve(self):
        alive = True
        while alive:
            poller = select.poll()
            poller.register(self.port, select.POLLIN)
            for fd in self.outs:
                poller.register(fd, select.POLLIN)
            for fd, what in poller.poll():
                if fd != self.port:
                    self.output(fd)
                elif what & select.POLLIN:
                    alive = self.input() and alive
                elif what & select.POLLHUP:
                    self.hangup()
                if fd == self.port:
                    break   # the set of runs may be another now


def main():
    agent = Agent()
    agent.send({"hello": os.uname().release})
    agent.serve()
    agent.drop_runs()
    return 0


if __name__ == "__main__":
    sys.exit(main())

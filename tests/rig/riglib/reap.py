# SPDX-License-Identifier: GPL-2.0-only
"""Children that cannot outlive us, however we end."""
import ctypes
import os
import signal
import subprocess

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with(parent):
    def prepare():
        # A new session keeps a terminal's Ctrl-C from reaching the child before we have written its records.
        os.setsid()
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(127)
    return prepare


def spawn(argv, **kw):
    """Popen whose process is killed by the kernel when this process dies."""
    return subprocess.Popen(argv, preexec_fn=_die_with(os.getpid()), **kw)


def stop(proc, grace=5):
    """Ends a child we started: asks, then insists. Returns its exit status."""
    if proc.poll() is None:
        proc.terminate()
        try:
            return proc.wait(grace)
        except subprocess.TimeoutExpired:
            proc.kill()
    return proc.wait()


def exit_on_signals():
    """Turns the usual signals into SystemExit, so that finally blocks run."""
    def leave(number, _frame):
        raise SystemExit(128 + number)
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, leave)

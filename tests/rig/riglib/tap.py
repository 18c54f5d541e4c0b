# SPDX-License-Identifier: GPL-2.0-only
"""Judges what a guest said: TAP points, and kernel log lines that no healthy run contains."""
import re

POINT = re.compile(r"^(not ok|ok)\b[ \t]*(\d+)?[ \t]*-?[ \t]*(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)(?:\s*#\s*skip\s*(.*))?$", re.I)

BAD_LINES = re.compile("|".join((
    r"\bWARNING:", r"\bBUG:", r"unchecked MSR access error", r"kernel BUG at", r"\bOops\b", r"general protection fault", r"unable to handle",
    r"\bCall Trace:", r"\bKASAN\b", r"\bUBSAN\b", r"\bKCSAN\b", r"kmemleak: \d+ new", r"refcount_t", r"DEBUG_LOCKS_WARN",
    r"possible circular locking", r"possible recursive locking", r"inconsistent lock state", r"suspicious RCU usage",
    r"held lock freed", r"scheduling while atomic", r"sleeping function called", r"blocked for more than",
    r"detected stall", r"self-detected stall", r"soft lockup", r"hard LOCKUP", r"Redzone", r"Poison overwritten",
    r"Object already free", r"double free", r"use-after-free(?! debug is enabled)", r"Objects remaining", r"cannot create duplicate filename",
    r"nobody cared", r"list_(add|del) corruption", r"stack guard page", r"Bad page state", r"bad: scheduling",
    r"kmem_cache_destroy", r"Unbalanced enable", r"does not have a release\(\) function", r"tried to (add|remove) .* twice",
)))


def bad_lines(text, allowed=()):
    """Lines of a kernel log that fail a run; `allowed` are regexes of lines a scenario provokes on purpose."""
    allow = [re.compile(a) for a in allowed]
    return [ln for ln in text.splitlines()
            if BAD_LINES.search(ln) and not any(a.search(ln) for a in allow)]


class Result:
    """One scenario's points. A scenario that says nothing, or stops before its plan, has failed."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = []
        self.planned = None
        self.skip = None
        self.lines = []
        self.problems = []

    def feed(self, line):
        """Takes one line; True when it was TAP."""
        m = PLAN.match(line)
        if m:
            self.planned = int(m.group(1))
            if m.group(2) is not None and self.planned == 0:
                self.skip = m.group(2).strip() or "no reason given"
            self.lines.append(line)
            return True
        m = POINT.match(line)
        if not m:
            return False
        self.lines.append(line)
        if m.group(1) == "ok":
            self.passed += 1
        else:
            self.failed.append(m.group(3))
        return True

    def problem(self, text):
        self.problems.append(text)

    def verdict(self):
        """(result, reason)"""
        count = self.passed + len(self.failed)
        if self.failed:
            return "fail", "; ".join(self.failed[:3]) + (" (+%d more)" % (len(self.failed) - 3) if len(self.failed) > 3 else "")
        if self.problems:
            return "fail", self.problems[0]
        if self.skip is not None and count == 0:
            return "skip", self.skip
        if self.planned is None:
            return "fail", "ended without a plan after %d points" % count
        if count != self.planned:
            return "fail", "%d points reported, %d planned" % (count, self.planned)
        if count == 0:
            return "fail", "no test point"
        return "pass", ""

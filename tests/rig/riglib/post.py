# SPDX-License-Identifier: GPL-2.0-only
"""What has to be judged outside the guest, once its data is here."""


def adjust(rec, job, earlier):
    """Called with each new record; returns it, possibly with another result. Never makes a failure a pass."""
    hook = HOOKS.get(rec["scenario"])
    return hook(rec, job, earlier) if hook and rec["result"] == "pass" else rec


HOOKS = {}

# SPDX-License-Identifier: GPL-2.0-only
"""What has to be judged outside the guest, once its data is here."""
import os
import shutil

from . import parity, tools

EXPLAINED = os.path.join(tools.GUEST, "sysfs-parity.explained")


def adjust(rec, job, say):
    """Called with each passed record; returns it, possibly with another result. Never makes a failure a pass."""
    hook = HOOKS.get(rec["scenario"])
    return hook(rec, job, say) if hook and rec["result"] == "pass" else rec


def sysfs_parity(rec, job, say):
    """Keeps the in-box dump; compares ours with the one of the same kernel."""
    dump = job["data"].get(("sysfs-parity", "sysfs"))
    if dump is None:
        return dict(rec, result="fail", reason="the guest sent no sysfs dump")
    store = os.path.join(tools.SHARE, "sysfs")
    os.makedirs(store, exist_ok=True)
    kept = os.path.join(store, job["kernel"] + ".inbox")
    if job["modules"] == "inbox":
        shutil.copyfile(dump, kept)
        return rec
    if not os.path.exists(kept):
        return dict(rec, result="skip", reason="no in-box dump of %s to compare with; run this scenario with inbox first" %
                    job["kernel"])
    return dict(rec, **judge(kept, dump, os.path.join(job["rundir"], "sysfs-parity.diff"), say, release_of(job["kernel"])))


def release_of(kernel):
    """What uname -r prints on a kernel of the cache."""
    with open(os.path.join(tools.kernel_dir(kernel), "release"), encoding="utf-8") as f:
        return f.read().strip()


def judge(inbox, ours, diff, say, release="", rules=EXPLAINED):
    with open(inbox, encoding="utf-8", errors="replace") as a, open(ours, encoding="utf-8", errors="replace") as b:
        lines = parity.compare(parity.parse(a.read()), parity.parse(b.read()))
    left = parity.unexplained(lines, parity.explained(rules, release))
    with open(diff, "w", encoding="utf-8") as f:
        f.write("".join(ln + ("\n" if ln in left else "   (explained)\n") for ln in lines))
    for line in left[:10]:
        say("sysfs: " + line)
    if left:
        return {"result": "fail", "reason": "%d differences to in-box sysfs not explained, first: %s" % (len(left), left[0])}
    return {}


HOOKS = {"sysfs-parity": sysfs_parity}

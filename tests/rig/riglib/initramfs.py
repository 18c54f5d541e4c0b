# SPDX-License-Identifier: GPL-2.0-only
"""The guest's whole user space: busybox, the module set, the scenarios. Read tests/guest/init for what it does."""
import filecmp
import os

from . import cpio, kmods, tools

CHANNEL = ("virtio_pci", "virtio_console")
SET = ("hv_vmbus", "hv_balloon")
MORE = ("hv_storvsc", "hv_utils", "hv_netvsc")  # ours too, loaded by the scenarios that ask for it


class NoModules(tools.RigError):
    """The asked-for module set does not exist for this kernel."""


def ours(kernel_id, directory=None):
    """name -> path of our modules for a kernel; raises NoModules naming what is missing, or that the sources were changed
    since they were built."""
    where = directory or os.path.join(tools.BUILD, "modules", kernel_id)
    found = {}
    for name in SET + MORE:
        path = os.path.join(where, name + ".ko")
        if not os.path.exists(path):
            raise NoModules("our %s.ko for %s is not built (looked in %s)" % (
                name, kernel_id, os.path.relpath(where, tools.TOP)))
        found[name] = path
    changed = directory is None and changed_since(where)
    if changed:
        raise NoModules("our modules for %s are older than %s: `tests/compile/run %s` builds them" % (kernel_id, changed, kernel_id))
    return found


def changed_since(where, top=tools.TOP):
    """The name of a source that is not as in the copy `where` the modules were built from; "" if there is none."""
    for part in ("Kbuild", "lis", "compat/api", "compat/gen.awk"):
        mine, theirs = (sources(os.path.join(base, part)) for base in (top, where))
        for name in sorted(mine):
            if name not in theirs or not filecmp.cmp(mine[name], theirs[name], shallow=False):
                return os.path.normpath(os.path.join(part, name))
    return ""


def sources(path):
    """name -> path of a source file, or of those in a folder."""
    if os.path.isfile(path):
        return {"": path}
    return {os.path.relpath(os.path.join(folder, f), path): os.path.join(folder, f)
            for folder, _, files in os.walk(path) for f in files if f.endswith((".c", ".h"))}


def more_modules(tree, replace, wanted):
    """(load order, left out) of the modules scenarios ask for. A stock driver of the bus cannot load beside our hv_vmbus:
    until our set has that driver, it is left out by name. NAME? is for kernels that have such a module."""
    order, missing = [], []
    for name in sorted({kmods.canon(m) for m in wanted}):
        optional, name = name.endswith("?"), name.rstrip("?")
        if not tree.has(name) and (optional or name in tree.builtin):
            continue
        chain = tree.closure([name]) if tree.has(name) else []
        stock = [m for m in chain if m not in replace and "hv_vmbus" in kmods.depends_of(tree.data(m))]
        if not chain or (replace and stock):
            missing.append(name)
        else:
            order += [m for m in chain if m not in order]
    return order, missing


def add_more(archive, tree, replace, wanted, there):
    order, missing = more_modules(tree, replace, wanted)
    for name in order:
        if name not in there:
            archive.file("mods/%s.ko" % name, tree.data(name))
    archive.file("mods/more", "".join(m + "\n" for m in order).encode())
    archive.file("mods/missing", "".join(m + "\n" for m in missing).encode())


def add_modules(archive, moddir, replace, wanted=()):
    """The set and what it needs under /mods; `order` lists what to insert first, `set` the set itself in load order,
    `more` what scenarios ask for beyond it, `missing` what of that there is not."""
    tree = kmods.Tree(moddir, replace)
    order = tree.closure([m for m in SET if replace or tree.has(m) or m not in tree.builtin])
    channel = tree.closure([m for m in CHANNEL if tree.has(m)])
    archive.dir("mods")
    there = channel + [m for m in order if m not in channel]
    for name in there:
        archive.file("mods/%s.ko" % name, tree.data(name))
    add_more(archive, tree, replace, wanted, there)
    archive.file("mods/channel", "".join(m + "\n" for m in channel).encode())
    archive.file("mods/before", "".join(m + "\n" for m in order if m not in SET).encode())
    archive.file("mods/set", "".join(m + "\n" for m in order if m in SET).encode())
    archive.file("mods/builtin", "".join(m + "\n" for m in SET if m in tree.builtin and m not in replace).encode())


def add_other(archive, kernel, replace, names):
    """Modules of the set that is not this boot's, under /mods/other: for scenarios about what must not load."""
    if not names:
        return
    if replace:
        inbox = kmods.Tree(os.path.join(kernel, "modules")).inbox
        files = {name: inbox.get(name) for name in names}
    else:
        files = ours(os.path.basename(os.path.realpath(kernel)))
    archive.dir("mods/other")
    for name in sorted(names):
        if files.get(name):
            archive.file("mods/other/%s.ko" % name, kmods.read(files[name]))


def add_guest(archive, scenarios):
    """Only the scenarios of this boot, so that a change to one never disturbs another."""
    for name in ["lib.sh"] + ["%s.sh" % s for s in sorted({s["script"] for s in scenarios})]:
        with open(os.path.join(tools.GUEST, name), "rb") as f:
            archive.file("guest/" + name, f.read())
    for name in sorted({f for s in scenarios for f in s.get("files", [])}):
        with open(os.path.join(tools.TOP, name), "rb") as f:
            archive.file("guest/files/" + os.path.basename(name), f.read())
    lsvmbus = os.path.join(tools.TOP, "scripts", "lsvmbus")
    if os.path.exists(lsvmbus):
        with open(lsvmbus, "rb") as f:
            archive.file("bin/lsvmbus", f.read(), 0o755)
    with open(os.path.join(tools.GUEST, "init"), "rb") as f:
        archive.file("init", f.read(), 0o755)
    archive.file("guest/list", "".join("%s %s\n" % (s["name"], s["script"]) for s in scenarios).encode())


def add_programs(archive, scenarios):
    """Programs of this machine, and small ones of tests/guest/*.c made now, that scenarios ask for."""
    for name in sorted({p for s in scenarios for p in s.get("programs", [])}):
        tools.add_dynamic(archive, tools.program(name), "bin/" + name.split(":")[-1])
    for source in sorted({c for s in scenarios for c in s.get("compile", [])}):
        with open(tools.compiled(source), "rb") as f:
            archive.file("bin/" + source[:-2], f.read(), 0o755)


def build(path, kernel, replace, scenarios, extra=()):
    """Writes the initramfs. kernel: its unpacked directory; replace: name -> .ko of our set, or {} for the in-box one;
    extra: (name, bytes) files."""
    a = cpio.Archive()
    add_programs(a, scenarios)  # first: a real program goes before busybox's applet of that name
    tools.add_busybox(a)
    if any("kexec" in s.get("needs", ()) for s in scenarios):
        tools.add_dynamic(a, tools.tool("kexec"), "bin/kexec")
    add_modules(a, os.path.join(kernel, "modules"), replace, {m for s in scenarios for m in s.get("modules", [])})
    add_other(a, kernel, replace, {m for s in scenarios for m in s.get("other", [])})
    add_guest(a, scenarios)
    for name, data in extra:
        a.file(name, data)
    for d in ("proc", "sys", "dev", "tmp", "run"):
        a.dir(d)
    a.char("dev/console", 5, 1)
    a.char("dev/null", 1, 3)
    with open(path, "wb") as f:
        f.write(a.bytes())

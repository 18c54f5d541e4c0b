# SPDX-License-Identifier: GPL-2.0-only
"""Can this machine's /dev/kvm host a Hyper-V guest?

The device node says little: it exists on machines without hardware virtualisation and on kernels built without the
Hyper-V emulation. So the capabilities are asked, and the one that matters most is switched on in a real vCPU.
"""
import ctypes
import fcntl
import os

KVM_GET_API_VERSION = 0xAE00
KVM_CREATE_VM = 0xAE01
KVM_CHECK_EXTENSION = 0xAE03
KVM_CREATE_VCPU = 0xAE41
KVM_CREATE_IRQCHIP = 0xAE60
KVM_ENABLE_CAP = 0x4068AEA3

NEEDED = (
    ("KVM_CAP_HYPERV_SYNIC2", 148),
    ("KVM_CAP_HYPERV_VP_INDEX", 149),
    ("KVM_CAP_HYPERV_EVENTFD", 154),
    ("KVM_CAP_HYPERV_TIME", 96),
)


class EnableCap(ctypes.Structure):
    """struct kvm_enable_cap"""
    _fields_ = [("cap", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("args", ctypes.c_uint64 * 4), ("pad", ctypes.c_uint8 * 64)]


def _try_synic(kvm):
    """Create a VM and a vCPU and switch SynIC on; returns a reason on failure, None on success."""
    fds = []
    try:
        vm = fcntl.ioctl(kvm, KVM_CREATE_VM, 0)
        fds.append(vm)
        fcntl.ioctl(vm, KVM_CREATE_IRQCHIP, 0)
        vcpu = fcntl.ioctl(vm, KVM_CREATE_VCPU, 0)
        fds.append(vcpu)
        cap = EnableCap(cap=dict(NEEDED)["KVM_CAP_HYPERV_SYNIC2"])
        fcntl.ioctl(vcpu, KVM_ENABLE_CAP, cap)
    except OSError as err:
        return "a test vCPU with SynIC cannot be made (%s)" % err.strerror
    finally:
        for fd in reversed(fds):
            os.close(fd)
    return None


def why_not(path="/dev/kvm"):
    """None when guests can run here directly, else one sentence saying what is missing."""
    try:
        kvm = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as err:
        return "%s: %s" % (path, err.strerror)
    try:
        if fcntl.ioctl(kvm, KVM_GET_API_VERSION, 0) != 12:
            return "%s speaks another API version" % path
        for name, number in NEEDED:
            if fcntl.ioctl(kvm, KVM_CHECK_EXTENSION, number) <= 0:
                return "%s lacks %s" % (path, name)
        return _try_synic(kvm)
    except OSError as err:
        return "%s: %s" % (path, err.strerror)
    finally:
        os.close(kvm)

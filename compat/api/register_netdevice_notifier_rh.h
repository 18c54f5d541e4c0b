/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       register_netdevice_notifier_rh
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.10 commit unverified ("RHEL 7's own, in no mainline kernel")
 * until:     v3.11
 * serves:    el7 (3.10.0-514 to -1160)
 * drop-when: never, a vendor's name; with the last row of RHEL 7
 * probe:     decl register_netdevice_notifier_rh
 * force:     no, the argument is what the kernel hands over
 * old:       struct notifier_block; int register_netdevice_notifier(struct notifier_block *nb);
 * new:       struct notifier_block; int register_netdevice_notifier(struct notifier_block *nb); int register_netdevice_notifier_rh(struct notifier_block *nb);
 * note:      There the function of the usual name still hands over the interface itself, as kernels before 3.11 did, although
 *            the accessor of what 3.11 hands over exists: seen as an oops at the first event on 3.10.0-1160.
 */
#ifdef KIT_HAVE_REGISTER_NETDEVICE_NOTIFIER_RH
#define register_netdevice_notifier register_netdevice_notifier_rh
#define unregister_netdevice_notifier unregister_netdevice_notifier_rh
#endif

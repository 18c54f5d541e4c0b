/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       syscore_ops
 * header:    linux/syscore_ops.h
 * since:     v2.6.39 40dc166cb5dd ("PM / Core: Introduce struct syscore_ops for core subsystems PM")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 2.6.39
 * probe:     type struct syscore_ops
 * force:     no, the kernel's own struct stays visible
 * old:       typedef int kit_old;
 * new:       struct syscore_ops { int x; };
 * note:      On older kernels nobody calls the operations; a driver that needs them must refuse to sleep there.
 */
#ifndef KIT_HAVE_SYSCORE_OPS
struct syscore_ops {
	int (*suspend)(void);
	void (*resume)(void);
	void (*shutdown)(void);
};

static inline void register_syscore_ops(struct syscore_ops *ops)
{
}

static inline void unregister_syscore_ops(struct syscore_ops *ops)
{
}
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       memory_notify
 * header:    linux/memory.h
 * uses:      linux/notifier.h
 * since:     v2.6.24 commit unverified ("memory hotplug: rearrange memory hotplug notifier")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.24
 * probe:     member struct memory_notify.nr_pages
 * force:     yes
 * force-names: memory_notify register_memory_notifier unregister_memory_notifier
 * old:       struct notifier_block; struct memory_notify; int register_memory_notifier(struct notifier_block *nb);
 * new:       struct memory_notify { unsigned long start_pfn; unsigned long nr_pages; };
 * note:      before it, the notifier named whole sections and no module could register one: never called here.
 */
#ifndef KIT_HAVE_MEMORY_NOTIFY
#include <linux/errno.h>
#include <linux/notifier.h>

struct kit_memory_notify {
	unsigned long start_pfn;
	unsigned long nr_pages;
};
#undef memory_notify
#define memory_notify kit_memory_notify

#ifndef MEM_GOING_OFFLINE
#define MEM_GOING_OFFLINE (1 << 1)
#endif
#ifndef MEM_CANCEL_ONLINE
#define MEM_CANCEL_ONLINE (1 << 4)
#endif
#ifndef MEM_CANCEL_OFFLINE
#define MEM_CANCEL_OFFLINE (1 << 5)
#endif

static inline int kit_register_memory_notifier(struct notifier_block *nb)
{
	return -EOPNOTSUPP;
}
#undef register_memory_notifier
#define register_memory_notifier kit_register_memory_notifier

static inline void kit_unregister_memory_notifier(struct notifier_block *nb)
{
}
#undef unregister_memory_notifier
#define unregister_memory_notifier kit_unregister_memory_notifier
#endif

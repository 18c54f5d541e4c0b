/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kern_path
 * header:    linux/namei.h
 * uses:      linux/path.h
 * needs:     struct_path
 * since:     v2.6.28 commit unverified ("[PATCH] kill nameidata passing to permission(), rename to kern_path()")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.28
 * probe:     decl kern_path
 * force-names: kern_path path_put
 * old:       struct path { int x; };
 * new:       struct path { int x; }; int kern_path(const char *name, unsigned flags, struct path *path);
 * note:      On older kernels every path is "not there": use it only where that is a safe answer.
 */
#ifndef KIT_HAVE_KERN_PATH
#include <linux/errno.h>

#ifndef KIT_HAVE_STRUCT_PATH
struct path {
	void *kit_nothing;
};
#endif

static inline int kern_path(const char *name, unsigned int flags, struct path *path)
{
	return -ENOENT;
}

static inline void path_put(struct path *path)
{
}
#endif

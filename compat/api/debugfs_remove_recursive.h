/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       debugfs_remove_recursive
 * header:    linux/debugfs.h
 * since:     v2.6.27 commit unverified ("debugfs: Implement debugfs_remove_recursive()")
 * serves:    vanilla 2.6.18 (el5 has the backport)
 * drop-when: baseline >= 2.6.27
 * probe:     decl debugfs_remove_recursive
 * force:     no, it walks a list that was renamed since
 * old:       struct dentry; void debugfs_remove(struct dentry *dentry);
 * new:       struct dentry; void debugfs_remove_recursive(struct dentry *dentry);
 * note:      The older one takes folders of files, not folders of folders: remove inner ones first.
 */
#ifndef KIT_HAVE_DEBUGFS_REMOVE_RECURSIVE
#include <linux/dcache.h>

/* Our files are pinned and only we remove them, so the list stands still while we do. */
static inline void debugfs_remove_recursive(struct dentry *dir)
{
	struct dentry *child, *next;

	list_for_each_entry_safe(child, next, &dir->d_subdirs, d_u.d_child)
		if (child->d_inode)
			debugfs_remove(child);
	debugfs_remove(dir);
}
#endif

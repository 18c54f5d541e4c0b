/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       struct_path
 * header:    linux/namei.h
 * before:    linux/fs.h linux/dcache.h
 * uses:      linux/path.h
 * since:     v2.6.20 commit unverified ("[PATCH] VFS: introduce struct path")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.20
 * probe:     member struct path.dentry
 * force:     no, it only names a type
 * old:       struct dentry;
 * new:       struct dentry; struct path { struct dentry *dentry; };
 */
/* Asked by kern_path: KIT_HAVE_STRUCT_PATH. */

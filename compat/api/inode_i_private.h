/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       inode_i_private
 * header:    linux/fs.h
 * since:     v2.6.19 commit unverified ("[PATCH] inode_diet: Replace inode.u.generic_ip with inode.i_private")
 * serves:    vanilla 2.6.18 (el5 has the backport)
 * drop-when: baseline >= 2.6.19
 * probe:     member struct inode.i_private
 * force:     no, the member is there
 * old:       struct inode { struct { void *generic_ip; } u; };
 * new:       struct inode { void *i_private; };
 */
#ifdef KIT_HAVE_INODE_I_PRIVATE
#define kit_i_private(inode) ((inode)->i_private)
#else
#define kit_i_private(inode) ((inode)->u.generic_ip)
#endif

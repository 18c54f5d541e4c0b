/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       define_show_attribute
 * header:    linux/seq_file.h
 * needs:     inode_i_private
 * since:     v4.16 a08f06bb7a07 ("seq_file: Introduce DEFINE_SHOW_ATTRIBUTE() helper macro")
 * serves:    every row before 4.16
 * drop-when: baseline >= 4.16
 * probe:     macro DEFINE_SHOW_ATTRIBUTE
 * old:       #define KIT_OLD 1
 * new:       #define DEFINE_SHOW_ATTRIBUTE(__name) int __name
 */
#ifndef KIT_HAVE_DEFINE_SHOW_ATTRIBUTE
#include <linux/fs.h>
#include <linux/module.h>

#define DEFINE_SHOW_ATTRIBUTE(__name)					\
static int __name ## _open(struct inode *inode, struct file *file)	\
{									\
	return single_open(file, __name ## _show, kit_i_private(inode));	\
}									\
									\
static const struct file_operations __name ## _fops = {			\
	.owner		= THIS_MODULE,					\
	.open		= __name ## _open,				\
	.read		= seq_read,					\
	.llseek		= seq_lseek,					\
	.release	= single_release,				\
}
#endif

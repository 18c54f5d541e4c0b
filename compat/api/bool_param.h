/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       bool_param
 * header:    linux/moduleparam.h
 * since:     v2.6.36 commit unverified ("param: use ops in struct kernel_param, rather than get and set fns directly")
 * serves:    el5, el6 (2.6.18, 2.6.32)
 * drop-when: baseline >= 2.6.36
 * probe:     type struct kernel_param_ops
 * force:     no, the kernel's own check decides which variable fits
 * old:       struct kernel_param { int old; };
 * new:       struct kernel_param_ops { int x; };
 * note:      kit_bool_param is the type of a variable behind module_param(..., bool, ...): old kernels write an int.
 */
#ifndef KIT_HAVE_BOOL_PARAM
typedef int kit_bool_param;
#else
#include <linux/types.h>

typedef bool kit_bool_param;
#endif

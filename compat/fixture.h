/* SPDX-License-Identifier: GPL-2.0-only */
/* What every old:/new: fixture may take for granted: the kernel's names for plain types. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef unsigned char __u8;
typedef unsigned long size_t;
typedef long ssize_t;
typedef long long loff_t;
typedef unsigned int gfp_t;
typedef unsigned long long phys_addr_t;
#define NULL ((void *)0)

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a pure file may use: fixed-width types, memcpy and errno values, in the kernel and in user space alike.
 * A pure file has no kernel object, no lock and no allocation, so unit tests and fuzzers compile it unchanged.
 */
#ifndef _LIS_PURE_H
#define _LIS_PURE_H

#ifdef __KERNEL__
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/string.h>
#include <linux/errno.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <linux/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       is_enabled
 * header:    linux/kernel.h
 * since:     v3.1 2a11c8ea20bf ("kconfig: Introduce IS_ENABLED(), IS_BUILTIN() and IS_MODULE()")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 3.1
 * probe:     macro IS_ENABLED
 * force:     no, the kernel's own headers paste its result
 * old:       #define KIT_OLD 1
 * new:       #define IS_ENABLED(option) 0
 */
#ifndef KIT_HAVE_IS_ENABLED
/* A symbol defined as 1 becomes "0," and shifts a 1 into the second place. */
#define KIT_ARG_PLACEHOLDER_1 0,
#define kit_take_second(ignored, val, ...) val
#define kit_is_defined3(junk) kit_take_second(junk 1, 0, 0)
#define kit_is_defined2(value) kit_is_defined3(KIT_ARG_PLACEHOLDER_##value)
#define kit_is_defined(x) kit_is_defined2(x)
#define IS_ENABLED(option) (kit_is_defined(option) || kit_is_defined(option##_MODULE))
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       memory_block_size_bytes
 * header:    linux/memory.h
 * since:     v5.3 commit unverified ("drivers/base/memory: pass a block_id to init_memory_block()")
 * serves:    every row before 5.3 (declared there, but not for modules)
 * drop-when: never, it needs memory hotplug in the kernel
 * probe:     decl memory_block_size_bytes
 * exported:  memory_block_size_bytes
 * export-default: absent
 * old:       int old;
 * new:       unsigned long memory_block_size_bytes(void);
 * note:      128 MiB is the x86 section, the smallest block there is. A machine with larger blocks on such a kernel
 *            refuses the first add_memory() and nothing is lost.
 */
#ifndef KIT_HAVE_MEMORY_BLOCK_SIZE_BYTES
static inline unsigned long kit_memory_block_size_bytes(void)
{
	return 128UL << 20;
}
#undef memory_block_size_bytes
#define memory_block_size_bytes kit_memory_block_size_bytes
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       max_physmem_bits
 * header:    linux/mmzone.h
 * uses:      linux/mm.h
 * since:     v2.6.13 commit unverified ("sparsemem base")
 * serves:    kernels built without sparsemem
 * drop-when: never, a kernel may be built without sparsemem
 * probe:     macro MAX_PHYSMEM_BITS
 * constant:  the i686 rows, which may lack sparsemem, are not recorded
 * old:       #define KIT_FIXTURE_FLATMEM 1
 * new:       #define MAX_PHYSMEM_BITS 46
 */
#ifndef KIT_HAVE_MAX_PHYSMEM_BITS
#define MAX_PHYSMEM_BITS 36
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dma_bit_mask
 * header:    linux/dma-mapping.h
 * since:     v2.6.24 commit unverified ("dma-mapping: prevent dma dependent code from linking on !HAS_DMA / add DMA_BIT_MASK")
 * serves:    el5.0 (2.6.18); el5.7 has the backport
 * drop-when: baseline >= 2.6.24
 * probe:     macro DMA_BIT_MASK
 * old:       #define DMA_64BIT_MASK 0xffffffffffffffffULL
 * new:       #define DMA_BIT_MASK(n) 0
 */
#ifndef KIT_HAVE_DMA_BIT_MASK
#define DMA_BIT_MASK(n) ((n) == 64 ? ~0ULL : (1ULL << (n)) - 1)
#endif

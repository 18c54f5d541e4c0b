/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       dma_rmb
 * header:    asm/barrier.h
 * needs:     asm_barrier_header
 * since:     v3.19 1077fa36f23e ("arch: Add lightweight memory barriers dma_rmb() and dma_wmb()")
 * serves:    el7 (3.10) and older
 * drop-when: baseline >= 3.19
 * probe:     macro dma_rmb
 * force-names: dma_rmb dma_wmb
 * old:       #define KIT_OLD 1
 * new:       #define dma_rmb() do {} while (0)
 */
#ifndef KIT_HAVE_DMA_RMB
#define dma_rmb() rmb()
#define dma_wmb() wmb()
#endif

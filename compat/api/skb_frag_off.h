/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_frag_off
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h
 * since:     v5.4 commit unverified ("linux: Add skb_frag_t page_offset accessors")
 * serves:    el8.0 (4.18) and older
 * drop-when: baseline >= 5.4
 * probe:     decl skb_frag_off
 * old:       typedef struct { u32 page_offset; } skb_frag_t;
 * new:       typedef struct { u32 page_offset; } skb_frag_t; static inline unsigned int skb_frag_off(const skb_frag_t *frag) { return frag->page_offset; }
 * force:     no, new kernels have no such member
 */
#ifndef KIT_HAVE_SKB_FRAG_OFF
static inline unsigned int skb_frag_off(const skb_frag_t *frag)
{
	return frag->page_offset;
}
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       skb_frag_page
 * header:    linux/skbuff.h
 * also-in:   linux/netdevice.h linux/etherdevice.h linux/if_vlan.h
 * since:     v3.2 commit unverified ("net: add APIs for manipulating skb page fragments")
 * serves:    vanilla 3.0
 * drop-when: baseline >= 3.2
 * probe:     decl skb_frag_page
 * force:     no, new kernels have no such members
 * old:       struct page; typedef struct { struct page *page; u32 size; } skb_frag_t;
 * new:       struct page; typedef struct { struct page *page; u32 size; } skb_frag_t; static inline struct page *skb_frag_page(const skb_frag_t *frag) { return frag->page; }
 */
#ifndef KIT_HAVE_SKB_FRAG_PAGE
static inline struct page *skb_frag_page(const skb_frag_t *frag)
{
	return frag->page;
}

static inline unsigned int skb_frag_size(const skb_frag_t *frag)
{
	return frag->size;
}
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       xdp_prepare_buff
 * header:    net/xdp.h
 * since:     v5.12 commit unverified ("net: xdp: introduce xdp_prepare_buff utility routine")
 * serves:    debian-11 (5.10) and older
 * drop-when: baseline >= 5.12
 * probe:     decl xdp_prepare_buff
 * force:     no, its types are the kernel's
 * old:       struct xdp_buff { void *data; };
 * new:       struct xdp_buff { void *data; }; void xdp_prepare_buff(struct xdp_buff *xdp, unsigned char *hard_start, int headroom, int data_len, int meta_valid);
 * note:      XDP for a driver that copies each frame into a page of its own. KIT_XDP_ADAPTER(set, send); and KIT_XDP_OPS(set, send)
 *            among the initialisers, without a comma: int set(dev, prog) takes a program and its reference, or NULL, under RTNL;
 *            void send(dev, skb) sends a frame others redirect here. Older kernels have programs run behind the driver,
 *            the generic way, or not at all.
 */
enum {
	KIT_XDP_ABORTED,
	KIT_XDP_DROP,
	KIT_XDP_PASS,
	KIT_XDP_TX,
	KIT_XDP_REDIRECT,
};

struct bpf_prog;
struct napi_struct;
struct net_device;
struct page;
struct sk_buff;

#ifdef KIT_HAVE_XDP_PREPARE_BUFF
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#define KIT_XDP_HEADROOM XDP_PACKET_HEADROOM
/* Longest frame. */
#define KIT_XDP_ROOM (PAGE_SIZE - XDP_PACKET_HEADROOM - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

struct kit_xdp_rxq {
	struct xdp_rxq_info info;
};

static inline int kit_xdp_rxq_add(struct kit_xdp_rxq *q, struct net_device *dev, u32 index, struct napi_struct *napi)
{
	int ret = xdp_rxq_info_reg(&q->info, dev, index, napi->napi_id);

	if (ret)
		return ret;
	ret = xdp_rxq_info_reg_mem_model(&q->info, MEM_TYPE_PAGE_SHARED, NULL);
	if (ret)
		xdp_rxq_info_unreg(&q->info);
	return ret;
}

static inline void kit_xdp_rxq_remove(struct kit_xdp_rxq *q)
{
	if (xdp_rxq_info_is_reg(&q->info))
		xdp_rxq_info_unreg(&q->info);
}

static inline struct sk_buff *kit_xdp_skb(const struct xdp_buff *xdp)
{
	struct sk_buff *skb = build_skb(xdp->data_hard_start, PAGE_SIZE);

	if (!skb)
		return NULL;
	skb_reserve(skb, (u8 *)xdp->data - (u8 *)xdp->data_hard_start);
	skb_put(skb, (u8 *)xdp->data_end - (u8 *)xdp->data);
	return skb;
}

/*
 * Run a program on the frame in a page, KIT_XDP_HEADROOM from its start. The page is gone afterwards. Return: what becomes of
 * the frame; with PASS and TX it is in *skb. In a poll, under rcu_read_lock().
 */
static inline u32 kit_xdp_run(struct bpf_prog *prog, struct kit_xdp_rxq *q, struct page *page, u32 len,
			      struct sk_buff **skb)
{
	struct xdp_buff xdp;
	u32 act;

	xdp_init_buff(&xdp, PAGE_SIZE, &q->info);
	xdp_prepare_buff(&xdp, page_address(page), XDP_PACKET_HEADROOM, len, false);
	act = bpf_prog_run_xdp(prog, &xdp);
	if (act == XDP_PASS || act == XDP_TX) {
		*skb = kit_xdp_skb(&xdp);
		if (*skb)
			return act;
	} else if (act == XDP_REDIRECT) {
		if (!xdp_do_redirect(q->info.dev, &xdp, prog))
			return act;
	}
	put_page(page);
	return act == XDP_DROP ? act : XDP_ABORTED;
}

static inline void kit_xdp_put(struct bpf_prog *prog)
{
	bpf_prog_put(prog);
}

#define kit_xdp_flush() xdp_do_flush()

#define KIT_XDP_ADAPTER(set, send)						\
static int kit_bpf_##set(struct net_device *dev, struct netdev_bpf *bpf)	\
{										\
	return bpf->command == XDP_SETUP_PROG ? set(dev, bpf->prog) : -EINVAL;	\
}										\
static int kit_xmit_##send(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags)	\
{										\
	struct sk_buff *skb;							\
	int i;									\
										\
	if (flags & ~XDP_XMIT_FLAGS_MASK)					\
		return -EINVAL;							\
	for (i = 0; i < n; i++) {						\
		skb = xdp_build_skb_from_frame(frames[i], dev);			\
		if (!skb)							\
			break;							\
		skb_push(skb, ETH_HLEN);					\
		send(dev, skb);							\
	}									\
	return i;								\
}										\
struct kit_semicolon
#define KIT_XDP_OPS(set, send) .ndo_bpf = kit_bpf_##set, .ndo_xdp_xmit = kit_xmit_##send,
#else
#define KIT_XDP_HEADROOM 0
#define KIT_XDP_ROOM 0

struct kit_xdp_rxq {
	char none;
};

static inline int kit_xdp_rxq_add(struct kit_xdp_rxq *q, struct net_device *dev, u32 index, struct napi_struct *napi)
{
	return 0;
}

static inline void kit_xdp_rxq_remove(struct kit_xdp_rxq *q)
{
}

/* Nobody can set a program. */
static inline u32 kit_xdp_run(struct bpf_prog *prog, struct kit_xdp_rxq *q, struct page *page, u32 len,
			      struct sk_buff **skb)
{
	return KIT_XDP_ABORTED;
}

static inline void kit_xdp_put(struct bpf_prog *prog)
{
}

#define kit_xdp_flush() do { } while (0)

#define KIT_XDP_ADAPTER(set, send)						\
static inline void kit_used_##set(void)						\
{										\
	(void)set;								\
	(void)send;								\
}										\
struct kit_semicolon
#define KIT_XDP_OPS(set, send)
#endif

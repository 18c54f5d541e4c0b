// SPDX-License-Identifier: GPL-2.0-only
/* The adapter's channels: packets in and out, NVSP (docs/wire/05 1, 2). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "ctl/ctl.h"
#include "net.h"

#define PACKETS_A_TURN 256

void net_put(struct net *n)
{
	if (!--n->refs)
		free(n);
}

/* --- to the guest ---------------------------------------------------------------------------------------- */

static bool send_out(struct net *n, const struct net_out *o)
{
	if (o->control)
		return net_rx_control(n, o->data, o->len);
	return !vmb_send_inband(n->q[0].ch, o->trans_id, o->want_completion, o->data, o->len);
}

static void flush_out(struct net *n)
{
	while (n->out_count && n->q[0].open && send_out(n, &n->out[n->out_first])) {
		n->out_first = (n->out_first + 1) % NET_OUT_MAX;
		n->out_count--;
	}
}

int net_tell(struct net *n, bool control, uint64_t trans_id, const void *data, size_t len)
{
	struct net_out *o = &n->out[(n->out_first + n->out_count) % NET_OUT_MAX];

	if (!n->q[0].open)
		return -ENOTCONN;
	if (n->out_count == NET_OUT_MAX)
		return -EBUSY;
	memset(o, 0, sizeof(*o));
	o->control = control;
	o->trans_id = trans_id;
	o->len = len;
	memcpy(o->data, data, len);
	n->out_count++;
	flush_out(n);
	return 0;
}

void net_indicate(struct net *n, uint32_t status, const uint32_t *value)
{
	uint8_t m[32];

	if (n->a.initialized)
		net_tell(n, true, 0, m, rndis_build_indicate(m, status, value, n->old_indicate));
}

void net_tell_vf(struct net *n)
{
	struct nvsp_vf_association v = { .hdr.type = NVSP_SEND_VF_ASSOCIATION, .allocated = n->vf,
					 .serial = n->vf_serial };
	uint8_t m[NVSP_MESSAGE_LEN] = { 0 };

	if (n->version < NVSP_VERSION_4 || !(n->caps & NVSP_CAP_SRIOV))
		return;
	memcpy(m, &v, sizeof(v));
	n->vf_told = !net_tell(n, false, NVSP_TRANS_VF_ASSOCIATION, m, nvsp_len(n->version));
}

static bool flush_done(struct net_queue *q)
{
	if (q->done_waits)
		q->done_waits = vmb_complete(q->ch, q->done_id, q->done, q->done_len) != 0;
	return !q->done_waits;
}

static void complete(struct net_queue *q, const struct vmb_packet *p, const void *data, size_t len)
{
	if (!p->wants_completion)
		return;
	memset(q->done, 0, sizeof(q->done));
	if (len)
		memcpy(q->done, data, len);
	q->done_id = p->trans_id;
	q->done_len = len ? nvsp_len(q->n->version) : 0;
	q->done_waits = true;
	flush_done(q);
}

/* --- NVSP of the primary --------------------------------------------------------------------------------- */

static void on_init(struct net_queue *q, const struct vmb_packet *p, const struct nvsp_init *m)
{
	struct net *n = q->n;
	struct nvsp_init_complete c = { .hdr.type = NVSP_INIT_COMPLETE, .max_mdl_chain = NVSP_MAX_MDL_CHAIN };
	uint32_t status = NVSP_STAT_FAIL;

	if (!n->version)
		n->version = nvsp_choose(m->version_min, m->version_max, n->newest, &status);
	c.status = status;
	c.negotiated = n->newest == NVSP_VERSION_1 ? 2 : 0xFFFFFFFF;
	n->a.nvsp = n->version;
	n->a.can_udp = n->option_udp && n->version >= NVSP_VERSION_5;
	n->a.can_rss = n->a.queues > 1 && n->version >= NVSP_VERSION_5;
	complete(q, p, &c, sizeof(c));
}

static void on_recv_buf(struct net_queue *q, const struct vmb_packet *p, const struct nvsp_send_buf *m)
{
	struct net *n = q->n;
	struct nvsp_recv_buf_complete c = { .hdr.type = NVSP_SEND_RECV_BUF_COMPLETE, .status = NVSP_STAT_FAIL };
	struct vmb_gpadl *g = n->version && !n->recv ? vmb_gpadl(q->ch, m->gpadl) : NULL;

	if (g && nvsp_divide(vmb_gpadl_size(g), n->a.mtu, n->version, &n->division) &&
	    net_sections_init(&n->sections, n->division.sub_count)) {
		n->recv = g;
		n->recv_gpadl = m->gpadl;
		n->recv_id = m->id;
		c.status = NVSP_STAT_SUCCESS;
		c.section_count = 1;
		c.section[0] = n->division;
	}
	complete(q, p, &c, sizeof(c));
}

static void on_send_buf(struct net_queue *q, const struct vmb_packet *p, const struct nvsp_send_buf *m)
{
	struct net *n = q->n;
	struct nvsp_send_buf_complete c = { .hdr.type = NVSP_SEND_SEND_BUF_COMPLETE, .status = NVSP_STAT_FAIL };
	struct vmb_gpadl *g = n->version && !n->send ? vmb_gpadl(q->ch, m->gpadl) : NULL;

	if (g && vmb_gpadl_size(g) <= NVSP_SEND_BUF_MAX && vmb_gpadl_size(g) >= NET_SEND_SECTION) {
		n->send = g;
		n->send_gpadl = m->gpadl;
		n->send_sections = (unsigned int)(vmb_gpadl_size(g) / NET_SEND_SECTION);
		c.status = NVSP_STAT_SUCCESS;
		c.section_size = NET_SEND_SECTION;
	}
	complete(q, p, &c, sizeof(c));
}

static void forget_send(struct net *n)
{
	n->send = NULL;
	n->send_sections = 0;
}

static void on_subchannel(struct net_queue *q, const struct vmb_packet *p, const struct nvsp_subchannel *m)
{
	struct net *n = q->n;
	struct nvsp_subchannel_complete c = { .hdr.type = NVSP_SUBCHANNEL };
	uint32_t granted;

	c.status = net_sub_allocate(n, m->op, m->count, &granted);
	c.count = granted;
	complete(q, p, &c, sizeof(c));
	if (granted)
		net_sub_offer(n);
}

static void on_data_path(struct net_queue *q, const struct vmb_packet *p, const struct nvsp_switch_data_path *m)
{
	net_vf_switch(q->n, m->active == NVSP_DATA_PATH_VF);
	ctl_event("net-data-path", q->n->d->name, json_pack("{s:s}", "active", q->n->vf_path ? "vf" : "synthetic"));
	complete(q, p, NULL, 0);
}

static void on_config(struct net *n, const struct nvsp_ndis_config *m)
{
	n->a.mtu = nvsp_mtu(m->mtu, n->newest_mtu);
	n->caps = m->capabilities;
	n->a.can_rsc = n->option_rsc && n->version >= NVSP_VERSION_6_1 && (n->caps & NVSP_CAP_RSC);
}

/* Where the guest is in the order of section 2: what comes out of it is nonsense, and changes nothing. */
static bool in_order(const struct net *n, uint32_t type)
{
	switch (type) {
	case NVSP_INIT:
	case NVSP_SEND_RNDIS_PKT:
	case NVSP_SEND_RECV_BUF:
	case NVSP_SEND_SEND_BUF:
	case NVSP_REVOKE_RECV_BUF:
	case NVSP_REVOKE_SEND_BUF:
	case NVSP_SUBCHANNEL: return true;
	case NVSP_SEND_NDIS_CONFIG: return n->version >= NVSP_VERSION_2 && !n->recv;
	case NVSP_SEND_NDIS_VERSION: return n->version && !n->a.initialized;
	case NVSP_SWITCH_DATA_PATH: return n->version >= NVSP_VERSION_4;
	default: return false;
	}
}

static void on_ndis_version(struct net *n, const struct nvsp_ndis_version *m)
{
	n->a.ndis = m->major << 16 | (m->minor & 0xFFFF);
}

static void dispatch(struct net_queue *q, const struct vmb_packet *p, const union nvsp_any *m)
{
	struct net *n = q->n;

	switch (m->hdr.type) {
	case NVSP_INIT: on_init(q, p, &m->init); return;
	case NVSP_SEND_RECV_BUF: on_recv_buf(q, p, &m->buf); return;
	case NVSP_SEND_SEND_BUF: on_send_buf(q, p, &m->buf); return;
	case NVSP_SUBCHANNEL: on_subchannel(q, p, &m->sub); return;
	case NVSP_SWITCH_DATA_PATH: on_data_path(q, p, &m->path); return;
	case NVSP_SEND_NDIS_CONFIG: on_config(n, &m->config); break;
	case NVSP_SEND_NDIS_VERSION: on_ndis_version(n, &m->ndis); break;
	case NVSP_REVOKE_RECV_BUF: net_rx_forget(n); break;
	case NVSP_REVOKE_SEND_BUF: forget_send(n); break;
	}
	complete(q, p, NULL, 0);
}

static void on_message(struct net_queue *q, const struct vmb_packet *p)
{
	struct nvsp_rndis_pkt_complete c = { .hdr.type = NVSP_SEND_RNDIS_PKT_COMPLETE };
	union nvsp_any m;
	int err = nvsp_parse(p->data, p->len, &m);

	if (!err && m.hdr.type == NVSP_SEND_RNDIS_PKT) {
		c.status = net_tx(q, &m.rndis, &p->sg);
		complete(q, p, &c, sizeof(c));
		return;
	}
	if (err || q->index || !in_order(q->n, m.hdr.type)) {
		q->n->nonsense++;
		complete(q, p, NULL, 0);
		return;
	}
	dispatch(q, p, &m);
}

/* --- packets from the guest ------------------------------------------------------------------------------ */

static void on_completion(struct net_queue *q, const struct vmb_packet *p)
{
	struct net *n = q->n;
	union nvsp_any m;

	if (p->trans_id & 1ULL << 63) /* of our in-band messages, should the guest complete them */
		return;
	if (!n->recv || !net_section_done(&n->sections, p->trans_id, q->index)) {
		n->bad_completions++;
		return;
	}
	if (nvsp_parse(p->data, p->len, &m) || m.hdr.type != NVSP_SEND_RNDIS_PKT_COMPLETE)
		n->nonsense++;
	else if (m.rndis_complete.status != NVSP_STAT_SUCCESS)
		n->refused_by_guest++;
}

static void on_packet(struct net_queue *q, const struct vmb_packet *p)
{
	if (p->type == VM_PKT_COMP) {
		on_completion(q, p);
	} else if (p->type == VM_PKT_DATA_INBAND || p->type == VM_PKT_DATA_USING_GPA_DIRECT) {
		on_message(q, p);
	} else {
		q->n->nonsense++;
		complete(q, p, NULL, 0);
	}
}

/* A guest that does not take what waits for it is not listened to. */
static bool may_listen(struct net_queue *q)
{
	return q->open && !q->done_waits && q->n->out_count < NET_OUT_MAX / 2;
}

/* A slow host: what comes waits for the next turn. */
static bool must_wait(struct net_queue *q)
{
	struct net *n = q->n;
	bool due = q->due;

	q->due = false;
	if (!n->slow_ns || due)
		return false;
	if (!loop_timer_is_set(&n->slow_timer))
		loop_timer_set(&n->slow_timer, n->slow_ns);
	return true;
}

static void channel_ready(struct vmb_channel *ch)
{
	struct net_queue *q = vmb_priv(ch);
	struct net *n = q->n;
	struct vmb_packet p;
	unsigned int done = 0;

	if (q->ch != ch || !q->open || must_wait(q) || !flush_done(q))
		return;
	vmb_batch_begin(ch);
	flush_out(n);
	while (done < PACKETS_A_TURN && may_listen(q) && vmb_recv(ch, &p) > 0) {
		on_packet(q, &p);
		done++;
	}
	if (n->backend.ops && n->backend.ops->flush)
		n->backend.ops->flush(n->backend.priv);
	net_rx_room(n);
	net_up_flush(n);
	flush_out(n);
	vmb_batch_end(ch);
	if (done == PACKETS_A_TURN)
		vmb_poll(ch);
}

static void turn(void *arg)
{
	struct net *n = arg;

	for (unsigned int i = 0; i < NET_QUEUES_MAX; i++)
		if (n->q[i].ch) {
			n->q[i].due = true;
			vmb_poll(n->q[i].ch);
		}
}

void net_slow_init(struct net *n)
{
	loop_timer_init(&n->slow_timer, turn, n);
}

void net_slow_set(struct net *n, uint64_t ns)
{
	loop_timer_cancel(&n->slow_timer);
	n->slow_ns = ns;
	turn(n);
}

/* --- life of a channel ----------------------------------------------------------------------------------- */

static int channel_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct net_queue *q = vmb_priv(ch);

	if (q->ch != ch)
		return -1; /* a doomed subchannel */
	q->open = true;
	q->done_waits = false;
	q->batched = 0;
	if (q->index)
		net_sub_opened(q->n);
	return 0;
}

void net_protocol_reset(struct net *n)
{
	net_rx_forget(n);
	forget_send(n);
	net_adapter_reset(&n->a);
	net_rx_set_coalescing(n);
	n->version = n->a.nvsp = n->a.ndis = 0;
	n->a.mtu = NVSP_MTU_MIN;
	n->caps = 0;
	n->a.can_rsc = n->a.can_rss = n->a.can_udp = false;
	/* The path stays: stock guests come back from a change of MTU without a word about it (05 10). */
	n->vf_told = false;
	n->out_count = n->out_first = 0;
	n->starved = false;
}

static void channel_close(struct vmb_channel *ch)
{
	struct net_queue *q = vmb_priv(ch);

	if (q->ch != ch)
		return;
	q->open = false;
	q->done_waits = false;
	if (q->index) {
		net_rx_close(q);
		return;
	}
	net_protocol_reset(q->n);
	net_sub_doom(q->n);
}

static void channel_gpadl_gone(struct vmb_channel *ch, uint32_t id)
{
	struct net_queue *q = vmb_priv(ch);
	struct net *n = q->n;

	if (q->index || q->ch != ch)
		return;
	if (n->recv && n->recv_gpadl == id)
		net_rx_forget(n);
	if (n->send && n->send_gpadl == id)
		forget_send(n);
}

static void channel_gone(struct vmb_channel *ch)
{
	struct net_queue *q = vmb_priv(ch);

	if (q->ch == ch)
		q->ch = NULL;
	net_put(q->n);
}

const struct vmb_ops net_channel_ops = {
	.open = channel_open,
	.ready = channel_ready,
	.close = channel_close,
	.gpadl_gone = channel_gpadl_gone,
	.gone = channel_gone,
};

// SPDX-License-Identifier: GPL-2.0-only
/* Packets of the storage channels, in and out (storage.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "ctl/ctl.h"
#include "storage.h"
#include "vmbus/classes.h"

static struct stor_chan *bundles; /* channels between vmb_batch_begin and _end */

static void bundle_begin(struct stor_chan *c)
{
	if (c->in_bundle)
		return;
	c->in_bundle = true;
	c->bundle_next = bundles;
	bundles = c;
	vmb_batch_begin(c->ch);
}

/* A subchannel is left unread until the controller is ready (4). */
static bool may_take(const struct stor_chan *c)
{
	if (c->dead || !c->open || c->unsent || c->in_flight >= STORAGE_IN_FLIGHT)
		return false;
	return c->primary || c->s->state == STORAGE_READY;
}

static void poll_if_room(struct stor_chan *c)
{
	if (!c->more || !may_take(c) || c->in_flight >= STORAGE_IN_FLIGHT / 2)
		return;
	c->more = false;
	vmb_poll(c->ch);
}

void storage_bundles_end(void)
{
	struct stor_chan *c;

	while ((c = bundles) != NULL) {
		bundles = c->bundle_next;
		c->in_bundle = false;
		vmb_batch_end(c->ch);
		poll_if_room(c);
	}
}

/* A channel that ends must not be left in the list. */
static void bundle_forget(struct stor_chan *c)
{
	for (struct stor_chan **at = &bundles; *at; at = &(*at)->bundle_next)
		if (*at == c) {
			*at = c->bundle_next;
			c->in_bundle = false;
			vmb_batch_end(c->ch);
			return;
		}
}

/* True when r is done with: sent, or not to be sent any more. */
static bool send_answer(struct stor_chan *c, const struct stor_req *r)
{
	int err = vmb_complete(c->ch, r->trans_id, &r->answer, r->answer_len);

	if (err == -EAGAIN)
		return false;
	if (err)
		log_warn("%s: an answer could not be sent: %s", vmb_name(c->ch), strerror(-err));
	return true;
}

void storage_answer(struct stor_req *r)
{
	struct stor_chan *c = r->c;

	if (c->open) {
		bundle_begin(c);
		if (c->unsent || !send_answer(c, r)) {
			c->s->count.no_room++;
			r->next = NULL;
			*c->unsent_last = r;
			c->unsent_last = &r->next;
			return;
		}
	}
	storage_req_free(r);
}

static void send_unsent(struct stor_chan *c)
{
	struct stor_req *r;

	while ((r = c->unsent) != NULL && send_answer(c, r)) {
		c->unsent = r->next;
		if (!c->unsent)
			c->unsent_last = &c->unsent;
		storage_req_free(r);
	}
}

/* --- unsolicited packets (7) -------------------------------------------------------------------------------------- */

static bool may_announce(const struct storage *s, unsigned int op)
{
	if (!s->primary || !s->primary->open || s->state != STORAGE_READY)
		return false;
	return op != VSTOR_ENUMERATE_BUS || s->version >= VSTOR_VERSION_4_2;
}

static size_t fill_announcement(const struct storage *s, unsigned int op, struct vstor_packet *p)
{
	memset(p, 0, sizeof(*p));
	p->operation = op;
	if (op == VSTOR_FCHBA_DATA)
		p->u.wwn = s->wwn;
	else if (op == VSTOR_EVENT_NOTIFICATION)
		p->u.event = s->event;
	return s->version >= VSTOR_VERSION_5_1 ? VSTOR_PACKET_LEN : VSTOR_PACKET_LEN_OLD;
}

static void send_announcements(struct storage *s)
{
	struct vstor_packet p;
	size_t len;

	for (unsigned int op = 0; op < 32; op++) {
		if (!(s->announce & 1U << op) || !may_announce(s, op))
			continue;
		len = fill_announcement(s, op, &p);
		if (vmb_send_inband(s->primary->ch, 0, false, &p, len) == -EAGAIN)
			return;
		s->announce &= ~(1U << op);
		s->count.announced++;
	}
}

void storage_announce(struct storage *s, enum vstor_operation op)
{
	s->announce |= 1U << op;
	send_announcements(s);
}

/* --- packets from the guest ----------------------------------------------------------------------------------------- */

/* Real hosts stop serving such a channel (4); what it was is for the one who debugs the guest. */
static void broken(struct stor_chan *c, const char *what)
{
	c->dead = true;
	c->s->count.malformed++;
	log_warn("%s: the guest broke the protocol: %s; the channel is not served any more", vmb_name(c->ch), what);
	ctl_event("guest-violation", c->s->d->name, json_pack("{s:s}", "what", what));
}

static void take_packet(struct stor_chan *c, const struct vmb_packet *p)
{
	struct stor_req *r;

	c->s->count.packets++;
	if (p->type == VM_PKT_COMP)
		return;
	if (p->type != VM_PKT_DATA_INBAND && p->type != VM_PKT_DATA_USING_GPA_DIRECT) {
		broken(c, "a packet of a type that storage does not have");
		return;
	}
	if (!p->wants_completion) {
		broken(c, "a packet that wants no completion");
		return;
	}
	r = calloc(1, sizeof(*r));
	if (!r) {
		broken(c, "out of memory");
		return;
	}
	r->c = c;
	r->trans_id = p->trans_id;
	if (vstor_parse(p->data, p->len, &r->v)) {
		free(r);
		broken(c, "a packet too short, or an operation that is not the guest's");
		return;
	}
	c->in_flight++;
	if (r->v.operation == VSTOR_EXECUTE_SRB)
		storage_execute(r, p);
	else
		storage_protocol(r);
}

static void chan_ready(struct vmb_channel *ch)
{
	struct stor_chan *c = vmb_priv(ch);
	struct vmb_packet p;
	int got = 1;

	if (!c->s || !c->open)
		return;
	bundle_begin(c);
	send_unsent(c);
	if (c->primary)
		send_announcements(c->s);
	while (may_take(c) && (got = vmb_recv(ch, &p)) == 1)
		take_packet(c, &p);
	if (got < 0)
		broken(c, "the ring or a packet in it is nonsense");
	c->more = got == 1 && !c->dead;
	storage_bundles_end();
}

void storage_poll_all(struct storage *s)
{
	for (struct stor_chan *c = s->subs; c; c = c->next)
		poll_if_room(c);
}

/* --- life of a channel ------------------------------------------------------------------------------------------------- */

static int chan_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct stor_chan *c = vmb_priv(ch);

	if (!c->s || (!c->primary && !(c->s->primary && c->s->primary->open)))
		return -ENODEV;
	c->open = true;
	c->dead = false;
	c->more = false;
	if (c->primary) {
		c->s->state = WAIT_BEGIN;
		c->s->version = 0;
		c->s->announce = 0;
	}
	return 0;
}

static void chan_close(struct vmb_channel *ch)
{
	struct stor_chan *c = vmb_priv(ch);

	c->open = false;
	storage_abandon(c);
	bundle_forget(c);
	if (!c->primary || !c->s)
		return;
	c->s->state = WAIT_BEGIN;
	c->s->version = 0;
	/* Not from here: the bus may be in the middle of closing them all. */
	if (c->s->subs)
		loop_timer_set(&c->s->subs_leave, 1);
}

static void unlink_chan(struct storage *s, struct stor_chan *c)
{
	struct stor_chan **at;

	if (s->primary == c)
		s->primary = NULL;
	for (at = &s->subs; *at; at = &(*at)->next)
		if (*at == c) {
			*at = c->next;
			return;
		}
}

static void chan_gone(struct vmb_channel *ch)
{
	struct stor_chan *c = vmb_priv(ch);

	if (c->s)
		unlink_chan(c->s, c);
	free(c);
}

static const struct vmb_ops ops = {
	.open = chan_open,
	.ready = chan_ready,
	.close = chan_close,
	.gone = chan_gone,
};

/* 1: old guests find the disk by what the offer says of it. */
static void fill_user(const struct storage *s, uint8_t *user)
{
	struct vstor_offer_user data = { 0 };

	if (s->kind == STORAGE_IDE) {
		data.path = s->ide_channel;
		data.target = s->ide_drive;
		data.flags = VSTOR_OFFER_IDE;
	}
	memcpy(user, &data, sizeof(data));
}

struct stor_chan *storage_offer(struct storage *s, uint16_t sub)
{
	static const char *const alias[] = { VMBUS_ALIAS_SCSI, VMBUS_ALIAS_IDE, VMBUS_ALIAS_FC };
	struct stor_chan *c = calloc(1, sizeof(*c));
	char name[96];
	struct vmb_offer_spec spec = {
		.name = name,
		.type = class_guid(alias[s->kind]),
		.instance = s->d->instance,
		.flags = VMBUS_OFFER_ENUMERATE,
		.sub_index = sub,
		.monitored = true,
	};

	if (!c)
		return NULL;
	snprintf(name, sizeof(name), sub ? "%s.%u" : "%s", s->d->name, sub);
	fill_user(s, spec.user);
	c->s = s;
	c->primary = sub == 0;
	c->unsent_last = &c->unsent;
	c->ch = vmb_offer(&spec, &ops, c);
	if (!c->ch) {
		free(c);
		return NULL;
	}
	if (sub) {
		c->next = s->subs;
		s->subs = c;
	} else {
		s->primary = c;
	}
	return c;
}

/* vmb_rescind() may free the channel at once, or much later: then it no longer knows the controller. */
static void rescind(struct storage *s, struct stor_chan *c)
{
	struct vmb_channel *ch = c->ch;

	vmb_rescind(ch);
	if (s->primary == c) {
		c->s = NULL;
		s->primary = NULL;
		return;
	}
	for (struct stor_chan *at = s->subs; at; at = at->next)
		if (at == c) {
			unlink_chan(s, c);
			c->s = NULL;
			return;
		}
}

void storage_rescind_subs(struct storage *s)
{
	loop_timer_cancel(&s->subs_leave);
	while (s->subs)
		rescind(s, s->subs);
}

void storage_rescind_all(struct storage *s)
{
	storage_rescind_subs(s);
	if (s->primary)
		rescind(s, s->primary);
	loop_timer_cancel(&s->subs_leave);
}

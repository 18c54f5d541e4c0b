// SPDX-License-Identifier: GPL-2.0-only
/* Offers, relids, rescinds and releases (02 4.3, 5.2, 7.4). */
#include <stdlib.h>
#include <string.h>

#include "bus.h"

/* As OpenVMM builds them (1); a guest treats it as opaque. */
static uint32_t connection_of(uint32_t relid)
{
	if (bus.version < VMBUS_VERSION_1_1)
		return VMBUS_CONN_ID_EVENT;
	return relid | BUS_SINT << 12;
}

struct vmb_channel *offer_by_relid(uint32_t relid)
{
	return relid && relid <= VMBUS_RELID_MAX ? bus.by_relid[relid] : NULL;
}

static bool relid_take(struct vmb_channel *ch)
{
	uint32_t relid;

	for (relid = 1; relid <= VMBUS_RELID_MAX; relid++)
		if (!bus.by_relid[relid]) {
			bus.by_relid[relid] = ch;
			ch->relid = relid;
			return true;
		}
	return false;
}

static void relid_give(struct vmb_channel *ch)
{
	if (ch->relid)
		bus.by_relid[ch->relid] = NULL;
	ch->relid = 0;
}

/* --- making and unmaking -------------------------------------------------------------------------------------------- */

static bool same_place(const struct vmb_channel *ch, const struct vmb_offer_spec *spec)
{
	return !memcmp(&ch->spec.instance, &spec->instance, sizeof(spec->instance)) &&
	       !memcmp(&ch->spec.type, &spec->type, sizeof(spec->type)) && ch->spec.sub_index == spec->sub_index;
}

static bool taken(const struct vmb_offer_spec *spec)
{
	struct vmb_channel *ch;

	for (ch = bus.first; ch; ch = ch->next)
		if (!ch->leaving && same_place(ch, spec))
			return true;
	return false;
}

/* Its instance is still known to the guest under an older relid (5.2). */
static bool held_back(const struct vmb_channel *ch)
{
	struct vmb_channel *o;

	for (o = bus.first; o; o = o->next)
		if (o != ch && o->state == CH_REVOKED && same_place(o, &ch->spec))
			return true;
	return false;
}

static void link_last(struct vmb_channel *ch)
{
	struct vmb_channel **at;

	for (at = &bus.first; *at; at = &(*at)->next)
		;
	*at = ch;
	bus.channels++;
}

struct vmb_channel *vmb_offer(const struct vmb_offer_spec *spec, const struct vmb_ops *ops, void *priv)
{
	struct vmb_channel *ch;

	if (taken(spec) || bus.channels >= VMBUS_RELID_MAX)
		return NULL;
	ch = calloc(1, sizeof(*ch));
	if (!ch)
		return NULL;
	ch->spec = *spec;
	ch->spec.name = strdup(spec->name ? spec->name : "channel");
	if (!ch->spec.name) {
		free(ch);
		return NULL;
	}
	ch->ops = ops;
	ch->priv = priv;
	ch->signal_fd = -1;
	ch->monitor_id = -1;
	channel_init(ch);
	link_last(ch);
	offer_if_possible(ch);
	return ch;
}

static void destroy(struct vmb_channel *ch)
{
	channel_free_buffers(ch);
	free((char *)ch->spec.name);
	free(ch);
}

void offer_reap(void)
{
	struct vmb_channel *ch;

	while ((ch = bus.dead)) {
		bus.dead = ch->next;
		destroy(ch);
	}
	bus.reap_posted = false;
}

static void reap(void *arg)
{
	offer_reap();
}

/* What is told of the bus must not fall because a channel leaves. */
static void keep_counts(const struct channel_counts *c)
{
	struct channel_counts *g = &bus.count.gone;

	g->packets_in += c->packets_in;
	g->packets_out += c->packets_out;
	g->bytes_in += c->bytes_in;
	g->bytes_out += c->bytes_out;
	g->signals += c->signals;
	g->interrupts += c->interrupts;
	g->superfluous += c->superfluous;
	g->missed_data += c->missed_data;
	g->missed_room += c->missed_room;
	g->opens += c->opens;
	g->blocked += c->blocked;
	g->nonsense += c->nonsense;
}

/* The device's pointer ends here; the memory stays until nobody further up the stack can use it. */
static void gone(struct vmb_channel *ch)
{
	struct vmb_channel **at;

	for (at = &bus.first; *at != ch; at = &(*at)->next)
		;
	*at = ch->next;
	bus.channels--;
	channel_unqueue(ch);
	loop_timer_cancel(&ch->retry);
	keep_counts(&ch->count);
	if (ch->ops->gone)
		ch->ops->gone(ch);
	ch->next = bus.dead;
	bus.dead = ch;
	if (!bus.reap_posted && loop_post(reap, NULL) == 0)
		bus.reap_posted = true;
}

/* --- offering --------------------------------------------------------------------------------------------------------- */

static bool may_offer(const struct vmb_channel *ch)
{
	if (!bus.version || !bus.offers_asked || ch->state != CH_HIDDEN)
		return false;
	if (ch->leaving || ch->released || (ch->pulled && !ch->offer_again) || held_back(ch))
		return false;
	if (ch->spec.sub_index && bus.version < VMBUS_VERSION_2_4)
		return false;
	return !(ch->spec.flags & VMBUS_OFFER_HVSOCK) || bus.version >= VMBUS_VERSION_4_0;
}

static void fill(const struct vmb_channel *ch, struct vmbus_msg_offer *m)
{
	memset(m, 0, sizeof(*m));
	m->hdr.type = VMBUS_MSG_OFFER;
	m->if_type = ch->spec.type;
	m->if_instance = ch->spec.instance;
	m->flags = ch->spec.flags;
	m->mmio_megabytes = ch->spec.mmio_megabytes;
	memcpy(m->user, ch->spec.user, sizeof(m->user));
	m->sub_channel_index = ch->spec.sub_index;
	m->relid = ch->relid;
	m->monitor_id = ch->monitor_id < 0 ? 0xFF : (uint8_t)ch->monitor_id;
	m->monitor_allocated = ch->monitor_id >= 0;
	m->is_dedicated_interrupt = bus.version >= VMBUS_VERSION_1_1;
	m->connection_id = ch->connection_id;
}

static void send_offer(struct vmb_channel *ch)
{
	struct vmbus_msg_offer m;

	fill(ch, &m);
	bus_message(&m, bus.version < VMBUS_VERSION_1_1 ? VMBUS_OFFER_LEN_0_13 : sizeof(m), ch);
}

void offer_if_possible(struct vmb_channel *ch)
{
	if (!may_offer(ch))
		return;
	if (!relid_take(ch)) {
		log_warn("vmbus: no relid is free for %s", ch->spec.name);
		return;
	}
	ch->connection_id = connection_of(ch->relid);
	ch->monitor_id = monitor_id_alloc(ch);
	ch->state = CH_OFFERED;
	ch->pulled = ch->offer_again = false;
	send_offer(ch);
	if (fault_hit(FAULT_RESCIND_OFFER, ch))
		offer_pull(ch, true);
}

void offer_all(void)
{
	struct vmb_channel *ch;

	for (ch = bus.first; ch; ch = ch->next)
		offer_if_possible(ch);
}

/* --- taking away -------------------------------------------------------------------------------------------------------- */

/* The guest is told only when nothing of ours touches its memory any more (6.5). */
void offer_revoke(struct vmb_channel *ch)
{
	struct vmbus_msg_relid m;

	if (ch->state == CH_OPEN)
		channel_close(ch);
	if (ch->state != CH_OFFERED)
		return;
	gpadl_mark_dead(ch);
	ch->state = CH_REVOKED;
	memset(&m, 0, sizeof(m));
	m.hdr.type = VMBUS_MSG_RESCIND;
	m.relid = ch->relid;
	bus_message(&m, sizeof(m), ch);
}

void vmb_rescind(struct vmb_channel *ch)
{
	if (ch->leaving)
		return;
	ch->leaving = true;
	offer_revoke(ch);
	if (ch->state == CH_HIDDEN)
		gone(ch);
}

void offer_pull(struct vmb_channel *ch, bool again)
{
	ch->pulled = true;
	ch->offer_again = again && !ch->spec.sub_index;
	offer_revoke(ch);
}

static void release(struct vmb_channel *ch)
{
	gpadl_drop(ch);
	monitor_id_free(ch);
	relid_give(ch);
	ch->state = CH_HIDDEN;
}

static void offer_next_of(const struct vmb_offer_spec *spec)
{
	struct vmb_channel *ch;

	for (ch = bus.first; ch; ch = ch->next)
		if (ch->state == CH_HIDDEN && same_place(ch, spec)) {
			offer_if_possible(ch);
			return;
		}
}

void offer_released(const uint8_t *msg)
{
	struct vmbus_msg_relid m;
	struct vmb_offer_spec spec;
	struct vmb_channel *ch;

	memcpy(&m, msg, sizeof(m));
	ch = offer_by_relid(m.relid);
	if (!ch || ch->state == CH_OPEN) {
		bus_error(ch, "release of relid %u, which is %s", m.relid, ch ? "open" : "nobody's");
		return;
	}
	spec = ch->spec;
	ch->released = ch->state == CH_OFFERED;
	release(ch);
	if (ch->leaving)
		gone(ch);
	offer_next_of(&spec);
}

/* Devices may rescind others of their channels while one is closed: look from the beginning each time. */
static struct vmb_channel *first_known(bool open_only)
{
	struct vmb_channel *ch;

	for (ch = bus.first; ch; ch = ch->next)
		if (open_only ? ch->state == CH_OPEN : ch->state != CH_HIDDEN)
			return ch;
	return NULL;
}

void offer_forget_all(void)
{
	struct vmb_channel *ch;

	while ((ch = first_known(true)))
		channel_close(ch);
	bus.version = 0; /* nobody is told of what follows */
	while ((ch = first_known(false))) {
		release(ch);
		if (ch->leaving)
			gone(ch);
	}
	for (ch = bus.first; ch; ch = ch->next)
		ch->released = false;
}

/* --- small questions ---------------------------------------------------------------------------------------------------- */

void *vmb_priv(const struct vmb_channel *ch)
{
	return ch->priv;
}

const char *vmb_name(const struct vmb_channel *ch)
{
	return ch->spec.name;
}

uint32_t vmb_relid(const struct vmb_channel *ch)
{
	return ch->relid;
}

uint16_t vmb_sub_index(const struct vmb_channel *ch)
{
	return ch->spec.sub_index;
}

bool vmb_is_open(const struct vmb_channel *ch)
{
	return ch->state == CH_OPEN;
}

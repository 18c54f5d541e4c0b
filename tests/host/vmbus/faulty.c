// SPDX-License-Identifier: GPL-2.0-only
/* What the fault mode makes of messages, packets and ring indices. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"

#define LATE_MAX_MS 200

/* --- messages ------------------------------------------------------------------------------------------------------- */

struct late_message {
	struct late_message *next;
	struct loop_timer timer;
	size_t len;
	uint8_t bytes[BUS_MSG_MAX];
};

static struct late_message *late_messages;
static struct late_message *swapped; /* goes after the next one */

static struct late_message *keep(const void *msg, size_t len)
{
	struct late_message *m = calloc(1, sizeof(*m));

	if (m) {
		m->len = len;
		memcpy(m->bytes, msg, len);
	}
	return m;
}

static void late_due(void *arg)
{
	struct late_message *m = arg, **at;

	for (at = &late_messages; *at != m; at = &(*at)->next)
		;
	*at = m->next;
	bus_message_raw(m->bytes, m->len, NULL);
	free(m);
}

static bool put_off(const void *msg, size_t len)
{
	struct late_message *m = keep(msg, len);

	if (!m)
		return false;
	m->next = late_messages;
	late_messages = m;
	loop_timer_init(&m->timer, late_due, m);
	loop_timer_set(&m->timer, (1 + fault_random(LATE_MAX_MS)) * NS_PER_MS);
	return true;
}

/* Late is not lost: what is still held goes out when the fault mode ends. */
void fault_send_messages(void)
{
	struct late_message *m;

	for (m = late_messages; m; m = m->next)
		bus_message_raw(m->bytes, m->len, NULL);
	if (swapped)
		bus_message_raw(swapped->bytes, swapped->len, NULL);
	fault_drop_messages();
}

void fault_drop_messages(void)
{
	struct late_message *m;

	while ((m = late_messages)) {
		late_messages = m->next;
		loop_timer_cancel(&m->timer);
		free(m);
	}
	free(swapped);
	swapped = NULL;
}

static void send_unknown(void)
{
	uint32_t msg[BUS_MSG_MAX / 4];
	size_t i, len = 8 + 4 * fault_random(58);

	for (i = 0; i < BUS_MSG_MAX / 4; i++)
		msg[i] = (uint32_t)fault_random(0);
	msg[0] = fault_random(2) ? VMBUS_MSG_COUNT + (uint32_t)fault_random(1000) : 0;
	bus_message_raw(msg, len, NULL);
}

/* An answer to a question nobody asked: its ids may be in use all the same. */
static void send_early(void)
{
	static const struct {
		uint32_t type, words;
	} answers[] = {
		{ VMBUS_MSG_OPEN_RESULT, 5 },	  { VMBUS_MSG_GPADL_CREATED, 5 },
		{ VMBUS_MSG_GPADL_TORNDOWN, 3 },  { VMBUS_MSG_ALL_OFFERS, 2 },
		{ VMBUS_MSG_VERSION_RESPONSE, 4 }, { VMBUS_MSG_UNLOAD_RESPONSE, 2 },
		{ VMBUS_MSG_MODIFY_CHANNEL_RESPONSE, 4 }, { VMBUS_MSG_RESCIND, 3 },
	};
	unsigned int pick = (unsigned int)fault_random(sizeof(answers) / sizeof(answers[0]));
	uint32_t msg[5] = { answers[pick].type, 0, (uint32_t)fault_random(40), (uint32_t)fault_random(40),
			    (uint32_t)fault_random(2) };

	if (msg[0] == VMBUS_MSG_RESCIND) /* one of an offer would have to be meant: faults of their own */
		msg[2] = VMBUS_RELID_MAX - (uint32_t)fault_random(100);
	bus_message_raw(msg, answers[pick].words * 4, NULL);
}

static void change_bits(uint8_t *bytes, size_t len)
{
	uint64_t n = 1 + fault_random(4);
	size_t at;

	while (len && n--) {
		at = fault_random(len);
		bytes[at] = fault_random(4) ? (uint8_t)fault_random(256) : bytes[at] ^ (uint8_t)(1 << fault_random(8));
	}
}

static void change_message(uint8_t *msg, size_t *len, struct vmb_channel *ch)
{
	if (fault_hit(FAULT_MSG_TYPE, ch))
		msg[0] = (uint8_t)fault_random(40);
	if (fault_hit(FAULT_MSG_ID, ch) && *len > 8)
		change_bits(msg + 8, *len - 8 < 16 ? *len - 8 : 16);
	if (fault_hit(FAULT_MSG_LENGTH, ch))
		*len = fault_random(BUS_MSG_MAX + 1);
}

static void post_changed(const uint8_t *msg, size_t len, struct vmb_channel *ch)
{
	static const uint32_t types[] = { 2, 0x80000010, 0x80000000, 0xFFFFFFFF };

	if (fault_hit(FAULT_MSG_SLOT, ch)) {
		synic_post_raw(bus.msg_vp, bus.msg_sint, fault_random(2) ? 1 : types[fault_random(4)], msg, len,
			       (uint8_t)fault_random(256));
		return;
	}
	bus_message_raw(msg, len, ch);
	if (fault_hit(FAULT_MSG_DUP, ch))
		bus_message_raw(msg, len, ch);
}

static void post_swapped(void)
{
	struct late_message *m = swapped;

	swapped = NULL;
	if (m)
		bus_message_raw(m->bytes, m->len, NULL);
	free(m);
}

void fault_message(const void *msg, size_t len, struct vmb_channel *ch)
{
	uint8_t copy[BUS_MSG_MAX] = { 0 };
	uint64_t n;

	memcpy(copy, msg, len);
	if (fault_hit(FAULT_MSG_LOST, ch))
		return;
	if (fault_hit(FAULT_MSG_FLOOD, ch))
		for (n = 1 + fault_random(100); n; n--)
			send_unknown();
	if (fault_hit(FAULT_MSG_UNKNOWN, ch))
		send_unknown();
	if (fault_hit(FAULT_MSG_EARLY, ch))
		send_early();
	change_message(copy, &len, ch);
	if (fault_hit(FAULT_MSG_LATE, ch) && put_off(copy, len))
		return;
	if (!swapped && fault_hit(FAULT_MSG_SWAP, ch) && (swapped = keep(copy, len)))
		return;
	post_changed(copy, len, ch);
	post_swapped();
}

/* --- packets ---------------------------------------------------------------------------------------------------------- */

static uint8_t *flatten(const struct vmpacket_descriptor *d, const struct iovec *head, const struct iovec *iov,
			unsigned int count, uint32_t *len)
{
	size_t total = sizeof(*d) + head->iov_len, at = total;
	uint8_t *flat;
	unsigned int i;

	for (i = 0; i < count; i++)
		total += iov[i].iov_len;
	total = (total + 7) & ~(size_t)7;
	flat = total / 8 <= 0xFFFF ? calloc(1, total) : NULL;
	if (!flat)
		return NULL;
	memcpy(flat, d, sizeof(*d));
	if (head->iov_len)
		memcpy(flat + sizeof(*d), head->iov_base, head->iov_len);
	for (i = 0; i < count; at += iov[i++].iov_len)
		if (iov[i].iov_len)
			memcpy(flat + at, iov[i].iov_base, iov[i].iov_len);
	*len = (uint32_t)total;
	return flat;
}

static uint16_t odd_length(uint16_t real)
{
	switch (fault_random(5)) {
	case 0: return 0;
	case 1: return 1;
	case 2: return 0xFFFF;
	case 3: return (uint16_t)(real + 1 + fault_random(64));
	}
	return (uint16_t)fault_random(real + 1U);
}

static void change_packet(struct vmb_channel *ch, uint8_t *flat, uint32_t *len, size_t fixed)
{
	struct vmpacket_descriptor *d = (struct vmpacket_descriptor *)flat;

	if (*len > fixed && fault_hit(FAULT_PKT_SHORT, ch)) {
		*len = (uint32_t)(fixed + fault_random(*len - fixed)) & ~7U;
		d->len8 = (uint16_t)(*len / 8);
	}
	if (fault_hit(FAULT_PKT_DATA, ch))
		change_bits(flat + sizeof(*d), *len - sizeof(*d));
	if (fault_hit(FAULT_PKT_TYPE, ch))
		d->type = (uint16_t)fault_random(16);
	if (fault_hit(FAULT_PKT_ID, ch))
		d->trans_id = fault_random(2) ? fault_random(0) : d->trans_id + 1 - fault_random(3);
	if (fault_hit(FAULT_PKT_OFFSET, ch))
		d->offset8 = odd_length(d->offset8);
	if (fault_hit(FAULT_PKT_LENGTH, ch))
		d->len8 = odd_length(d->len8);
}

static void put_unknown(struct vmb_channel *ch)
{
	struct vmpacket_descriptor d = { .type = (uint16_t)(14 + fault_random(100)), .trans_id = fault_random(0) };
	uint8_t body[64];
	struct iovec none = { NULL, 0 }, iov = { body, fault_random(sizeof(body)) };

	memset(body, (int)fault_random(256), sizeof(body));
	packet_put(ch, &d, &none, &iov, 1);
}

void fault_flush_late(struct vmb_channel *ch)
{
	uint8_t *late = ch->late;

	ch->late = NULL;
	if (late)
		packet_put_flat(ch, late, (uint32_t)ch->late_len);
	free(late);
}

static int put_changed(struct vmb_channel *ch, uint8_t *flat, uint32_t len)
{
	int err = packet_put_flat(ch, flat, len);

	if (!err && fault_hit(FAULT_PKT_DUP, ch))
		packet_put_flat(ch, flat, len);
	if (!err && ch->late)
		fault_flush_late(ch);
	return err;
}

/* What a lost or late packet would have answered now is told where there is room for it only. */
int fault_packet(struct vmb_channel *ch, struct vmpacket_descriptor *d, const struct iovec *head, const struct iovec *iov,
		 unsigned int count)
{
	uint32_t len;
	uint8_t *flat = flatten(d, head, iov, count, &len);
	int err = 0;

	if (!flat || ch->state != CH_OPEN || ch->broken || vmb_room(ch) < 2 * (len + VMBUS_PACKET_TRAILER)) {
		free(flat);
		return packet_put(ch, d, head, iov, count);
	}
	d = (struct vmpacket_descriptor *)flat;
	d->offset8 = (uint16_t)((sizeof(*d) + head->iov_len) / 8);
	d->len8 = (uint16_t)(len / 8);
	if (fault_hit(FAULT_PKT_UNKNOWN, ch))
		put_unknown(ch);
	change_packet(ch, flat, &len, sizeof(*d) + head->iov_len);
	if (!ch->late && fault_hit(FAULT_PKT_LATE, ch)) {
		ch->late = flat;
		ch->late_len = len;
		channel_retry_in(ch, (1 + fault_random(LATE_MAX_MS)) * NS_PER_MS);
		return 0;
	}
	if (!fault_hit(FAULT_PKT_LOST, ch))
		err = put_changed(ch, flat, len);
	free(flat);
	return err;
}

/* --- indices ------------------------------------------------------------------------------------------------------------ */

void fault_index(const struct ring *r, uint32_t *index)
{
	uint32_t v;

	switch (fault_random(5)) {
	case 0: v = r->size; break;
	case 1: v = 0xFFFFFFFF; break;
	case 2: v = *index + 1 + (uint32_t)fault_random(7); break;
	case 3: v = r->size + 8 * (uint32_t)fault_random(1000); break;
	default: v = 8 * (uint32_t)fault_random(r->size / 8); break;
	}
	__atomic_store_n(index, v, __ATOMIC_RELEASE);
}

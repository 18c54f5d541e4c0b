// SPDX-License-Identifier: GPL-2.0-only
/* The server's doors: messages in (02 2) and out, start and stop. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <core/device.h>

#include "bus.h"

struct bus bus = { .shared_fd = -1 };

/* --- from the guest ----------------------------------------------------------------------------------------------- */

/* vCPU threads fill it, the loop thread empties it. */
static struct {
	pthread_mutex_t lock;
	unsigned int first, count;
	struct {
		uint32_t connection_id;
		uint32_t len;
		uint8_t bytes[BUS_MSG_MAX];
	} slot[BUS_POST_BUFFERS];
} inbox = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool inbox_take(uint32_t *connection_id, uint8_t *bytes, uint32_t *len)
{
	bool any;

	pthread_mutex_lock(&inbox.lock);
	any = inbox.count > 0;
	if (any) {
		*connection_id = inbox.slot[inbox.first].connection_id;
		*len = inbox.slot[inbox.first].len;
		memcpy(bytes, inbox.slot[inbox.first].bytes, *len);
		inbox.first = (inbox.first + 1) % BUS_POST_BUFFERS;
		inbox.count--;
	}
	pthread_mutex_unlock(&inbox.lock);
	return any;
}

static void inbox_clear(void)
{
	pthread_mutex_lock(&inbox.lock);
	inbox.count = 0;
	pthread_mutex_unlock(&inbox.lock);
}

static void inbox_serve(void *arg)
{
	uint8_t bytes[BUS_MSG_MAX];
	uint32_t connection_id, len;

	while (inbox_take(&connection_id, bytes, &len))
		if (bus.started)
			bus_dispatch(connection_id, bytes, len);
}

static bool inbox_put(uint32_t connection_id, const void *payload, size_t len)
{
	unsigned int at;
	bool room;

	pthread_mutex_lock(&inbox.lock);
	room = inbox.count < BUS_POST_BUFFERS;
	if (room) {
		at = (inbox.first + inbox.count++) % BUS_POST_BUFFERS;
		inbox.slot[at].connection_id = connection_id;
		inbox.slot[at].len = (uint32_t)len;
		memcpy(inbox.slot[at].bytes, payload, len);
	}
	pthread_mutex_unlock(&inbox.lock);
	return room;
}

static bool known_connection(uint32_t id)
{
	if (id == VMBUS_CONN_ID_MESSAGE)
		return true;
	return (id == VMBUS_CONN_ID_MESSAGE_5_0 || id == BUS_CONN_MESSAGE_5_0) &&
	       bus.config.version >= VMBUS_VERSION_5_0;
}

uint16_t vmb_post_from_guest(uint32_t connection_id, uint32_t type, const void *payload, size_t len)
{
	if (type != HVW_MSG_TYPE_VMBUS || len > BUS_MSG_MAX)
		return HV_STATUS_INVALID_INPUT;
	if (!known_connection(connection_id))
		return HV_STATUS_NO_CONNECTION;
	if (fault_hit_post()) {
		__atomic_fetch_add(&bus.count.refused, 1, __ATOMIC_RELAXED);
		return HV_STATUS_NO_BUFFERS;
	}
	if (!inbox_put(connection_id, payload, len)) {
		__atomic_fetch_add(&bus.count.refused, 1, __ATOMIC_RELAXED);
		return HV_STATUS_NO_BUFFERS;
	}
	loop_post(inbox_serve, NULL);
	return HV_STATUS_SUCCESS;
}

/* What a message must at least have, its header included (4.2); 0: not one a guest sends. */
static size_t shortest(uint32_t type)
{
	switch (type) {
	case VMBUS_MSG_REQUEST_OFFERS:
	case VMBUS_MSG_UNLOAD:
	case VMBUS_MSG_PAUSE:
	case VMBUS_MSG_RESUME: return 8;
	case VMBUS_MSG_OPEN: return sizeof(struct vmbus_msg_open);
	case VMBUS_MSG_CLOSE:
	case VMBUS_MSG_RELID_RELEASED: return sizeof(struct vmbus_msg_relid);
	case VMBUS_MSG_GPADL_HEADER: return 20;
	case VMBUS_MSG_GPADL_BODY: return VMBUS_GPADL_BODY_FIXED;
	case VMBUS_MSG_GPADL_TEARDOWN: return sizeof(struct vmbus_msg_gpadl_teardown);
	case VMBUS_MSG_INITIATE_CONTACT: return sizeof(struct vmbus_msg_initiate_contact);
	case VMBUS_MSG_OPEN_RESERVED: return sizeof(struct vmbus_msg_open_reserved);
	case VMBUS_MSG_CLOSE_RESERVED: return sizeof(struct vmbus_msg_close_reserved);
	case VMBUS_MSG_TL_CONNECT: return sizeof(struct vmbus_msg_tl_connect);
	case VMBUS_MSG_MODIFY_CHANNEL: return sizeof(struct vmbus_msg_modify);
	case VMBUS_MSG_MODIFY_CONNECTION: return sizeof(struct vmbus_msg_modify_connection);
	}
	return 0;
}

/* The version a message came with; those of unconnected guests are known at any version. */
static uint32_t first_version(uint32_t type)
{
	switch (type) {
	case VMBUS_MSG_OPEN_RESERVED:
	case VMBUS_MSG_CLOSE_RESERVED:
	case VMBUS_MSG_TL_CONNECT: return VMBUS_VERSION_4_0;
	case VMBUS_MSG_MODIFY_CHANNEL: return VMBUS_VERSION_4_1;
	case VMBUS_MSG_MODIFY_CONNECTION:
	case VMBUS_MSG_PAUSE:
	case VMBUS_MSG_RESUME: return VMBUS_VERSION_6_0;
	}
	return 0;
}

static void dispatch_connected(uint32_t type, const uint8_t *msg, size_t len)
{
	switch (type) {
	case VMBUS_MSG_REQUEST_OFFERS: connection_request_offers(); break;
	case VMBUS_MSG_UNLOAD: connection_unload(); break;
	case VMBUS_MSG_OPEN: channel_open(msg, len); break;
	case VMBUS_MSG_CLOSE: channel_close_message(msg); break;
	case VMBUS_MSG_RELID_RELEASED: offer_released(msg); break;
	case VMBUS_MSG_GPADL_HEADER: gpadl_header(msg, len); break;
	case VMBUS_MSG_GPADL_BODY: gpadl_body(msg, len); break;
	case VMBUS_MSG_GPADL_TEARDOWN: gpadl_teardown(msg); break;
	case VMBUS_MSG_OPEN_RESERVED: channel_open_reserved(msg); break;
	case VMBUS_MSG_CLOSE_RESERVED: channel_close_reserved(msg); break;
	case VMBUS_MSG_TL_CONNECT: connection_tl_connect(msg, len); break;
	case VMBUS_MSG_MODIFY_CHANNEL: channel_modify(msg); break;
	case VMBUS_MSG_MODIFY_CONNECTION: connection_modify(msg, len); break;
	case VMBUS_MSG_PAUSE: connection_pause(); break;
	case VMBUS_MSG_RESUME: connection_resume(); break;
	}
}

void bus_dispatch(uint32_t connection_id, const uint8_t *msg, size_t len)
{
	struct vmbus_msg_hdr hdr;
	size_t least;

	bus.count.messages_in++;
	trace_bytes(TRACE_MESSAGE, TRACE_FROM_GUEST, 0, connection_id, "", msg, len);
	if (len < sizeof(hdr)) {
		bus_error(NULL, "a message of %zu bytes", len);
		return;
	}
	memcpy(&hdr, msg, sizeof(hdr));
	least = shortest(hdr.type);
	if (!least || len < least)
		bus_error(NULL, "message %u of %zu bytes", hdr.type, len);
	else if (hdr.type == VMBUS_MSG_INITIATE_CONTACT)
		connection_initiate(msg, len);
	else if (!bus.version || bus.version < first_version(hdr.type))
		bus_error(NULL, "message %u at version %u.%u", hdr.type, bus.version >> 16, bus.version & 0xFFFF);
	else
		dispatch_connected(hdr.type, msg, len);
}

void bus_error(const struct vmb_channel *ch, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bus.count.errors++;
	trace_bytes(TRACE_NOTE, TRACE_HOST, ch ? ch->relid : 0, 0, ch ? ch->spec.name : "", text, strlen(text));
	log_debug("vmbus: the guest's mistake%s%s: %s", ch ? " on " : "", ch ? ch->spec.name : "", text);
}

/* --- to the guest --------------------------------------------------------------------------------------------------- */

static void post(uint32_t vp, unsigned int sint, const void *msg, size_t len, const struct vmb_channel *ch)
{
	bus.count.messages_out++;
	trace_bytes(TRACE_MESSAGE, TRACE_TO_GUEST, 0, vp, ch ? ch->spec.name : "", msg, len);
	if (synic_post(vp, sint, msg, len) < 0)
		log_warn("vmbus: message of %zu bytes for VP %u cannot be posted", len, vp);
}

static void hold(const void *msg, size_t len)
{
	struct held_message *h = malloc(sizeof(*h));

	if (!h)
		return;
	h->next = NULL;
	h->len = (uint32_t)len;
	memcpy(h->bytes, msg, len);
	*bus.held_end = h;
	bus.held_end = &h->next;
}

void bus_drop_held(void)
{
	struct held_message *h;

	while ((h = bus.held)) {
		bus.held = h->next;
		free(h);
	}
	bus.held_end = &bus.held;
}

void bus_flush_held(void)
{
	struct held_message *h;

	while ((h = bus.held)) {
		bus.held = h->next;
		post(bus.msg_vp, bus.msg_sint, h->bytes, h->len, NULL);
		free(h);
	}
	bus.held_end = &bus.held;
}

void bus_message_to(uint32_t vp, unsigned int sint, const void *msg, size_t len)
{
	post(vp, sint, msg, len, NULL);
}

void bus_message_raw(const void *msg, size_t len, struct vmb_channel *ch)
{
	if (!bus.version)
		return;
	if (bus.paused)
		hold(msg, len);
	else
		post(bus.msg_vp, bus.msg_sint, msg, len, ch);
}

void bus_message(const void *msg, size_t len, struct vmb_channel *ch)
{
	if (__builtin_expect(fault_on, 0))
		fault_message(msg, len, ch);
	else
		bus_message_raw(msg, len, ch);
}

/* --- start and stop -------------------------------------------------------------------------------------------------- */

int vmb_start(const struct vmb_config *config)
{
	bus.config = *config;
	bus.held_end = &bus.held;
	bus.run_end = &bus.run;
	bus.started = true;
	inbox_clear();
	monitor_start();
	verbs_register();
	log_info("vmbus: speaks up to version %u.%u%s", config->version >> 16, config->version & 0xFFFF,
		 config->monitor_pages ? ", with monitor pages" : "");
	return 0;
}

void vmb_stop(void)
{
	if (!bus.started)
		return;
	connection_reset();
	monitor_stop();
	loop_timer_cancel(&bus.audit);
	bus_drop_held();
	offer_reap();
	inbox_clear();
	bus.started = false;
	trace_stop();
}

void vmb_machine_reset(void)
{
	inbox_clear();
	connection_reset();
	synic_drop_messages();
	device_reset_all();
}

uint32_t vmb_version(void)
{
	return bus.version;
}

void vmb_on_connect(vmb_connect_fn fn)
{
	bus.connect = fn;
}

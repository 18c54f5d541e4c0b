// SPDX-License-Identifier: GPL-2.0-only
/* Contact, versions, offers asked for, unload (02 3, 10). */
#include <stdio.h>
#include <string.h>

#include <core/device.h>
#include <ctl/ctl.h>

#include "bus.h"

#define FEATURES_OURS (VMBUS_FEATURE_GUEST_SIGNALS | VMBUS_FEATURE_MODIFY_CONNECTION | VMBUS_FEATURE_CLIENT_ID | \
		       VMBUS_FEATURE_PAUSE_RESUME)

static bool is_known(uint32_t version)
{
	static const uint32_t known[] = { VMBUS_VERSION_0_13, VMBUS_VERSION_1_1, VMBUS_VERSION_2_4, VMBUS_VERSION_3_0,
					  VMBUS_VERSION_4_0, VMBUS_VERSION_4_1, VMBUS_VERSION_5_0, VMBUS_VERSION_5_1,
					  VMBUS_VERSION_5_2, VMBUS_VERSION_5_3, VMBUS_VERSION_6_0 };
	unsigned int i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == version)
			return version <= bus.config.version;
	return false;
}

bool connection_feature(uint32_t flag)
{
	return bus.features & flag;
}

/* Where the answer goes: the guest says it from 3.0 on, to a host that knows 3.0; the SINT from 5.0 on (3.3). */
static void choose_target(const struct vmbus_msg_initiate_contact *m, uint32_t *vp, unsigned int *sint)
{
	uint32_t version = m->version < bus.config.version ? m->version : bus.config.version;

	*vp = version >= VMBUS_VERSION_3_0 && m->target_vp < machine_vps() ? m->target_vp : 0;
	*sint = BUS_SINT;
	if (version >= VMBUS_VERSION_5_0 && m->u.t.sint && m->u.t.sint < 16)
		*sint = m->u.t.sint;
}

static bool page_ok(uint64_t gpa)
{
	return gpa && !(gpa & (HVW_PAGE_SIZE - 1)) && mem_ptr(gpa, HVW_PAGE_SIZE);
}

/* 0, or the connection_state that says why not (3.5). */
static uint8_t check_contact(const struct vmbus_msg_initiate_contact *m)
{
	if (!m->monitor_page1 != !m->monitor_page2)
		return 2;
	if (m->monitor_page1 && (!page_ok(m->monitor_page1) || !page_ok(m->monitor_page2)))
		return 2;
	if (m->version < VMBUS_VERSION_2_4 && !page_ok(m->u.interrupt_page))
		return 2;
	if (m->version >= VMBUS_VERSION_3_0 && m->target_vp >= machine_vps())
		return 2;
	if (m->version >= VMBUS_VERSION_5_0 && (!m->u.t.sint || m->u.t.sint > 15))
		return 2;
	if (m->version >= VMBUS_VERSION_5_1 && m->u.t.vtl)
		return 2;
	return 0;
}

static void take_contact(const struct vmbus_msg_initiate_contact *m, size_t len)
{
	bus.version = m->version;
	choose_target(m, &bus.msg_vp, &bus.msg_sint);
	bus.interrupt_page = m->version < VMBUS_VERSION_2_4 ? m->u.interrupt_page : 0;
	bus.monitor_page[0] = m->monitor_page1;
	bus.monitor_page[1] = m->monitor_page2;
	bus.features = 0;
	if (m->version >= VMBUS_VERSION_6_0)
		bus.features = m->u.t.feature_flags & FEATURES_OURS;
	if (len < sizeof(*m) + sizeof(struct hvw_guid))
		bus.features &= ~VMBUS_FEATURE_CLIENT_ID;
	monitor_connected();
}

/* 16 bytes; 20 with the feature flags of 6.0 (3.5). */
static void answer_contact(uint32_t vp, unsigned int sint, bool supported, uint8_t state)
{
	struct vmbus_msg_version_response_6_0 r;
	size_t len = sizeof(r.v);

	memset(&r, 0, sizeof(r));
	r.v.hdr.type = VMBUS_MSG_VERSION_RESPONSE;
	r.v.supported = supported;
	r.v.state = state;
	if (supported && bus.version >= VMBUS_VERSION_5_0)
		r.v.msg_conn_id = BUS_CONN_MESSAGE_5_0;
	if (supported && bus.version >= VMBUS_VERSION_6_0) {
		r.feature_flags = bus.features;
		len = sizeof(r);
	}
	if (bus.version)
		bus_message(&r, len, NULL);
	else
		bus_message_to(vp, sint, &r, len);
}

static void tell_connected(void)
{
	json_t *data = json_object();
	char text[16];

	snprintf(text, sizeof(text), "%u.%u", bus.version >> 16, bus.version & 0xFFFF);
	json_object_set_new(data, "version", json_string(text));
	log_info("vmbus: guest connected, version %s, messages to VP %u", text, bus.msg_vp);
	ctl_event("guest-connected", NULL, data);
}

void connection_initiate(const uint8_t *msg, size_t len)
{
	struct vmbus_msg_initiate_contact m;
	unsigned int sint;
	uint32_t vp;
	uint8_t state;

	memcpy(&m, msg, sizeof(m));
	bus.count.contacts++;
	if (bus.version) { /* an implicit reset, without an answer of its own (3.3) */
		connection_reset();
		device_reset_all();
	}
	choose_target(&m, &vp, &sint);
	if (!is_known(m.version)) {
		answer_contact(vp, sint, false, 0);
		return;
	}
	state = check_contact(&m);
	if (state) {
		bus_error(NULL, "contact of version %u.%u with bad pages, VP, SINT or VTL", m.version >> 16,
			  m.version & 0xFFFF);
		answer_contact(vp, sint, true, state);
		return;
	}
	take_contact(&m, len);
	answer_contact(vp, sint, true, 0);
	tell_connected();
}

void connection_request_offers(void)
{
	struct vmbus_msg_hdr all = { .type = VMBUS_MSG_ALL_OFFERS };

	if (bus.offers_asked) {
		bus_error(NULL, "REQUEST_OFFERS twice");
		return;
	}
	bus.offers_asked = true;
	offer_all();
	bus_message(&all, sizeof(all), NULL);
}

void connection_reset(void)
{
	bool was_connected = bus.version != 0;

	offer_forget_all();
	gpadl_drop(NULL);
	monitor_reset();
	bus_drop_held();
	bus.version = 0;
	bus.features = 0;
	bus.offers_asked = false;
	bus.paused = false;
	bus.interrupt_page = bus.monitor_page[0] = bus.monitor_page[1] = 0;
	if (was_connected)
		ctl_event("guest-disconnected", NULL, NULL);
}

/* 10.1: devices have stopped touching guest memory before the answer. It exists from 1.1 on. */
void connection_unload(void)
{
	struct vmbus_msg_hdr answer = { .type = VMBUS_MSG_UNLOAD_RESPONSE };
	uint32_t version = bus.version, vp = bus.msg_vp;
	unsigned int sint = bus.msg_sint;

	bus.count.unloads++;
	connection_reset();
	device_reset_all();
	synic_drop_messages();
	if (version >= VMBUS_VERSION_1_1 && !fault_hit(FAULT_MSG_LOST, NULL))
		bus_message_to(vp, sint, &answer, sizeof(answer));
	log_info("vmbus: guest unloaded");
	ctl_event("guest-unload", NULL, NULL);
}

/* 4.5, messages 25 and 26 */
void connection_modify(const uint8_t *msg, size_t len)
{
	struct vmbus_msg_modify_connection m;
	struct vmbus_msg_modify_connection_response r;

	if (!connection_feature(VMBUS_FEATURE_MODIFY_CONNECTION)) {
		bus_error(NULL, "MODIFY_CONNECTION was not agreed on");
		return;
	}
	memcpy(&m, msg, sizeof(m));
	memset(&r, 0, sizeof(r));
	r.hdr.type = VMBUS_MSG_MODIFY_CONNECTION_RESPONSE;
	if (!m.monitor_page1 != !m.monitor_page2 ||
	    (m.monitor_page1 && (!page_ok(m.monitor_page1) || !page_ok(m.monitor_page2)))) {
		r.state = 2;
	} else {
		bus.monitor_page[0] = m.monitor_page1;
		bus.monitor_page[1] = m.monitor_page2;
		monitor_connected();
	}
	bus_message(&r, sizeof(r), NULL);
}

void connection_pause(void)
{
	struct vmbus_msg_hdr answer = { .type = VMBUS_MSG_PAUSE_RESPONSE };

	if (!connection_feature(VMBUS_FEATURE_PAUSE_RESUME)) {
		bus_error(NULL, "PAUSE was not agreed on");
		return;
	}
	bus_message(&answer, sizeof(answer), NULL);
	bus.paused = true;
}

void connection_resume(void)
{
	if (!bus.paused) {
		bus_error(NULL, "RESUME without PAUSE");
		return;
	}
	bus.paused = false;
	bus_flush_held();
}

/* 4.7, 4.8, 11 */
void connection_tl_connect(const uint8_t *msg, size_t len)
{
	struct vmbus_msg_tl_connect m;
	struct vmbus_msg_tl_result r;

	memcpy(&m, msg, sizeof(m));
	if (bus.connect && bus.connect(&m.endpoint, &m.service))
		return;
	if (bus.version < VMBUS_VERSION_4_1)
		return;
	memset(&r, 0, sizeof(r));
	r.hdr.type = VMBUS_MSG_TL_CONNECT_RESULT;
	r.endpoint = m.endpoint;
	r.service = m.service;
	r.status = (int32_t)BUS_STATUS_REFUSED;
	bus_message(&r, sizeof(r), NULL);
}

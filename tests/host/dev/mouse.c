// SPDX-License-Identifier: GPL-2.0-only
/* Synthetic mouse (docs/wire/07 2): an absolute pointer with five buttons and a wheel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/input.h>

#include "core/device.h"
#include "ctl/ctl.h"
#include "vmbus/classes.h"
#include "vmbus/vmbus.h"

#define REPORTS_MAX 4096

enum mouse_state { MOUSE_NEW, MOUSE_INFO_SENT, MOUSE_ACTIVE, MOUSE_STOPPED };

struct mouse {
	struct device *d;
	struct vmb_channel *ch;
	enum mouse_state state;
	struct hvmouse_report queue[REPORTS_MAX];
	unsigned int first, count;
	uint8_t buttons;
	uint16_t x, y;
	uint64_t sent, dropped, refused, nonsense;
};

/*
 * The reports we send: five buttons, X and Y absolute to 32767, a relative wheel of 16 bits; seven bytes in all.
 */
static const uint8_t report_descriptor[] = {
	0x05, 0x01, 0x09, 0x02, 0xA1, 0x01,			/* generic desktop, mouse, application */
	0x09, 0x01, 0xA1, 0x00,					/* pointer, physical */
	0x05, 0x09, 0x19, 0x01, 0x29, 0x05, 0x15, 0x00, 0x25, 0x01, /* buttons 1 ... 5, 0 ... 1 */
	0x75, 0x01, 0x95, 0x05, 0x81, 0x02,			/* five bits */
	0x75, 0x03, 0x95, 0x01, 0x81, 0x01,			/* three bits of nothing */
	0x05, 0x01, 0x09, 0x30, 0x09, 0x31,			/* X, Y */
	0x15, 0x00, 0x26, 0xFF, 0x7F, 0x75, 0x10, 0x95, 0x02, 0x81, 0x02, /* 0 ... 32767, absolute */
	0x09, 0x38, 0x16, 0x01, 0x80, 0x26, 0xFF, 0x7F,		/* wheel, -32767 ... 32767 */
	0x75, 0x10, 0x95, 0x01, 0x81, 0x06,			/* relative */
	0xC0, 0xC0,
};

static int send_message(struct mouse *m, void *msg, size_t len, uint32_t type, uint32_t body)
{
	struct hvmouse_hdr *hdr = msg;

	hdr->type = type;
	hdr->size = body;
	return vmb_send_pipe(m->ch, 0, msg, len);
}

static void send_info(struct mouse *m)
{
	struct hvmouse_device_info info = {
		.attributes_size = 32, .vendor = 0x045E, .product = 0x0621, .version = 1,
		.hid_length = 9, .hid_type = 0x21, .hid_release = 0x0101, .hid_descriptors = 1,
		.report_type = 0x22, .report_length = sizeof(report_descriptor),
	};

	memcpy(info.report, report_descriptor, sizeof(report_descriptor));
	/* The stated size leaves out the unused rest of the descriptor area, as on real hosts (07 2). */
	send_message(m, &info, sizeof(info), HVMOUSE_DEVICE_INFO,
		     HVMOUSE_DEVICE_INFO_FIXED - sizeof(info.hdr) + sizeof(report_descriptor));
}

static void on_protocol(struct mouse *m, const uint8_t *data, size_t len)
{
	struct hvmouse_protocol_response reply = { .approved = 1 };
	struct hvmouse_protocol_request req;

	if (len < sizeof(req)) {
		m->state = MOUSE_STOPPED;
		return;
	}
	memcpy(&req, data, sizeof(req));
	reply.version = req.version;
	if (req.version != HVMOUSE_VERSION_2_0) {
		reply.approved = 0;
		m->refused++;
	}
	send_message(m, &reply, sizeof(reply), HVMOUSE_PROTOCOL_RESPONSE, sizeof(reply) - sizeof(reply.hdr));
	if (!reply.approved)
		return;
	send_info(m);
	m->state = MOUSE_INFO_SENT;
}

static void on_message(struct mouse *m, const uint8_t *data, size_t len)
{
	struct hvmouse_hdr hdr;

	if (len < sizeof(hdr)) {
		m->state = MOUSE_STOPPED;
		return;
	}
	memcpy(&hdr, data, sizeof(hdr));
	if (m->state == MOUSE_NEW && hdr.type == HVMOUSE_PROTOCOL_REQUEST) {
		on_protocol(m, data, len);
	} else if (m->state == MOUSE_INFO_SENT && hdr.type == HVMOUSE_DEVICE_INFO_ACK) {
		m->state = MOUSE_ACTIVE;
		ctl_event("mouse-ready", m->d->name, NULL);
	} else {
		m->state = MOUSE_STOPPED;
	}
}

static void on_packet(struct mouse *m, const struct vmb_packet *p)
{
	const uint8_t *data;
	size_t len;

	if (p->wants_completion)
		vmb_complete(m->ch, p->trans_id, NULL, 0);
	if (m->state == MOUSE_STOPPED)
		return;
	if (p->type != VM_PKT_DATA_INBAND || vmb_pipe_data(p, &data, &len))
		m->state = MOUSE_STOPPED;
	else
		on_message(m, data, len);
	m->nonsense += m->state == MOUSE_STOPPED;
}

static void pump(struct mouse *m)
{
	struct {
		struct hvmouse_hdr hdr;
		struct hvmouse_report report;
	} __attribute__((packed)) msg;

	if (m->state != MOUSE_ACTIVE)
		return;
	vmb_batch_begin(m->ch);
	while (m->count) {
		msg.report = m->queue[m->first];
		if (send_message(m, &msg, sizeof(msg), HVMOUSE_INPUT_REPORT, sizeof(msg.report)))
			break;
		m->first = (m->first + 1) % REPORTS_MAX;
		m->count--;
		m->sent++;
	}
	vmb_batch_end(m->ch);
}

static void mouse_ready(struct vmb_channel *ch)
{
	struct mouse *m = vmb_priv(ch);
	struct vmb_packet p;

	while (vmb_recv(ch, &p) > 0)
		on_packet(m, &p);
	pump(m);
}

static int mouse_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct mouse *m = vmb_priv(ch);

	m->state = MOUSE_NEW;
	return 0;
}

static void mouse_close(struct vmb_channel *ch)
{
	struct mouse *m = vmb_priv(ch);

	m->state = MOUSE_NEW;
	m->count = 0;
}

static void mouse_gone(struct vmb_channel *ch)
{
	free(vmb_priv(ch));
}

static const struct vmb_ops mouse_ops = {
	.open = mouse_open,
	.ready = mouse_ready,
	.close = mouse_close,
	.gone = mouse_gone,
};

static int mouse_create(struct device *d, struct opts *o)
{
	struct vmb_offer_spec spec = { .name = d->name, .instance = d->instance, .flags = VMBUS_OFFER_NAMED_PIPE };
	struct mouse *m;

	if (!opts_done(o))
		return -EINVAL;
	spec.type = class_guid(VMBUS_ALIAS_MOUSE);
	spec.user[0] = 4; /* message pipe (02 4.4) */
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->d = d;
	m->ch = vmb_offer(&spec, &mouse_ops, m);
	if (!m->ch) {
		free(m);
		return -ENOSPC;
	}
	d->priv = m;
	return 0;
}

static void mouse_destroy(struct device *d)
{
	struct mouse *m = d->priv;

	vmb_rescind(m->ch); /* mouse_gone() frees */
}

static void mouse_counters(struct device *d, json_t *out)
{
	struct mouse *m = d->priv;

	json_object_set_new(out, "reports", json_integer((json_int_t)m->sent));
	json_object_set_new(out, "dropped", json_integer((json_int_t)m->dropped));
	json_object_set_new(out, "refused-versions", json_integer((json_int_t)m->refused));
	json_object_set_new(out, "nonsense", json_integer((json_int_t)m->nonsense));
	json_object_set_new(out, "active", json_boolean(m->state == MOUSE_ACTIVE));
}

/* Puts args[key] into *to when it is there; false when it is no number from min to max. */
static bool number(const json_t *args, const char *key, long min, long max, long *to)
{
	const json_t *v = json_object_get(args, key);

	if (!v)
		return true;
	*to = (long)json_integer_value(v);
	return json_is_integer(v) && *to >= min && *to <= max;
}

static int report(struct mouse *m, struct ctl_request *req, long wheel)
{
	if (m->state != MOUSE_ACTIVE) {
		ctl_why(req, "the guest's mouse driver has not connected yet; wait for the event mouse-ready");
		return -ENOTCONN;
	}
	if (m->count == REPORTS_MAX) {
		m->dropped++;
		ctl_why(req, "the guest does not read its mouse: %u reports wait", m->count);
		return -EAGAIN;
	}
	m->queue[(m->first + m->count++) % REPORTS_MAX] =
		(struct hvmouse_report){ .buttons = m->buttons, .x = m->x, .y = m->y, .wheel = (int16_t)wheel };
	pump(m);
	return 0;
}

static int verb_move(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct mouse *m = d->priv;
	long x = m->x, y = m->y, buttons = m->buttons, wheel = 0;

	if (!number(args, "x", 0, HVMOUSE_ABS_MAX, &x) || !number(args, "y", 0, HVMOUSE_ABS_MAX, &y) ||
	    !number(args, "buttons", 0, 31, &buttons) || !number(args, "wheel", -HVMOUSE_ABS_MAX, HVMOUSE_ABS_MAX, &wheel)) {
		ctl_why(req, "x and y are 0 to 32767, buttons a mask of 0 to 31, wheel -32767 to 32767");
		return -EINVAL;
	}
	m->x = (uint16_t)x;
	m->y = (uint16_t)y;
	m->buttons = (uint8_t)buttons;
	return report(m, req, wheel);
}

static int verb_click(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct mouse *m = d->priv;
	long button = 1;
	int err;

	if (!number(args, "button", 1, 5, &button)) {
		ctl_why(req, "button is 1 (left) to 5");
		return -EINVAL;
	}
	m->buttons |= (uint8_t)(1 << (button - 1));
	err = report(m, req, 0);
	m->buttons &= (uint8_t)~(1 << (button - 1));
	return err ? err : report(m, req, 0);
}

static const struct device_verb mouse_verbs[] = {
	{ "move", "[x=N] [y=N] [buttons=MASK] [wheel=N]: one report; what is left out stays as it was", verb_move },
	{ "click", "[button=N]: presses and releases", verb_click },
	{ NULL, NULL, NULL },
};

static struct device_type mouse_type = {
	.name = "mouse",
	.help = "synthetic mouse",
	.keys = "",
	.create = mouse_create,
	.destroy = mouse_destroy,
	.counters = mouse_counters,
	.verbs = mouse_verbs,
};

HOST_DEVICE(mouse_type)

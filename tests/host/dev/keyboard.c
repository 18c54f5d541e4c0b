// SPDX-License-Identifier: GPL-2.0-only
/* Synthetic keyboard (docs/wire/07 1): types text and presses keys in the guest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/input.h>

#include "core/device.h"
#include "ctl/ctl.h"
#include "scancodes.h"
#include "vmbus/classes.h"
#include "vmbus/vmbus.h"

/* One event each; a guest that does not read must not make us hold more. */
#define EVENTS_MAX 16384

struct keyboard {
	struct device *d;
	struct vmb_channel *ch;
	bool active;		/* the guest's version was accepted */
	bool stopped;		/* it broke the protocol: nothing more until it opens again */
	struct hvkbd_event queue[EVENTS_MAX];
	unsigned int first, count;
	uint64_t sent, dropped, led_messages, refused, nonsense;
	uint16_t leds;
};

static void pump(struct keyboard *k)
{
	if (!k->active)
		return;
	vmb_batch_begin(k->ch);
	while (k->count && !vmb_send_inband(k->ch, 0, false, &k->queue[k->first], sizeof(k->queue[0]))) {
		k->first = (k->first + 1) % EVENTS_MAX;
		k->count--;
		k->sent++;
	}
	vmb_batch_end(k->ch);
}

static void queue_event(struct keyboard *k, uint8_t code, uint32_t flags)
{
	struct hvkbd_event *e = &k->queue[(k->first + k->count) % EVENTS_MAX];

	if (k->count == EVENTS_MAX) {
		k->dropped++;
		return;
	}
	*e = (struct hvkbd_event){ .type = HVKBD_EVENT, .make_code = code, .flags = flags };
	k->count++;
}

static void press(struct keyboard *k, struct key key, bool release)
{
	queue_event(k, key.code, (key.e0 ? HVKBD_E0 : 0) | (release ? HVKBD_BREAK : 0));
}

static void stroke(struct keyboard *k, struct key key)
{
	struct key shift = key_of_name("shift");

	if (key.shift)
		press(k, shift, false);
	press(k, key, false);
	press(k, key, true);
	if (key.shift)
		press(k, shift, true);
}

static void on_request(struct keyboard *k, const struct vmb_packet *p)
{
	struct hvkbd_protocol_response reply = { .type = HVKBD_PROTOCOL_RESPONSE };
	struct hvkbd_protocol_request req;

	memcpy(&req, p->data, sizeof(req));
	if (req.type != HVKBD_PROTOCOL_REQUEST) {
		k->stopped = true;
		return;
	}
	if (req.version == HVKBD_VERSION_1_0)
		reply.accepted = HVKBD_ACCEPTED;
	else
		k->refused++;
	vmb_send_inband(k->ch, p->trans_id, false, &reply, sizeof(reply));
	k->active = reply.accepted;
	if (k->active)
		ctl_event("keyboard-ready", k->d->name, NULL);
}

static void on_leds(struct keyboard *k, const struct vmb_packet *p)
{
	struct hvkbd_leds leds;

	memcpy(&leds, p->data, sizeof(leds));
	if (leds.type != HVKBD_SET_LEDS) {
		k->stopped = true;
		return;
	}
	k->leds = leds.leds;
	k->led_messages++;
}

/* Every message a guest may send has these eight bytes. */
static void on_packet(struct keyboard *k, const struct vmb_packet *p)
{
	if (p->wants_completion)
		vmb_complete(k->ch, p->trans_id, NULL, 0);
	if (k->stopped)
		return;
	if (p->type != VM_PKT_DATA_INBAND || p->len < sizeof(struct hvkbd_protocol_request))
		k->stopped = true;
	else if (k->active)
		on_leds(k, p);
	else
		on_request(k, p);
	k->nonsense += k->stopped;
}

static void keyboard_ready(struct vmb_channel *ch)
{
	struct keyboard *k = vmb_priv(ch);
	struct vmb_packet p;

	while (vmb_recv(ch, &p) > 0)
		on_packet(k, &p);
	pump(k);
}

static int keyboard_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct keyboard *k = vmb_priv(ch);

	k->active = false;
	k->stopped = false;
	return 0;
}

static void keyboard_close(struct vmb_channel *ch)
{
	struct keyboard *k = vmb_priv(ch);

	k->active = false;
	k->count = 0;
}

static void keyboard_gone(struct vmb_channel *ch)
{
	free(vmb_priv(ch));
}

static const struct vmb_ops keyboard_ops = {
	.open = keyboard_open,
	.ready = keyboard_ready,
	.close = keyboard_close,
	.gone = keyboard_gone,
};

static int keyboard_create(struct device *d, struct opts *o)
{
	struct vmb_offer_spec spec = { .name = d->name, .instance = d->instance };
	struct keyboard *k;

	if (!opts_done(o))
		return -EINVAL;
	spec.type = class_guid(VMBUS_ALIAS_KEYBOARD);
	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->d = d;
	k->ch = vmb_offer(&spec, &keyboard_ops, k);
	if (!k->ch) {
		free(k);
		return -ENOSPC;
	}
	d->priv = k;
	return 0;
}

static void keyboard_destroy(struct device *d)
{
	struct keyboard *k = d->priv;

	vmb_rescind(k->ch); /* keyboard_gone() frees */
}

static void keyboard_counters(struct device *d, json_t *out)
{
	struct keyboard *k = d->priv;

	json_object_set_new(out, "events", json_integer((json_int_t)k->sent));
	json_object_set_new(out, "dropped", json_integer((json_int_t)k->dropped));
	json_object_set_new(out, "queued", json_integer(k->count));
	json_object_set_new(out, "led-messages", json_integer((json_int_t)k->led_messages));
	json_object_set_new(out, "refused-versions", json_integer((json_int_t)k->refused));
	json_object_set_new(out, "nonsense", json_integer((json_int_t)k->nonsense));
	json_object_set_new(out, "active", json_boolean(k->active));
}

static int need_guest(struct keyboard *k, struct ctl_request *req)
{
	if (k->active)
		return 0;
	ctl_why(req, "the guest's keyboard driver has not connected yet; wait for the event keyboard-ready");
	return -ENOTCONN;
}

static int verb_type(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	const char *text = json_string_value(json_object_get(args, "text"));
	struct keyboard *k = d->priv;
	const char *c;

	if (need_guest(k, req))
		return -ENOTCONN;
	for (c = text; c && *c; c++) {
		if (key_of_char(*c).code)
			continue;
		ctl_why(req, "a US keyboard has no key for the byte 0x%02x", (unsigned char)*c);
		return -EINVAL;
	}
	if (!text) {
		ctl_why(req, "\"text\" is missing");
		return -EINVAL;
	}
	if (strlen(text) * 4 > EVENTS_MAX - k->count) {
		ctl_why(req, "too long: %zu bytes, room for %u", strlen(text), (EVENTS_MAX - k->count) / 4);
		return -EMSGSIZE;
	}
	for (c = text; *c; c++)
		stroke(k, key_of_char(*c));
	pump(k);
	return 0;
}

/* "ctrl-alt-delete": all pressed in order, released in reverse. */
static int verb_key(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	const char *keys = json_string_value(json_object_get(args, "keys"));
	struct keyboard *k = d->priv;
	struct key held[8];
	char text[128], *word, *save;
	int n = 0, i;

	if (need_guest(k, req))
		return -ENOTCONN;
	if (!keys || strlen(keys) >= sizeof(text)) {
		ctl_why(req, "\"keys\" is missing or too long; an example: ctrl-alt-delete");
		return -EINVAL;
	}
	strcpy(text, keys);
	for (word = strtok_r(text, "-", &save); word; word = strtok_r(NULL, "-", &save)) {
		if (n == 8 || !key_of_name(word).code) {
			ctl_why(req, "'%s' is no key, or the ninth at once", word);
			return -EINVAL;
		}
		held[n++] = key_of_name(word);
	}
	for (i = 0; i < n; i++)
		press(k, held[i], false);
	for (i = n - 1; i >= 0; i--)
		press(k, held[i], true);
	pump(k);
	return 0;
}

static const struct device_verb keyboard_verbs[] = {
	{ "type", "text=TEXT: types it on a US keyboard; a newline is the enter key", verb_type },
	{ "key", "keys=NAME[-NAME...]: presses keys together, such as ctrl-alt-delete", verb_key },
	{ NULL, NULL, NULL },
};

static struct device_type keyboard_type = {
	.name = "keyboard",
	.help = "synthetic keyboard",
	.keys = "",
	.create = keyboard_create,
	.destroy = keyboard_destroy,
	.counters = keyboard_counters,
	.verbs = keyboard_verbs,
};

HOST_DEVICE(keyboard_type)

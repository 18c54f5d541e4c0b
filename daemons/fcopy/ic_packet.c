// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: frames (ic_packet.h).
 */
#include <errno.h>
#include <string.h>
#include "fcopy/ic_packet.h"

#define HEAD sizeof(struct ic_packet_hdr)

int ic_packet_kind(const uint8_t *payload, size_t len, const uint8_t **body, size_t *body_len)
{
	struct ic_packet_hdr h;

	if (len < HEAD)
		return -EPROTO;
	memcpy(&h, payload, HEAD);
	/* The ring knows a length to 8 bytes; the pipe's header to one. */
	if (h.pipe.type != VMBUS_PIPE_DATA || h.pipe.len < sizeof(h.ic) || h.pipe.len > len - sizeof(h.pipe) ||
	    !(h.ic.flags & IC_FLAG_REQUEST))
		return -EPROTO;
	*body = payload + HEAD;
	*body_len = h.pipe.len - sizeof(h.ic);
	if (h.ic.size < *body_len)
		*body_len = h.ic.size;
	if (h.ic.type == IC_MSG_NEGOTIATE)
		return IC_PACKET_NEGOTIATE;
	return h.ic.type == IC_MSG_FCOPY ? IC_PACKET_REQUEST : -EPROTO;
}

static int offers(const uint8_t *list, unsigned int count, uint16_t major, uint16_t minor)
{
	struct ic_version v;

	for (; count; count--, list += sizeof(v)) {
		memcpy(&v, list, sizeof(v));
		if (v.major == major && v.minor == minor)
			return 1;
	}
	return 0;
}

/* Whether the body offers what we speak. */
static int acceptable(const uint8_t *body, size_t len)
{
	struct ic_negotiate n;

	if (len < sizeof(n))
		return 0;
	memcpy(&n, body, sizeof(n));
	if (n.framework_count > IC_NEGOTIATE_MAX || n.message_count > IC_NEGOTIATE_MAX ||
	    len - sizeof(n) < (n.framework_count + n.message_count) * sizeof(struct ic_version))
		return 0;
	body += sizeof(n);
	return offers(body, n.framework_count, 3, 0) &&
	       offers(body + n.framework_count * sizeof(struct ic_version), n.message_count, 1, 1);
}

size_t ic_packet_negotiate(uint8_t *payload, size_t len)
{
	struct ic_negotiate_reply reply = { .framework = { 3, 0 }, .message = { 1, 1 } };
	struct ic_packet_hdr h;
	const uint8_t *body;
	size_t body_len;

	if (ic_packet_kind(payload, len, &body, &body_len) == IC_PACKET_NEGOTIATE && acceptable(body, body_len))
		reply.n.framework_count = reply.n.message_count = 1;
	memcpy(&h, payload, HEAD);
	h.pipe.len = sizeof(h.ic) + sizeof(reply);
	h.ic.size = sizeof(reply);
	h.ic.flags = IC_FLAG_TRANSACTION | IC_FLAG_RESPONSE;
	h.ic.status = IC_S_OK;
	memcpy(payload, &h, HEAD);
	memcpy(payload + HEAD, &reply, sizeof(reply));
	return HEAD + sizeof(reply);
}

void ic_packet_answer(uint8_t *payload, uint32_t status)
{
	struct ic_packet_hdr h;

	memcpy(&h, payload, HEAD);
	h.ic.flags = IC_FLAG_TRANSACTION | IC_FLAG_RESPONSE;
	h.ic.status = status;
	memcpy(payload, &h, HEAD);
}

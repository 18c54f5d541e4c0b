// SPDX-License-Identifier: GPL-2.0-only
/* pure: what a guest answers on the channel of an integration component (ic_parse.h). */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/vss.h>

#include "ic_parse.h"

static uint32_t version(const struct ic_version *v)
{
	return IC_VERSION(v->major, v->minor);
}

static const char *judge(const struct ic_packet_hdr *h, size_t len)
{
	const uint8_t want = IC_FLAG_TRANSACTION | IC_FLAG_RESPONSE;

	if (h->pipe.type != VMBUS_PIPE_DATA)
		return "pipe packet type is not 1";
	if (h->pipe.len > len - sizeof(h->pipe))
		return "pipe length beyond the packet";
	if (h->pipe.len < sizeof(h->ic))
		return "pipe length shorter than the header";
	if (h->ic.size > h->pipe.len - sizeof(h->ic))
		return "body size beyond what was sent";
	if ((h->ic.flags & want) != want)
		return "flags are not those of a response";
	if (h->ic.trans_id)
		return "transaction id in the header is not 0";
	return NULL;
}

int ic_parse_answer(const uint8_t *data, size_t len, struct ic_answer *out, const char **what)
{
	struct ic_packet_hdr h;

	if (len < sizeof(h)) {
		*what = "packet shorter than the headers";
		return -EPROTO;
	}
	memcpy(&h, data, sizeof(h));
	*what = judge(&h, len);
	if (*what)
		return -EPROTO;
	*out = (struct ic_answer){
		.type = h.ic.type,
		.framework = version(&h.ic.framework),
		.message = version(&h.ic.message),
		.status = h.ic.status,
		.body = data + sizeof(h),
		.len = h.ic.size,
		.room = h.pipe.len - sizeof(h.ic),
	};
	return 0;
}

static bool listed(const struct ic_versions *list, uint32_t v)
{
	for (unsigned int i = 0; i < list->count; i++)
		if (list->v[i] == v)
			return true;
	return false;
}

static bool number(const char **at, uint32_t *out)
{
	char *end;
	unsigned long n;

	if (!isdigit((unsigned char)**at))
		return false;
	n = strtoul(*at, &end, 10);
	*at = end;
	*out = (uint32_t)n;
	return n <= 0xFFFF;
}

bool ic_parse_versions(const char *text, struct ic_versions *out)
{
	uint32_t major, minor;

	out->count = 0;
	for (;;) {
		if (!number(&text, &major) || *text++ != '.' || !number(&text, &minor))
			return false;
		if (out->count == IC_VERSIONS_MAX || listed(out, IC_VERSION(major, minor)))
			return false;
		out->v[out->count++] = IC_VERSION(major, minor);
		if (!*text)
			return true;
		if (*text++ != '+')
			return false;
	}
}

int ic_parse_negotiation(const struct ic_answer *a, const struct ic_versions *framework, const struct ic_versions *message,
			 uint32_t *framework_out, uint32_t *message_out, const char **what)
{
	struct ic_negotiate_reply r;

	if (a->type != IC_MSG_NEGOTIATE) {
		*what = "another message before the negotiation's answer";
		return -EPROTO;
	}
	if (a->len < sizeof(r)) {
		*what = "negotiation's answer too short";
		return -EPROTO;
	}
	memcpy(&r, a->body, sizeof(r));
	if (r.n.framework_count != 1 || r.n.message_count != 1)
		return 0;
	*framework_out = version(&r.framework);
	*message_out = version(&r.message);
	if (listed(framework, *framework_out) && listed(message, *message_out))
		return 1;
	*what = "a version chosen that was not offered";
	return -EPROTO;
}

int ic_parse_heartbeat(const struct ic_answer *a, uint64_t *sequence, uint32_t *state)
{
	struct ic_heartbeat h = { 0 };

	if (a->len < IC_HEARTBEAT_MIN)
		return -EPROTO;
	memcpy(&h, a->body, a->len < sizeof(h) ? a->len : sizeof(h));
	*sequence = h.sequence;
	*state = a->len >= IC_HEARTBEAT_SHORT ? h.state : IC_HEARTBEAT_UNKNOWN;
	return 0;
}

uint32_t ic_parse_vss_flags(const struct ic_answer *a)
{
	struct vss_msg m;

	if (a->len < sizeof(m))
		return 0;
	memcpy(&m, a->body, sizeof(m));
	return m.flags;
}

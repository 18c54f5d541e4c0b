// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers on the channels of integration components: the first byte chooses what is read from the body, the rest is the packet,
 * in a block exactly as long as what was received.
 */
#include "fuzz.h"
#include "dev/ic_parse.h"
#include "dev/kvp_parse.h"
#include "dev/text.h"

static struct kvp_pair pair;
static struct kvp_ip_text ip;

/* What is told on goes to JSON, which takes UTF-8 only. */
static void judge_text(const char *text, size_t size)
{
	uint8_t wire[3 * 2048 + 2];
	size_t len = strnlen(text, size);

	PROMISE(len < size);
	if (len * 2 + 2 <= sizeof(wire))
		PROMISE(text_to_utf16(text, wire, sizeof(wire)) >= 2);
}

static void negotiation(const struct ic_answer *a)
{
	struct ic_versions framework, message;
	uint32_t f, m;
	const char *what = NULL;
	int got;

	ic_parse_versions("1.0+3.0", &framework);
	ic_parse_versions("1.0+3.0+4.0", &message);
	got = ic_parse_negotiation(a, &framework, &message, &f, &m, &what);
	PROMISE(got >= 0 || what);
	if (got == 1)
		PROMISE((f == 0x10000 || f == 0x30000) && (m == 0x10000 || m == 0x30000 || m == 0x40000));
}

static void value(const struct ic_answer *a)
{
	const char *what = NULL;

	if (kvp_parse_pair(a->body, a->len, &pair, &what)) {
		PROMISE(what);
		return;
	}
	judge_text(pair.key, sizeof(pair.key));
	judge_text(pair.value, sizeof(pair.value));
}

static void addresses(const struct ic_answer *a, int binary)
{
	static uint8_t body[KVP_IP_BODY];
	const char *what = NULL;

	if (kvp_parse_ip(a->body, a->len, binary, &ip, &what)) {
		PROMISE(what);
		return;
	}
	judge_text(ip.adapter, sizeof(ip.adapter));
	judge_text(ip.addresses, sizeof(ip.addresses));
	judge_text(ip.subnets, sizeof(ip.subnets));
	judge_text(ip.gateways, sizeof(ip.gateways));
	judge_text(ip.dns, sizeof(ip.dns));
	/* A form of the same kind can be made of it again, but for prefixes that are none. */
	if (!binary)
		kvp_build_ip(body, KVP_SET_IP, 0, &ip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const uint8_t way = take8(&in) % 6;
	struct ic_answer a;
	const char *what = NULL;
	uint8_t *packet = malloc(in.left + (in.left == 0));
	size_t len = in.left;
	uint64_t sequence;
	uint32_t state;

	take(&in, packet, len);
	if (ic_parse_answer(packet, len, &a, &what)) {
		PROMISE(what);
		free(packet);
		return 0;
	}
	PROMISE(a.body >= packet && a.body + a.len <= packet + len && a.len <= a.room && a.body + a.room <= packet + len);
	if (way == 0)
		negotiation(&a);
	else if (way == 1)
		ic_parse_heartbeat(&a, &sequence, &state);
	else if (way == 2)
		ic_parse_vss_flags(&a);
	else if (way == 3)
		value(&a);
	else
		addresses(&a, way == 5);
	free(packet);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Key-value pairs both ways: the first two bytes are the length of the request's body, the body follows, and the rest is
 * what a daemon answers; the first bit of the length chooses a daemon of the old kind.
 */
#include "fuzz.h"
#include "../../lis/utils/kvp_convert.h"
#include "../../lis/utils/utf.h"

static void judge_text(const u8 *text, u32 room, u32 size)
{
	PROMISE(size >= 1 && size <= room);
	PROMISE(kvp_text_length(text, room) == size - 1);
}

static void judge_request(const struct kvp_request *req, const struct kvp_daemon_msg *msg)
{
	PROMISE(req->op <= KVP_SET_IP && req->op == msg->h.hdr.op);
	PROMISE(req->op > KVP_ENUMERATE || msg->h.hdr.pool < KVP_POOLS);
	switch (req->op) {
	case KVP_SET:
		judge_text(msg->u.get.value, KVP_VALUE_BYTES, msg->u.get.value_size);
		judge_text(msg->u.get.key, KVP_KEY_BYTES, msg->u.get.key_size);
		break;
	case KVP_GET:
		judge_text(msg->u.get.key, KVP_KEY_BYTES, msg->u.get.key_size);
		break;
	case KVP_DELETE:
		judge_text(msg->u.del.key, KVP_KEY_BYTES, msg->u.del.key_size);
		break;
	case KVP_SET_IP:
	case KVP_GET_IP:
		PROMISE(memchr(msg->u.ip.adapter, 0, 256) && memchr(msg->u.ip.addresses, 0, 2048));
		PROMISE(memchr(msg->u.ip.gateways, 0, 1024) && memchr(msg->u.ip.dns, 0, 2048));
		break;
	}
}

static bool ends(const u8 *wide, u32 bytes)
{
	u32 i;

	for (i = 0; i + 1 < bytes; i += 2)
		if (!wide[i] && !wide[i + 1])
			return true;
	return false;
}

static void judge_answer(const struct kvp_request *req, const u8 *body)
{
	u32 size;

	if (req->op == KVP_ENUMERATE) {
		memcpy(&size, body + 12, 4);
		PROMISE(size >= 2 && size <= 512 && size % 2 == 0 && ends(body + 20, size));
		memcpy(&size, body + 16, 4);
		PROMISE(size >= 2 && size <= 2048 && size % 2 == 0 && ends(body + 532, size));
	} else if (req->op == KVP_GET_IP) {
		PROMISE(ends(body + 2, 256) && ends(body + 260, 2048) && ends(body + 4356, 1024));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct kvp_daemon_msg *msg = malloc(sizeof(*msg));
	u32 len = take8(&in), status;
	struct kvp_request req;
	bool old;
	u8 *body;

	len |= (u32)take8(&in) << 8;
	old = len >> 15;
	len &= 0x7FFF;
	len = len < in.left ? len : (u32)in.left;
	body = malloc(len ? len : 1);
	take(&in, body, len);
	status = kvp_to_daemon(body, len, &req, msg);
	if (status == IC_S_OK) {
		judge_request(&req, msg);
		/* The driver makes room for the answer before it is put there. */
		body = realloc(body, req.answer_size > len ? req.answer_size : len + 1);
		take(&in, msg, sizeof(*msg));
		if (kvp_from_daemon(&req, old, msg, body) == IC_S_OK)
			judge_answer(&req, body);
	}
	free(body);
	free(msg);
	return 0;
}

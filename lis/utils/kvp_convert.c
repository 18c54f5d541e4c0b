// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: key-value pairs. See kvp_convert.h for the contracts.
 */
#include "kvp_convert.h"
#include "utf.h"

/* Where the structures of 6.3 have their fields. */
#define KEY offsetof(struct kvp_value, key)
#define VALUE offsetof(struct kvp_value, value)

static u32 get32(const u8 *at)
{
	u32 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void put32(u8 *at, u32 v)
{
	memcpy(at, &v, sizeof(v));
}

u32 kvp_text_length(const void *text, u32 room)
{
	const u8 *end = memchr(text, 0, room);

	return end ? (u32)(end - (const u8 *)text) : room;
}

/* Long division by 10 in halves: a 64-bit division is not to be had in every 32-bit kernel. */
static u32 divide_by_10(u64 *value)
{
	u32 high = (u32)(*value >> 32), low = (u32)*value;
	u32 rest = high % 10, mid;

	mid = (rest << 16) | (low >> 16);
	rest = mid % 10;
	low = (rest << 16) | (low & 0xFFFF);
	*value = (u64)(high / 10) << 32 | (u64)(mid / 10) << 16 | low / 10;
	return low % 10;
}

u32 kvp_decimal(u64 value, char *buf)
{
	char digits[20];
	u32 n = 0, i;

	do {
		digits[n++] = (char)('0' + divide_by_10(&value));
	} while (value);
	for (i = 0; i < n; i++)
		buf[i] = digits[n - 1 - i];
	buf[n] = 0;
	return n;
}

/* ---- to the daemon ---- */

/* A key of size bytes at from. Return its UTF-8 size, the NUL counted, or 0: a key that is cut would be another key. */
static u32 take_key(const u8 *from, u32 size, u8 *to)
{
	int n = size > KVP_KEY_BYTES ? 0 : utf16_to_utf8(from, size, to, KVP_KEY_BYTES);

	return n > 0 ? n + 1 : 0;
}

static int take_text(const u8 *from, u32 size, struct kvp_value *to)
{
	return utf16_to_utf8(from, size, to->value, KVP_VALUE_BYTES);
}

static int take_number(const u8 *from, u32 size, u32 want, struct kvp_value *to)
{
	u64 v = 0;

	if (size < want)
		return -EINVAL;
	memcpy(&v, from, want);
	return (int)kvp_decimal(v, (char *)to->value);
}

/* 6.4: daemons know text only. A value that does not fit is refused, not cut. */
static u32 take_value(const u8 *v, struct kvp_value *to)
{
	u32 size = get32(v + offsetof(struct kvp_value, value_size));
	int n;

	if (size > KVP_VALUE_BYTES)
		return IC_E_INVALID_ARG;
	switch (get32(v + offsetof(struct kvp_value, type))) {
	case KVP_REG_SZ:
	case KVP_REG_EXPAND_SZ:
		n = take_text(v + VALUE, size, to);
		break;
	case KVP_REG_DWORD:
		n = take_number(v + VALUE, size, 4, to);
		break;
	case KVP_REG_QWORD:
	case KVP_REG_QWORD_LINUX:
		n = take_number(v + VALUE, size, 8, to);
		break;
	default:
		n = -EINVAL;
	}
	if (n < 0)
		return IC_E_INVALID_ARG;
	to->type = KVP_REG_SZ;
	to->value_size = n + 1;
	return IC_S_OK;
}

static u32 take_set(const u8 *body, u32 len, struct kvp_daemon_msg *msg)
{
	const u8 *v = body + offsetof(struct kvp_get, v);

	if (len < sizeof(struct kvp_get))
		return IC_E_INVALID_ARG;
	msg->u.get.key_size = take_key(v + KEY, get32(v + offsetof(struct kvp_value, key_size)), msg->u.get.key);
	return msg->u.get.key_size ? take_value(v, &msg->u.get) : IC_E_INVALID_ARG;
}

/* 7.1: a daemon copies as many bytes of its value as it is given room for, so it is given all. */
static u32 take_get(const u8 *body, u32 len, struct kvp_daemon_msg *msg)
{
	const u8 *v = body + offsetof(struct kvp_get, v);

	if (len < offsetof(struct kvp_get, v) + VALUE)
		return IC_E_INVALID_ARG;
	msg->u.get.type = KVP_REG_SZ;
	msg->u.get.value_size = KVP_VALUE_BYTES;
	msg->u.get.key_size = take_key(v + KEY, get32(v + offsetof(struct kvp_value, key_size)), msg->u.get.key);
	return msg->u.get.key_size ? IC_S_OK : IC_E_INVALID_ARG;
}

static u32 take_delete(const u8 *body, u32 len, struct kvp_daemon_msg *msg)
{
	const u8 *key = body + offsetof(struct kvp_delete, key);

	if (len < sizeof(struct kvp_delete))
		return IC_E_INVALID_ARG;
	msg->u.del.key_size = take_key(key, get32(body + offsetof(struct kvp_delete, key_size)), msg->u.del.key);
	return msg->u.del.key_size ? IC_S_OK : IC_E_INVALID_ARG;
}

static u32 take_enumerate(const u8 *body, u32 len, struct kvp_daemon_msg *msg)
{
	if (len < offsetof(struct kvp_enumerate, v))
		return IC_E_INVALID_ARG;
	msg->u.enumerate.index = get32(body + offsetof(struct kvp_enumerate, index));
	return IC_S_OK;
}

/* 6.5: which field of the host's becomes which of the daemon's; a list is cut between entries when it must be cut. */
static const struct {
	u16 wire, daemon, size;
	char separator;
} ip_fields[] = {
	{ offsetof(struct kvp_ip, adapter), offsetof(struct kvp_daemon_ip, adapter), 256, 0 },
	{ offsetof(struct kvp_ip, addresses), offsetof(struct kvp_daemon_ip, addresses), 2048, ';' },
	{ offsetof(struct kvp_ip, subnets), offsetof(struct kvp_daemon_ip, subnets), 2048, ';' },
	{ offsetof(struct kvp_ip, gateways), offsetof(struct kvp_daemon_ip, gateways), 1024, ';' },
	{ offsetof(struct kvp_ip, dns), offsetof(struct kvp_daemon_ip, dns), 2048, ';' },
};

static u32 take_ip(const u8 *body, u32 len, u32 fields, struct kvp_daemon_msg *msg)
{
	u8 *to = (u8 *)&msg->u.ip;
	u32 i;

	if (len < KVP_IP_BODY)
		return IC_E_INVALID_ARG;
	for (i = 0; i < fields; i++) {
		if (utf16_to_utf8(body + ip_fields[i].wire, ip_fields[i].size, to + ip_fields[i].daemon,
				  ip_fields[i].size) < 0)
			return IC_E_INVALID_ARG;
	}
	msg->u.ip.family = body[offsetof(struct kvp_ip, family)];
	msg->u.ip.dhcp = body[offsetof(struct kvp_ip, dhcp)];
	return IC_S_OK;
}

static u32 take(const u8 *body, u32 len, struct kvp_request *req, struct kvp_daemon_msg *msg)
{
	/* Daemons find the file of a pool by its number. */
	if (req->op <= KVP_ENUMERATE && req->pool >= KVP_POOLS)
		return IC_E_INVALID_ARG;
	switch (req->op) {
	case KVP_GET:
		req->answer_size = sizeof(struct kvp_get);
		return take_get(body, len, msg);
	case KVP_SET:
		return take_set(body, len, msg);
	case KVP_DELETE:
		return take_delete(body, len, msg);
	case KVP_ENUMERATE:
		req->answer_size = sizeof(struct kvp_enumerate);
		return take_enumerate(body, len, msg);
	case KVP_GET_IP:
		req->answer_size = KVP_IP_BODY;
		return take_ip(body, len, 1, msg);
	case KVP_SET_IP:
		return take_ip(body, len, ARRAY_SIZE(ip_fields), msg);
	}
	return IC_E_NOT_SUPPORTED;
}

u32 kvp_to_daemon(const void *body, u32 len, struct kvp_request *req, struct kvp_daemon_msg *msg)
{
	memset(req, 0, sizeof(*req));
	memset(msg, 0, sizeof(*msg));
	if (len < sizeof(struct kvp_hdr))
		return IC_E_INVALID_ARG;
	req->op = ((const u8 *)body)[0];
	req->pool = ((const u8 *)body)[1];
	msg->h.hdr.op = req->op;
	msg->h.hdr.pool = req->pool;
	return take(body, len, req, msg);
}

/* ---- from the daemon ---- */

static void give_value(const struct kvp_value *from, u8 *to)
{
	put32(to + offsetof(struct kvp_value, type), KVP_REG_SZ);
	put32(to + offsetof(struct kvp_value, value_size),
	      utf8_to_utf16(from->value, KVP_VALUE_BYTES, to + VALUE, KVP_VALUE_BYTES, 0));
}

static void give_key(const struct kvp_value *from, u8 *to)
{
	put32(to + offsetof(struct kvp_value, key_size),
	      utf8_to_utf16(from->key, KVP_KEY_BYTES, to + KEY, KVP_KEY_BYTES, 0));
}

static void give_ip(const struct kvp_daemon_ip *from, u8 *body)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ip_fields); i++)
		utf8_to_utf16((const u8 *)from + ip_fields[i].daemon, ip_fields[i].size, body + ip_fields[i].wire,
			      ip_fields[i].size, ip_fields[i].separator);
	body[offsetof(struct kvp_ip, family)] = from->family;
	body[offsetof(struct kvp_ip, dhcp)] = from->dhcp;
}

static void give(const struct kvp_request *req, const struct kvp_daemon_msg *msg, u8 *body)
{
	switch (req->op) {
	case KVP_GET:
		give_value(&msg->u.get, body + offsetof(struct kvp_get, v));
		break;
	case KVP_ENUMERATE:
		give_key(&msg->u.enumerate.v, body + offsetof(struct kvp_enumerate, v));
		give_value(&msg->u.enumerate.v, body + offsetof(struct kvp_enumerate, v));
		break;
	case KVP_GET_IP:
		give_ip(&msg->u.ip, body);
		break;
	}
}

u32 kvp_from_daemon(const struct kvp_request *req, bool old, const struct kvp_daemon_msg *msg, void *body)
{
	u32 status = old ? IC_S_OK : (u32)msg->h.error;

	if (old && req->op == KVP_ENUMERATE && !msg->u.enumerate.v.key[0])
		status = IC_E_NO_MORE_ITEMS;
	if (status == IC_S_OK)
		give(req, msg, body);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests on the channels of integration components: the first byte chooses the service, the second what was agreed, the
 * rest is the packet, in a block exactly as long as what was received (answers get the buffer the driver has).
 */
#include "fuzz.h"
#include "../../lis/utils/fcopy_check.h"
#include "../../lis/utils/ic_msg.h"
#include "../../lis/utils/ic_negotiate.h"
#include "../../lis/utils/timesync_math.h"
#include "../../lis/utils/vss_check.h"

static u8 packet[IC_PACKET_MAX];

/* 2.3: what a host asks of every answer. */
static void judge_answer(u32 len, u32 received)
{
	struct ic_packet_hdr h;

	PROMISE(len >= sizeof(h) && len >= received && len <= sizeof(packet));
	memcpy(&h, packet, sizeof(h));
	PROMISE(h.pipe.type == VMBUS_PIPE_DATA && h.pipe.len <= len - 8);
	PROMISE(h.ic.size <= h.pipe.len - 20);
	PROMISE(h.ic.flags == 5 && h.ic.trans_id == 0);
}

static void negotiate(u32 type, u32 len, u32 body)
{
	const struct ic_speaks *s = ic_speaks(type);
	struct ic_agreed agreed;
	const u32 *v;
	u32 found = 0;

	judge_answer(ic_negotiate(packet, len, body, s, &agreed), len);
	PROMISE(!agreed.framework == !agreed.message);
	if (!agreed.framework)
		return;
	for (v = s->messages; *v; v++)
		found += *v == agreed.message;
	for (v = s->frameworks; *v; v++)
		found += *v == agreed.framework;
	PROMISE(found == 2);
}

static void timesync(const u8 *body, u32 len, u32 version, u64 now)
{
	struct timesync_state state = { .settled = true };
	struct timesync_sample s;
	s64 ns = -1;

	if (timesync_decode(body, len, version, now, &s))
		return;
	PROMISE(s.reference <= now);
	if (!timesync_now(&s, now, &ns))
		PROMISE(ns >= 0);
	if (!timesync_now(&s, s.reference + TIMESYNC_STALE_100NS, &ns))
		PROMISE(ns >= 0);
	timesync_must_step(s.flags, &state, ns);
}

static void vss(u8 *body, u32 len)
{
	struct vss_daemon_msg msg;
	u32 status;

	if (vss_check(body, len, &msg, &status))
		PROMISE(msg.h.hdr.op == VSS_HOT_BACKUP || msg.h.hdr.op == VSS_FREEZE || msg.h.hdr.op == VSS_THAW);
	if (len >= 12)
		vss_answer(body, body[0], status);
}

/* Several requests one after the other: pieces of the body, each as long as its first two bytes say. */
static void fcopy(const u8 *body, u32 len)
{
	u8 *msg = malloc(FCOPY_MSG_MAX), *piece;
	struct input in = { body, len };
	struct fcopy_state state = { 0 };
	u32 n, got, status, size;
	u64 offset;

	while (in.left > 2) {
		n = take8(&in) | (u32)take8(&in) << 8;
		n = n < in.left ? n : (u32)in.left;
		piece = malloc(n + 1);
		take(&in, piece, n);
		got = fcopy_check(&state, piece, n, msg, &status);
		PROMISE(got <= FCOPY_MSG_MAX);
		if (got == 1088)
			PROMISE(memchr(msg + 36, 0, 260) && memchr(msg + 556, 0, 260) && msg[36]);
		if (got == 6196) {
			memcpy(&offset, msg + 40, 8);
			memcpy(&size, msg + 48, 4);
			PROMISE(state.open && size <= FCOPY_CHUNK && offset + size <= state.size && offset + size >= offset);
		}
		if (got)
			fcopy_answered(&state, n & 1 ? IC_S_OK : IC_E_FAIL);
		free(piece);
	}
	free(msg);
}

static void service(u32 type, u32 version, u8 *body, u32 len)
{
	u32 status;

	switch (type) {
	case IC_MSG_HEARTBEAT:
		ic_heartbeat(body, len);
		break;
	case IC_MSG_SHUTDOWN:
		if (ic_shutdown(body, len, version, version & 1, &status) != IC_DO_NOTHING)
			PROMISE(status == IC_S_OK);
		break;
	case IC_MSG_TIMESYNC:
		timesync(body, len, version, 0x123456789AULL);
		break;
	case IC_MSG_VSS:
		vss(body, len);
		break;
	case IC_MSG_FCOPY:
		fcopy(body, len);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const u8 types[] = { IC_MSG_HEARTBEAT, IC_MSG_SHUTDOWN, IC_MSG_TIMESYNC, IC_MSG_VSS, IC_MSG_FCOPY, IC_MSG_KVP };
	static const u32 versions[] = { IC_VERSION(1, 0), IC_VERSION(3, 0), IC_VERSION(3, 1), IC_VERSION(3, 2), IC_VERSION(4, 0) };
	struct input in = { data, size };
	u32 want = types[take8(&in) % sizeof(types)], version = versions[take8(&in) % 5], len, type, body = 0;
	u8 *exact;

	len = in.left < sizeof(packet) ? (u32)in.left : (u32)sizeof(packet);
	exact = malloc(len + 1);
	memcpy(exact, in.at, len);
	if (!ic_check_packet(exact, len, &type, &body)) {
		PROMISE(28 + body <= len);
		memset(packet, 0xEE, sizeof(packet));
		memcpy(packet, exact, len);
		if (type == IC_MSG_NEGOTIATE) {
			negotiate(want, len, body);
		} else {
			u8 *copy = malloc(body + 1);

			memcpy(copy, exact + 28, body);
			copy = realloc(copy, body ? body : 1);
			service(want, version, copy, body);
			free(copy);
			judge_answer(ic_make_answer(packet, len, 12, IC_E_FAIL), len);
		}
	}
	free(exact);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: agreeing on versions. See ic_negotiate.h for the contracts.
 */
#include "ic_negotiate.h"
#include "ic_msg.h"

static const u32 both_frameworks[] = { IC_VERSION(3, 0), IC_VERSION(1, 0), 0 };
static const u32 new_framework[] = { IC_VERSION(3, 0), 0 };

static const u32 heartbeat[] = { IC_VERSION(3, 0), IC_VERSION(1, 0), 0 };
static const u32 shutdown[] = { IC_VERSION(3, 2), IC_VERSION(3, 1), IC_VERSION(3, 0), IC_VERSION(1, 0), 0 };
static const u32 timesync[] = { IC_VERSION(4, 0), IC_VERSION(3, 0), IC_VERSION(1, 0), 0 };
static const u32 kvp[] = { IC_VERSION(4, 0), IC_VERSION(3, 0), IC_VERSION(1, 0), 0 };
static const u32 vss[] = { IC_VERSION(5, 0), 0 };
static const u32 fcopy[] = { IC_VERSION(1, 1), 0 };

const struct ic_speaks *ic_speaks(u32 msg_type)
{
	static const struct ic_speaks all[] = {
		[IC_MSG_HEARTBEAT] = { both_frameworks, heartbeat },
		[IC_MSG_KVP] = { both_frameworks, kvp },
		[IC_MSG_SHUTDOWN] = { both_frameworks, shutdown },
		[IC_MSG_TIMESYNC] = { both_frameworks, timesync },
		[IC_MSG_VSS] = { new_framework, vss },
		[IC_MSG_FCOPY] = { new_framework, fcopy },
	};

	if (msg_type >= ARRAY_SIZE(all) || !all[msg_type].messages)
		return NULL;
	return &all[msg_type];
}

/* The first of ours that is among the count versions at list; 0 when none is. */
static u32 pick(const u32 *ours, const u8 *list, u32 count)
{
	struct ic_version v;
	u32 i;

	for (; *ours; ours++) {
		for (i = 0; i < count; i++) {
			memcpy(&v, list + i * sizeof(v), sizeof(v));
			if (IC_VERSION(v.major, v.minor) == *ours)
				return *ours;
		}
	}
	return 0;
}

static void choose(const u8 *body, u32 len, const struct ic_speaks *speaks, struct ic_agreed *out)
{
	struct ic_negotiate n;
	const u8 *list = body + sizeof(n);

	out->framework = 0;
	out->message = 0;
	if (len < sizeof(n))
		return;
	memcpy(&n, body, sizeof(n));
	if (n.framework_count > IC_NEGOTIATE_MAX || n.message_count > IC_NEGOTIATE_MAX)
		return;
	if ((n.framework_count + n.message_count) * sizeof(struct ic_version) > len - sizeof(n))
		return;
	out->framework = pick(speaks->frameworks, list, n.framework_count);
	out->message = pick(speaks->messages, list + n.framework_count * sizeof(struct ic_version), n.message_count);
	if (!out->framework || !out->message) {
		out->framework = 0;
		out->message = 0;
	}
}

static struct ic_version split(u32 version)
{
	struct ic_version v;

	v.major = (u16)(version >> 16);
	v.minor = (u16)version;
	return v;
}

u32 ic_negotiate(void *packet, u32 len, u32 body, const struct ic_speaks *speaks, struct ic_agreed *out)
{
	struct ic_negotiate_reply r;
	u16 size = sizeof(r);

	choose(IC_BODY(packet), body, speaks, out);
	len = ic_make_answer(packet, len, sizeof(r), IC_S_OK);
	memset(&r, 0, sizeof(r));
	if (out->framework) {
		r.n.framework_count = 1;
		r.n.message_count = 1;
		r.framework = split(out->framework);
		r.message = split(out->message);
	}
	memcpy(IC_BODY(packet), &r, sizeof(r));
	memcpy((u8 *)packet + offsetof(struct ic_packet_hdr, ic.size), &size, sizeof(size));
	return len;
}

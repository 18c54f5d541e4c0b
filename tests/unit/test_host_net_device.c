// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test host's network adapter, whole: the test is the guest, the bus is a double. What docs/wire/05 says of hosts
 * is held
 * against it: versions, buffers, sections and their return, subchannels, a full ring, a guest that does not answer.
 */
#include "unit.h"
#include <errno.h>
#include <unistd.h>
#include <wire/nvsp.h>
#include "dev/net_bytes.h"
#include "dev/net_pattern.h"
#include "dev/net.h"
#include "dev/net_rndis.h"
#include "dev/net_vf.h"
#include "test/net_guest.h"

/* cmocka gives every test a state; none here has one. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FILTER (NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_BROADCAST)

static struct device *dev;
static struct vmb_channel *ch;
static struct dbl_packet pkt;
static uint8_t mac[6];

static void make(const char *text)
{
	assert_int_equal(device_create(text), 0);
	dev = device_find("net");
	assert_non_null(dev);
	ch = dbl_channel(0);
	assert_int_equal(dbl_open(ch), 0);
}

static json_t *verb(const char *name, const char *args)
{
	json_t *reply = json_object();

	assert_int_equal(dbl_verb(dev, name, args, reply), 0);
	return reply;
}

static json_int_t counter(const char *name)
{
	json_t *reply = verb("stats", "{}");
	json_int_t v = json_integer_value(json_object_get(reply, name));

	json_decref(reply);
	return v;
}

static void read_mac(void)
{
	json_t *reply = verb("filter", "{}");
	unsigned int b[6];

	assert_int_equal(sscanf(json_string_value(json_object_get(reply, "mac")), "%x:%x:%x:%x:%x:%x", &b[0], &b[1],
				&b[2], &b[3],
				&b[4], &b[5]), 6);
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	json_decref(reply);
}

static void up(const char *text, uint32_t version)
{
	json_t *reply;

	make(text);
	ng_up(ch, version, 1500, FILTER);
	reply = verb("filter", "{}");
	assert_int_equal(json_integer_value(json_object_get(reply, "filter")), FILTER);
	json_decref(reply);
	read_mac();
}

static int tear_down(void **state)
{
	device_remove_all();
	dbl_reset();
	dbl_gpadls_forget();
	return 0;
}

/* The next packet of that type; others before it are passed over. */
static bool next(uint16_t type)
{
	dbl_run(NULL);
	while (dbl_pop(ch, &pkt))
		if (pkt.type == type)
			return true;
	return false;
}

static uint32_t word(unsigned int i)
{
	return get_le32(pkt.data + 4 * i);
}

static void gen(const char *args)
{
	json_decref(verb("gen", args));
}

/* --- NVSP ------------------------------------------------------------------------------------------------ */

static void init_refuses_newer(void **state)
{
	make("net,sink,nvsp=5");
	ng_nvsp(ch, NVSP_INIT, NVSP_VERSION_6_1, NVSP_VERSION_6_1, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(0), NVSP_INIT_COMPLETE);
	assert_int_equal(word(3), NVSP_STAT_VERSION_TOO_NEW);
	ng_nvsp(ch, NVSP_INIT, NVSP_VERSION_5, NVSP_VERSION_5, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(pkt.trans_id, ng_id);
	assert_int_equal(word(2), NVSP_MAX_MDL_CHAIN);
	assert_int_equal(word(3), NVSP_STAT_SUCCESS);
	ng_nvsp(ch, NVSP_INIT, NVSP_VERSION_5, NVSP_VERSION_5, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(3), NVSP_STAT_FAIL);
}

static void buffers(void **state)
{
	make("net,sink");
	dbl_gpadl(ch, 5, ng_recv, sizeof(ng_recv));
	ng_nvsp(ch, NVSP_SEND_RECV_BUF, 5, NVSP_RECV_BUF_ID, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(1), NVSP_STAT_FAIL); /* before INIT */
	ng_nvsp(ch, NVSP_INIT, NVSP_VERSION_6, NVSP_VERSION_6, 0, 0, true);
	ng_nvsp(ch, NVSP_SEND_RECV_BUF, 6, NVSP_RECV_BUF_ID, 0, 0, true);
	assert_true(next(VM_PKT_COMP) && next(VM_PKT_COMP));
	assert_int_equal(word(1), NVSP_STAT_FAIL); /* no such GPADL */
	ng_nvsp(ch, NVSP_SEND_RECV_BUF, 5, NVSP_RECV_BUF_ID, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(pkt.len, NVSP_MESSAGE_LEN_6);
	assert_int_equal(word(0), NVSP_SEND_RECV_BUF_COMPLETE);
	assert_int_equal(word(1), NVSP_STAT_SUCCESS);
	assert_int_equal(word(2), 1);
	assert_int_equal(word(3), 0);
	assert_int_equal(word(4), 1806);
	assert_int_equal(word(5), sizeof(ng_recv) / 1806);
	ng_nvsp(ch, NVSP_SEND_RECV_BUF, 5, NVSP_RECV_BUF_ID, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(1), NVSP_STAT_FAIL); /* it has one */
	ng_nvsp(ch, NVSP_REVOKE_RECV_BUF, NVSP_RECV_BUF_ID, 0, 0, 0, false);
	ng_nvsp(ch, NVSP_SEND_RECV_BUF, 5, NVSP_RECV_BUF_ID, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(1), NVSP_STAT_SUCCESS);
}

static void every_version_comes_up(void **state)
{
	static const struct {
		const char *text;
		uint32_t version;
	} rows[] = {
		{ "1", NVSP_VERSION_1 }, { "2", NVSP_VERSION_2 }, { "4", NVSP_VERSION_4 },
		{ "5", NVSP_VERSION_5 }, { "6", NVSP_VERSION_6 }, { "6.1", NVSP_VERSION_6_1 },
	};
	char text[64];
	json_t *reply;

	for (unsigned int i = 0; i < COUNT(rows); i++) {
		snprintf(text, sizeof(text), "net,sink,nvsp=%s", rows[i].text);
		up(text, rows[i].version);
		reply = verb("stats", "{}");
		assert_string_equal(json_string_value(json_object_get(reply, "nvsp")), rows[i].text);
		json_decref(reply);
		assert_int_equal(counter("nonsense") + counter("malformed") + counter("bad-completions"), 0);
		tear_down(NULL);
	}
}

/* --- receive --------------------------------------------------------------------------------------------- */

static uint32_t offsets[4096];

/* All transfers that are there; ranges' offsets collected; not completed. */
static unsigned int collect(uint64_t *ids, unsigned int *transfers)
{
	unsigned int n = 0;

	dbl_run(NULL);
	*transfers = 0;
	while (next(VM_PKT_DATA_USING_XFER_PAGES)) {
		const struct dbl_xfer *x = (const void *)pkt.data;
		const struct vmbus_xfer_range *r = (const void *)(x + 1);

		assert_int_equal(x->set_id, NVSP_RECV_BUF_ID);
		assert_true(pkt.wants_completion);
		for (unsigned int i = 0; i < x->count; i++) {
			assert_int_equal(r[i].byte_offset % 1806, 0);
			assert_true(r[i].byte_offset + r[i].byte_count <= sizeof(ng_recv));
			offsets[n++] = r[i].byte_offset;
		}
		ids[(*transfers)++] = pkt.trans_id;
	}
	return n;
}

static void sections_wait_for_completion(void **state)
{
	static uint64_t ids[600];
	static uint8_t used[NG_RECV_BYTES / 1806 + 1];
	uint32_t done[2] = { NVSP_SEND_RNDIS_PKT_COMPLETE, NVSP_STAT_SUCCESS };
	unsigned int total = sizeof(ng_recv) / 1806, transfers, n;

	up("net,sink", NVSP_VERSION_6_1);
	gen("{\"op\":\"start\",\"size\":100,\"rate\":0}");
	for (unsigned int i = 0; i < 50; i++)
		dbl_advance(1000000);
	n = collect(ids, &transfers);
	assert_true(n > total - 40 && n <= total - 16); /* some are kept for control messages */
	for (unsigned int i = 0; i < n; i++) {
		assert_false(used[offsets[i] / 1806]);
		used[offsets[i] / 1806] = 1;
	}
	assert_int_equal(counter("sections-with-guest"), n);
	dbl_advance(5000000);
	assert_int_equal(collect(ids + transfers, &transfers), 0);
	dbl_push(ch, VM_PKT_COMP, false, ids[0], done, sizeof(done), NULL, 0);
	dbl_push(ch, VM_PKT_COMP, false, ids[0], done, sizeof(done), NULL, 0); /* twice: no effect */
	dbl_push(ch, VM_PKT_COMP, false, 0x1234567, done, sizeof(done), NULL, 0);
	dbl_run(NULL);
	assert_int_equal(counter("bad-completions"), 2);
	assert_true(counter("sections-with-guest") < (json_int_t)n);
	gen("{\"op\":\"stop\"}");
}

static void frame_is_what_was_generated(void **state)
{
	struct rndis_frame r;
	struct rndis_piece p;
	uint64_t ids[8];
	unsigned int transfers;
	size_t at = 0;

	up("net,sink", NVSP_VERSION_6_1);
	gen("{\"op\":\"start\",\"size\":1514,\"rate\":1000,\"count\":1,\"vlan\":77}");
	dbl_advance(2000000);
	assert_int_equal(collect(ids, &transfers), 1);
	assert_int_equal(rndis_next(ng_recv + offsets[0], 1806, &at, &p), 1);
	assert_int_equal(p.type, RNDIS_MSG_PACKET);
	assert_int_equal(rndis_parse_packet(p.msg, p.len, &r), 0);
	assert_int_equal(r.len, 1514);
	assert_memory_equal(r.data, mac, 6);
	assert_true(r.info.has_vlan && rndis_vlan_to_tci(r.info.vlan) == 77);
}

/* From the start to the last frame, not to when someone asks. */
static void generator_tells_how_long_it_took(void **state)
{
	json_t *reply;
	uint64_t us;

	up("net,sink", NVSP_VERSION_6_1);
	gen("{\"op\":\"start\",\"rate\":1000,\"count\":5}");
	for (unsigned int i = 0; i < 40; i++)
		dbl_advance(1000000);
	reply = verb("stats", "{}");
	us = (uint64_t)json_integer_value(json_object_get(json_object_get(reply, "gen"), "us"));
	assert_in_range(us, 5000, 6000);
	json_decref(reply);
}

static void filter_zero_stops(void **state)
{
	uint32_t none = 0;

	up("net,sink", NVSP_VERSION_6_1);
	ng_control(ch, RNDIS_MSG_SET, OID_GEN_CURRENT_PACKET_FILTER, &none, 4);
	ng_drain(ch);
	gen("{\"op\":\"start\",\"rate\":1000,\"count\":5}");
	dbl_advance(20000000);
	assert_int_equal(ng_drain(ch), 0);
}

static void full_ring_loses_nothing(void **state)
{
	static uint64_t ids[64];
	unsigned int transfers, got;

	up("net,sink", NVSP_VERSION_6_1);
	dbl_room(ch, 0);
	gen("{\"op\":\"start\",\"rate\":0,\"count\":350}");
	for (unsigned int i = 0; i < 60; i++)
		dbl_advance(1000000);
	assert_int_equal(collect(ids, &transfers), 0);
	dbl_room(ch, -1); /* one large transfer, then the rest */
	for (unsigned int i = 0; i < 350; i += got) {
		got = collect(ids, &transfers);
		assert_true(got > 0);
		assert_int_equal(transfers, 1);
		dbl_advance(1000000);
	}
	assert_int_equal(counter("sections-with-guest"), 350);
	dbl_room(ch, 0);
	ng_nvsp(ch, NVSP_SWITCH_DATA_PATH, 0, 0, 0, 0, true);
	ng_nvsp(ch, NVSP_SWITCH_DATA_PATH, 0, 0, 0, 0, true);
	dbl_run(NULL);
	dbl_room(ch, -1);
	assert_true(next(VM_PKT_COMP) && next(VM_PKT_COMP));
}

static void deaf_guest_is_not_listened_to(void **state)
{
	up("net,sink", NVSP_VERSION_6_1);
	dbl_room(ch, 40);
	for (unsigned int i = 0; i < 300; i++)
		ng_control(ch, RNDIS_MSG_QUERY, OID_GEN_LINK_SPEED, NULL, 0);
	assert_true(counter("rndis-requests") < 120);
	dbl_room(ch, -1);
	for (unsigned int i = 0; i < 400 && ng_drain(ch); i++)
		;
	assert_int_equal(counter("rndis-requests"), 302);
}

/* --- transmit -------------------------------------------------------------------------------------------- */

static size_t udp_frame(uint8_t *f, const uint8_t *source, size_t payload)
{
	size_t len = 42 + payload;

	memset(f, 0, len);
	memset(f, 2, 6);
	memcpy(f + 6, source, 6);
	put_be16(f + 12, 0x0800);
	f[14] = 0x45;
	put_be16(f + 16, (uint16_t)(28 + payload));
	f[22] = 64;
	f[23] = 17;
	put_be16(f + 38, (uint16_t)(8 + payload));
	return len;
}

static json_int_t sunk(const char *what)
{
	json_t *reply = verb("stats", "{}");
	json_int_t v = json_integer_value(json_object_get(json_object_get(reply, "sink"), what));

	json_decref(reply);
	return v;
}

static uint32_t sent_status(void)
{
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(0), NVSP_SEND_RNDIS_PKT_COMPLETE);
	return word(1);
}

static void sends_in_every_form(void **state)
{
	static uint8_t frame[2000], m[4000];
	uint32_t whole[10] = { NVSP_SEND_RNDIS_PKT, NVSP_CHANNEL_DATA, 2 }, part[10] = { NVSP_SEND_RNDIS_PKT,
											 NVSP_CHANNEL_DATA, 3 };
	struct iovec rest;
	size_t len, n;

	up("net,sink", NVSP_VERSION_6_1);
	len = udp_frame(frame, mac, 500);
	n = ng_packet(m, frame, len);
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n); /* pages only */
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	assert_int_equal(sunk("frames"), 1);
	memcpy(ng_send + 2 * 6144, m, n); /* two in a section */
	memcpy(ng_send + 2 * 6144 + n, m, n);
	whole[3] = (uint32_t)(2 * n);
	dbl_push(ch, VM_PKT_DATA_INBAND, true, ++ng_id, whole, sizeof(whole), NULL, 0);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	assert_int_equal(sunk("frames"), 3);
	memcpy(ng_send + 3 * 6144, m, 100); /* the head in a section, the rest in pages */
	part[3] = 100;
	rest = (struct iovec){ m + 100, n - 100 };
	dbl_push(ch, VM_PKT_DATA_USING_GPA_DIRECT, true, ++ng_id, part, sizeof(part), &rest, 1);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	assert_int_equal(sunk("frames"), 4);
	assert_int_equal(sunk("bytes"), (json_int_t)(4 * len));
	assert_int_equal(sunk("udp"), 4);
}

static void a_slow_host_answers_by_turns(void **state)
{
	static uint8_t frame[600], m[1000];
	size_t n;

	up("net,sink", NVSP_VERSION_6_1);
	n = ng_packet(m, frame, udp_frame(frame, mac, 500));
	assert_int_equal(dbl_verb(dev, "slow", "{\"ms\": 20}", NULL), 0);
	dbl_run(NULL);
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n);
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n);
	dbl_run(NULL);
	dbl_advance(19999999);
	assert_false(next(VM_PKT_COMP));
	dbl_advance(1);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	/* What waits is taken when it is over. */
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n);
	assert_false(next(VM_PKT_COMP));
	assert_int_equal(dbl_verb(dev, "slow", "{}", NULL), 0);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	assert_int_equal(sunk("frames"), 4);
}

static void bad_sends(void **state)
{
	static uint8_t frame[2000], m[4000];
	uint32_t far[10] = { NVSP_SEND_RNDIS_PKT, NVSP_CHANNEL_DATA, NG_SEND_BYTES / 6144, 100 };
	uint32_t large[10] = { NVSP_SEND_RNDIS_PKT, NVSP_CHANNEL_DATA, 0, 6145 };
	uint8_t other[6] = { 2, 1, 1, 1, 1, 1 };
	size_t n;

	up("net,sink", NVSP_VERSION_6_1);
	dbl_push(ch, VM_PKT_DATA_INBAND, true, ++ng_id, far, sizeof(far), NULL, 0);
	assert_int_equal(sent_status(), NVSP_STAT_INVALID_RNDIS_PKT);
	dbl_push(ch, VM_PKT_DATA_INBAND, true, ++ng_id, large, sizeof(large), NULL, 0);
	assert_int_equal(sent_status(), NVSP_STAT_INVALID_RNDIS_PKT);
	n = ng_packet(m, frame, udp_frame(frame, mac, 100));
	m[4]++;
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n);
	assert_int_equal(sent_status(), NVSP_STAT_INVALID_RNDIS_PKT);
	assert_int_equal(counter("malformed"), 3);
	n = ng_packet(m, frame, udp_frame(frame, other, 100)); /* someone else's address */
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	n = ng_packet(m, frame, udp_frame(frame, mac, 1473)); /* over the MTU */
	ng_rndis(ch, NVSP_CHANNEL_DATA, m, n);
	assert_int_equal(sent_status(), NVSP_STAT_SUCCESS);
	assert_int_equal(sunk("frames"), 0);
}

/* --- subchannels, link, VF ------------------------------------------------------------------------------- */

static void subchannels(void **state)
{
	up("net,sink,queues=4", NVSP_VERSION_6_1);
	ng_nvsp(ch, NVSP_SUBCHANNEL, 1, 4, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(1), NVSP_STAT_FAIL);
	assert_int_equal(word(2), 0);
	ng_nvsp(ch, NVSP_SUBCHANNEL, 1, 3, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(1), NVSP_STAT_SUCCESS);
	assert_int_equal(word(2), 3);
	assert_int_equal(dbl_channels(), 4);
	for (unsigned int i = 1; i < 4; i++) {
		assert_false(next(VM_PKT_DATA_INBAND));
		assert_int_equal(dbl_spec(dbl_channel(i))->sub_index, i);
		assert_int_equal(dbl_open(dbl_channel(i)), 0);
	}
	assert_true(next(VM_PKT_DATA_INBAND));
	assert_int_equal(word(0), NVSP_SEND_INDIRECTION_TABLE);
	assert_int_equal(word(1), 16);
	assert_int_equal(word(2), 40);
	for (unsigned int i = 0; i < 16; i++)
		row_equal(i, word(10 + i), i % 4);
	assert_int_equal(dbl_verb(dev, "table", "{\"queues\": 3}", NULL), 0);
	assert_true(next(VM_PKT_DATA_INBAND));
	for (unsigned int i = 0; i < 16; i++)
		row_equal(i, word(10 + i), i % 3);
	assert_int_equal(dbl_verb(dev, "table", "{\"queues\": 5}", NULL), -EINVAL);
	ng_nvsp(ch, NVSP_SUBCHANNEL, 1, 1, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(1), NVSP_STAT_FAIL); /* it has some */
	dbl_close(ch);
	dbl_advance(1);
	for (unsigned int i = 1; i < 4; i++)
		assert_true(dbl_rescinded(dbl_channel(i)));
	/* Opened again before the guest has let go of the old ones. */
	dbl_gpadls_forget();
	assert_int_equal(dbl_open(ch), 0);
	ng_up(ch, NVSP_VERSION_6_1, 1500, FILTER);
	ng_nvsp(ch, NVSP_SUBCHANNEL, 1, 3, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_int_equal(word(2), 3);
	assert_int_equal(dbl_channels(), 7);
	for (unsigned int i = 0; i < 3; i++)
		dbl_release(dbl_channel(1));
	assert_int_equal(dbl_open(dbl_channel(1)), 0);
}

static void control_on_a_subchannel_is_refused(void **state)
{
	static uint8_t m[64];

	up("net,sink,queues=2", NVSP_VERSION_6_1);
	ng_nvsp(ch, NVSP_SUBCHANNEL, 1, 1, 0, 0, true);
	dbl_run(NULL);
	assert_int_equal(dbl_open(dbl_channel(1)), 0);
	ch = dbl_channel(1);
	ng_rndis(ch, NVSP_CHANNEL_CONTROL, m, sizeof(m));
	assert_int_equal(sent_status(), NVSP_STAT_FAIL);
}

/* The status of the next indication; 0 when none comes. */
static uint32_t indicated(void)
{
	const struct vmbus_xfer_range *r;
	struct rndis_indicate i;

	if (!next(VM_PKT_DATA_USING_XFER_PAGES))
		return 0;
	r = (const void *)(pkt.data + sizeof(struct dbl_xfer));
	memcpy(&i, ng_recv + r->byte_offset, sizeof(i));
	assert_int_equal(i.hdr.type, RNDIS_MSG_INDICATE);
	assert_int_equal(get_le32(pkt.data + sizeof(struct dbl_xfer) + 8 + 4), NVSP_CHANNEL_CONTROL);
	return i.status;
}

static void link_is_indicated(void **state)
{
	up("net,sink", NVSP_VERSION_6_1);
	json_decref(verb("link", "{\"state\":\"down\"}"));
	assert_int_equal(indicated(), RNDIS_STATUS_MEDIA_DISCONNECT);
	json_decref(verb("link", "{\"state\":\"up\"}"));
	assert_int_equal(indicated(), RNDIS_STATUS_MEDIA_CONNECT);
	json_decref(verb("link", "{\"speed\":2500}"));
	assert_int_equal(indicated(), RNDIS_STATUS_LINK_SPEED_CHANGE);
	json_decref(verb("link", "{\"state\":\"change\"}"));
	assert_int_equal(indicated(), RNDIS_STATUS_NETWORK_CHANGE);
	json_decref(verb("link", "{}"));
	assert_int_equal(indicated(), 0);
}

static void vf_is_announced(void **state)
{
	up("net,sink", NVSP_VERSION_6_1);
	json_decref(verb("vf", "{\"state\":\"on\",\"serial\":3}"));
	assert_true(next(VM_PKT_DATA_INBAND));
	assert_int_equal(word(0), NVSP_SEND_VF_ASSOCIATION);
	assert_int_equal(word(1), 1);
	assert_int_equal(word(2), 3);
	ng_nvsp(ch, NVSP_SWITCH_DATA_PATH, NVSP_DATA_PATH_VF, 0, 0, 0, true);
	assert_true(next(VM_PKT_COMP));
	assert_string_equal(dbl_event(), "net-data-path");
}

/* A function that counts, and has room for so many. */
static unsigned int vf_got, vf_room, vf_flushed;
static uint8_t vf_last[64];

static bool vf_up(void *arg, const struct net_frame *f)
{
	if (!vf_room)
		return false;
	vf_room--;
	vf_got++;
	memcpy(vf_last, f->data, f->len < sizeof(vf_last) ? f->len : sizeof(vf_last));
	return true;
}

static void vf_flush(void *arg)
{
	vf_flushed++;
}

static struct net *vf_joins(void)
{
	struct net_port port = { .up = vf_up, .flush = vf_flush };
	struct net *n = net_vf_adapter("net");

	assert_non_null(n);
	vf_got = vf_flushed = 0;
	vf_room = 1000;
	assert_int_equal(net_vf_join(n, &port), 0);
	assert_int_equal(net_vf_join(n, &port), -EBUSY);
	return n;
}

static void path(uint32_t active)
{
	ng_nvsp(ch, NVSP_SWITCH_DATA_PATH, active, 0, 0, 0, true);
	ng_drain(ch);
}

/* `count` frames from behind the adapter; how many transfers the guest got. */
static unsigned int from_outside(const char *count)
{
	char args[80];

	snprintf(args, sizeof(args), "{\"op\":\"start\",\"size\":64,\"count\":%s,\"rate\":0,\"proto\":\"udp\"}", count);
	gen(args);
	for (unsigned int i = 0; i < 50; i++)
		dbl_advance(1000000);
	return ng_drain(ch);
}

static void frames_go_where_the_path_goes(void **state)
{
	struct net *n;

	up("net,sink", NVSP_VERSION_6_1);
	n = vf_joins();
	assert_int_not_equal(from_outside("5"), 0);
	assert_int_equal(vf_got, 0);
	path(NVSP_DATA_PATH_VF);
	assert_int_equal(from_outside("5"), 0);
	assert_int_equal(vf_got, 5);
	assert_int_not_equal(vf_flushed, 0);
	assert_memory_equal(vf_last, mac, 6);
	assert_int_equal(counter("vf-rx-packets"), 5);
	assert_int_equal(counter("rx-packets"), 5);
	json_decref(verb("link", "{\"state\":\"down\"}"));
	ng_drain(ch);
	assert_int_equal(from_outside("3"), 0);
	assert_int_equal(vf_got, 5);
	json_decref(verb("link", "{\"state\":\"up\"}"));
	ng_drain(ch);
	path(NVSP_DATA_PATH_SYNTHETIC);
	assert_int_not_equal(from_outside("2"), 0);
	path(NVSP_DATA_PATH_VF);
	net_vf_leave(n); /* without a word of the guest's: nothing is lost for want of a function */
	assert_int_not_equal(from_outside("2"), 0);
	assert_int_equal(vf_got, 5);
}

static void group_frames_come_by_the_adapter(void **state)
{
	static const uint8_t all[64] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 0 };
	struct net_frame f = { .data = all, .len = sizeof(all) };
	struct net *n;

	up("net,sink", NVSP_VERSION_6_1);
	n = vf_joins();
	path(NVSP_DATA_PATH_VF);
	assert_true(net_up(n, &f));
	net_up_flush(n);
	assert_int_equal(ng_drain(ch), 1);
	assert_int_equal(vf_got, 0);
	net_vf_leave(n);
}

static void a_function_without_room_is_waited_for(void **state)
{
	struct net *n;

	up("net,sink", NVSP_VERSION_6_1);
	n = vf_joins();
	path(NVSP_DATA_PATH_VF);
	vf_room = 3;
	from_outside("10");
	assert_int_equal(vf_got, 3);
	assert_int_not_equal(counter("vf-no-room"), 0);
	vf_room = 1000;
	net_vf_room(n);
	assert_int_equal(vf_got, 10);
	net_vf_leave(n);
}

static void a_functions_frames_are_checked(void **state)
{
	uint8_t data[64] = { 2, 0x15, 0x5D, 0x99, 0, 1 };
	struct net_frame f = { .data = data, .len = sizeof(data) };
	struct net *n;

	up("net,sink", NVSP_VERSION_6_1);
	n = vf_joins();
	net_vf_frame(n, &f); /* another's address */
	assert_int_equal(counter("vf-tx-packets"), 0);
	memcpy(data + 6, mac, 6);
	net_vf_frame(n, &f);
	assert_int_equal(counter("vf-tx-packets"), 1);
	assert_int_equal(counter("vf-tx-bytes"), 64);
	f.len = 13;
	net_vf_frame(n, &f);
	f.len = 60000;
	net_vf_frame(n, &f);
	json_decref(verb("link", "{\"state\":\"down\"}"));
	f.len = 64;
	net_vf_frame(n, &f);
	assert_int_equal(counter("vf-tx-packets"), 1);
	json_decref(verb("link", "{\"state\":\"up\"}"));
	device_remove(dev); /* the adapter goes first */
	net_vf_frame(n, &f);
	net_vf_flush(n);
	net_vf_leave(n);
}

/* --- the peer -------------------------------------------------------------------------------------------- */

static uint8_t frame_in[2000], message[4000];

static void send_frame(const uint8_t *f, size_t len)
{
	ng_rndis(ch, NVSP_CHANNEL_DATA, message, ng_packet(message, f, len));
	dbl_run(NULL);
}

/* The next frame for the guest; 0 when none comes. */
static size_t got_frame(void)
{
	static unsigned int left;
	static const struct vmbus_xfer_range *r;
	uint32_t done[2] = { NVSP_SEND_RNDIS_PKT_COMPLETE, NVSP_STAT_SUCCESS };
	struct rndis_frame f;

	if (!left) {
		if (!next(VM_PKT_DATA_USING_XFER_PAGES))
			return 0;
		left = ((const struct dbl_xfer *)(const void *)pkt.data)->count;
		r = (const void *)(pkt.data + sizeof(struct dbl_xfer));
	}
	assert_int_equal(rndis_parse_packet(ng_recv + r->byte_offset, r->byte_count, &f), 0);
	memcpy(frame_in, f.data, f.len);
	r++;
	if (!--left) {
		dbl_push(ch, VM_PKT_COMP, false, pkt.trans_id, done, sizeof(done), NULL, 0);
		dbl_run(NULL);
	}
	return f.len;
}

static void peer_answers_arp(void **state)
{
	uint8_t f[42] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, [12] = 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };

	up("net,peer", NVSP_VERSION_6_1);
	memcpy(f + 6, mac, 6);
	memcpy(f + 22, mac, 6);
	memcpy(f + 28, "\x0a\x63\0\2", 4);
	memcpy(f + 38, "\x0a\x63\0\1", 4);
	send_frame(f, sizeof(f));
	assert_int_equal(got_frame(), 42);
	assert_memory_equal(frame_in, mac, 6);
	assert_int_equal(get_be16(frame_in + 20), 2);
	assert_memory_equal(frame_in + 28, "\x0a\x63\0\1", 4);
	memcpy(f + 38, "\x0a\x63\0\2", 4); /* an announcement */
	send_frame(f, sizeof(f));
	assert_int_equal(got_frame(), 0);
	memset(f + 28, 0, 4); /* a probe */
	send_frame(f, sizeof(f));
	assert_int_equal(got_frame(), 0);
}

/* A message of a DHCP client, broadcast; UDP without a checksum. */
static void dhcp_out(uint8_t type)
{
	uint8_t f[14 + 28 + 244] = { 0 }, *m = f + 42;
	uint32_t sum = 0;

	memset(f, 0xFF, 6);
	memcpy(f + 6, mac, 6);
	put_be16(f + 12, 0x0800);
	f[14] = 0x45;
	put_be16(f + 16, sizeof(f) - 14);
	f[22] = 64;
	f[23] = 17;
	memset(f + 30, 0xFF, 4);
	for (unsigned int i = 14; i < 34; i += 2)
		sum += get_be16(f + i);
	sum = (sum & 0xFFFF) + (sum >> 16);
	put_be16(f + 24, (uint16_t)~sum);
	put_be16(f + 34, 68);
	put_be16(f + 36, 67);
	put_be16(f + 38, sizeof(f) - 34);
	memcpy(m, "\1\1\6\0\xAA\xBB\xCC\xDD", 8);
	memcpy(m + 28, mac, 6);
	memcpy(m + 236, "\x63\x82\x53\x63\x35\x01", 6);
	m[242] = type;
	m[243] = 255;
	send_frame(f, sizeof(f));
}

static void peer_leases_an_address(void **state)
{
	up("net,peer,guest-ip=10.99.0.77", NVSP_VERSION_6_1);
	for (unsigned int type = 1; type <= 3; type += 2) {
		dhcp_out((uint8_t)type);
		assert_true(got_frame() > 42 + 243);
		assert_int_equal(get_be16(frame_in + 36), 68);
		assert_memory_equal(frame_in + 42 + 4, "\xAA\xBB\xCC\xDD", 4);
		assert_memory_equal(frame_in + 42 + 16, "\x0a\x63\0\x4d", 4);
		assert_int_equal(frame_in[42 + 242], type == 1 ? 2 : 5); /* offer, acknowledgement */
	}
	dhcp_out(7); /* release: nothing to say */
	assert_int_equal(got_frame(), 0);
}

/* A small TCP client: in order, no loss. */
static uint32_t seq, ack;

static void tcp_out(uint16_t port, uint8_t flags, const char *data)
{
	static const uint8_t peer[6] = { 0x02, 0x15, 0x5D, 0x99, 0x00, 0x01 };
	uint8_t f[200] = { 0 };
	size_t n = strlen(data);
	struct rndis_packet p;
	uint32_t csum = RNDIS_CSUM_TX_IP4 | RNDIS_CSUM_TX_TCP | 34u << 16;
	struct rndis_ppi ppi = { .size = 16, .type = RNDIS_PPI_CSUM, .data_offset = 12 };
	uint32_t sum = 0;

	memcpy(f, peer, 6);
	memcpy(f + 6, mac, 6);
	put_be16(f + 12, 0x0800);
	f[14] = 0x45;
	put_be16(f + 16, (uint16_t)(40 + n));
	f[22] = 64;
	f[23] = 6;
	memcpy(f + 26, "\x0a\x63\0\2\x0a\x63\0\1", 8);
	for (unsigned int i = 14; i < 34; i += 2)
		sum += get_be16(f + i);
	put_be16(f + 24, (uint16_t)~((sum & 0xFFFF) + (sum >> 16)));
	put_be16(f + 34, 40000);
	put_be16(f + 36, port);
	put_be32(f + 38, seq);
	put_be32(f + 42, ack);
	f[46] = 5 << 4;
	f[47] = flags;
	put_be16(f + 48, 0xFFFF);
	memcpy(f + 54, data, n);
	for (unsigned int i = 26, s = 6 + 20 + (unsigned int)n; i <= 34; i += 2) {
		if (i < 34)
			s += get_be16(f + i);
		sum = s;
	}
	sum = (sum & 0xFFFF) + (sum >> 16);
	put_be16(f + 50, (uint16_t)((sum & 0xFFFF) + (sum >> 16))); /* the seed; the host does the rest */
	memset(&p, 0, sizeof(p));
	p.hdr.type = RNDIS_MSG_PACKET;
	p.hdr.len = (__u32)(sizeof(p) + 16 + 54 + n);
	p.data_offset = 36 + 16;
	p.data_len = (__u32)(54 + n);
	p.ppi_offset = 36;
	p.ppi_len = 16;
	memcpy(message, &p, sizeof(p));
	memcpy(message + sizeof(p), &ppi, sizeof(ppi));
	memcpy(message + sizeof(p) + 12, &csum, 4);
	memcpy(message + sizeof(p) + 16, f, 54 + n);
	ng_rndis(ch, NVSP_CHANNEL_DATA, message, p.hdr.len);
	dbl_run(NULL);
	seq += (uint32_t)n + !!(flags & 3);
}

static void peer_speaks_tcp(void **state)
{
	struct ndis_offload_params o = { .tcp4_csum = NDIS_CSUM_BOTH };
	uint64_t got = 0;
	size_t len;
	bool fin = false;

	up("net,peer", NVSP_VERSION_6_1);
	ng_control(ch, RNDIS_MSG_SET, OID_TCP_OFFLOAD_PARAMETERS, &o, sizeof(o));
	ng_drain(ch);
	seq = 0xFFFFFFF0;
	tcp_out(5019, 2, "");
	assert_int_equal(got_frame(), 58);
	assert_int_equal(frame_in[47], 0x12);
	assert_int_equal(get_be32(frame_in + 42), seq);
	ack = get_be32(frame_in + 38) + 1;
	tcp_out(5019, 0x10, "");
	tcp_out(5019, 0x18, "100000\n");
	for (unsigned int i = 0; i < 1000 && !fin; i++) {
		while ((len = got_frame())) {
			size_t n = get_be16(frame_in + 16) - 40u;

			if (!n && !(frame_in[47] & 1))
				continue;
			assert_int_equal(get_be32(frame_in + 38), ack);
			assert_int_equal(net_pattern_check(got, frame_in + 54, n), n);
			got += n;
			fin = frame_in[47] & 1;
			ack += (uint32_t)n + fin;
		}
		tcp_out(5019, 0x10, "");
	}
	assert_true(fin);
	assert_int_equal(got, 100000);
	tcp_out(5019, 0x11, "");
	assert_int_equal(got_frame(), 54);
	assert_int_equal(get_be32(frame_in + 42), seq);
	assert_int_equal(counter("seed-wrong"), 0);
	tcp_out(4242, 2, "");
	assert_int_equal(got_frame(), 54);
	assert_true(frame_in[47] & 4);
}

/* The other end is the TCP/IP of a network namespace: it resolves us and answers our ping. */
static void tap_reaches_a_namespace(void **state)
{
	uint8_t f[42] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, [12] = 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 }, ping[98] = { 0 };
	uint32_t sum = 0;

	if (getuid() || access("/dev/net/tun", R_OK | W_OK))
		skip(); /* making one is a privilege */
	assert_int_equal(device_create("net,tap=lt0,address=10.98.0.1/24"), 0);
	dev = device_find("net");
	ch = dbl_channel(0);
	assert_int_equal(dbl_open(ch), 0);
	ng_up(ch, NVSP_VERSION_6_1, 1500, NDIS_PACKET_TYPE_PROMISCUOUS);
	read_mac();
	memcpy(f + 6, mac, 6);
	memcpy(f + 22, mac, 6);
	memcpy(f + 28, "\x0a\x62\0\2", 4);
	memcpy(f + 38, "\x0a\x62\0\1", 4);
	send_frame(f, sizeof(f));
	do { /* the namespace has things of its own to say */
		assert_true(dbl_poll_fd(5000));
		memset(frame_in, 0, 42);
		while (!frame_in[12] && got_frame())
			;
	} while (get_be16(frame_in + 12) != 0x0806 || get_be16(frame_in + 20) != 2);
	assert_memory_equal(frame_in + 28, "\x0a\x62\0\1", 4);
	memcpy(ping, frame_in + 22, 6);
	memcpy(ping + 6, mac, 6);
	put_be16(ping + 12, 0x0800);
	ping[14] = 0x45;
	put_be16(ping + 16, 84);
	ping[22] = 64;
	ping[23] = 1;
	memcpy(ping + 26, "\x0a\x62\0\2\x0a\x62\0\1", 8);
	for (unsigned int i = 14; i < 34; i += 2)
		sum += get_be16(ping + i);
	put_be16(ping + 24, (uint16_t)~((sum & 0xFFFF) + (sum >> 16)));
	ping[34] = 8;
	put_be16(ping + 36, 0xF7FF);
	send_frame(ping, sizeof(ping));
	do {
		assert_true(dbl_poll_fd(5000));
		memset(frame_in, 0, 42);
		while (!frame_in[12] && got_frame())
			;
	} while (get_be16(frame_in + 12) != 0x0800 || frame_in[23] != 1);
	assert_int_equal(frame_in[34], 0); /* echo reply */
	assert_memory_equal(frame_in, mac, 6);
}

static void options_are_refused(void **state)
{
	static const char *const bad[] = { "net,mac=1:2:3", "net,mac=01:00:00:00:00:00", "net,nvsp=3", "net,queues=65",
					   "net,mtu=100",
					   "net,peer,sink", "net,ip=1.2.3", "net,what=1" };

	for (unsigned int i = 0; i < COUNT(bad); i++)
		if (device_create(bad[i]) == 0)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(dbl_channels(), 0);
}

#define T(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(init_refuses_newer), T(buffers), T(every_version_comes_up), T(sections_wait_for_completion),
		T(frame_is_what_was_generated), T(generator_tells_how_long_it_took), T(filter_zero_stops), T(full_ring_loses_nothing),
			T(deaf_guest_is_not_listened_to),
		T(sends_in_every_form), T(a_slow_host_answers_by_turns), T(bad_sends), T(subchannels), T(control_on_a_subchannel_is_refused),
			T(link_is_indicated),
		T(vf_is_announced), T(frames_go_where_the_path_goes), T(group_frames_come_by_the_adapter),
		T(a_function_without_room_is_waited_for), T(a_functions_frames_are_checked), T(peer_answers_arp), T(peer_leases_an_address), T(peer_speaks_tcp),
			T(tap_reaches_a_namespace),
			T(options_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

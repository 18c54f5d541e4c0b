// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/net/ndis_obj.c: NDIS objects (docs/wire/05-network.md 7).
 */
#include "unit.h"
#include "../../lis/net/ndis_obj.h"

static void offload_queries(void **state)
{
	static const struct {
		u32 version, revision, size;
	} t[] = {
		{ NVSP_VERSION_1, 1, 112 }, { NVSP_VERSION_2, 1, 112 }, { NVSP_VERSION_4, 2, 144 },
		{ NVSP_VERSION_5, 3, 156 }, { NVSP_VERSION_6_1, 3, 156 },
	};
	struct ndis_offload o;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		row_equal(i, ndis_build_offload_query(&o, t[i].version), t[i].size);
		row_equal(i, o.hdr.type, 0xA7);
		row_equal(i, o.hdr.revision, t[i].revision);
		row_equal(i, o.hdr.size, t[i].size);
	}
}

/* A host that can do everything. */
static struct ndis_offload everything(void)
{
	struct ndis_offload o;

	memset(&o, 0, sizeof(o));
	o.hdr.type = 0xA7;
	o.hdr.revision = 3;
	o.hdr.size = 156;
	o.csum.ip4_tx_flags = 0x155;
	o.csum.ip6_tx_flags = 0x55;
	o.lso2.ip4_encap = 2;
	o.lso2.ip4_max_size = 62780;
	o.lso2.ip6_encap = 2;
	o.lso2.ip6_max_size = 60000;
	o.lso2.ip6_flags = 5;
	o.rsc_ip4 = 1;
	o.rsc_ip6 = 1;
	return o;
}

static struct ndis_abilities taken(const struct ndis_offload *o, u32 len, u32 version, int want)
{
	struct ndis_abilities a;

	memset(&a, 0xEE, sizeof(a));
	assert_int_equal(ndis_take_abilities(o, len, version, &a), want);
	return a;
}

static void abilities(void **state)
{
	struct ndis_offload o = everything();
	struct ndis_abilities a = taken(&o, 156, NVSP_VERSION_6_1, 0);

	(void)state;
	assert_true(a.tcp4_csum && a.udp4_csum && a.tcp6_csum && a.udp6_csum && a.lso4 && a.lso6 && a.rsc);
	assert_int_equal(a.lso_max, 60000);
	/* no UDP on old hosts */
	a = taken(&o, 144, NVSP_VERSION_4, 0);
	assert_true(a.tcp4_csum && a.tcp6_csum && !a.udp4_csum && !a.udp6_csum);
	/* an answer that ends early has no RSC */
	assert_false(a.rsc);
	taken(&o, 111, NVSP_VERSION_6_1, -EINVAL);
	o.hdr.type = 0xA8;
	taken(&o, 156, NVSP_VERSION_6_1, -EINVAL);
	o = everything();
	o.hdr.size = 111;
	taken(&o, 156, NVSP_VERSION_6_1, -EINVAL);
	o.hdr.size = 144;
	a = taken(&o, 156, NVSP_VERSION_6_1, 0);
	assert_false(a.rsc);
}

/* Half of a feature is none. */
static void partial_abilities(void **state)
{
	struct ndis_offload o = everything();
	struct ndis_abilities a;

	(void)state;
	o.csum.ip4_tx_flags = 0x10;
	o.csum.ip6_tx_flags = 0x50;
	o.rsc_ip6 = 0;
	a = taken(&o, 156, NVSP_VERSION_6_1, 0);
	assert_true(!a.tcp4_csum && !a.udp4_csum && !a.tcp6_csum && a.udp6_csum);
	/* segmenting makes checksums */
	assert_true(!a.lso4 && !a.lso6 && !a.lso_max && !a.rsc);
	o = everything();
	o.lso2.ip4_encap = 4;
	o.lso2.ip6_flags = 4;
	a = taken(&o, 156, NVSP_VERSION_6_1, 0);
	assert_true(!a.lso4 && !a.lso6);
	o = everything();
	o.lso2.ip4_max_size = 0;
	a = taken(&o, 156, NVSP_VERSION_6_1, 0);
	assert_true(!a.lso4 && a.lso6);
	assert_int_equal(a.lso_max, 60000);
	o = everything();
	o.lso2.ip6_max_size = 65000;
	a = taken(&o, 156, NVSP_VERSION_6_1, 0);
	assert_int_equal(a.lso_max, 62780);
}

static void offload_parameters(void **state)
{
	struct ndis_offload o = everything();
	struct ndis_abilities a = taken(&o, 156, NVSP_VERSION_6_1, 0);
	struct ndis_offload_params p;
	u8 *b = (u8 *)&p;
	static const u8 all_on[] = { 0x80, 3, 28, 0, 1, 4, 4, 4, 4, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0 };

	(void)state;
	assert_int_equal(ndis_build_offload(&p, NVSP_VERSION_6_1, &a, true), 28);
	assert_memory_equal(b, all_on, sizeof(all_on));
	assert_int_equal(ndis_build_offload(&p, NVSP_VERSION_6_1, &a, false), 28);
	assert_int_equal(b[22], 1);
	assert_int_equal(b[23], 1);
	a.rsc = false;
	ndis_build_offload(&p, NVSP_VERSION_6_1, &a, true);
	assert_int_equal(b[22], 0);
	assert_int_equal(ndis_build_offload(&p, NVSP_VERSION_4, &a, true), 22);
	assert_int_equal(b[1], 2);
	assert_int_equal(b[6], 0);
	assert_int_equal(b[8], 0);
	memset(&a, 0, sizeof(a));
	assert_int_equal(ndis_build_offload(&p, NVSP_VERSION_1, &a, true), 20);
	assert_int_equal(b[1], 1);
	assert_int_equal(b[5], 1);
	assert_int_equal(b[7], 1);
	assert_int_equal(b[11], 1);
	assert_int_equal(b[12], 1);
}

static void rss_capabilities(void **state)
{
	static const struct {
		u32 type, queues, entries, len;
		int want;
		u32 got;
	} t[] = {
		{ 0x88, 4, 128, 18, 0, 128 }, { 0x88, 4, 0, 18, 0, 128 }, { 0x88, 4, 1000, 18, 0, 128 },
		{ 0x88, 4, 64, 18, 0, 64 },   { 0x88, 4, 100, 18, 0, 64 }, { 0x88, 4, 1, 18, 0, 1 },
		{ 0x88, 4, 128, 17, -EINVAL, 0 }, { 0x89, 4, 128, 18, -EINVAL, 0 }, { 0x88, 0, 128, 18, -EINVAL, 0 },
	};
	struct ndis_rss_caps c;
	u32 queues, entries, i;

	(void)state;
	assert_int_equal(ndis_build_rss_query(&c), 18);
	assert_int_equal(c.hdr.type, 0x88);
	assert_int_equal(c.hdr.revision, 2);
	assert_int_equal(c.hdr.size, 18);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(&c, 0, sizeof(c));
		c.hdr.type = t[i].type;
		c.receive_queues = t[i].queues;
		c.table_entries = t[i].entries;
		row_equal(i, ndis_take_rss(&c, t[i].len, &queues, &entries), t[i].want);
		if (t[i].want)
			continue;
		row_equal(i, queues, t[i].queues);
		row_equal(i, entries, t[i].got);
	}
}

static u32 at32(const void *p, u32 at)
{
	u32 v;

	memcpy(&v, (const u8 *)p + at, sizeof(v));
	return v;
}

static void rss_parameters(void **state)
{
	u32 table[NDIS_RSS_TABLE_ENTRIES], i;
	u8 key[NDIS_RSS_KEY_LEN];
	struct ndis_rss_set s;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++)
		table[i] = i % 4;
	for (i = 0; i < sizeof(key); i++)
		key[i] = i;
	assert_int_equal(ndis_build_rss(&s, false, 0x1700, table, 128, key), 592);
	assert_int_equal(at32(&s, 0), 0x00280289);
	assert_int_equal(at32(&s, 4), 0);
	assert_int_equal(at32(&s, 8), 0x1701);
	assert_int_equal(at32(&s, 12), 512);
	assert_int_equal(at32(&s, 16), 40);
	assert_int_equal(at32(&s, 20), 40);
	assert_int_equal(at32(&s, 24), 552);
	assert_memory_equal((u8 *)&s + 40, table, 512);
	assert_memory_equal((u8 *)&s + 552, key, 40);
	ndis_build_rss(&s, true, 0x1700, table, 64, key);
	assert_int_equal(at32(&s, 4), 0x10);
	assert_int_equal(at32(&s, 12), 256);
}

static void address(void **state)
{
	static const u8 mac[6] = { 0x00, 0x15, 0x5d, 0xab, 0xcd, 0xef };
	static const char text[] = "00155DABCDEF";
	u8 buf[NDIS_MAC_PARAMETER_LEN];
	u32 i;

	(void)state;
	assert_int_equal(ndis_build_mac(buf, mac), 72);
	assert_int_equal(at32(buf, 0), 20);
	assert_int_equal(at32(buf, 4), 28);
	assert_int_equal(at32(buf, 8), 2);
	assert_int_equal(at32(buf, 12), 48);
	assert_int_equal(at32(buf, 16), 24);
	assert_int_equal(buf[20], 'N');
	assert_int_equal(buf[46], 's');
	for (i = 0; i < 12; i++) {
		row_equal(i, buf[48 + 2 * i], text[i]);
		row_equal(i, buf[49 + 2 * i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offload_queries),   cmocka_unit_test(abilities),	cmocka_unit_test(partial_abilities),
		cmocka_unit_test(offload_parameters), cmocka_unit_test(rss_capabilities), cmocka_unit_test(rss_parameters),
		cmocka_unit_test(address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

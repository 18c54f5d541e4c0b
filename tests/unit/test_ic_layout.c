// SPDX-License-Identifier: GPL-2.0-only
/*
 * The structures of the integration components have the offsets and sizes that docs/wire/03-integration-components.md gives.
 */
#include "unit.h"
#include "pure.h"
#include <wire/fcopy.h>
#include <wire/ic.h>
#include <wire/kvp.h>
#include <wire/vss.h>

struct layout {
	const char *what;
	size_t is;
	size_t doc;
};

#define AT(type, member, doc) { #type "." #member, offsetof(struct type, member), doc }
#define SIZE(type, doc) { "sizeof " #type, sizeof(struct type), doc }

static void check(const struct layout *l, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (l[i].is != l[i].doc)
			fail_msg("%s is %zu, the protocol notes say %zu", l[i].what, l[i].is, l[i].doc);
}

#define CHECK(table) check(table, ARRAY_SIZE(table))

/* 2.2, 2.3 (offsets in the payload), 2.6, 3, 4, 5.1 */
static const struct layout simple[] = {
	AT(ic_packet_hdr, pipe.len, 4), AT(ic_packet_hdr, ic.framework.major, 8), AT(ic_packet_hdr, ic.framework.minor, 10),
	AT(ic_packet_hdr, ic.type, 12), AT(ic_packet_hdr, ic.message.major, 14), AT(ic_packet_hdr, ic.message.minor, 16),
	AT(ic_packet_hdr, ic.size, 18), AT(ic_packet_hdr, ic.status, 20), AT(ic_packet_hdr, ic.trans_id, 24),
	AT(ic_packet_hdr, ic.flags, 25), AT(ic_packet_hdr, ic.reserved, 26), SIZE(ic_packet_hdr, 28), SIZE(ic_hdr, 20),
	AT(ic_negotiate, message_count, 2), AT(ic_negotiate, reserved, 4), SIZE(ic_negotiate, 8),
	AT(ic_negotiate_reply, framework, 8), AT(ic_negotiate_reply, message, 12), SIZE(ic_negotiate_reply, 0x10),
	AT(ic_heartbeat, state, 8), SIZE(ic_heartbeat, 40),
	AT(ic_shutdown, timeout, 4), AT(ic_shutdown, flags, 8), AT(ic_shutdown, text, 12), SIZE(ic_shutdown, 2060),
	AT(ic_timesync, child_time, 8), AT(ic_timesync, round_trip, 16), AT(ic_timesync, flags, 24), SIZE(ic_timesync, 25),
	AT(ic_timesync4, vm_reference, 8), AT(ic_timesync4, flags, 16), AT(ic_timesync4, leap, 17),
	AT(ic_timesync4, stratum, 18), SIZE(ic_timesync4, 22),
};

/* 6.1 to 6.7, 7.1 */
static const struct layout kvp[] = {
	AT(kvp_hdr, pool, 1), SIZE(kvp_hdr, 4), AT(kvp_value, key_size, 4), AT(kvp_value, value_size, 8),
	AT(kvp_value, key, 12), AT(kvp_value, value, 524), SIZE(kvp_value, 2572), AT(kvp_get, v, 4), SIZE(kvp_get, 2576),
	AT(kvp_enumerate, index, 4), AT(kvp_enumerate, v, 8), SIZE(kvp_enumerate, KVP_BODY), AT(kvp_delete, key, 8),
	SIZE(kvp_delete, 520), AT(kvp_ip, adapter, 2), AT(kvp_ip, family, 258), AT(kvp_ip, dhcp, 259),
	AT(kvp_ip, addresses, 260), AT(kvp_ip, subnets, 2308), AT(kvp_ip, gateways, 4356), AT(kvp_ip, dns, 5380),
	SIZE(kvp_ip, KVP_IP_BODY), AT(kvp_ip_binary, ipv4_count, 4), AT(kvp_ip_binary, ipv6_dns, 24),
	AT(kvp_ip_binary, adapter, 28), AT(kvp_ip_binary, family, 284), AT(kvp_ip_binary, ipv4, 288),
	AT(kvp_ip_binary, ipv6, 544), AT(kvp_ip_binary, ipv4_mask, 1568), AT(kvp_ip_binary, ipv6_prefix, 1824),
	AT(kvp_ip_binary, ipv4_gateway, 2080), AT(kvp_ip_binary, ipv6_gateway, 2100),
	AT(kvp_ip_binary, ipv4_dns_server, 2180), AT(kvp_ip_binary, ipv6_dns_server, 2436), AT(kvp_ip_binary, origin, 3460),
	AT(kvp_ip_binary, reserved3, 3716), SIZE(kvp_ip_binary, KVP_IP_BODY), SIZE(kvp_record, 2560),
	AT(kvp_daemon_msg, u.version, 4), AT(kvp_daemon_msg, u.get.key, 16), AT(kvp_daemon_msg, u.get.value, 528),
	AT(kvp_daemon_msg, u.del.key, 8), AT(kvp_daemon_msg, u.enumerate.v, 8), AT(kvp_daemon_msg, u.enumerate.v.value, 532),
	AT(kvp_daemon_msg, u.ip.adapter, 4), AT(kvp_daemon_msg, u.ip.family, 260), AT(kvp_daemon_msg, u.ip.dhcp, 261),
	AT(kvp_daemon_msg, u.ip.addresses, 262), AT(kvp_daemon_msg, u.ip.subnets, 2310),
	AT(kvp_daemon_msg, u.ip.gateways, 4358), AT(kvp_daemon_msg, u.ip.dns, 5382), AT(kvp_daemon_msg, u.ip.reserved, 7430),
	SIZE(kvp_daemon_msg, 7432),
};

/* 8, 7.2, 9, 7.3 */
static const struct layout vss_fcopy[] = {
	AT(vss_msg, flags, 8), SIZE(vss_msg, 12), AT(vss_lun, controller, 4), AT(vss_lun, port, 20), AT(vss_lun, lun, 22),
	SIZE(vss_lun, 24), AT(vss_create, backup_type, VSS_CREATE_V1), SIZE(vss_create, 28), AT(vss_freeze_ex, luns, 20),
	AT(vss_freeze_ex, shadow, VSS_FREEZE_V2), SIZE(vss_freeze_ex, 12500), AT(vss_cluster, luns, 32),
	AT(vss_cluster, lun_status, 6272), AT(vss_cluster, last_move, VSS_CLUSTER_V3), SIZE(vss_cluster, 7320),
	AT(vss_daemon_msg, flags, 8), SIZE(vss_daemon_msg, 12),
	SIZE(fcopy_hdr, 36), AT(fcopy_start, name, 36), AT(fcopy_start, path, 556), AT(fcopy_start, flags, 1076),
	AT(fcopy_start, size, 1080), SIZE(fcopy_start, 1088), AT(fcopy_write, offset, 40), AT(fcopy_write, size, 48),
	AT(fcopy_write, data, 52), SIZE(fcopy_write, 6196),
};

static void simple_layouts(void **state)
{
	(void)state;
	CHECK(simple);
}

static void kvp_layouts(void **state)
{
	(void)state;
	CHECK(kvp);
}

static void vss_fcopy_layouts(void **state)
{
	(void)state;
	CHECK(vss_fcopy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_layouts),
		cmocka_unit_test(kvp_layouts),
		cmocka_unit_test(vss_fcopy_layouts),
	};

	return cmocka_run_group_tests_name("ic_layout", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The structures of lis/include/wire have the offsets and sizes that docs/wire gives.
 */
#include "unit.h"
#include "pure.h"
#include <wire/balloon.h>
#include <wire/hvsock.h>
#include <wire/hypervisor.h>
#include <wire/input.h>
#include <wire/nvsp.h>
#include <wire/rndis.h>
#include <wire/pci.h>
#include <wire/storage.h>
#include <wire/video.h>
#include <wire/vmbus.h>

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

static const struct layout input[] = {
	SIZE(hvkbd_protocol_request, 8), SIZE(hvkbd_protocol_response, 8), SIZE(hvkbd_leds, 8),
	AT(hvkbd_event, make_code, 4), AT(hvkbd_event, flags, 8), SIZE(hvkbd_event, 12),
	SIZE(hvmouse_hdr, 8), SIZE(hvmouse_protocol_request, 12), SIZE(hvmouse_protocol_response, 13),
	AT(hvmouse_device_info, vendor, 12), AT(hvmouse_device_info, hid_length, 40),
	AT(hvmouse_device_info, hid_release, 42), AT(hvmouse_device_info, report_type, 46),
	AT(hvmouse_device_info, report_length, 47), AT(hvmouse_device_info, report, HVMOUSE_DEVICE_INFO_FIXED),
	SIZE(hvmouse_device_info, 8 + 169), SIZE(hvmouse_device_info_ack, 9), SIZE(hvmouse_report, 7),
};

static const struct layout video[] = {
	SIZE(synthvid_hdr, 8), SIZE(synthvid_version_request, 12), SIZE(synthvid_version_response, 14),
	AT(synthvid_vram_location, gpa, 17), SIZE(synthvid_vram_location, 25), SIZE(synthvid_ack, 16),
	SIZE(synthvid_output, 18), AT(synthvid_situation, output, 17), SIZE(synthvid_situation, 35),
	AT(synthvid_pointer_position, x, 10), SIZE(synthvid_pointer_position, 18),
	AT(synthvid_pointer_shape, width, 10), AT(synthvid_pointer_shape, data, 26),
	SIZE(synthvid_feature_change, 12), AT(synthvid_dirt, rect, 10), SIZE(synthvid_rect, 16),
	SIZE(synthvid_bios_info, 24), SIZE(synthvid_resolution_request, 9),
	AT(synthvid_resolution_response, count, 136), AT(synthvid_resolution_response, mode, 139),
	SIZE(synthvid_capabilities, 72),
};

static const struct layout pci_and_sockets[] = {
	SIZE(hvpci_version_reply, 8), SIZE(hvpci_description, 20), AT(hvpci_description, slot, 12),
	SIZE(hvpci_description2, 28), AT(hvpci_description2, numa_node, 24), SIZE(hvpci_relations, 8),
	SIZE(hvpci_requirements_reply, 28), SIZE(hvpci_d0_entry, 16), SIZE(hvpci_resource, 20),
	AT(hvpci_assigned, msi_count, 128), SIZE(hvpci_assigned, 136), SIZE(hvpci_power, 16),
	SIZE(hvpci_ejection_complete, 12), SIZE(hvpci_block, 16), SIZE(hvpci_invalidate_block, 16),
	SIZE(hvpci_interrupt1, 24), AT(hvpci_interrupt1, cpu_mask, 16),
	AT(hvpci_interrupt2, cpu_count, 12), AT(hvpci_interrupt2, cpu, 14), SIZE(hvpci_interrupt2, 78),
	AT(hvpci_interrupt3, cpu_count, 16), AT(hvpci_interrupt3, cpu, 18), SIZE(hvpci_interrupt3, 82),
	SIZE(hvpci_msi, 16), SIZE(hvpci_interrupt_reply, 24), SIZE(hvpci_delete_interrupt, 24),
	AT(hvsock_offer, is_for_guest_accept, 4), AT(hvsock_offer, version, 6), AT(hvsock_offer, silo, 10),
	SIZE(hvsock_offer, 28),
};

static const struct layout hypervisor[] = {
	AT(hvw_post_message, connection_id, 0), AT(hvw_post_message, message_type, 8),
	AT(hvw_post_message, payload_size, 12), AT(hvw_post_message, payload, 16),
	SIZE(hvw_post_message, 256),
	AT(hvw_message, type, 0), AT(hvw_message, payload_size, 4), AT(hvw_message, flags, 5),
	AT(hvw_message, sender, 8), AT(hvw_message, payload, 16), SIZE(hvw_message, 256),
	SIZE(hvw_guid, 16),
};

/* 02-vmbus.md 3.4, 3.5, 4.1 - 4.8 */
static const struct layout messages[] = {
	SIZE(vmbus_msg_hdr, 8), AT(vmbus_msg_hdr, type, 0), AT(vmbus_msg_hdr, reserved, 4),
	AT(vmbus_msg_offer, if_type, 8), AT(vmbus_msg_offer, if_instance, 24),
	AT(vmbus_msg_offer, reserved1, 40), AT(vmbus_msg_offer, flags, 56),
	AT(vmbus_msg_offer, mmio_megabytes, 58), AT(vmbus_msg_offer, user, 60),
	AT(vmbus_msg_offer, sub_channel_index, 180),
	AT(vmbus_msg_offer, mmio_megabytes_optional, 182), AT(vmbus_msg_offer, relid, 184),
	AT(vmbus_msg_offer, monitor_id, 188), AT(vmbus_msg_offer, monitor_allocated, 189),
	AT(vmbus_msg_offer, is_dedicated_interrupt, 190), AT(vmbus_msg_offer, connection_id, 192),
	SIZE(vmbus_msg_offer, 196),
	AT(vmbus_msg_relid, relid, 8), SIZE(vmbus_msg_relid, 12),
	AT(vmbus_msg_open, relid, 8), AT(vmbus_msg_open, open_id, 12), AT(vmbus_msg_open, gpadl, 16),
	AT(vmbus_msg_open, target_vp, 20), AT(vmbus_msg_open, downstream_offset, 24),
	AT(vmbus_msg_open, user, 28), SIZE(vmbus_msg_open, 148),
	AT(vmbus_msg_open_result, relid, 8), AT(vmbus_msg_open_result, open_id, 12),
	AT(vmbus_msg_open_result, status, 16), SIZE(vmbus_msg_open_result, 20),
	AT(vmbus_msg_initiate_contact, version, 8), AT(vmbus_msg_initiate_contact, target_vp, 12),
	AT(vmbus_msg_initiate_contact, u.interrupt_page, 16),
	AT(vmbus_msg_initiate_contact, u.t.sint, 16), AT(vmbus_msg_initiate_contact, u.t.vtl, 17),
	AT(vmbus_msg_initiate_contact, u.t.reserved, 18),
	AT(vmbus_msg_initiate_contact, u.t.feature_flags, 20),
	AT(vmbus_msg_initiate_contact, monitor_page1, 24),
	AT(vmbus_msg_initiate_contact, monitor_page2, 32), SIZE(vmbus_msg_initiate_contact, 40),
	AT(vmbus_msg_version_response, supported, 8), AT(vmbus_msg_version_response, state, 9),
	AT(vmbus_msg_version_response, msg_conn_id, 12), SIZE(vmbus_msg_version_response, 16),
	AT(vmbus_msg_tl_connect, endpoint, 8), AT(vmbus_msg_tl_connect, service, 24),
	SIZE(vmbus_msg_tl_connect, 40),
	AT(vmbus_msg_tl_result, endpoint, 8), AT(vmbus_msg_tl_result, service, 24),
	AT(vmbus_msg_tl_result, status, 40), SIZE(vmbus_msg_tl_result, 44),
	AT(vmbus_msg_modify, relid, 8), AT(vmbus_msg_modify, target_vp, 12),
	SIZE(vmbus_msg_modify, 16),
	AT(vmbus_msg_modify_response, relid, 8), AT(vmbus_msg_modify_response, status, 12),
	SIZE(vmbus_msg_modify_response, 16),
};

/* 4.5, 6.2, 6.3 */
static const struct layout gpadl[] = {
	AT(vmbus_msg_gpadl_header, relid, 8), AT(vmbus_msg_gpadl_header, gpadl, 12),
	AT(vmbus_msg_gpadl_header, range_buflen, 16), AT(vmbus_msg_gpadl_header, range_count, 18),
	AT(vmbus_msg_gpadl_header, byte_count, 20), AT(vmbus_msg_gpadl_header, byte_offset, 24),
	AT(vmbus_msg_gpadl_header, pfn, VMBUS_GPADL_HEADER_FIXED),
	AT(vmbus_msg_gpadl_header, pfn, 28), SIZE(vmbus_msg_gpadl_header, 236),
	AT(vmbus_msg_gpadl_body, msg_number, 8), AT(vmbus_msg_gpadl_body, gpadl, 12),
	AT(vmbus_msg_gpadl_body, pfn, VMBUS_GPADL_BODY_FIXED), AT(vmbus_msg_gpadl_body, pfn, 16),
	SIZE(vmbus_msg_gpadl_body, 240),
	AT(vmbus_msg_gpadl_created, relid, 8), AT(vmbus_msg_gpadl_created, gpadl, 12),
	AT(vmbus_msg_gpadl_created, status, 16), SIZE(vmbus_msg_gpadl_created, 20),
	AT(vmbus_msg_gpadl_teardown, relid, 8), AT(vmbus_msg_gpadl_teardown, gpadl, 12),
	SIZE(vmbus_msg_gpadl_teardown, 16),
	AT(vmbus_msg_gpadl_torndown, gpadl, 8), SIZE(vmbus_msg_gpadl_torndown, 12),
};

/* 8.4, 9.1 - 9.6 */
static const struct layout memory[] = {
	AT(vmbus_monitor_page, trigger_state, 0), AT(vmbus_monitor_page, group, 8),
	AT(vmbus_monitor_page, reserved2, 0x28), AT(vmbus_monitor_page, next_check, 0x40),
	AT(vmbus_monitor_page, latency, 0x240), AT(vmbus_monitor_page, reserved3, 0x340),
	AT(vmbus_monitor_page, param, 0x440), AT(vmbus_monitor_page, reserved4, 0x840),
	SIZE(vmbus_monitor_page, 4096), SIZE(vmbus_monitor_param, 8), SIZE(vmbus_monitor_group, 8),
	AT(vmbus_ring_hdr, write_index, 0), AT(vmbus_ring_hdr, read_index, 4),
	AT(vmbus_ring_hdr, interrupt_mask, 8), AT(vmbus_ring_hdr, pending_send_sz, 12),
	AT(vmbus_ring_hdr, feature_bits, 64), SIZE(vmbus_ring_hdr, 4096),
	AT(vmpacket_descriptor, type, 0), AT(vmpacket_descriptor, offset8, 2),
	AT(vmpacket_descriptor, len8, 4), AT(vmpacket_descriptor, flags, 6),
	AT(vmpacket_descriptor, trans_id, 8), SIZE(vmpacket_descriptor, 16),
	AT(vmtransfer_page_packet_header, set_id, 16),
	AT(vmtransfer_page_packet_header, sender_owns_set, 18),
	AT(vmtransfer_page_packet_header, range_count, 20),
	AT(vmtransfer_page_packet_header, ranges, 24), SIZE(vmbus_xfer_range, 8),
	AT(vmbus_gpa_direct_hdr, reserved, 16), AT(vmbus_gpa_direct_hdr, range_count, 20),
	SIZE(vmbus_gpa_direct_hdr, 24), AT(vmbus_gpa_range, offset, 4),
	AT(vmbus_gpa_range, pfn, 8), AT(vmpipe_hdr, len, 4), SIZE(vmpipe_hdr, 8),
};

/* 04-storage.md 1, 2 */
static const struct layout storage[] = {
	AT(vstor_packet, operation, 0), AT(vstor_packet, flags, 4), AT(vstor_packet, status, 8),
	AT(vstor_packet, u, VSTOR_HDR_LEN), AT(vstor_packet, u, 12), SIZE(vstor_packet, 64),
	SIZE(vstor_packet, VSTOR_PACKET_LEN),
	AT(vstor_packet, u.srb.srb_status, 14), AT(vstor_packet, u.srb.scsi_status, 15),
	AT(vstor_packet, u.srb.port, 16), AT(vstor_packet, u.srb.path, 17),
	AT(vstor_packet, u.srb.target, 18), AT(vstor_packet, u.srb.lun, 19),
	AT(vstor_packet, u.srb.cdb_len, 20), AT(vstor_packet, u.srb.sense_len, 21),
	AT(vstor_packet, u.srb.data_in, 22), AT(vstor_packet, u.srb.transfer_len, 24),
	AT(vstor_packet, u.srb.u.cdb, 28), AT(vstor_packet, u.srb.u.sense, 28),
	AT(vstor_packet, u.srb.reserved2, 48), AT(vstor_packet, u.srb.queue_tag, 50),
	AT(vstor_packet, u.srb.queue_action, 51), AT(vstor_packet, u.srb.srb_flags, 52),
	AT(vstor_packet, u.srb.timeout_s, 56), AT(vstor_packet, u.srb.queue_sort_key, 60),
	AT(vstor_srb, reserved2, VSTOR_SRB_LEN_OLD), SIZE(vstor_srb, VSTOR_SRB_LEN),
	SIZE(vstor_srb, 52), SIZE(vstor_version, 4),
	AT(vstor_properties, max_sub_channels, 4), AT(vstor_properties, flags, 8),
	AT(vstor_properties, max_transfer, 12), SIZE(vstor_properties, 24),
	AT(vstor_fc_wwn, primary_port, 4), AT(vstor_fc_wwn, primary_node, 12),
	AT(vstor_fc_wwn, secondary_port, 20), AT(vstor_fc_wwn, secondary_node, 28),
	SIZE(vstor_fc_wwn, 36), AT(vstor_event, flags, 3), SIZE(vstor_event, 4),
	AT(vstor_offer_user, path, 2), AT(vstor_offer_user, target, 3),
	AT(vstor_offer_user, flags, 8), SIZE(vstor_offer_user, 24),
};

/* 06-balloon.md 1, 3 */
static const struct layout balloon[] = {
	AT(dm_hdr, type, 0), AT(dm_hdr, size, 2), AT(dm_hdr, trans_id, 4), SIZE(dm_hdr, 8),
	AT(dm_version_request, version, 8), AT(dm_version_request, is_last_attempt, 12),
	SIZE(dm_version_request, 16), AT(dm_response, bits, 8), SIZE(dm_response, 16),
	AT(dm_capabilities, caps, 8), AT(dm_capabilities, min_page_count, 16),
	AT(dm_capabilities, max_page_number, 24), SIZE(dm_capabilities, 32),
	AT(dm_status, available, 8), AT(dm_status, committed, 16),
	AT(dm_status, page_file_size, 24), AT(dm_status, zero_free, 32),
	AT(dm_status, page_file_writes, 40), AT(dm_status, io_diff, 44), SIZE(dm_status, 48),
	AT(dm_balloon_request, pages, 8), SIZE(dm_balloon_request, 16),
	AT(dm_balloon_response, more_and_count, 12), AT(dm_balloon_response, ranges, 16),
	SIZE(dm_balloon_response, DM_MSG_MAX),
	AT(dm_unballoon_request, more, 8), AT(dm_unballoon_request, range_count, 12),
	AT(dm_unballoon_request, ranges, 16), SIZE(dm_unballoon_request, DM_MSG_MAX),
	AT(dm_hot_add_request, range, 8), AT(dm_hot_add_request, region, 16),
	SIZE(dm_hot_add_request, 24), AT(dm_hot_add_response, pages, 8),
	AT(dm_hot_add_response, result, 12), SIZE(dm_hot_add_response, 16),
	AT(dm_info, info_size, 12), AT(dm_info, info_type, 16), AT(dm_info, data_size, 20),
	AT(dm_info, value, 24), SIZE(dm_info, 32),
};

/* 05-network.md 1, 5 */
static const struct layout nvsp[] = {
	AT(nvsp_init, version_max, 8), SIZE(nvsp_init, 12), AT(nvsp_init_complete, status, 12),
	AT(nvsp_ndis_version, minor, 8), AT(nvsp_send_buf, gpadl, 4), AT(nvsp_send_buf, id, 8),
	SIZE(nvsp_send_buf, 12), AT(nvsp_recv_buf_complete, section_count, 8),
	AT(nvsp_recv_buf_complete, section, 4 + 8), AT(nvsp_recv_section, sub_size, 4),
	AT(nvsp_recv_section, sub_count, 8), AT(nvsp_recv_section, end_offset, 12),
	SIZE(nvsp_recv_buf_complete, NVSP_MESSAGE_LEN_6), AT(nvsp_send_buf_complete, section_size, 8),
	AT(nvsp_revoke_buf, id, 4), AT(nvsp_rndis_pkt, channel_type, 4),
	AT(nvsp_rndis_pkt, section_index, 8), AT(nvsp_rndis_pkt, section_size, 12),
	SIZE(nvsp_rndis_pkt_complete, 8), AT(nvsp_ndis_config, capabilities, 12),
	SIZE(nvsp_ndis_config, 20), AT(nvsp_vf_association, serial, 8),
	AT(nvsp_switch_data_path, active, 4), AT(nvsp_subchannel, count, 8),
	AT(nvsp_subchannel_complete, count, 8), AT(nvsp_send_table, offset, 8),
};

/* 05-network.md 6 - 8 */
static const struct layout rndis[] = {
	SIZE(rndis_init, 24), SIZE(rndis_init_complete, 52), AT(rndis_init_complete, medium, 28),
	AT(rndis_init_complete, max_packets, 32), AT(rndis_init_complete, alignment, 40),
	AT(rndis_request, oid, 12), AT(rndis_request, info_len, 16),
	SIZE(rndis_request, 8 + RNDIS_REQUEST_INFO_OFFSET), AT(rndis_query_complete, info_len, 16),
	SIZE(rndis_query_complete, 8 + RNDIS_ANSWER_INFO_OFFSET), SIZE(rndis_set_complete, 16),
	SIZE(rndis_set_ex_complete, 24), SIZE(rndis_reset, 12), SIZE(rndis_reset_complete, 16),
	AT(rndis_indicate, buffer_len, 12), SIZE(rndis_indicate, 8 + RNDIS_INDICATE_BUFFER_OFFSET),
	SIZE(rndis_keepalive_complete, 16), AT(rndis_packet, data_offset, 8),
	AT(rndis_packet, ppi_offset, 28), AT(rndis_packet, ppi_len, 32), SIZE(rndis_packet, 44),
	SIZE(rndis_packet, 8 + RNDIS_PPI_OFFSET), SIZE(rndis_ppi, RNDIS_PPI_DATA_OFFSET),
	SIZE(rndis_pktid, 4), AT(rndis_config_parameter, value_offset, 12), SIZE(rndis_config_parameter, 20),
};

static const struct layout ndis[] = {
	SIZE(ndis_link_state, 40), AT(ndis_link_state, xmit_speed, 16),
	AT(ndis_rss_caps, receive_queues, 12), SIZE(ndis_rss_caps, NDIS_RSS_CAPS_SIZE),
	AT(ndis_rss_params, hash_info, 8), AT(ndis_rss_params, table_size, 12),
	AT(ndis_rss_params, table_offset, 16), AT(ndis_rss_params, key_size, 20),
	AT(ndis_rss_params, key_offset, 24), SIZE(ndis_rss_params, NDIS_RSS_PARAMS_SIZE),
	AT(ndis_offload, csum.ip4_tx_flags, 8), AT(ndis_offload, csum.ip6_rx_flags, 32),
	AT(ndis_offload, lso1, 36), AT(ndis_offload, ipsec1, 52), AT(ndis_offload, lso2.ip4_encap, 80),
	AT(ndis_offload, lso2.ip6_encap, 92), AT(ndis_offload, lso2.ip6_flags, 104),
	AT(ndis_offload, flags, 108), AT(ndis_offload, ipsec2, NDIS_OFFLOAD_SIZE_1),
	AT(ndis_offload, rsc_ip4, NDIS_OFFLOAD_SIZE_2), AT(ndis_offload, encapsulated_flags, 148),
	SIZE(ndis_offload, NDIS_OFFLOAD_SIZE_3), AT(ndis_offload_params, lso2_ip4, 11),
	AT(ndis_offload_params, flags, 16), AT(ndis_offload_params, ipsec2, NDIS_OFFLOAD_PARAMS_SIZE_1),
	AT(ndis_offload_params, rsc_ip4, NDIS_OFFLOAD_PARAMS_SIZE_2),
	SIZE(ndis_offload_params, NDIS_OFFLOAD_PARAMS_SIZE_3), SIZE(ndis_offload_encapsulation, 28),
};

static void hypervisor_layouts(void **state)
{
	(void)state;
	CHECK(hypervisor);
}

static void message_layouts(void **state)
{
	(void)state;
	CHECK(messages);
}

static void gpadl_layouts(void **state)
{
	(void)state;
	CHECK(gpadl);
}

static void shared_memory_layouts(void **state)
{
	(void)state;
	CHECK(memory);
}

static void storage_layouts(void **state)
{
	(void)state;
	CHECK(storage);
}

static void network_layouts(void **state)
{
	(void)state;
	CHECK(nvsp);
	CHECK(rndis);
	CHECK(ndis);
}

static void balloon_layouts(void **state)
{
	(void)state;
	CHECK(balloon);
}

/* The example of 4.2, byte for byte. */
static void close_channel_example(void **state)
{
	static const u8 want[] = { 7, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0 };
	struct vmbus_msg_relid msg = { { VMBUS_MSG_CLOSE, 0 }, 5 };

	(void)state;
	assert_int_equal(sizeof(msg), sizeof(want));
	assert_memory_equal(&msg, want, sizeof(want));
}

/* 3.1: encodings of the versions. */
static void device_layouts(void **state)
{
	(void)state;
	CHECK(input);
	CHECK(video);
	CHECK(pci_and_sockets);
}

static void version_numbers(void **state)
{
	(void)state;
	assert_int_equal(VMBUS_VERSION_0_13, 0x0000000D);
	assert_int_equal(VMBUS_VERSION_1_1, 0x00010001);
	assert_int_equal(VMBUS_VERSION_2_4, 0x00020004);
	assert_int_equal(VMBUS_VERSION_5_3, 0x00050003);
	assert_int_equal(VMBUS_VERSION_6_0, 0x00060000);
}

/* 1 and 13: the alias digits are the bytes of the GUID in memory order. */
static void alias_digits(void **state)
{
	static const struct hvw_guid net = {
		{ 0x63, 0x51, 0x61, 0xf8, 0x3e, 0xdf, 0xc5, 0x46,
		  0x91, 0x3f, 0xf2, 0xd2, 0xf9, 0x65, 0xed, 0x0e }
	};
	char text[33];
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++)
		sprintf(text + 2 * i, "%02x", net.b[i]);
	assert_string_equal(text, VMBUS_ALIAS_NET);
	assert_int_equal(strlen(VMBUS_ALIAS_BALLOON), 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hypervisor_layouts),	 cmocka_unit_test(message_layouts),
		cmocka_unit_test(gpadl_layouts),	 cmocka_unit_test(shared_memory_layouts),
		cmocka_unit_test(network_layouts),
		cmocka_unit_test(balloon_layouts),	 cmocka_unit_test(close_channel_example),
		cmocka_unit_test(storage_layouts), cmocka_unit_test(device_layouts),
		cmocka_unit_test(version_numbers),	 cmocka_unit_test(alias_digits),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}

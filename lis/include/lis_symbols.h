/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The private link names of what hv_vmbus exports.
 *
 * An in-box module asks for vmbus_open and finds no such symbol in ours; our module asks for lis_vmbus_open and finds
 * no such symbol in the in-box one. A mixed set fails to load instead of crashing on a different struct layout.
 */
#ifndef _LIS_SYMBOLS_H
#define _LIS_SYMBOLS_H

#define __vmbus_driver_register lis___vmbus_driver_register
#define hv_begin_read lis_hv_begin_read
#define hv_end_read lis_hv_end_read
#define hv_get_bytes_to_read lis_hv_get_bytes_to_read
#define hv_get_bytes_to_write lis_hv_get_bytes_to_write
#define hv_pkt_iter_close lis_hv_pkt_iter_close
#define hv_pkt_iter_first lis_hv_pkt_iter_first
#define hv_pkt_iter_next lis_hv_pkt_iter_next
#define hv_pkt_consume lis_hv_pkt_consume
#define hv_pkt_peek lis_hv_pkt_peek
#define hv_ringbuffer_get_debuginfo lis_hv_ringbuffer_get_debuginfo
#define hv_set_pending_send_size lis_hv_set_pending_send_size
#define vmbus_allocate_mmio lis_vmbus_allocate_mmio
#define vmbus_alloc_ring lis_vmbus_alloc_ring
#define vmbus_close lis_vmbus_close
#define vmbus_connect_ring lis_vmbus_connect_ring
#define vmbus_device_unregister lis_vmbus_device_unregister
#define vmbus_disconnect_ring lis_vmbus_disconnect_ring
#define vmbus_driver_unregister lis_vmbus_driver_unregister
#define vmbus_establish_gpadl lis_vmbus_establish_gpadl
#define vmbus_free_mmio lis_vmbus_free_mmio
#define vmbus_free_requests lis_vmbus_free_requests
#define vmbus_free_ring lis_vmbus_free_ring
#define vmbus_hypercall lis_vmbus_hypercall
#define vmbus_hypercall_rep lis_vmbus_hypercall_rep
#define vmbus_ext_capabilities lis_vmbus_ext_capabilities
#define vmbus_hibernation_possible lis_vmbus_hibernation_possible
#define vmbus_kick lis_vmbus_kick
#define vmbus_next_request_id lis_vmbus_next_request_id
#define vmbus_open lis_vmbus_open
#define vmbus_proto_version lis_vmbus_proto_version
#define vmbus_recvpacket lis_vmbus_recvpacket
#define vmbus_recvpacket_raw lis_vmbus_recvpacket_raw
#define vmbus_request_addr lis_vmbus_request_addr
#define vmbus_request_addr_match lis_vmbus_request_addr_match
#define vmbus_sendpacket lis_vmbus_sendpacket
#define vmbus_sendpacket_getid lis_vmbus_sendpacket_getid
#define vmbus_sendpacket_mpb_desc lis_vmbus_sendpacket_mpb_desc
#define vmbus_sendpacket_pagebuffer lis_vmbus_sendpacket_pagebuffer
#define vmbus_send_modifychannel lis_vmbus_send_modifychannel
#define vmbus_send_tl_connect_request lis_vmbus_send_tl_connect_request
#define vmbus_set_chn_rescind_callback lis_vmbus_set_chn_rescind_callback
#define vmbus_set_event lis_vmbus_set_event
#define vmbus_set_sc_create_callback lis_vmbus_set_sc_create_callback
#define vmbus_take_requests lis_vmbus_take_requests
#define vmbus_teardown_gpadl lis_vmbus_teardown_gpadl

#endif

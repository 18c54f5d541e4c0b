/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: RNDIS and NDIS objects, as the synthetic network adapter uses them (docs/wire/05-network.md 6 - 9).
 *
 * Some names are also in the kernel's own header of USB's RNDIS; a file that includes this one needs nothing of that.
 */
#ifndef _WIRE_RNDIS_H
#define _WIRE_RNDIS_H

#include <wire/hypervisor.h>

/* 6: message types */
#define RNDIS_MSG_PACKET 1U
#define RNDIS_MSG_INIT 2U
#define RNDIS_MSG_HALT 3U
#define RNDIS_MSG_QUERY 4U
#define RNDIS_MSG_SET 5U
#define RNDIS_MSG_RESET 6U
#define RNDIS_MSG_INDICATE 7U
#define RNDIS_MSG_KEEPALIVE 8U
#define RNDIS_MSG_SET_EX 9U
#define RNDIS_MSG_COMPLETION 0x80000000U
#define RNDIS_MSG_INIT_C (RNDIS_MSG_INIT | RNDIS_MSG_COMPLETION)
#define RNDIS_MSG_QUERY_C (RNDIS_MSG_QUERY | RNDIS_MSG_COMPLETION)
#define RNDIS_MSG_SET_C (RNDIS_MSG_SET | RNDIS_MSG_COMPLETION)
#define RNDIS_MSG_RESET_C (RNDIS_MSG_RESET | RNDIS_MSG_COMPLETION)
#define RNDIS_MSG_KEEPALIVE_C (RNDIS_MSG_KEEPALIVE | RNDIS_MSG_COMPLETION)
#define RNDIS_MSG_SET_EX_C (RNDIS_MSG_SET_EX | RNDIS_MSG_COMPLETION)

/* Offsets inside a message count from behind this header. */
struct rndis_hdr {
	__u32 type;
	__u32 len; /* of the whole message */
} HVW_PACKED;

#define RNDIS_MAJOR 1
#define RNDIS_MINOR 0
#define RNDIS_LINUX_MAX_TRANSFER 0x4000
struct rndis_init {
	struct rndis_hdr hdr;
	__u32 request_id;
	__u32 major;
	__u32 minor;
	__u32 max_transfer;
} HVW_PACKED;

#define RNDIS_DF_CONNECTIONLESS 1
#define RNDIS_MEDIUM_802_3 0
struct rndis_init_complete {
	struct rndis_hdr hdr;
	__u32 request_id;
	__u32 status;
	__u32 major;
	__u32 minor;
	__u32 device_flags;
	__u32 medium;
	__u32 max_packets; /* in one message */
	__u32 max_transfer;
	__u32 alignment; /* a power of two's exponent */
	__u32 af_list_offset;
	__u32 af_list_size;
} HVW_PACKED;

struct rndis_halt {
	struct rndis_hdr hdr;
	__u32 request_id;
} HVW_PACKED;

/* QUERY, SET and SET_EX; the information follows, at info_offset */
#define RNDIS_REQUEST_INFO_OFFSET 20
struct rndis_request {
	struct rndis_hdr hdr;
	__u32 request_id;
	__u32 oid;
	__u32 info_len;
	__u32 info_offset;
	__u32 vc_handle;
} HVW_PACKED;

#define RNDIS_ANSWER_INFO_OFFSET 16
struct rndis_query_complete {
	struct rndis_hdr hdr;
	__u32 request_id;
	__u32 status;
	__u32 info_len;
	__u32 info_offset;
} HVW_PACKED;

struct rndis_set_complete {
	struct rndis_hdr hdr;
	__u32 request_id;
	__u32 status;
} HVW_PACKED;

struct rndis_set_ex_complete {
	struct rndis_hdr hdr;
	__u32 request_id;
	__u32 status;
	__u32 info_len;
	__u32 info_offset;
} HVW_PACKED;

struct rndis_reset {
	struct rndis_hdr hdr;
	__u32 reserved;
} HVW_PACKED;

struct rndis_reset_complete {
	struct rndis_hdr hdr;
	__u32 status;
	__u32 addressing_reset;
} HVW_PACKED;

/* Hosts before 2022 leave the status buffer out of hdr.len (6). */
#define RNDIS_INDICATE_BUFFER_OFFSET 12
struct rndis_indicate {
	struct rndis_hdr hdr;
	__u32 status;
	__u32 buffer_len;
	__u32 buffer_offset;
} HVW_PACKED;

struct rndis_keepalive {
	struct rndis_hdr hdr;
	__u32 request_id;
} HVW_PACKED;

struct rndis_keepalive_complete {
	struct rndis_hdr hdr;
	__u32 request_id;
	__u32 status;
} HVW_PACKED;

/* 6.2: status */
#define RNDIS_STATUS_SUCCESS 0x00000000U
#define RNDIS_STATUS_PENDING 0x00000103U
#define RNDIS_STATUS_ONLINE 0x40010003U
#define RNDIS_STATUS_RESET_START 0x40010004U
#define RNDIS_STATUS_RESET_END 0x40010005U
#define RNDIS_STATUS_MEDIA_CONNECT 0x4001000BU
#define RNDIS_STATUS_MEDIA_DISCONNECT 0x4001000CU
#define RNDIS_STATUS_LINK_SPEED_CHANGE 0x40010013U
#define RNDIS_STATUS_NETWORK_CHANGE 0x40010018U
#define RNDIS_STATUS_OFFLOAD_CURRENT_CONFIG 0x40020006U
#define RNDIS_STATUS_BUFFER_OVERFLOW 0x80000005U
#define RNDIS_STATUS_SOFT_ERRORS 0x80010003U
#define RNDIS_STATUS_HARD_ERRORS 0x80010004U
#define RNDIS_STATUS_FAILURE 0xC0000001U
#define RNDIS_STATUS_RESOURCES 0xC000009AU
#define RNDIS_STATUS_NOT_SUPPORTED 0xC00000BBU
#define RNDIS_STATUS_CLOSING 0xC0010002U
#define RNDIS_STATUS_BAD_VERSION 0xC0010004U
#define RNDIS_STATUS_INVALID_PACKET 0xC001000FU
#define RNDIS_STATUS_NOT_READY 0xC0010011U
#define RNDIS_STATUS_INVALID_LENGTH 0xC0010014U
#define RNDIS_STATUS_INVALID_DATA 0xC0010015U
#define RNDIS_STATUS_BUFFER_TOO_SHORT 0xC0010016U
#define RNDIS_STATUS_INVALID_OID 0xC0010017U

/* 7.1: OIDs */
#define OID_GEN_SUPPORTED_LIST 0x00010101U
#define OID_GEN_HARDWARE_STATUS 0x00010102U
#define OID_GEN_MEDIA_SUPPORTED 0x00010103U
#define OID_GEN_MEDIA_IN_USE 0x00010104U
#define OID_GEN_MAXIMUM_LOOKAHEAD 0x00010105U
#define OID_GEN_MAXIMUM_FRAME_SIZE 0x00010106U
#define OID_GEN_LINK_SPEED 0x00010107U
#define OID_GEN_TRANSMIT_BUFFER_SPACE 0x00010108U
#define OID_GEN_RECEIVE_BUFFER_SPACE 0x00010109U
#define OID_GEN_TRANSMIT_BLOCK_SIZE 0x0001010AU
#define OID_GEN_RECEIVE_BLOCK_SIZE 0x0001010BU
#define OID_GEN_VENDOR_ID 0x0001010CU
#define OID_GEN_VENDOR_DESCRIPTION 0x0001010DU
#define OID_GEN_CURRENT_PACKET_FILTER 0x0001010EU
#define OID_GEN_CURRENT_LOOKAHEAD 0x0001010FU
#define OID_GEN_DRIVER_VERSION 0x00010110U
#define OID_GEN_MAXIMUM_TOTAL_SIZE 0x00010111U
#define OID_GEN_MAC_OPTIONS 0x00010113U
#define OID_GEN_MEDIA_CONNECT_STATUS 0x00010114U
#define OID_GEN_MAXIMUM_SEND_PACKETS 0x00010115U
#define OID_GEN_VENDOR_DRIVER_VERSION 0x00010116U
#define OID_GEN_NETWORK_LAYER_ADDRESSES 0x00010118U
#define OID_GEN_RSS_CAPABILITIES 0x00010203U
#define OID_GEN_RSS_PARAMETERS 0x00010204U
#define OID_GEN_MAX_LINK_SPEED 0x00010206U
#define OID_GEN_LINK_STATE 0x00010207U
#define OID_GEN_LINK_PARAMETERS 0x00010208U
#define OID_GEN_INTERRUPT_MODERATION 0x00010209U
#define OID_GEN_RNDIS_CONFIG_PARAMETER 0x0001021BU
#define OID_GEN_XMIT_OK 0x00020101U
#define OID_GEN_RCV_OK 0x00020102U
#define OID_GEN_XMIT_ERROR 0x00020103U
#define OID_GEN_RCV_ERROR 0x00020104U
#define OID_GEN_RCV_NO_BUFFER 0x00020105U
#define OID_GEN_FRIENDLY_NAME 0x00020216U
#define OID_GEN_BYTES_RCV 0x00020219U
#define OID_GEN_BYTES_XMIT 0x0002021AU
#define OID_GEN_RCV_DISCARDS 0x0002021BU
#define OID_GEN_XMIT_DISCARDS 0x0002021CU
#define OID_802_3_PERMANENT_ADDRESS 0x01010101U
#define OID_802_3_CURRENT_ADDRESS 0x01010102U
#define OID_802_3_MULTICAST_LIST 0x01010103U
#define OID_802_3_MAXIMUM_LIST_SIZE 0x01010104U
#define OID_OFFLOAD_ENCAPSULATION 0x0101010AU
#define OID_802_3_RCV_ERROR_ALIGNMENT 0x01020101U
#define OID_802_3_XMIT_ONE_COLLISION 0x01020102U
#define OID_802_3_XMIT_MORE_COLLISIONS 0x01020103U
#define OID_TCP_OFFLOAD_CURRENT_CONFIG 0xFC01020BU
#define OID_TCP_OFFLOAD_PARAMETERS 0xFC01020CU
#define OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES 0xFC01020DU

/* 7.1: OID_GEN_MAC_OPTIONS */
#define NDIS_MAC_OPTION_COPY_LOOKAHEAD 0x001
#define NDIS_MAC_OPTION_TRANSFERS_NOT_PEND 0x004
#define NDIS_MAC_OPTION_NO_LOOPBACK 0x008
#define NDIS_MAC_OPTION_8021P 0x040
#define NDIS_MAC_OPTION_8021Q 0x200

/* 7.1: OID_GEN_MEDIA_CONNECT_STATUS */
#define NDIS_MEDIA_CONNECTED 0
#define NDIS_MEDIA_DISCONNECTED 1

/* 7.3: packet filter */
#define NDIS_PACKET_TYPE_DIRECTED 0x0001
#define NDIS_PACKET_TYPE_MULTICAST 0x0002
#define NDIS_PACKET_TYPE_ALL_MULTICAST 0x0004
#define NDIS_PACKET_TYPE_BROADCAST 0x0008
#define NDIS_PACKET_TYPE_SOURCE_ROUTING 0x0010
#define NDIS_PACKET_TYPE_PROMISCUOUS 0x0020
#define NDIS_PACKET_TYPE_ALL_LOCAL 0x0080
#define NDIS_PACKET_TYPE_GROUP 0x1000

/* 7.2: header of every NDIS object */
struct ndis_object_hdr {
	__u8 type;
	__u8 revision;
	__u16 size;
} HVW_PACKED;

#define NDIS_OBJECT_DEFAULT 0x80
#define NDIS_OBJECT_RSS_CAPABILITIES 0x88
#define NDIS_OBJECT_RSS_PARAMETERS 0x89
#define NDIS_OBJECT_OFFLOAD 0xA7
#define NDIS_OBJECT_OFFLOAD_ENCAPSULATION 0xA8

/* 7.1: OID_GEN_LINK_STATE */
struct ndis_link_state {
	struct ndis_object_hdr hdr; /* default, 1, 40 */
	__u32 connect; /* 1 connected, 2 not */
	__u32 duplex;
	__u32 pad;
	__u64 xmit_speed;
	__u64 rcv_speed;
	__u32 pause;
	__u32 auto_negotiation;
} HVW_PACKED;

#define NDIS_MEDIA_STATE_CONNECTED 1
#define NDIS_MEDIA_STATE_DISCONNECTED 2

struct ndis_link_speed {
	__u64 xmit;
	__u64 rcv;
} HVW_PACKED;

/* 7.2: RSS capabilities */
#define NDIS_RSS_CAPS_SUPPORTS_TOEPLITZ 0x00000001U
#define NDIS_RSS_CAPS_TCP_IPV4 0x00000100U
#define NDIS_RSS_CAPS_TCP_IPV6 0x00000200U
#define NDIS_RSS_CAPS_TCP_IPV6_EX 0x00000400U
#define NDIS_RSS_CAPS_UDP_IPV4 0x00000800U
#define NDIS_RSS_CAPS_UDP_IPV6 0x00001000U
#define NDIS_RSS_CAPS_UDP_IPV6_EX 0x00002000U
#define NDIS_RSS_CAPS_MSI 0x01000000U
#define NDIS_RSS_CAPS_CLASSIFICATION_AT_ISR 0x02000000U
#define NDIS_RSS_CAPS_CLASSIFICATION_AT_DPC 0x04000000U
#define NDIS_RSS_CAPS_INDEPENDENT_ENTRY_MOVE 0x40000000U
#define NDIS_RSS_CAPS_REVISION 2
#define NDIS_RSS_CAPS_SIZE 18
struct ndis_rss_caps {
	struct ndis_object_hdr hdr;
	__u32 flags;
	__u32 interrupt_messages;
	__u32 receive_queues;
	__u16 table_entries;
} HVW_PACKED;

/* 7.2: RSS parameters */
#define NDIS_RSS_FLAG_BASE_CPU_UNCHANGED 0x0001
#define NDIS_RSS_FLAG_HASH_INFO_UNCHANGED 0x0002
#define NDIS_RSS_FLAG_TABLE_UNCHANGED 0x0004
#define NDIS_RSS_FLAG_KEY_UNCHANGED 0x0008
#define NDIS_RSS_FLAG_DISABLE 0x0010
#define NDIS_RSS_FLAG_DEFAULT_CPU_UNCHANGED 0x0020

#define NDIS_HASH_FUNCTION_MASK 0x000000FFU
#define NDIS_HASH_TOEPLITZ 0x00000001U
#define NDIS_HASH_IPV4 0x00000100U
#define NDIS_HASH_TCP_IPV4 0x00000200U
#define NDIS_HASH_IPV6 0x00000400U
#define NDIS_HASH_IPV6_EX 0x00000800U
#define NDIS_HASH_TCP_IPV6 0x00001000U
#define NDIS_HASH_TCP_IPV6_EX 0x00002000U
#define NDIS_HASH_UDP_IPV4 0x00004000U
#define NDIS_HASH_UDP_IPV6 0x00008000U
#define NDIS_HASH_UDP_IPV6_EX 0x00010000U

#define NDIS_RSS_TABLE_ENTRIES 128
#define NDIS_RSS_KEY_LEN 40
#define NDIS_RSS_PARAMS_REVISION 2
#define NDIS_RSS_PARAMS_SIZE 40
#define NDIS_RSS_PARAMS_SIZE_3 44
struct ndis_rss_params {
	struct ndis_object_hdr hdr;
	__u16 flags;
	__u16 base_cpu;
	__u32 hash_info;
	__u16 table_size; /* bytes */
	__u16 pad1;
	__u32 table_offset; /* from the start of this structure */
	__u16 key_size;
	__u16 pad2;
	__u32 key_offset;
	__u32 masks_offset;
	__u32 masks_count;
	__u32 mask_size;
} HVW_PACKED;

/* 7.4: offload capabilities and current configuration */
#define NDIS_ENCAP_NULL 0x01
#define NDIS_ENCAP_8023 0x02
#define NDIS_ENCAP_8023_PQ 0x04
#define NDIS_ENCAP_8023_PQ_OOB 0x08
#define NDIS_ENCAP_RFC1483 0x10

#define NDIS_CSUM_IP4_OPTIONS 0x001
#define NDIS_CSUM_TCP4_OPTIONS 0x004
#define NDIS_CSUM_TCP4 0x010
#define NDIS_CSUM_UDP4 0x040
#define NDIS_CSUM_IP4 0x100
#define NDIS_CSUM_IP6_EXTENSIONS 0x001
#define NDIS_CSUM_TCP6_OPTIONS 0x004
#define NDIS_CSUM_TCP6 0x010
#define NDIS_CSUM_UDP6 0x040

#define NDIS_LSO6_EXTENSIONS 0x1
#define NDIS_LSO6_TCP_OPTIONS 0x4
#define NDIS_LSO_MAX_SIZE 0xF53C
#define NDIS_LSO_MIN_SEGMENTS 2

#define NDIS_OFFLOAD_SIZE_1 112
#define NDIS_OFFLOAD_SIZE_2 144
#define NDIS_OFFLOAD_SIZE_3 156

struct ndis_csum_offload {
	__u32 ip4_tx_encap;
	__u32 ip4_tx_flags;
	__u32 ip4_rx_encap;
	__u32 ip4_rx_flags;
	__u32 ip6_tx_encap;
	__u32 ip6_tx_flags;
	__u32 ip6_rx_encap;
	__u32 ip6_rx_flags;
} HVW_PACKED;

struct ndis_lso1_offload {
	__u32 encap;
	__u32 max_size;
	__u32 min_segments;
	__u32 options;
} HVW_PACKED;

struct ndis_lso2_offload {
	__u32 ip4_encap;
	__u32 ip4_max_size;
	__u32 ip4_min_segments;
	__u32 ip6_encap;
	__u32 ip6_max_size;
	__u32 ip6_min_segments;
	__u32 ip6_flags;
} HVW_PACKED;

struct ndis_offload {
	struct ndis_object_hdr hdr;
	struct ndis_csum_offload csum;
	struct ndis_lso1_offload lso1;
	__u32 ipsec1[7];
	struct ndis_lso2_offload lso2;
	__u32 flags;
	__u32 ipsec2[8]; /* from revision 2 */
	__u8 rsc_ip4; /* from revision 3 */
	__u8 rsc_ip6;
	__u8 pad[2];
	__u32 encapsulated_flags;
	__u32 encapsulated_max_header;
} HVW_PACKED;

/* 7.4: offload parameters, what the guest sets */
#define NDIS_OFFLOAD_PARAMS_SIZE_1 20
#define NDIS_OFFLOAD_PARAMS_SIZE_2 22
#define NDIS_OFFLOAD_PARAMS_SIZE_3 28
#define NDIS_OFFLOAD_NO_CHANGE 0
#define NDIS_CSUM_OFF 1
#define NDIS_CSUM_TX 2
#define NDIS_CSUM_RX 3
#define NDIS_CSUM_BOTH 4
#define NDIS_LSO_OFF 1
#define NDIS_LSO_ON 2
#define NDIS_RSC_OFF 1
#define NDIS_RSC_ON 2
struct ndis_offload_params {
	struct ndis_object_hdr hdr;
	__u8 ip4_csum;
	__u8 tcp4_csum;
	__u8 udp4_csum;
	__u8 tcp6_csum;
	__u8 udp6_csum;
	__u8 lso1;
	__u8 ipsec1;
	__u8 lso2_ip4;
	__u8 lso2_ip6;
	__u8 tcp_connection_ip4;
	__u8 tcp_connection_ip6;
	__u8 pad1;
	__u32 flags;
	__u8 ipsec2;
	__u8 ipsec2_ip4;
	__u8 rsc_ip4;
	__u8 rsc_ip6;
	__u8 encapsulated;
	__u8 encapsulation_types;
	__u8 pad2[2];
} HVW_PACKED;

#define NDIS_ENCAPSULATION_ON 1
#define NDIS_ENCAPSULATION_OFF 2
struct ndis_offload_encapsulation {
	struct ndis_object_hdr hdr;
	__u32 ip4_enabled;
	__u32 ip4_type;
	__u32 ip4_header_size;
	__u32 ip6_enabled;
	__u32 ip6_type;
	__u32 ip6_header_size;
} HVW_PACKED;

/* 7.5: configuration parameter; offsets count from the start of this structure */
#define NDIS_CONFIG_INTEGER 0
#define NDIS_CONFIG_HEX_INTEGER 1
#define NDIS_CONFIG_STRING 2
#define NDIS_CONFIG_MULTI_STRING 3
#define NDIS_CONFIG_BINARY 4
struct rndis_config_parameter {
	__u32 name_offset;
	__u32 name_len;
	__u32 type;
	__u32 value_offset;
	__u32 value_len;
} HVW_PACKED;

/* 8: packet */
#define RNDIS_PPI_OFFSET 36
struct rndis_packet {
	struct rndis_hdr hdr;
	__u32 data_offset;
	__u32 data_len;
	__u32 oob_offset;
	__u32 oob_len;
	__u32 oob_count;
	__u32 ppi_offset;
	__u32 ppi_len;
	__u32 vc_handle;
	__u32 reserved;
} HVW_PACKED;

struct rndis_ppi {
	__u32 size; /* whole element */
	__u32 type; /* bit 31: internal */
	__u32 data_offset; /* 12 */
} HVW_PACKED;

#define RNDIS_PPI_DATA_OFFSET 12
#define RNDIS_PPI_INTERNAL 0x80000000U
#define RNDIS_PPI_CSUM 0
#define RNDIS_PPI_IPSEC 1
#define RNDIS_PPI_LSO 2
#define RNDIS_PPI_CLASSIFICATION 3
#define RNDIS_PPI_SG_LIST 5
#define RNDIS_PPI_8021Q 6
#define RNDIS_PPI_ORIGINAL_PACKET 7
#define RNDIS_PPI_HASH 8
#define RNDIS_PPI_ORIGINAL_NBL 9
#define RNDIS_PPI_CACHED_NBL 10
#define RNDIS_PPI_SHORT_PAD 11
#define RNDIS_PPI_PACKET_ID (RNDIS_PPI_INTERNAL | 1U)

/* 8.1: checksum, transmit */
#define RNDIS_CSUM_TX_IP4 0x01U
#define RNDIS_CSUM_TX_IP6 0x02U
#define RNDIS_CSUM_TX_TCP 0x04U
#define RNDIS_CSUM_TX_UDP 0x08U
#define RNDIS_CSUM_TX_IPHDR 0x10U
#define RNDIS_CSUM_TX_OFFSET_SHIFT 16
#define RNDIS_CSUM_TX_OFFSET_MASK 0x3FFU
/* receive */
#define RNDIS_CSUM_RX_TCP_FAILED 0x001U
#define RNDIS_CSUM_RX_UDP_FAILED 0x002U
#define RNDIS_CSUM_RX_IP_FAILED 0x004U
#define RNDIS_CSUM_RX_TCP_OK 0x008U
#define RNDIS_CSUM_RX_UDP_OK 0x010U
#define RNDIS_CSUM_RX_IP_OK 0x020U
#define RNDIS_CSUM_RX_LOOPBACK 0x040U
#define RNDIS_CSUM_RX_TCP_VALUE_INVALID 0x080U
#define RNDIS_CSUM_RX_IP_VALUE_INVALID 0x100U

/* 8.2: large send */
#define RNDIS_LSO_MSS_MASK 0xFFFFFU
#define RNDIS_LSO_OFFSET_SHIFT 20
#define RNDIS_LSO_OFFSET_MASK 0x3FFU
#define RNDIS_LSO_TYPE_2 0x40000000U
#define RNDIS_LSO_IP6 0x80000000U

/* 8.3: VLAN */
#define RNDIS_VLAN_PRIO_MASK 0x7U
#define RNDIS_VLAN_CFI 0x8U
#define RNDIS_VLAN_ID_SHIFT 4
#define RNDIS_VLAN_ID_MASK 0xFFFU

/* 8.5: packet id of receive segment coalescing */
#define RNDIS_PKTID_VERSION 1
#define RNDIS_PKTID_SUBALLOC 1
#define RNDIS_PKTID_FIRST 2
#define RNDIS_PKTID_LAST 4
struct rndis_pktid {
	__u8 version;
	__u8 flags;
	__u16 id;
} HVW_PACKED;

/* 8.5, 8.6, 6 */
#define RNDIS_RSC_FRAGMENTS_MAX 562
#define RNDIS_RX_HEADROOM 256
#define RNDIS_RX_HEADER_EXTRA 36
#define RNDIS_DEFAULT_MAX_PACKETS 8
#define RNDIS_DEFAULT_ALIGNMENT 8

#endif

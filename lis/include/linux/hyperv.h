/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VMBus driver API, under mainline's names.
 *
 * This header stands before the kernel's own <linux/hyperv.h>: our hv_vmbus and our drivers share these structures,
 * and nothing else does (lis_symbols.h keeps the link names apart).
 */
#ifndef _LINUX_HYPERV_H
#define _LINUX_HYPERV_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/device.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/uuid.h>
#include <linux/workqueue.h>
#include <wire/vmbus.h>
#include "lis_symbols.h"
#include "../../vmbus/ring_math.h"
#include "../../vmbus/request_id.h"

/* Bytes of a ring of `payload` data bytes: its header page and the data rounded up to pages. */
#define VMBUS_RING_SIZE(payload) (HVW_PAGE_SIZE + ALIGN((payload), PAGE_SIZE))

#define VMBUS_DEFAULT_MAX_PKT_SIZE 4096

/* Values vmbus_sendpacket() and the request table keep for themselves. */
#define VMBUS_NO_RQSTOR 0xFFFFFFFFFFFFFFFFULL
#define VMBUS_RQST_ERROR REQUEST_ID_ERROR

struct hv_device;
struct vmbus_channel;

/* One direction of a channel. */
struct hv_ring_buffer_info {
	struct vmbus_ring_hdr *hdr; /* shared with the host */
	u8 *data; /* shared; mapped twice in a row, unless wrapped */
	u32 size; /* bytes of data */
	bool wrapped; /* data is mapped once: copies must wrap */
	void *mapping; /* what vmap() gave; NULL when wrapped */
	u32 priv_write_index; /* outbound: ours; the shared one is only published, never read back */
	spinlock_t lock; /* one writer at a time; hdr against hv_ringbuffer_get_debuginfo() */
	u32 priv_read_index; /* inbound: how far the iterator is */
	u32 last_committed; /* inbound: read_index as last published */
	u32 cur_total; /* inbound: bytes of the packet in hand, trailer included */
	u8 *pkt_copy; /* inbound: the private copy of the packet in hand */
	u32 pkt_copy_size;
	bool full; /* outbound: a send is being refused at present */
	u32 owed; /* outbound: bytes written since the host was to be told, when it is to be told later */
};

struct hv_ring_buffer_debug_info {
	u32 current_interrupt_mask;
	u32 current_read_index;
	u32 current_write_index;
	u32 pending_send_sz;
	u32 bytes_avail_toread;
	u32 bytes_avail_towrite;
};

/* 5.3: the numbers are those of the sysfs file `state`; OPEN is the state in which opening is allowed. */
enum vmbus_channel_state {
	CHANNEL_OFFER_STATE = 0,
	CHANNEL_OPENING_STATE = 1,
	CHANNEL_OPEN_STATE = 2,
	CHANNEL_OPENED_STATE = 3
};

/* How a channel's callback is run when the host signals. */
enum hv_callback_mode {
	HV_CALL_BATCHED, /* softirq, host's signals masked while the ring is drained */
	HV_CALL_DIRECT, /* softirq, not masked */
	HV_CALL_ISR /* in the interrupt itself: the driver only schedules its own poller (NAPI) */
};

/* A guest memory area the host may access. */
struct vmbus_gpadl {
	u32 gpadl_handle; /* 0: none */
	u32 size; /* bytes */
	void *buffer;
};

/* The part of the offer that drivers read. */
struct vmbus_channel_offer {
	guid_t if_type;
	guid_t if_instance;
	u16 chn_flags;
	u16 mmio_megabytes;
	u8 user_def[VMBUS_OFFER_USER_LEN];
	u16 sub_channel_index;
};

struct vmbus_channel_offer_channel {
	struct vmbus_channel_offer offer;
	u32 child_relid;
	u8 monitorid;
	u8 monitor_allocated;
	u16 is_dedicated_interrupt;
	u32 connection_id;
};

/*
 * struct vmbus_channel - one channel of the host.
 *
 * A primary channel belongs to a device; its subchannels hang off sc_list. The structure is reference counted: the
 * relid table and the embedded sysfs object hold references; drivers use it from probe to remove (primary) or from
 * the subchannel callback to vmbus_close() of the primary.
 */
struct vmbus_channel {
	struct list_head listentry; /* connection's list of channels, primaries and subchannels */
	struct hv_device *device_obj; /* of the primary, also set on its subchannels */
	struct vmbus_channel *primary_channel; /* NULL on a primary */
	struct list_head sc_list; /* primary: its subchannels */
	struct list_head sc_entry; /* subchannel: entry in the primary's sc_list */
	struct vmbus_channel_offer_channel offermsg;
	enum vmbus_channel_state state;
	bool rescind;

	/* ring */
	struct hv_ring_buffer_info outbound;
	struct hv_ring_buffer_info inbound;
	struct page *ringbuffer_page;
	void *ringbuffer_mem; /* the kernel's linear address of the block, header pages included */
	u32 ringbuffer_pagecount;
	u32 ringbuffer_send_offset; /* pages of the outbound ring */
	struct vmbus_gpadl ringbuffer_gpadlhandle;
	bool ringbuffer_lost; /* the host may have the rings without a GPADL we know of */
	u32 max_pkt_size;

	/* interrupt */
	void (*onchannel_callback)(void *context);
	void *channel_callback_context;
	enum hv_callback_mode callback_mode;
	struct kit_bh callback_event; /* runs the callback outside the interrupt */
	spinlock_t sched_lock; /* guards onchannel_callback against detaching */
	u32 target_cpu;
	u32 target_vp;
	bool low_latency; /* signal by hypercall even if a monitor is allocated */
	bool is_performance; /* spread over CPUs */

	/* requests in flight */
	spinlock_t rqstor_lock;
	struct request_table requestor;
	u32 rqstor_size; /* set by the driver before open; 0: no table */
	u64 (*next_request_id_callback)(struct vmbus_channel *channel, u64 rqst_addr);
	u64 (*request_addr_callback)(struct vmbus_channel *channel, u64 rqst_id);

	/* driver's hooks */
	void (*sc_creation_callback)(struct vmbus_channel *new_sc);
	void (*chn_rescind_callback)(struct vmbus_channel *channel);
	void *per_channel_state;

	/* life */
	struct work_struct add_work;
	struct work_struct rescind_work;
	struct completion added; /* add_work is over */
	bool add_over; /* the same, for those who do not wait */
	struct kobject kobj; /* channels/<relid> */
	bool kobj_added;
	atomic_t refs;
	struct rcu_head rcu;

	/* statistics */
	u64 interrupts;
	u64 sig_events;
	u64 out_full_total;
	u64 out_full_first;
	u64 intr_out_empty;
	u64 intr_in_full;
	u64 bad_packets; /* packets or ids of the host's that were refused */
};

struct hv_device {
	guid_t dev_type;
	guid_t dev_instance;
	u16 vendor_id;
	u16 device_id; /* Linux's number of the class, sysfs `device` */
	struct device device;
	char *driver_override;
	u64 dma_mask;
	struct vmbus_channel *channel;
	struct kset *channels_kset; /* the folder channels/ */
	struct dentry *debug_dir;
	int reset_pending;
};

/*
 * Kernels declare this with three different GUID types, or not at all; ours has one. Module aliases are written out
 * with MODULE_ALIAS("vmbus:" VMBUS_ALIAS_...), so no build tool reads it.
 */
#define hv_vmbus_device_id lis_hv_vmbus_device_id
struct hv_vmbus_device_id {
	guid_t guid;
	unsigned long driver_data;
};

struct hv_driver {
	const char *name;
	bool hvsock; /* takes every hvsock-flagged offer, and only those */
	bool leaving; /* the bus: it takes no device any more */
	const struct hv_vmbus_device_id *id_table; /* ends with an all-zero GUID */
	struct device_driver driver;
	struct {
		spinlock_t lock;
		struct list_head list;
	} dynids;
	int (*probe)(struct hv_device *dev, const struct hv_vmbus_device_id *id);
	void (*remove)(struct hv_device *dev);
	void (*shutdown)(struct hv_device *dev);
	int (*suspend)(struct hv_device *dev);
	int (*resume)(struct hv_device *dev);
};

#define drv_to_hv_drv(d) container_of(d, struct hv_driver, driver)
#define device_to_hv_device(d) container_of(d, struct hv_device, device)

static inline void hv_set_drvdata(struct hv_device *dev, void *data)
{
	dev_set_drvdata(&dev->device, data);
}

static inline void *hv_get_drvdata(struct hv_device *dev)
{
	return dev_get_drvdata(&dev->device);
}

static inline void set_channel_read_mode(struct vmbus_channel *c, enum hv_callback_mode mode)
{
	c->callback_mode = mode;
}

static inline void set_per_channel_state(struct vmbus_channel *c, void *state)
{
	c->per_channel_state = state;
}

static inline void *get_per_channel_state(struct vmbus_channel *c)
{
	return c->per_channel_state;
}

static inline bool is_hvsock_channel(const struct vmbus_channel *c)
{
	return c->offermsg.offer.chn_flags & VMBUS_OFFER_HVSOCK;
}

static inline bool is_sub_channel(const struct vmbus_channel *c)
{
	return c->offermsg.offer.sub_channel_index != 0;
}

/* One page of a page buffer (9.5). */
struct hv_page_buffer {
	u32 len;
	u32 offset;
	u64 pfn;
} __attribute__((packed));

/* One range of many pages, as it lies in the packet (9.5). */
struct hv_mpb_array {
	u32 len;
	u32 offset;
	u64 pfn_array[];
} __attribute__((packed));

/* A type 9 header with one range; the caller fills range and PFNs, vmbus_sendpacket_mpb_desc() the rest. */
struct vmbus_packet_mpb_array {
	u16 type;
	u16 dataoffset8;
	u16 length8;
	u16 flags;
	u64 transactionid;
	u32 reserved;
	u32 rangecount;
	struct hv_mpb_array range;
} __attribute__((packed));

/* bus.c */
int __vmbus_driver_register(struct hv_driver *driver, struct module *owner, const char *mod_name);
void vmbus_driver_unregister(struct hv_driver *driver);
void vmbus_device_unregister(struct hv_device *device);
#define vmbus_driver_register(driver) __vmbus_driver_register(driver, THIS_MODULE, KBUILD_MODNAME)

/* connection.c */
/* The protocol version of the connection, VMBUS_VERSION(major, minor); constant while a channel exists. */
extern u32 vmbus_proto_version;
int vmbus_send_tl_connect_request(const guid_t *guest_instance, const guid_t *host_service);
int vmbus_send_modifychannel(struct vmbus_channel *channel, u32 target_vp);
bool vmbus_hibernation_possible(void);

/* channel.c */
int vmbus_alloc_ring(struct vmbus_channel *channel, u32 send_size, u32 recv_size);
void vmbus_free_ring(struct vmbus_channel *channel);
int vmbus_connect_ring(struct vmbus_channel *channel, void (*callback)(void *context), void *context);
int vmbus_disconnect_ring(struct vmbus_channel *channel);
int vmbus_open(struct vmbus_channel *channel, u32 send_size, u32 recv_size, void *userdata, u32 userdatalen,
	       void (*callback)(void *context), void *context);
void vmbus_close(struct vmbus_channel *channel);
int vmbus_establish_gpadl(struct vmbus_channel *channel, void *kbuffer, u32 size, struct vmbus_gpadl *gpadl);
int vmbus_teardown_gpadl(struct vmbus_channel *channel, struct vmbus_gpadl *gpadl);
void vmbus_set_sc_create_callback(struct vmbus_channel *primary, void (*cb)(struct vmbus_channel *new_sc));
void vmbus_set_chn_rescind_callback(struct vmbus_channel *channel, void (*cb)(struct vmbus_channel *));
void vmbus_set_event(struct vmbus_channel *channel);

int vmbus_sendpacket(struct vmbus_channel *channel, void *buffer, u32 len, u64 requestid,
		     enum vmbus_packet_type type, u32 flags);
int vmbus_sendpacket_getid(struct vmbus_channel *channel, void *buffer, u32 len, u64 requestid, u64 *trans_id,
			   enum vmbus_packet_type type, u32 flags);
int vmbus_sendpacket_more(struct vmbus_channel *channel, void *buffer, u32 len, u64 requestid,
			  enum vmbus_packet_type type, u32 flags);
int vmbus_sendpacket_pagebuffer(struct vmbus_channel *channel, struct hv_page_buffer pagebuffers[], u32 count,
				void *buffer, u32 len, u64 requestid, bool more);
int vmbus_sendpacket_mpb_desc(struct vmbus_channel *channel, struct vmbus_packet_mpb_array *desc, u32 desc_size,
			      void *buffer, u32 len, u64 requestid, bool more);
void vmbus_kick(struct vmbus_channel *channel);
int vmbus_recvpacket(struct vmbus_channel *channel, void *buffer, u32 len, u32 *actual, u64 *requestid);
int vmbus_recvpacket_raw(struct vmbus_channel *channel, void *buffer, u32 len, u32 *actual, u64 *requestid);

void vmbus_take_requests(struct vmbus_channel *channel, struct request_table *taken);
void vmbus_free_requests(struct request_table *taken);
u64 vmbus_next_request_id(struct vmbus_channel *channel, u64 rqst_addr);
u64 vmbus_request_addr(struct vmbus_channel *channel, u64 trans_id);
u64 vmbus_request_addr_match(struct vmbus_channel *channel, u64 trans_id, u64 rqst_addr);

/* ring.c */
bool hv_pkt_peek(struct vmbus_channel *channel, struct ring_packet *pkt, const void **data);
void hv_pkt_consume(struct vmbus_channel *channel, const struct ring_packet *pkt);
struct vmpacket_descriptor *hv_pkt_iter_first(struct vmbus_channel *channel);
struct vmpacket_descriptor *hv_pkt_iter_next(struct vmbus_channel *channel, const struct vmpacket_descriptor *pkt);
void hv_pkt_iter_close(struct vmbus_channel *channel);
void hv_begin_read(struct hv_ring_buffer_info *inbound);
u32 hv_end_read(struct hv_ring_buffer_info *inbound);
u32 hv_get_bytes_to_read(const struct hv_ring_buffer_info *ring);
u32 hv_get_bytes_to_write(const struct hv_ring_buffer_info *ring);
void hv_set_pending_send_size(struct vmbus_channel *channel, u32 size);
int hv_ringbuffer_get_debuginfo(struct hv_ring_buffer_info *ring, struct hv_ring_buffer_debug_info *info);

#define foreach_vmbus_pkt(pkt, channel) \
	for (pkt = hv_pkt_iter_first(channel); pkt; pkt = hv_pkt_iter_next(channel, pkt))

/* Payload of a packet handed out by the iterator; its lengths were bounded there. */
static inline void *hv_pkt_data(const struct vmpacket_descriptor *pkt)
{
	return (u8 *)pkt + ((u32)pkt->offset8 << 3);
}

static inline u32 hv_pkt_datalen(const struct vmpacket_descriptor *pkt)
{
	return ((u32)pkt->len8 << 3) - ((u32)pkt->offset8 << 3);
}

/* mmio.c */
int vmbus_allocate_mmio(struct resource **new_res, struct hv_device *device, resource_size_t min,
			resource_size_t max, resource_size_t size, resource_size_t align, bool fb_overlap_ok);
void vmbus_free_mmio(resource_size_t start, resource_size_t size);

/* hypercall.c */
u64 vmbus_hypercall(u64 control, void *input, void *output);
u64 vmbus_hypercall_rep(u16 code, u16 reps, u16 varhead, void *input);
u64 vmbus_ext_capabilities(void);

#define HV_NIC_GUID GUID_INIT(0xf8615163, 0xdf3e, 0x46c5, 0x91, 0x3f, 0xf2, 0xd2, 0xf9, 0x65, 0xed, 0x0e)
#define HV_SCSI_GUID GUID_INIT(0xba6163d9, 0x04a1, 0x4d29, 0xb6, 0x05, 0x72, 0xe2, 0xff, 0xb1, 0xdc, 0x7f)
#define HV_IDE_GUID GUID_INIT(0x32412632, 0x86cb, 0x44a2, 0x9b, 0x5c, 0x50, 0xd1, 0x41, 0x73, 0x54, 0xf5)
#define HV_SYNTHFC_GUID GUID_INIT(0x2f9bcc4a, 0x0069, 0x4af3, 0xb7, 0x6b, 0x6f, 0xd0, 0xbe, 0x52, 0x8c, 0xda)
#define HV_ND_GUID GUID_INIT(0x8c2eaf3d, 0x32a7, 0x4b09, 0xab, 0x99, 0xbd, 0x1f, 0x1c, 0x86, 0xb5, 0x01)
#define HV_PCIE_GUID GUID_INIT(0x44c4f61d, 0x4444, 0x4400, 0x9d, 0x52, 0x80, 0x2e, 0x27, 0xed, 0xe1, 0x9f)
#define HV_SYNTHVID_GUID GUID_INIT(0xda0a7802, 0xe377, 0x4aac, 0x8e, 0x77, 0x05, 0x58, 0xeb, 0x10, 0x73, 0xf8)
#define HV_KBD_GUID GUID_INIT(0xf912ad6d, 0x2b17, 0x48ea, 0xbd, 0x65, 0xf9, 0x27, 0xa6, 0x1c, 0x76, 0x84)
#define HV_MOUSE_GUID GUID_INIT(0xcfa8b69e, 0x5b4a, 0x4cc0, 0xb9, 0x8b, 0x8b, 0xa1, 0xa1, 0xf3, 0xf9, 0x5a)
#define HV_DM_GUID GUID_INIT(0x525074dc, 0x8985, 0x46e2, 0x80, 0x57, 0xa3, 0x07, 0xdc, 0x18, 0xa5, 0x02)
#define HV_SHUTDOWN_GUID GUID_INIT(0x0e0b6031, 0x5213, 0x4934, 0x81, 0x8b, 0x38, 0xd9, 0x0c, 0xed, 0x39, 0xdb)
#define HV_TS_GUID GUID_INIT(0x9527e630, 0xd0ae, 0x497b, 0xad, 0xce, 0xe8, 0x0a, 0xb0, 0x17, 0x5c, 0xaf)
#define HV_HEART_BEAT_GUID GUID_INIT(0x57164f39, 0x9115, 0x4e78, 0xab, 0x55, 0x38, 0x2f, 0x3b, 0xd5, 0x42, 0x2d)
#define HV_KVP_GUID GUID_INIT(0xa9a0f4e7, 0x5a45, 0x4d96, 0xb8, 0x27, 0x8a, 0x84, 0x1e, 0x8c, 0x03, 0xe6)
#define HV_VSS_GUID GUID_INIT(0x35fa2e29, 0xea23, 0x4236, 0x96, 0xae, 0x3a, 0x6e, 0xba, 0xcb, 0xa4, 0x40)
#define HV_FCOPY_GUID GUID_INIT(0x34d14be3, 0xdee4, 0x41c8, 0x9a, 0xe7, 0x6b, 0x17, 0x49, 0x77, 0xc1, 0x92)

#endif

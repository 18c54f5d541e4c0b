/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VMBus server, as devices see it: offers, channels, packets, GPADLs (docs/wire/02-vmbus.md). Loop thread only.
 *
 * Life of a channel: vmb_offer() -> [guest opens: ops->open] -> traffic -> [guest closes, rescind, unload: ops->close] ->
 * may be opened again -> vmb_rescind() -> [guest releases the relid: ops->gone], after which the pointer is no more.
 */
#ifndef HOST_VMBUS_H
#define HOST_VMBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <jansson.h>
#include <wire/vmbus.h>

struct vmb_channel;
struct vmb_gpadl;

struct vmb_offer_spec {
	const char *name;	/* for traces and counters: "scsi", "net.2" */
	struct hvw_guid type;
	struct hvw_guid instance;
	uint16_t flags;		/* VMBUS_OFFER_* */
	uint16_t mmio_megabytes;
	uint16_t sub_index;	/* 0: primary. Else a subchannel of the offer with the same type and instance */
	bool monitored;		/* offered with a monitor id, when the host was started with monitor pages */
	uint8_t user[VMBUS_OFFER_USER_LEN];
	size_t max_packet;	/* largest packet the device expects from the guest; 0: 64 KiB */
};

struct vmb_ops {
	/* The guest opens. `user` is the 120 bytes of OPEN_CHANNEL. 0, or a non-zero status the guest is told. Sending is possible. */
	int (*open)(struct vmb_channel *ch, const uint8_t *user);
	/*
	 * There may be packets, or room in the ring after -EAGAIN. Called after open, too. Take packets with vmb_recv()
	 * until it says 0. To stop before that (too much in flight), return, and call vmb_poll() when ready for more.
	 */
	void (*ready)(struct vmb_channel *ch);
	/* Rings are going away: nothing may be sent any more, and all use of guest memory named by this channel must have
	 * ended on return (wait for workers). */
	void (*close)(struct vmb_channel *ch);
	/* A GPADL of this channel is being torn down: stop using it now. May be NULL. */
	void (*gpadl_gone)(struct vmb_channel *ch, uint32_t id);
	/* After vmb_rescind(): the guest has let go. `ch` is freed on return. May be NULL. */
	void (*gone)(struct vmb_channel *ch);
};

/*
 * Offers a channel to the guest: now if it is connected and asked for offers, else when it does. The instance of a live
 * primary must not repeat (NULL then, or when relids or memory are out). A new offer of an instance whose rescind the
 * guest has not yet answered is held back until it has (02 5.2).
 */
struct vmb_channel *vmb_offer(const struct vmb_offer_spec *spec, const struct vmb_ops *ops, void *priv);
/* Closes (ops->close) when open, sends RESCIND; ops->gone follows, at once when no guest knows of the channel. */
void vmb_rescind(struct vmb_channel *ch);

void *vmb_priv(const struct vmb_channel *ch);
const char *vmb_name(const struct vmb_channel *ch);
uint32_t vmb_relid(const struct vmb_channel *ch);
uint16_t vmb_sub_index(const struct vmb_channel *ch);
bool vmb_is_open(const struct vmb_channel *ch);
/* The version in force, VMBUS_VERSION(); 0 when no guest is connected. */
uint32_t vmb_version(void);

/* --- packets from the guest --------------------------------------------------------------------------------------------- */

/* Guest memory a packet names: checked against RAM, in order. */
struct vmb_sg {
	struct iovec *iov;
	unsigned int count;
	size_t bytes;
};

struct vmb_packet {
	uint16_t type;		/* VM_PKT_DATA_INBAND, _USING_GPA_DIRECT, VM_PKT_COMP ... */
	bool wants_completion;
	uint64_t trans_id;
	const uint8_t *data;	/* payload: a private copy, multiple of 8, valid until the next vmb_recv() */
	size_t len;
	struct vmb_sg sg;	/* GPA direct: all ranges one after the other; valid until the next vmb_recv() */
	unsigned int ranges;	/* GPA direct: how many ranges */
	const struct vmb_sg *range; /* each of them */
};

/*
 * 1: a packet; 0: none; -EPROTO: the ring or the packet is nonsense (counted and traced; the channel takes no more packets
 * until it is opened again). GPA ranges outside RAM are such nonsense.
 */
int vmb_recv(struct vmb_channel *ch, struct vmb_packet *p);
/* The device returned from ops->ready early and is ready for more: it is called again soon. */
void vmb_poll(struct vmb_channel *ch);
/* A copy of an sg list to keep; false when out of memory. */
bool vmb_sg_dup(struct vmb_sg *to, const struct vmb_sg *from);
void vmb_sg_free(struct vmb_sg *sg);
/* Copies at most len bytes from or to offset; returns how many there were. */
size_t vmb_sg_read(const struct vmb_sg *sg, size_t offset, void *buf, size_t len);
size_t vmb_sg_write(const struct vmb_sg *sg, size_t offset, const void *buf, size_t len);

/* Message pipe (02 9.6): the data behind the pipe header of an in-band packet. -EPROTO when header and packet disagree. */
int vmb_pipe_data(const struct vmb_packet *p, const uint8_t **data, size_t *len);

/* --- packets to the guest ------------------------------------------------------------------------------------------------- */

/*
 * All send functions: 0; -EAGAIN: no room, ops->ready is called when there is; -ENOTCONN: not open; -EMSGSIZE: larger than
 * the ring can ever hold. The guest is signalled only when the protocol demands it (02 9.7).
 */
int vmb_send(struct vmb_channel *ch, uint16_t type, bool want_completion, uint64_t trans_id, const struct iovec *iov,
	     unsigned int count);
int vmb_send_inband(struct vmb_channel *ch, uint64_t trans_id, bool want_completion, const void *data, size_t len);
int vmb_complete(struct vmb_channel *ch, uint64_t trans_id, const void *data, size_t len);
/* In-band with pipe header. */
int vmb_send_pipe(struct vmb_channel *ch, uint64_t trans_id, const void *data, size_t len);
#define VMB_XFER_MAX 562 /* 05 3 */
/* Type 7 (02 9.4); at most VMB_XFER_MAX ranges. */
int vmb_send_xfer(struct vmb_channel *ch, uint64_t trans_id, bool want_completion, uint16_t set_id,
		  const struct vmbus_xfer_range *ranges, unsigned int count, const void *data, size_t len);
/* Between these, the guest is signalled at most once, at the end. They nest. */
void vmb_batch_begin(struct vmb_channel *ch);
void vmb_batch_end(struct vmb_channel *ch);
/* Bytes a packet may still have now, descriptor and trailer included. */
size_t vmb_room(const struct vmb_channel *ch);

/* --- GPADLs --------------------------------------------------------------------------------------------------------------- */

/* One of this channel's complete GPADLs, or NULL. */
struct vmb_gpadl *vmb_gpadl(struct vmb_channel *ch, uint32_t id);
size_t vmb_gpadl_size(const struct vmb_gpadl *g);
/* false when [offset, offset+len) is not inside; nothing is copied then. */
bool vmb_gpadl_read(const struct vmb_gpadl *g, size_t offset, void *buf, size_t len);
bool vmb_gpadl_write(struct vmb_gpadl *g, size_t offset, const void *buf, size_t len);
/* Pieces of [offset, offset+len) as host memory; returns how many iov were filled, 0 when out of range or max too small. */
unsigned int vmb_gpadl_iov(struct vmb_gpadl *g, size_t offset, size_t len, struct iovec *iov, unsigned int max);

/* --- server ------------------------------------------------------------------------------------------------------------------- */

struct vmb_config {
	uint32_t version;	/* the newest the host speaks (--vmbus) */
	bool monitor_pages;
};

int vmb_start(const struct vmb_config *config);
void vmb_stop(void);
/* The machine was reset: everything the guest made is forgotten; offers stay. */
void vmb_machine_reset(void);

/*
 * A message of the guest by POST_MESSAGE (01 5.8). Any thread: it is queued to the loop thread (16 buffers, as the real
 * port has). Returns the hypercall's status: 0, 3, 0x12 unknown connection, 0x13 no buffers.
 */
uint16_t vmb_post_from_guest(uint32_t connection_id, uint32_t type, const void *payload, size_t len);
/* SIGNAL_EVENT that did not take the eventfd's way. Any thread. Status. */
uint16_t vmb_signal_from_guest(uint32_t connection_id, uint16_t flag);

/* hvsock: the guest asks for a connection. True: an offer with instance = endpoint follows; false: TL_CONNECT_RESULT is sent. */
typedef bool (*vmb_connect_fn)(const struct hvw_guid *endpoint, const struct hvw_guid *service);
void vmb_on_connect(vmb_connect_fn fn);

/*
 * Into `reply`: "bus", and "channels" with state and counters of each: packets, bytes, signals, interrupts, superfluous and
 * missing signals. What channels counted that are no more is in "bus", too.
 */
void vmb_counters_json(json_t *reply);

#endif

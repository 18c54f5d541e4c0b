/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this room share. Nothing outside tests/host/vmbus includes it, but its tests. */
#ifndef HOST_VMBUS_BUS_H
#define HOST_VMBUS_BUS_H

#include <core/log.h>
#include <core/loop.h>
#include <machine/machine.h>

#include "account.h"
#include "fault.h"
#include "ring.h"
#include "trace.h"
#include "vmbus.h"

#define BUS_SINT 2
#define BUS_MSG_MAX 240
#define BUS_POST_BUFFERS 16	/* 01 5.8 */
#define BUS_CONN_MESSAGE_5_0 0x21 /* told in VERSION_RESPONSE from 5.0 on: opaque to a guest, so not one of the fixed ids */
#define BUS_STATUS_FAILED 0x8000FFFFU
#define BUS_STATUS_REFUSED 0xC0000236U

#define HV_STATUS_SUCCESS 0
#define HV_STATUS_INVALID_INPUT 3
#define HV_STATUS_NO_MEMORY 0x0B
#define HV_STATUS_INVALID_PORT 0x11
#define HV_STATUS_NO_CONNECTION 0x12
#define HV_STATUS_NO_BUFFERS 0x13

/* --- GPADLs (02 6) ---------------------------------------------------------------------------------------------------- */

struct gpadl_range {
	size_t start;		/* where the range begins in the GPADL's bytes */
	uint32_t bytes;
	uint32_t offset;	/* in the first page */
	uint32_t pages;
	uint8_t **page;		/* inside vmb_gpadl.page */
};

struct vmb_gpadl {
	struct vmb_gpadl *next;	/* in its hash chain */
	struct vmb_channel *ch;
	uint32_t id;
	bool complete;
	bool dead;		/* the channel was revoked: kept for the guest's teardown only */
	/* while bodies are missing */
	uint8_t *stream;
	uint32_t stream_len, stream_have;
	uint16_t range_count;
	/* complete */
	struct gpadl_range *range;
	uint8_t **page;
	uint32_t pages;
	size_t bytes;
};

/* --- channels (02 5.2) ------------------------------------------------------------------------------------------------ */

enum channel_state {
	CH_HIDDEN,	/* no guest knows of it */
	CH_OFFERED,
	CH_OPEN,
	CH_REVOKED,	/* RESCIND sent; the guest still has the relid */
};

struct channel_counts {
	uint64_t packets_in, packets_out, bytes_in, bytes_out;
	uint64_t signals;	/* from the guest */
	uint64_t interrupts;	/* to the guest */
	uint64_t superfluous, missed_data, missed_room; /* account.h */
	uint64_t opens, blocked, nonsense;
};

struct vmb_channel {
	struct vmb_channel *next;
	struct vmb_offer_spec spec; /* spec.name is ours */
	const struct vmb_ops *ops;
	void *priv;
	enum channel_state state;
	bool released;		/* the guest gave the relid back while the device is there: offered at the next contact */
	bool leaving;		/* vmb_rescind() was called: gone after the guest's release */
	bool pulled;		/* taken away by the bus (fault, control socket), the device stays */
	bool offer_again;	/* pulled, and to be offered again when the guest has released it */
	uint32_t relid;		/* 0: none */
	uint32_t connection_id;
	int monitor_id;		/* -1: none */

	/* as opened */
	uint32_t target_vp, event_flag, sint;
	bool reserved_open;	/* by OPEN_RESERVED_CHANNEL */
	struct vmb_gpadl *ring_gpadl;
	int signal_fd;		/* -1: not bound */
	uint32_t bound_connection;
	uint64_t epoch;		/* counts opens */
	bool broken;		/* the guest wrote nonsense into a ring */
	bool drained;		/* vmb_recv() said 0 last */
	bool serving, queued, want_poll, pull_due;
	bool guest_pending_feature; /* the guest knows pending_send_sz: it signals room */
	unsigned int batch;
	bool signal_due;	/* the guest is to be interrupted at the end of the batch */
	struct ring_in in;
	struct ring_out out;
	struct account account;
	struct vmb_channel *run_next;
	struct loop_timer retry; /* room for a guest that does not tell; end of a stall; an interrupt put off */
	bool stalled, irq_late;

	/* the packet vmb_recv() gave out last; kept over opens */
	uint8_t *packet;
	size_t packet_size;
	struct iovec *iov;
	size_t iov_size;
	struct vmb_sg *range;
	size_t range_size;
	/* a packet the fault mode keeps back */
	uint8_t *late;
	size_t late_len;

	struct channel_counts count;
};

/* --- the bus ------------------------------------------------------------------------------------------------------------ */

struct bus_counts {
	uint64_t messages_in, messages_out, refused, errors, contacts, unloads;
	struct channel_counts gone; /* of channels that are no more */
};

struct bus {
	struct vmb_config config;
	bool started;
	uint32_t version;	/* 0: no guest connected */
	uint32_t features;	/* agreed, from 6.0 */
	bool offers_asked;
	bool paused;		/* PAUSE of 6.0: messages wait */
	struct held_message *held, **held_end;
	uint32_t msg_vp;
	unsigned int msg_sint;
	uint64_t interrupt_page, monitor_page[2];
	struct vmb_channel *first;
	struct vmb_channel *by_relid[VMBUS_RELID_MAX + 1];
	unsigned int channels;
	struct vmb_channel *dead; /* gone, memory freed when nobody can stand on it any more */
	struct vmb_channel *run, **run_end;
	bool run_posted, reap_posted;
	struct vmb_gpadl *gpadl[256];
	size_t gpadl_bytes, gpadl_memory;
	unsigned int gpadls;
	int shared_fd;		/* 0.13: the one event connection; -1: not bound */
	vmb_connect_fn connect;
	struct loop_timer audit;
	struct bus_counts count;
};

extern struct bus bus;

/* server.c */
struct held_message {
	struct held_message *next;
	uint32_t len;
	uint8_t bytes[BUS_MSG_MAX];
};
void bus_message(const void *msg, size_t len, struct vmb_channel *ch);
/* As bus_message(), but to a given place, while no connection says where. */
void bus_message_to(uint32_t vp, unsigned int sint, const void *msg, size_t len);
/* Past the fault mode. */
void bus_message_raw(const void *msg, size_t len, struct vmb_channel *ch);
void bus_flush_held(void);
void bus_drop_held(void);
/* A guest's mistake: counted, traced, logged at debug level. */
void bus_error(const struct vmb_channel *ch, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void bus_dispatch(uint32_t connection_id, const uint8_t *msg, size_t len);

/* connection.c */
void connection_initiate(const uint8_t *msg, size_t len);
void connection_request_offers(void);
void connection_unload(void);
void connection_modify(const uint8_t *msg, size_t len);
void connection_pause(void);
void connection_resume(void);
void connection_tl_connect(const uint8_t *msg, size_t len);
/* The guest is gone: all channels closed, all GPADLs dropped, all relids free. */
void connection_reset(void);
bool connection_feature(uint32_t flag);

/* offer.c */
struct vmb_channel *offer_by_relid(uint32_t relid);
void offer_if_possible(struct vmb_channel *ch);
void offer_all(void);
void offer_revoke(struct vmb_channel *ch);
void offer_released(const uint8_t *msg);
/* Everything a guest knows is forgotten; channels that were leaving are gone. */
void offer_forget_all(void);
/* Takes the channel away from the guest without its device, and offers it again after the release, if asked to. */
void offer_pull(struct vmb_channel *ch, bool again);
void offer_reap(void);

/* channel.c */
void channel_init(struct vmb_channel *ch);
void channel_open(const uint8_t *msg, size_t len);
void channel_open_reserved(const uint8_t *msg);
void channel_close_reserved(const uint8_t *msg);
void channel_close_message(const uint8_t *msg);
void channel_modify(const uint8_t *msg);
void channel_close(struct vmb_channel *ch);
void channel_queue(struct vmb_channel *ch);
void channel_signalled(struct vmb_channel *ch, uint64_t times);
void channel_interrupt(struct vmb_channel *ch);
/* At once, batch or not. */
void channel_raise(struct vmb_channel *ch);
void channel_audit_start(void);
void channel_unqueue(struct vmb_channel *ch);
/* The guest wrote nonsense: no packet is taken or sent until the channel is opened again. */
void channel_broken(struct vmb_channel *ch, const char *what);
/* The guest does not tell when there is room, or the fault mode put something off. */
void channel_retry_in(struct vmb_channel *ch, uint64_t ns);
void channel_free_buffers(struct vmb_channel *ch);
void channel_service(struct vmb_channel *ch);
const char *channel_state_name(const struct vmb_channel *ch);

/* packet.c */
/* Lets the guest write where we have read. */
void packet_commit(struct vmb_channel *ch);
/* Shows the guest what was put into its ring. */
void packet_publish(struct vmb_channel *ch);
/* Writes one packet; head has a length that is a multiple of 8. Errors as vmb_send(). */
int packet_put(struct vmb_channel *ch, struct vmpacket_descriptor *d, const struct iovec *head, const struct iovec *iov,
	       unsigned int count);
/* The same from its bytes, which are taken as they are. */
int packet_put_flat(struct vmb_channel *ch, const uint8_t *bytes, uint32_t len);

/* faulty.c: what the fault mode makes of messages, packets and indices */
void fault_message(const void *msg, size_t len, struct vmb_channel *ch);
int fault_packet(struct vmb_channel *ch, struct vmpacket_descriptor *d, const struct iovec *head, const struct iovec *iov,
		 unsigned int count);
void fault_index(const struct ring *r, uint32_t *index);
/* Packets and messages kept back. */
void fault_flush_late(struct vmb_channel *ch);
void fault_send_messages(void);
void fault_drop_messages(void);

/* gpadl.c */
void gpadl_header(const uint8_t *msg, size_t len);
void gpadl_body(const uint8_t *msg, size_t len);
void gpadl_teardown(const uint8_t *msg);
struct vmb_gpadl *gpadl_find(uint32_t id);
/* Of one channel, or of all when ch is NULL. The device was told, or has closed. */
void gpadl_drop(struct vmb_channel *ch);
void gpadl_mark_dead(struct vmb_channel *ch);

/* monitor.c */
void monitor_start(void);
void monitor_stop(void);
int monitor_id_alloc(struct vmb_channel *ch);
void monitor_id_free(struct vmb_channel *ch);
void monitor_connected(void);
void monitor_reset(void);

/* verbs.c */
void verbs_register(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The storage controllers: SCSI, IDE, Fibre Channel (docs/wire/04). What their files share: storage.c makes devices,
 * storage_channel.c moves packets, storage_protocol.c negotiates, storage_exec.c executes SRBs, storage_unit.c keeps the
 * list of units, storage_verbs.c obeys the control socket. Loop thread only.
 */
#ifndef HOST_STORAGE_H
#define HOST_STORAGE_H

#include "core/device.h"
#include "core/loop.h"
#include "scsi_unit.h"
#include "storage_inject.h"
#include "storage_pool.h"
#include "storage_spec.h"
#include "vmbus/vmbus.h"
#include "vstor.h"

enum storage_kind { STORAGE_SCSI, STORAGE_IDE, STORAGE_FC };

/* 4: what the guest has to say next. */
enum storage_state { WAIT_BEGIN, WAIT_VERSION, WAIT_PROPERTIES, WAIT_END, STORAGE_READY };

/* Requests taken from a ring and not yet answered; the guest's ring bounds it in practice. */
#define STORAGE_IN_FLIGHT 512

struct storage;

/* A channel of a controller. Lives until the guest has let go of it, which may be after the controller. */
struct stor_chan {
	struct storage *s; /* NULL: the controller is gone */
	struct vmb_channel *ch;
	struct pool_owner owner;
	unsigned int in_flight;
	bool primary, open;
	bool dead; /* the guest broke the protocol: no more packets are taken until it opens the channel again */
	bool more; /* packets were left in the ring */
	bool in_bundle; /* answers are being sent under one signal */
	struct stor_chan *bundle_next;
	struct stor_req *held; /* delayed on purpose */
	struct stor_req *unsent, **unsent_last; /* answers the ring has no room for */
	struct stor_chan *next;
};

struct stor_req {
	struct pool_job job;
	struct stor_chan *c;
	uint64_t trans_id;
	struct vstor_request v;
	struct vstor_packet answer;
	size_t answer_len;
	struct scsi_task task;
	struct scsi_unit *unit; /* a reference, or NULL */
	struct vmb_sg sg;
	uint8_t srb_status; /* not 0: this, whatever the task says */
	uint64_t start_ns;
	struct loop_timer timer;
	struct stor_req *next; /* held or unsent */
};

struct storage_counters {
	uint64_t packets, malformed, srbs, invalid, resets, injected, announced, no_room;
};

struct storage {
	struct device *d;
	enum storage_kind kind;
	uint16_t newest; /* proto=; 0: what a host of the VMBus version in force speaks */
	uint16_t version; /* negotiated; 0: not yet */
	enum storage_state state;
	uint32_t max_transfer;
	uint16_t max_subs;
	uint8_t ide_channel, ide_drive;
	struct vstor_fc_wwn wwn;
	struct stor_chan *primary, *subs;
	struct loop_timer subs_leave; /* the primary was closed: its subchannels go */
	struct scsi_unit *units;
	struct inject_rule *rules;
	unsigned int rule_ids;
	bool resets_end_nothing; /* RESET_* is answered, and that is all */
	uint32_t announce; /* bit n: operation n is to be sent unsolicited */
	struct vstor_event event;
	struct storage_counters count;
};

/* storage_channel.c */
/* NULL when it cannot be offered. sub 0: the primary. */
struct stor_chan *storage_offer(struct storage *s, uint16_t sub);
void storage_rescind_subs(struct storage *s);
void storage_rescind_all(struct storage *s);
/* Sends r->answer; r and its place in the channel are free afterwards, or when there is room in the ring. */
void storage_answer(struct stor_req *r);
/* Operation `op` is sent unsolicited on the primary as soon as it may be (7). */
void storage_announce(struct storage *s, enum vstor_operation op);
/* Channels that waited for the controller to be ready are looked at again. */
void storage_poll_all(struct storage *s);
void storage_bundles_end(void);

/* storage_protocol.c: everything but EXECUTE_SRB; answers r. */
void storage_protocol(struct stor_req *r);

/* storage_exec.c */
void storage_execute(struct stor_req *r, const struct vmb_packet *p);
/* Held requests of this unit, or of all when NULL, end with SRB_STATUS_BUS_RESET. */
void storage_flush_held(struct storage *s, const struct scsi_unit *u);
/* Everything of the channel ends, and nothing is sent any more. */
void storage_abandon(struct stor_chan *c);
void storage_req_free(struct stor_req *r);

/* storage_unit.c */
struct scsi_unit *storage_find(struct storage *s, uint8_t path, uint8_t target, uint8_t lun);
/* 0, or -errno with a sentence in why: bad text, no file, address taken. */
int storage_add(struct storage *s, enum disk_kind kind, const char *text, char *why, size_t why_len);
void storage_unit_remove(struct storage *s, struct scsi_unit *u);
void storage_unit_put(struct scsi_unit *u);
/* LUN numbers of one target, ascending; returns how many. */
unsigned int storage_luns(const struct storage *s, uint8_t path, uint8_t target, uint8_t luns[256]);
/* The unit's disk is another one, or none. */
void storage_unit_set_disk(struct scsi_unit *u, struct disk *disk);

/* storage_verbs.c */
extern const struct device_verb storage_verbs[];
void storage_counters_json(struct device *d, json_t *out);

#endif

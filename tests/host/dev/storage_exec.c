// SPDX-License-Identifier: GPL-2.0-only
/* EXECUTE_SRB: from packet to unit to answer (docs/wire/04 5, 6). */
#include <stdlib.h>
#include <string.h>

#include "scsi.h"
#include "storage.h"

static struct stor_req *req_of_job(struct pool_job *job)
{
	return (struct stor_req *)((char *)job - offsetof(struct stor_req, job));
}

void storage_req_free(struct stor_req *r)
{
	r->c->in_flight--;
	scsi_task_end(&r->task);
	if (r->unit)
		storage_unit_put(r->unit);
	vmb_sg_free(&r->sg);
	loop_timer_cancel(&r->timer);
	free(r);
}

/* --- the answer ----------------------------------------------------------------------------------------------------- */

/* 5.4: the SRB status that goes with how the command ended; overrun of a short tape record, too (10a). */
static uint8_t srb_status_of(const struct scsi_task *t)
{
	if (t->status == SCSI_GOOD)
		return t->underrun ? SRB_STATUS_DATA_OVERRUN : SRB_STATUS_SUCCESS;
	if (t->status == SCSI_BUSY)
		return SRB_STATUS_BUSY;
	return t->sense && SENSE_KEY(t->sense) == 0x05 ? SRB_STATUS_INVALID_REQUEST : SRB_STATUS_ERROR;
}

/* Sense data takes the place of the CDB, as far as the guest has room for it. */
static void put_sense(struct stor_req *r, struct vstor_srb *srb)
{
	uint8_t sense[SCSI_SENSE_LEN];
	size_t room = r->v.packet.u.srb.sense_len;

	srb->sense_len = 0;
	if (r->task.status != SCSI_CHECK_CONDITION || !(r->task.sense || r->task.sense_flags) ||
	    (srb->srb_flags & SRB_FLAG_DISABLE_AUTOSENSE))
		return;
	scsi_sense_fill(sense, r->task.sense, r->task.info);
	sense[2] |= r->task.sense_flags;
	if (room > sizeof(sense))
		room = sizeof(sense);
	if (!room)
		return;
	memset(srb->u.sense, 0, sizeof(srb->u.sense));
	memcpy(srb->u.sense, sense, room);
	srb->sense_len = (uint8_t)room;
	srb->srb_status |= SRB_STATUS_AUTOSENSE_VALID;
}

static void count_end(struct stor_req *r)
{
	uint64_t ns = loop_now_ns() - r->start_ns;
	struct scsi_unit_counters *n;

	if (r->answer.u.srb.srb_status != SRB_STATUS_SUCCESS)
		r->c->s->count.invalid += !r->unit;
	if (!r->unit)
		return;
	n = &r->unit->count;
	n->errors += r->answer.u.srb.srb_status != SRB_STATUS_SUCCESS && !r->task.underrun;
	n->reads += r->task.c.kind == SCSI_KIND_READ;
	n->writes += r->task.c.kind == SCSI_KIND_WRITE;
	n->flushes += r->task.c.kind == SCSI_KIND_SYNC;
	n->unmaps += r->task.c.opcode == SCSI_UNMAP;
	n->others += r->task.c.kind == SCSI_KIND_OTHER && r->task.c.opcode != SCSI_UNMAP;
	n->read_bytes += r->task.c.kind == SCSI_KIND_READ ? r->task.moved : 0;
	n->written_bytes += r->task.c.kind == SCSI_KIND_WRITE ? r->task.moved : 0;
	n->latency_ns += ns;
	if (ns > n->latency_max_ns)
		n->latency_max_ns = ns;
}

static void end(struct stor_req *r)
{
	struct vstor_srb *srb = &r->answer.u.srb;

	if (!r->c->s || !r->c->open) {
		storage_req_free(r);
		return;
	}
	r->answer_len = vstor_answer(&r->v, 0, &r->answer);
	srb->srb_status = r->srb_status ? r->srb_status : srb_status_of(&r->task);
	srb->scsi_status = r->task.status;
	srb->transfer_len = r->task.moved;
	put_sense(r, srb);
	r->answer.status = vstor_ntstatus(srb->srb_status);
	count_end(r);
	storage_answer(r);
}

/* The request ends with this SRB status, and nothing was moved. */
static void end_with(struct stor_req *r, uint8_t srb_status, uint8_t scsi_status)
{
	r->srb_status = srb_status;
	r->task.status = scsi_status;
	r->task.moved = 0;
	end(r);
}

/* --- the command ---------------------------------------------------------------------------------------------------- */

static void job_work(struct pool_job *job)
{
	scsi_task_work(&req_of_job(job)->task);
}

static void job_done(struct pool_job *job)
{
	end(req_of_job(job));
}

static void run(struct stor_req *r)
{
	if (!scsi_unit_start(r->unit, &r->task)) {
		end(r);
		return;
	}
	r->job.work = job_work;
	r->job.done = job_done;
	r->job.owner = &r->c->owner;
	pool_submit(&r->job);
}

static void unhold(struct stor_req *r)
{
	for (struct stor_req **at = &r->c->held; *at; at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			break;
		}
	loop_timer_cancel(&r->timer);
}

static void delay_over(void *arg)
{
	struct stor_req *r = arg;

	unhold(r);
	if (r->srb_status)
		end(r);
	else if (r->unit->removed)
		end_with(r, SRB_STATUS_INVALID_LUN, SCSI_CHECK_CONDITION);
	else
		run(r);
	storage_bundles_end();
}

static void hold(struct stor_req *r, uint64_t ns)
{
	r->next = r->c->held;
	r->c->held = r;
	loop_timer_set(&r->timer, ns);
}

/* The outcome a rule wants, kept in the request until it ends. */
static void apply(struct stor_req *r, const struct inject_rule *rule)
{
	r->task.status = rule->status;
	r->task.sense = rule->sense;
	r->task.info = r->task.c.kind == SCSI_KIND_OTHER ? ~0ULL : r->task.c.lba;
	if (rule->by_lba && rule->lba > r->task.c.lba)
		r->task.info = rule->lba;
	r->srb_status = rule->srb ? rule->srb : srb_status_of(&r->task);
}

static void run_or_inject(struct stor_req *r)
{
	const struct inject_rule *rule = NULL;

	if (r->c->s->rules && !scsi_cdb_parse(r->task.cdb, r->task.cdb_len, &r->task.c))
		rule = inject_match(r->c->s->rules, r->unit->path, r->unit->target, r->unit->lun, &r->task.c);
	if (!rule) {
		run(r);
		return;
	}
	r->c->s->count.injected++;
	if (rule->fails)
		apply(r, rule);
	if (rule->delay_ns)
		hold(r, rule->delay_ns);
	else if (rule->fails)
		end(r);
	else
		run(r);
}

/* REPORT LUNS is the controller's to answer, also where LUN 0 is absent (6). */
static void report_luns(struct stor_req *r)
{
	const struct vstor_srb *srb = &r->v.packet.u.srb;
	uint8_t data[8 + 8 * 256], luns[256];
	unsigned int count;

	r->task.status = SCSI_GOOD;
	if (scsi_cdb_parse(r->task.cdb, r->task.cdb_len, &r->task.c) || r->task.c.byte[2] > 2) {
		scsi_task_fail(&r->task, SENSE_INVALID_FIELD_CDB, ~0ULL);
	} else {
		/* SELECT REPORT 1: well known units only, of which there are none. */
		count = r->task.c.byte[2] == 1 ? 0 : storage_luns(r->c->s, srb->path, srb->target, luns);
		scsi_task_reply(&r->task, data, scsi_data_luns(luns, count, data, sizeof(data)), r->task.c.alloc);
	}
	end(r);
}

static void absent(struct stor_req *r)
{
	uint8_t data[SCSI_DATA_MAX];

	if (r->task.cdb[0] != SCSI_INQUIRY || scsi_cdb_parse(r->task.cdb, r->task.cdb_len, &r->task.c)) {
		end_with(r, SRB_STATUS_INVALID_LUN, SCSI_CHECK_CONDITION);
		return;
	}
	r->task.status = SCSI_GOOD;
	if (r->task.c.byte[1] & 0x01)
		scsi_task_fail(&r->task, SENSE_INVALID_FIELD_CDB, ~0ULL);
	else
		scsi_task_reply(&r->task, data, scsi_data_inquiry_absent(data), r->task.c.alloc);
	end(r);
}

static bool take_buffer(struct stor_req *r, const struct vmb_packet *p)
{
	const struct vstor_srb *srb = &r->v.packet.u.srb;

	memcpy(r->task.cdb, srb->u.cdb, sizeof(r->task.cdb));
	r->task.cdb_len = srb->cdb_len;
	r->task.info = ~0ULL;
	/* 2.1: hosts take every value but 0 for device to guest. */
	r->task.direction = srb->data_in == VSTOR_DATA_OUT ? SCSI_OUT : SCSI_IN;
	r->task.bytes = srb->transfer_len;
	if (!srb->transfer_len)
		return true;
	if (!vmb_sg_dup(&r->sg, &p->sg))
		return false;
	r->task.iov = r->sg.iov;
	r->task.iov_count = r->sg.count;
	return iov_trim(r->task.iov, &r->task.iov_count, r->task.bytes);
}

static void find_and_run(struct stor_req *r)
{
	const struct vstor_srb *srb = &r->v.packet.u.srb;
	struct scsi_unit *u = storage_find(r->c->s, srb->path, srb->target, srb->lun);

	if (r->task.cdb[0] == SCSI_REPORT_LUNS && (u || srb->lun == 0)) {
		report_luns(r);
	} else if (!u) {
		absent(r);
	} else {
		u->refs++;
		r->unit = u;
		/* 6: hosts before 2016 claim less than they can do. */
		u->id.spc = r->c->s->version < VSTOR_VERSION_6_2 ? 4 : 5;
		run_or_inject(r);
	}
}

void storage_execute(struct stor_req *r, const struct vmb_packet *p)
{
	struct storage *s = r->c->s;
	uint8_t bad;

	loop_timer_init(&r->timer, delay_over, r);
	r->start_ns = loop_now_ns();
	if (s->state != STORAGE_READY) {
		r->answer_len = vstor_answer(&r->v, VSTOR_STATUS_INVALID_DEVICE_STATE, &r->answer);
		storage_answer(r);
		return;
	}
	s->count.srbs++;
	bad = p->ranges > 1 ? SRB_STATUS_INVALID_REQUEST : vstor_srb_check(&r->v.packet.u.srb, p->sg.bytes, s->max_transfer);
	if (bad)
		end_with(r, bad, SCSI_GOOD);
	else if (!take_buffer(r, p))
		end_with(r, SRB_STATUS_INTERNAL_ERROR, SCSI_GOOD);
	else
		find_and_run(r);
}

/* --- endings -------------------------------------------------------------------------------------------------------- */

static void flush_channel(struct stor_chan *c, const struct scsi_unit *u)
{
	struct stor_req *r = c->held, *next;

	for (; r; r = next) {
		next = r->next;
		if (u && r->unit != u)
			continue;
		unhold(r);
		r->task.sense = SENSE_NONE;
		end_with(r, SRB_STATUS_BUS_RESET, SCSI_GOOD);
	}
}

void storage_flush_held(struct storage *s, const struct scsi_unit *u)
{
	if (s->primary)
		flush_channel(s->primary, u);
	for (struct stor_chan *c = s->subs; c; c = c->next)
		flush_channel(c, u);
}

void storage_abandon(struct stor_chan *c)
{
	struct stor_req *r;

	while ((r = c->held) != NULL) {
		unhold(r);
		storage_req_free(r);
	}
	pool_drain(&c->owner);
	while ((r = c->unsent) != NULL) {
		c->unsent = r->next;
		storage_req_free(r);
	}
	c->unsent_last = &c->unsent;
}

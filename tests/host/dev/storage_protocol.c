// SPDX-License-Identifier: GPL-2.0-only
/* Negotiation and resets (docs/wire/04 4, 8). Every request is answered; what is out of order, with a status. */
#include "ctl/ctl.h"
#include "storage.h"

static uint32_t begin(struct storage *s)
{
	if (s->state != WAIT_BEGIN)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	s->state = WAIT_VERSION;
	return VSTOR_STATUS_SUCCESS;
}

static uint32_t query_version(struct storage *s, const struct vstor_request *v)
{
	uint16_t newest = s->newest ? s->newest : vstor_version_of_host(vmb_version());

	if (s->state != WAIT_VERSION)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	if (!vstor_version_known(v->packet.u.version.version, newest))
		return VSTOR_STATUS_REVISION_MISMATCH;
	s->version = v->packet.u.version.version;
	s->state = WAIT_PROPERTIES;
	return VSTOR_STATUS_SUCCESS;
}

static uint32_t query_properties(struct storage *s, struct vstor_packet *answer)
{
	struct vstor_properties p = { .max_transfer = s->max_transfer };

	if (s->state != WAIT_PROPERTIES)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	if (s->version >= VSTOR_VERSION_5_1 && s->max_subs) {
		p.max_sub_channels = s->max_subs;
		p.flags = VSTOR_PROP_MULTI_CHANNEL;
	}
	answer->u.properties = p;
	s->state = WAIT_END;
	return VSTOR_STATUS_SUCCESS;
}

static uint32_t fc_data(struct storage *s, struct vstor_packet *answer)
{
	if (s->kind != STORAGE_FC)
		return VSTOR_STATUS_INVALID_DEVICE_REQUEST;
	if (s->state < WAIT_END)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	answer->u.wwn = s->wwn;
	return VSTOR_STATUS_SUCCESS;
}

static const char *const kind_name[] = { "scsi", "ide", "fc" };

static uint32_t end(struct storage *s)
{
	if (s->state != WAIT_END)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	s->state = STORAGE_READY;
	ctl_event("storage-ready", s->d->name, json_pack("{s:s, s:i, s:i}", "kind", kind_name[s->kind],
							 "major", s->version >> 8, "minor", s->version & 0xFF));
	storage_poll_all(s);
	return VSTOR_STATUS_SUCCESS;
}

static bool has_sub(const struct storage *s, uint16_t index)
{
	for (const struct stor_chan *c = s->subs; c; c = c->next)
		if (vmb_sub_index(c->ch) == index)
			return true;
	return false;
}

static uint32_t check_subs(const struct stor_chan *c, uint16_t count)
{
	const struct storage *s = c->s;

	if (!c->primary || s->state < WAIT_END || s->version < VSTOR_VERSION_5_1)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	return count > s->max_subs ? VSTOR_STATUS_INVALID_PARAMETER : VSTOR_STATUS_SUCCESS;
}

/* Those of an earlier life of the primary go before new ones come. */
static void create_subs(struct storage *s, uint16_t count)
{
	if (loop_timer_is_set(&s->subs_leave))
		storage_rescind_subs(s);
	for (uint16_t i = 1; i <= count; i++)
		if (!has_sub(s, i))
			storage_offer(s, i);
}

static uint32_t reset(struct storage *s, const struct vstor_request *v)
{
	const struct vstor_srb *srb = &v->packet.u.srb;
	struct scsi_unit *u = NULL;

	if (s->state != STORAGE_READY)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	s->count.resets++;
	if (v->operation == VSTOR_RESET_LUN) {
		u = storage_find(s, srb->path, srb->target, srb->lun);
		if (!u)
			return VSTOR_STATUS_DEVICE_DOES_NOT_EXIST;
	}
	if (!s->resets_end_nothing)
		storage_flush_held(s, u);
	ctl_event("storage-reset", s->d->name, json_pack("{s:i}", "operation", (int)v->operation));
	return VSTOR_STATUS_SUCCESS;
}

static uint32_t serve(struct stor_chan *c, const struct vstor_request *v, struct vstor_packet *answer)
{
	switch (v->operation) {
	case VSTOR_CREATE_SUB_CHANNELS:
		return check_subs(c, v->packet.u.sub_channels);
	case VSTOR_RESET_LUN:
	case VSTOR_RESET_ADAPTER:
	case VSTOR_RESET_BUS:
		return reset(c->s, v);
	}
	if (!c->primary)
		return VSTOR_STATUS_INVALID_DEVICE_STATE;
	switch (v->operation) {
	case VSTOR_BEGIN_INITIALIZATION:
		return begin(c->s);
	case VSTOR_QUERY_PROTOCOL_VERSION:
		return query_version(c->s, v);
	case VSTOR_QUERY_PROPERTIES:
		return query_properties(c->s, answer);
	case VSTOR_FCHBA_DATA:
		return fc_data(c->s, answer);
	case VSTOR_END_INITIALIZATION:
		return end(c->s);
	default:
		return VSTOR_STATUS_INVALID_DEVICE_REQUEST;
	}
}

void storage_protocol(struct stor_req *r)
{
	struct storage *s = r->c->s;
	uint32_t operation = r->v.operation;
	uint16_t subs = r->v.packet.u.sub_channels;

	r->answer_len = vstor_answer(&r->v, 0, &r->answer);
	r->answer.status = serve(r->c, &r->v, &r->answer);
	if (operation == VSTOR_QUERY_PROTOCOL_VERSION)
		r->answer.u.version.revision = 0;
	subs = operation == VSTOR_CREATE_SUB_CHANNELS && !r->answer.status ? subs : 0;
	storage_answer(r);
	create_subs(s, subs);
	/* What was to be told waits for the answer to END_INITIALIZATION. */
	if (operation == VSTOR_END_INITIALIZATION && s->announce)
		storage_announce(s, __builtin_ctz(s->announce));
}

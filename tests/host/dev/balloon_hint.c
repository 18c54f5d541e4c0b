// SPDX-License-Identifier: GPL-2.0-only
/*
 * Free page reporting (docs/wire/06-balloon.md 11, 01 5.8): the guest tells by hypercall which pages it does not use; their
 * memory goes back to our kernel. The hypercalls run on vCPU threads under the big lock.
 */
#include <errno.h>
#include <string.h>
#include <wire/hypervisor.h>

#include "ctl/ctl.h"
#include "dev/balloon.h"
#include "dev/dm_parse.h"
#include "machine/machine.h"

#define CALL_EXT_CAPABILITIES 0x8001
#define CALL_MEMORY_HINT 0x8003
/* 5.8: heat hint as published, bit 8 as Linux tests it */
#define EXT_CAPABILITIES (1ULL << 1 | 1ULL << 8)
#define REPS(control) ((unsigned int)((control) >> 32) & 0xFFF)
#define REP_START(control) ((unsigned int)((control) >> 48) & 0xFFF)

enum { STATUS_OK = 0, STATUS_INVALID_CODE = 2, STATUS_INVALID_INPUT = 3, STATUS_INVALID_PARAMETER = 5 };

static struct balloon_hint *active;

static uint16_t query(uint64_t control, const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len, unsigned int *reps_done)
{
	const uint64_t caps = active ? EXT_CAPABILITIES : 0;

	if (REPS(control) || REP_START(control))
		return STATUS_INVALID_INPUT;
	memcpy(out, &caps, sizeof(caps));
	*out_len = sizeof(caps);
	return STATUS_OK;
}

static void tell(void *arg)
{
	struct balloon_hint *h = arg;

	ctl_event("page-report", h->device, json_pack("{s:I, s:I}", "bytes", (json_int_t)(h->bytes - h->told_bytes), "total",
						      (json_int_t)h->bytes));
	h->told_bytes = h->bytes;
}

/* All ranges are looked at before the first is discarded: a call succeeds or changes nothing. */
static bool all_ram(const uint8_t *in, unsigned int count)
{
	uint64_t gpa, bytes;

	for (unsigned int i = 0; i < count; i++)
		if (!dm_parse_hint_range(in, i, &gpa, &bytes) || !mem_ptr(gpa, bytes))
			return false;
	return true;
}

static void discard(struct balloon_hint *h, const uint8_t *in, unsigned int start, unsigned int count)
{
	uint64_t gpa, bytes;

	for (unsigned int i = start; i < count; i++)
		if (dm_parse_hint_range(in, i, &gpa, &bytes)) {
			mem_discard(gpa, bytes);
			h->ranges++;
			h->bytes += bytes;
		}
}

static uint16_t hint(uint64_t control, const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len, unsigned int *reps_done)
{
	struct balloon_hint *h = active;
	const unsigned int start = REP_START(control);
	unsigned int type;
	int count;

	if (!h)
		return STATUS_INVALID_CODE;
	h->calls++;
	count = dm_parse_hint(in, in_len, REPS(control), &type);
	if (count < 0 || start >= (unsigned int)count || type != DM_HINT_COLD_DISCARD || !all_ram(in, (unsigned int)count)) {
		h->bad++;
		return count < 0 || start >= (unsigned int)count ? STATUS_INVALID_INPUT : STATUS_INVALID_PARAMETER;
	}
	discard(h, in, start, (unsigned int)count);
	*reps_done = (unsigned int)count;
	/* At most one event a second, however often the guest calls. */
	if (!loop_timer_is_set(&h->tell))
		loop_timer_set(&h->tell, NS_PER_S);
	return STATUS_OK;
}

void balloon_hint_start(struct balloon_hint *h, const char *device)
{
	static bool registered;

	h->device = device;
	loop_timer_init(&h->tell, tell, h);
	active = h;
	if (registered)
		return;
	registered = true;
	hypercall_register(CALL_EXT_CAPABILITIES, query);
	hypercall_register(CALL_MEMORY_HINT, hint);
}

void balloon_hint_stop(struct balloon_hint *h)
{
	loop_timer_cancel(&h->tell);
	if (active == h)
		active = NULL;
}

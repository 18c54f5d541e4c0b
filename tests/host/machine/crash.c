// SPDX-License-Identifier: GPL-2.0-only
/* The crash registers (docs/wire/01 10): what the guest says when it dies. Under the big lock. */
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

#define REGS 5
#define TEXT_MAX HVW_PAGE_SIZE

static uint64_t regs[REGS];

struct report {
	uint64_t regs[REGS];
	char text[TEXT_MAX + 1];
};

void crash_reset(void)
{
	memset(regs, 0, sizeof(regs));
}

bool crash_rdmsr(uint32_t index, uint64_t *value)
{
	if (index < HVW_MSR_CRASH_P0 || index > HVW_MSR_CRASH_CTL)
		return false;
	*value = index == HVW_MSR_CRASH_CTL ? HVW_CRASH_CTL_NOTIFY | HVW_CRASH_CTL_MSG : regs[index - HVW_MSR_CRASH_P0];
	return true;
}

/* The guest's page holds the tail of its log: printable or not, of any length it claims. */
static void read_text(char *to, uint64_t gpa, uint64_t len)
{
	if (len > TEXT_MAX || !mem_read(gpa, to, len)) {
		log_warn("the guest's crash text is not readable: 0x%llx, %llu bytes", (unsigned long long)gpa, (unsigned long long)len);
		return;
	}
	to[len] = 0;
	for (uint64_t i = 0; i < len; i++)
		if (!to[i] || ((unsigned char)to[i] < ' ' && to[i] != '\n' && to[i] != '\t') || (unsigned char)to[i] > '~')
			to[i] = '?';
}

static void log_text(const char *text)
{
	size_t n;

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		log_info("guest: %.*s", (int)n, text);
	}
}

static void tell(void *arg)
{
	struct report *r = arg;

	machine.hooks.event("guest-crash", r->regs, REGS, r->text[0] ? r->text : NULL);
	free(r);
}

static void report(uint64_t control)
{
	struct report *r = calloc(1, sizeof(*r));

	machine.crashed = true;
	log_warn("the guest reports a crash: 0x%llx 0x%llx 0x%llx 0x%llx 0x%llx", (unsigned long long)regs[0],
		 (unsigned long long)regs[1], (unsigned long long)regs[2], (unsigned long long)regs[3], (unsigned long long)regs[4]);
	if (!r)
		return;
	memcpy(r->regs, regs, sizeof(regs));
	if (control & HVW_CRASH_CTL_MSG)
		read_text(r->text, regs[3], regs[4]);
	log_text(r->text);
	if (loop_post(tell, r))
		free(r);
}

bool crash_wrmsr(uint32_t index, uint64_t value)
{
	if (index < HVW_MSR_CRASH_P0 || index > HVW_MSR_CRASH_CTL)
		return false;
	if (index != HVW_MSR_CRASH_CTL)
		regs[index - HVW_MSR_CRASH_P0] = value;
	else if (value & HVW_CRASH_CTL_NOTIFY)
		report(value);
	return true;
}

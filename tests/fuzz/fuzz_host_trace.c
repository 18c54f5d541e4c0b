// SPDX-License-Identifier: GPL-2.0-only
/* Any file at all given to hvhosttrace; and any message and packet inside a file that is well formed. */
#include "fuzz.h"
#include "vmbus/explain.h"
#include "vmbus/tracefmt.h"

static FILE *nowhere;

static void put32(uint8_t **p, uint32_t v)
{
	memcpy(*p, &v, 4);
	*p += 4;
}

/* Section, interface, and one block whose packet is the input. */
static size_t wrap(const uint8_t *data, size_t size, uint8_t *file)
{
	uint8_t *p = file;
	uint32_t body = 32 + (((uint32_t)size + 3) & ~3U);

	put32(&p, PCAPNG_SHB);
	put32(&p, 28);
	put32(&p, PCAPNG_MAGIC);
	put32(&p, 1);
	put32(&p, 0xFFFFFFFF);
	put32(&p, 0xFFFFFFFF);
	put32(&p, 28);
	put32(&p, PCAPNG_IDB);
	put32(&p, 20);
	put32(&p, TRACE_LINKTYPE);
	put32(&p, 0);
	put32(&p, 20);
	put32(&p, PCAPNG_EPB);
	put32(&p, body);
	memset(p, 0, 12);
	p += 12;
	put32(&p, (uint32_t)size);
	put32(&p, (uint32_t)size);
	memcpy(p, data, size);
	p += body - 32;
	put32(&p, body);
	return (size_t)(p - file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct explain_options o = { .hex = 64, .totals = true };
	static uint8_t file[8192];
	enum explain_end end;
	size_t at, len;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	end = explain(data, size, &o, nowhere, &at);
	PROMISE(at <= size && (end != EXPLAIN_WHOLE || at == size));
	if (size > 6000)
		return 0;
	memset(file, 0, sizeof(file));
	len = wrap(data, size, file);
	PROMISE(explain(file, len, &o, nowhere, &at) == EXPLAIN_WHOLE && at == len);
	explain_message(data, size, nowhere);
	explain_packet(data, size, nowhere);
	return 0;
}

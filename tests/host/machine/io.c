// SPDX-License-Identifier: GPL-2.0-only
/* Ports. Where nothing answers, reads are all ones: so do the PCI configuration ports, unless a device is on a PCI bus. */
#include <string.h>

#include "core/log.h"
#include "internal.h"

#define RANGES_MAX 16

static struct {
	uint16_t port, count;
	io_fn fn;
	void *arg;
} ranges[RANGES_MAX];
static unsigned int range_count;

void io_register(uint16_t port, uint16_t count, io_fn fn, void *arg)
{
	if (range_count == RANGES_MAX) {
		log_error("port 0x%x cannot be registered: the table is full", port);
		return;
	}
	ranges[range_count].port = port;
	ranges[range_count].count = count;
	ranges[range_count].fn = fn;
	ranges[range_count++].arg = arg;
}

void io_init(void)
{
	range_count = 0;
	rtc_init();
	pm_init();
}

/* Delays, and the search for a PCI bus that is not there: every kernel writes to these. */
static bool is_usual(uint16_t port)
{
	return port == 0x80 || port == 0xED || (port >= 0xCF8 && port <= 0xCFF);
}

void io_port(const struct vcpu *v, uint16_t port, bool out, unsigned int size, uint8_t *data)
{
	if (!out)
		memset(data, 0xFF, size);
	for (unsigned int i = 0; i < range_count; i++) {
		if (port < ranges[i].port || port - ranges[i].port >= ranges[i].count)
			continue;
		ranges[i].fn(ranges[i].arg, (uint16_t)(port - ranges[i].port), out, size, data);
		return;
	}
	if (out && !is_usual(port))
		log_debug("vp %u: write to port 0x%x, where nothing is", v->index, port);
}

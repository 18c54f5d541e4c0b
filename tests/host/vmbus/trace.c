// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <core/log.h>

#include "trace.h"

#define BUFFER (1U << 20)

bool trace_on;

static FILE *file;

static void put(const void *p, size_t len)
{
	if (file && len && fwrite(p, 1, len, file) != len) {
		log_error("the trace ends: it cannot be written (%s)", strerror(errno));
		fclose(file);
		file = NULL;
		trace_on = false;
	}
}

static void put32(uint32_t v)
{
	put(&v, sizeof(v));
}

static void option(uint16_t code, const void *value, uint16_t len)
{
	static const uint8_t zero[4];
	uint16_t head[2] = { code, len };

	put(head, sizeof(head));
	put(value, len);
	put(zero, -len & 3);
}

static uint32_t option_len(size_t len)
{
	return 4 + (uint32_t)((len + 3) & ~(size_t)3);
}

static void section_header(void)
{
	static const char app[] = "hvhost";
	uint32_t len = 28 + option_len(sizeof(app) - 1) + 4;
	uint64_t unknown = UINT64_MAX;
	uint16_t version[2] = { 1, 0 };

	put32(PCAPNG_SHB);
	put32(len);
	put32(PCAPNG_MAGIC);
	put(version, sizeof(version));
	put(&unknown, sizeof(unknown));
	option(PCAPNG_OPT_USERAPPL, app, sizeof(app) - 1);
	option(PCAPNG_OPT_END, NULL, 0);
	put32(len);
}

static void interface(void)
{
	static const char name[] = TRACE_IF_NAME;
	uint32_t len = 20 + option_len(sizeof(name) - 1) + option_len(1) + 4;
	uint16_t type[2] = { TRACE_LINKTYPE, 0 };
	uint8_t nanoseconds = 9;

	put32(PCAPNG_IDB);
	put32(len);
	put(type, sizeof(type));
	put32(0);
	option(PCAPNG_OPT_IF_NAME, name, sizeof(name) - 1);
	option(PCAPNG_OPT_IF_TSRESOL, &nanoseconds, 1);
	option(PCAPNG_OPT_END, NULL, 0);
	put32(len);
}

int trace_start(const char *path)
{
	FILE *f = fopen(path, "wbe");

	if (!f) {
		int err = errno;

		complain("the trace cannot be written", "name a file in a directory you may write to", "%s: %s", path,
			 strerror(err));
		return -err;
	}
	trace_stop();
	file = f;
	setvbuf(file, NULL, _IOFBF, BUFFER);
	section_header();
	interface();
	trace_on = file != NULL;
	return file ? 0 : -EIO;
}

void trace_flush(void)
{
	if (file)
		fflush(file);
}

void trace_stop(void)
{
	trace_on = false;
	if (file && fclose(file))
		log_error("the trace's last bytes are lost: %s", strerror(errno));
	file = NULL;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

/* An enhanced packet block: 28 bytes, the record, its length again. */
void trace_write(enum trace_kind kind, enum trace_dir dir, uint32_t relid, uint32_t arg, const char *name,
		 const struct iovec *iov, unsigned int count)
{
	static const uint8_t zero[4];
	size_t name_len = name ? strnlen(name, 255) : 0, data = 0;
	struct trace_record r = { TRACE_VERSION, dir, kind, (uint8_t)name_len, relid, arg };
	uint64_t now = now_ns();
	uint32_t caught, len;
	unsigned int i;

	for (i = 0; i < count; i++)
		data += iov[i].iov_len;
	caught = (uint32_t)(sizeof(r) + name_len + data);
	len = 32 + ((caught + 3) & ~3U);
	put32(PCAPNG_EPB);
	put32(len);
	put32(0);
	put32((uint32_t)(now >> 32));
	put32((uint32_t)now);
	put32(caught);
	put32(caught);
	put(&r, sizeof(r));
	put(name, name_len);
	for (i = 0; i < count; i++)
		put(iov[i].iov_base, iov[i].iov_len);
	put(zero, -caught & 3);
	put32(len);
}

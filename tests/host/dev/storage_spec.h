/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the text of one disk: "PATH[:WORD ...]" with WORD lun=N, target=N, path=N, sector=512|512e|4096, ro, serial=TEXT,
 * unmap=on|off, writesame=on|off, fua=on|off, rotating=on|off, count=N. A colon in PATH is written twice. A
 * RAM disk has its size for PATH, a DVD drive may have "empty".
 */
#ifndef HOST_STORAGE_SPEC_H
#define HOST_STORAGE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_kind { DISK_FILE, DISK_RAM, DISK_CD };

struct disk_spec {
	enum disk_kind kind;
	char file[1024];
	uint64_t bytes; /* RAM */
	int path, target, lun; /* -1: not given */
	unsigned int count; /* so many of them, LUN after LUN (RAM) */
	uint32_t block_size;
	uint8_t physical_exponent;
	bool read_only, unmap, write_same, fua, rotating;
	char serial[32];
};

/* false: why holds a sentence. */
bool disk_spec_parse(enum disk_kind kind, const char *text, struct disk_spec *out, char *why, size_t why_len);

/* Plain or 0x number with a suffix of K, M, G, T. */
bool storage_size_parse(const char *text, uint64_t *out);
/* on/off, yes/no, 1/0; NULL is on. */
bool storage_switch_parse(const char *text, bool *out);

#endif

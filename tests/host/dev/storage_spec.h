/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the text of one disk: "PATH[:WORD ...]" with WORD lun=N, target=N, path=N, sector=512|512e|4096, ro, serial=TEXT,
 * unmap=on|off, writesame=on|off, fua=on|off, rotating=on|off, count=N. A colon in PATH is written twice. A
 * RAM disk and a tape have their size for PATH, a changer its count of slots, a DVD drive may have "empty".
 */
#ifndef HOST_STORAGE_SPEC_H
#define HOST_STORAGE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_kind { DISK_FILE, DISK_RAM, DISK_CD, DISK_TAPE, DISK_CHANGER, DISK_KINDS };

/* The option that makes one of a kind. */
extern const char *const disk_key[DISK_KINDS];

struct disk_spec {
	enum disk_kind kind;
	char file[1024];
	uint64_t bytes; /* RAM, tape; a changer's slots */
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

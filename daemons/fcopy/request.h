/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the messages of a copy, checked once (docs/wire/03-integration-components.md 7.3, 9).
 */
#ifndef _FCOPY_REQUEST_H
#define _FCOPY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/fcopy.h>

#define FCOPY_TEXT (3 * FCOPY_NAME_UNITS + 1)

struct fcopy_request {
	char folder[FCOPY_TEXT];
	char name[FCOPY_TEXT];
	uint64_t size;
	bool overwrite, create_path;
};

struct fcopy_piece {
	uint64_t offset;
	uint32_t size;
	const uint8_t *data; /* in the message */
};

/* The operation of a message, or -EINVAL when it is shorter than its head. */
int fcopy_op(const uint8_t *message, size_t len);

/* utf16: names as on the wire; else UTF-8, as the driver gives them. 0 or -EINVAL. */
int fcopy_take_start(struct fcopy_request *r, const uint8_t *message, size_t len, bool utf16);

/* 0 or -EINVAL; never data beyond the message, nor beyond what one message holds. */
int fcopy_take_write(struct fcopy_piece *p, const uint8_t *message, size_t len);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Pure: from text and key names to scan codes of set 1, as a US keyboard sends them. */
#ifndef HOST_SCANCODES_H
#define HOST_SCANCODES_H

#include <stdbool.h>
#include <stdint.h>

struct key {
	uint8_t code;	/* make code, 0: no such key */
	bool e0;
	bool shift;
};

/* The key that types c on a US keyboard. */
struct key key_of_char(char c);
/* A key by name: "enter", "f1", "left", "ctrl" ..., or one character. */
struct key key_of_name(const char *name);

#endif

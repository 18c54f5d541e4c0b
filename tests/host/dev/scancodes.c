// SPDX-License-Identifier: GPL-2.0-only
/* Pure: scan codes (scancodes.h). Rows are those of the keyboard; a key's code follows that of its left neighbour. */
#include <string.h>
#include <strings.h>

#include "scancodes.h"

#define LEFT_SHIFT 0x2A

static const struct {
	uint8_t first;
	const char *plain, *shifted;
} rows[] = {
	{ 0x02, "1234567890-=", "!@#$%^&*()_+" },
	{ 0x10, "qwertyuiop[]", "QWERTYUIOP{}" },
	{ 0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~" },
	{ 0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?" },
};

static const struct {
	const char *name;
	struct key key;
} names[] = {
	{ "esc", { 0x01, false, false } }, { "backspace", { 0x0E, false, false } }, { "tab", { 0x0F, false, false } },
	{ "enter", { 0x1C, false, false } }, { "ctrl", { 0x1D, false, false } }, { "shift", { LEFT_SHIFT, false, false } },
	{ "alt", { 0x38, false, false } }, { "space", { 0x39, false, false } }, { "capslock", { 0x3A, false, false } },
	{ "f1", { 0x3B, false, false } }, { "f2", { 0x3C, false, false } }, { "f3", { 0x3D, false, false } },
	{ "f4", { 0x3E, false, false } }, { "f5", { 0x3F, false, false } }, { "f6", { 0x40, false, false } },
	{ "f7", { 0x41, false, false } }, { "f8", { 0x42, false, false } }, { "f9", { 0x43, false, false } },
	{ "f10", { 0x44, false, false } }, { "f11", { 0x57, false, false } }, { "f12", { 0x58, false, false } },
	{ "home", { 0x47, true, false } }, { "up", { 0x48, true, false } }, { "pageup", { 0x49, true, false } },
	{ "left", { 0x4B, true, false } }, { "right", { 0x4D, true, false } }, { "end", { 0x4F, true, false } },
	{ "down", { 0x50, true, false } }, { "pagedown", { 0x51, true, false } }, { "insert", { 0x52, true, false } },
	{ "delete", { 0x53, true, false } }, { "rightctrl", { 0x1D, true, false } }, { "rightalt", { 0x38, true, false } },
	{ "sysrq", { 0x54, false, false } },
};

struct key key_of_char(char c)
{
	static const struct key none;
	const char *at;
	unsigned int i;

	if (c == '\0')
		return none;
	if (c == ' ')
		return (struct key){ 0x39, false, false };
	if (c == '\n')
		return (struct key){ 0x1C, false, false };
	if (c == '\t')
		return (struct key){ 0x0F, false, false };
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		at = strchr(rows[i].plain, c);
		if (at)
			return (struct key){ rows[i].first + (at - rows[i].plain), false, false };
		at = strchr(rows[i].shifted, c);
		if (at)
			return (struct key){ rows[i].first + (at - rows[i].shifted), false, true };
	}
	return none;
}

struct key key_of_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(name, names[i].name))
			return names[i].key;
	if (strlen(name) == 1)
		return key_of_char(name[0]);
	return (struct key){ 0, false, false };
}

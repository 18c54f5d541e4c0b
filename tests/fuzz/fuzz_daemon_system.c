// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small files of the system, as whoever made the guest may have left them.
 */
#include "fuzz.h"
#include "kvp/system_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), a[64], b[16];
	__u8 field[96] = "";

	memcpy(text, data, size);
	text[size] = 0;
	if (os_release_value(text, "NAME", a, sizeof(a)))
		PROMISE(strlen(a) < sizeof(a));
	release_line(text, a, sizeof(a), b, sizeof(b));
	PROMISE(strlen(a) < sizeof(a) && strlen(b) < sizeof(b));
	release_number(text, b, sizeof(b));
	resolv_is_stub(text);
	resolv_servers(text, field, sizeof(field));
	route_gateways(text, "eth0", field, sizeof(field));
	route6_gateways(text, "eth0", field, sizeof(field));
	PROMISE(strspn((char *)field, "0123456789abcdefABCDEF.:;") == strnlen((char *)field, sizeof(field)));
	free(text);
	return 0;
}

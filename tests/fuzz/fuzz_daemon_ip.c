// SPDX-License-Identifier: GPL-2.0-only
/*
 * An address record of the host's through the check and into the files of every network stack: whatever it held, nothing
 * but addresses and our own words comes out. The end of the input is the old text of files that are edited.
 */
#include "fuzz.h"
#include "kvp/inject/writers.h"

static char text[65536];

/* Of a whole file: our words, digits and what addresses are made of. */
static void judge(int len)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \n\t.:/-_=#[];,\"'";

	PROMISE(len > 0 && (size_t)len == strlen(text));
	PROMISE(strspn(text, allowed) == (size_t)len);
}

static void edit(struct input *in, const struct ip_config *c)
{
	static char again[65536];
	char *old = malloc(in->left + 1);
	size_t len = in->left;

	take(in, old, len);
	old[len] = 0;
	if (write_interfaces(text, sizeof(text), old, "eth0", c) >= 0) {
		/* Done twice is done once. */
		PROMISE(write_interfaces(again, sizeof(again), text, "eth0", c) >= 0);
		PROMISE(strstr(again, "\nauto eth0\n") || !strncmp(again, "auto eth0\n", 10));
	}
	write_suse_config(text, sizeof(text), old, c);
	free(old);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct kvp_daemon_ip *r = malloc(sizeof(*r));
	struct ip_config c;
	char list[512];

	memset(r, 0, sizeof(*r));
	/* Short lists are tried far more often than fields of two thousand bytes. */
	if (take8(&in) & 1) {
		take(&in, r, sizeof(*r));
	} else {
		r->dhcp = take8(&in) & 1;
		take(&in, r->addresses, take8(&in));
		take(&in, r->subnets, take8(&in));
		take(&in, r->gateways, take8(&in));
		take(&in, r->dns, take8(&in));
	}
	if (ip_config_parse(&c, r)) {
		free(r);
		return 0;
	}
	PROMISE(c.addresses <= IP_ADDRESSES && c.gateways <= IP_GATEWAYS && c.dns <= IP_DNS);
	judge(write_nm(text, sizeof(text), "eth0", &c));
	judge(write_networkd(text, sizeof(text), "eth0", &c));
	judge(write_netplan(text, sizeof(text), "eth0", &c));
	judge(write_ifcfg(text, sizeof(text), "eth0", "00:15:5D:00:00:01", &c));
	judge(write_suse(text, sizeof(text), "eth0", &c));
	judge(write_hook(text, sizeof(text), "eth0", "00:15:5D:00:00:01", &c));
	judge(write_interfaces(text, sizeof(text), "", "eth0", &c));
	write_nm(list, sizeof(list), "eth0", &c);
	edit(&in, &c);
	free(r);
	return 0;
}

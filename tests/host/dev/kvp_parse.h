/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: bodies of data exchange messages (docs/wire/03-integration-components.md 6): bytes in, values out, and back. */
#ifndef HOST_DEV_KVP_PARSE_H
#define HOST_DEV_KVP_PARSE_H

#include <stddef.h>
#include <stdint.h>
#include <wire/kvp.h>

/* Every UTF-16 unit may become three bytes of UTF-8. */
#define KVP_KEY_TEXT (KVP_KEY_BYTES / 2 * 3 + 1)
#define KVP_VALUE_TEXT (KVP_VALUE_BYTES / 2 * 3 + 1)

struct kvp_pair {
	char key[KVP_KEY_TEXT];
	char value[KVP_VALUE_TEXT]; /* numbers in decimal */
	uint32_t type, key_size, value_size; /* as the guest said */
};

/* The answer to GET and ENUMERATE. -EPROTO with *what when sizes or type make no sense. */
int kvp_parse_pair(const uint8_t *body, size_t len, struct kvp_pair *out, const char **what);

struct kvp_ip_text {
	char adapter[256 / 2 * 3 + 1];
	uint8_t family, dhcp;
	char addresses[2048 / 2 * 3 + 1], subnets[2048 / 2 * 3 + 1], gateways[1024 / 2 * 3 + 1], dns[2048 / 2 * 3 + 1];
};

/* The answer to GET_IP; binary: message version 5.0. */
int kvp_parse_ip(const uint8_t *body, size_t len, int binary, struct kvp_ip_text *out, const char **what);

/*
 * Requests, in a body of KVP_BODY or KVP_IP_BODY bytes that is zeroed first. -EILSEQ: no UTF-8; -EMSGSIZE: too long;
 * -EINVAL: a number that is none, or does not fit its type.
 */
int kvp_build_set(uint8_t *body, uint8_t pool, uint32_t type, const char *key, const char *value);
int kvp_build_get(uint8_t *body, uint8_t pool, const char *key);
int kvp_build_delete(uint8_t *body, uint8_t pool, const char *key);
void kvp_build_enumerate(uint8_t *body, uint8_t pool, uint32_t index);
/* binary: lists are split at ';'; an address that is none, or more than there is room for: -EINVAL. */
int kvp_build_ip(uint8_t *body, uint8_t op, int binary, const struct kvp_ip_text *in);

#endif

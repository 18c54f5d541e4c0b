/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: what a guest answers on the channel of an integration component: bytes in, values out
 * (docs/wire/03-integration-components.md). Every length is checked here; pointers returned point into the packet given.
 */
#ifndef HOST_DEV_IC_PARSE_H
#define HOST_DEV_IC_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/ic.h>

struct ic_answer {
	uint16_t type;
	uint32_t framework, message; /* IC_VERSION() */
	uint32_t status;
	const uint8_t *body; /* as long as the header says */
	size_t len;
	size_t room; /* bytes from body to the end of what was sent: guests shrink the header's length only */
};

/* `data` is a packet's payload, pipe header included (2.2, 2.3). 0, or -EPROTO with *what saying what is wrong. */
int ic_parse_answer(const uint8_t *data, size_t len, struct ic_answer *out, const char **what);

#define IC_VERSIONS_MAX 16
struct ic_versions {
	unsigned int count;
	uint32_t v[IC_VERSIONS_MAX];
};

/* "1.0+3.0+3.2". False when that is no list of 1 to 16 different versions. */
bool ic_parse_versions(const char *text, struct ic_versions *out);

/* The answer to a negotiation (2.6). 1: agreed, 0: the guest wants none of these, -EPROTO. */
int ic_parse_negotiation(const struct ic_answer *a, const struct ic_versions *framework, const struct ic_versions *message,
			 uint32_t *framework_out, uint32_t *message_out, const char **what);

/* 3. -EPROTO when the body is too short. state is IC_HEARTBEAT_UNKNOWN when the body has none. */
int ic_parse_heartbeat(const struct ic_answer *a, uint64_t *sequence, uint32_t *state);

/* 8: the flags of a VSS answer; 0 when it has none. */
uint32_t ic_parse_vss_flags(const struct ic_answer *a);

#endif

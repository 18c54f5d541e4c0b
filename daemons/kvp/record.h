/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: one record of a pool file (docs/wire/03-integration-components.md 6.7), and what a key and a value may be.
 */
#ifndef _KVP_RECORD_H
#define _KVP_RECORD_H

#include <stdbool.h>
#include <wire/kvp.h>

#define KVP_KEY_ROOM (KVP_KEY_BYTES + 1)
#define KVP_VALUE_ROOM (KVP_VALUE_BYTES + 1)

/* A record of UTF-8 texts; -EINVAL: an empty key, or no UTF-8; -E2BIG: one that does not fit with its end. */
int record_make(struct kvp_record *r, const char *key, const char *value);

/*
 * Other programs write records too: what is no UTF-8 comes out as '?'. key: KVP_KEY_ROOM, value: KVP_VALUE_ROOM
 * bytes.
 */
void record_take(const struct kvp_record *r, char *key, char *value);

/* Whether it is the record of this key (bytes are compared, the rest of the field is not looked at). */
bool record_is(const struct kvp_record *r, const char *key);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: what the guest says of itself (docs/wire/03-integration-components.md 6.6).
 */
#ifndef _KVP_AUTO_H
#define _KVP_AUTO_H

#include "kvp/record.h"

/* Reads what does not change. version: what the driver said at the registration, for IntegrationServicesVersion. */
void auto_start(void);
void auto_driver_version(const char *version);

/* The value with this number, or of this key: 0 or -ENOENT. key: KVP_KEY_ROOM, value: KVP_VALUE_ROOM bytes. */
int auto_at(__u32 index, char *key, char *value);
int auto_get(const char *key, char *value);

/*
 * The full name of the machine is asked for in a process of its own, as the answer may take a minute; until it is
 * there the name of the host does. auto_name_fd(): what to watch, -1 when nothing is under way; auto_name_ready():
 * take it.
 */
int auto_name_fd(void);
void auto_name_ready(void);

#endif

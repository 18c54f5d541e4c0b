/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options of a device: "scsi,disk=/a/file,ro=on,queues=4". A comma in a value is written twice. Every key must be asked
 * for by the device; one that nobody asked for is a usage error that names the key and those that exist.
 */
#ifndef HOST_OPTS_H
#define HOST_OPTS_H

#include <stdbool.h>
#include <stdint.h>
#include <wire/vmbus.h>

struct opts;

/* NULL after a complaint. */
struct opts *opts_parse(const char *text);
void opts_free(struct opts *o);

/* The word before the first comma. */
const char *opts_type(const struct opts *o);

/*
 * Each marks its key as known. A value that does not fit is complained about, remembered, and the default returned;
 * opts_done() then says false.
 */
const char *opts_str(struct opts *o, const char *key, const char *def);
/* Plain or 0x numbers; K, M, G and T suffixes are powers of 1024. */
uint64_t opts_num(struct opts *o, const char *key, uint64_t def, uint64_t min, uint64_t max);
/* on/off, yes/no, 1/0; the bare key means on. */
bool opts_bool(struct opts *o, const char *key, bool def);
/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, in the wire's byte order in *out. */
bool opts_guid(struct opts *o, const char *key, struct hvw_guid *out);
/* Repeated keys: the index-th value, or NULL. */
const char *opts_nth(struct opts *o, const char *key, unsigned int index);

/* True when every value fitted and every key was asked for; else complains. Call once, last. */
bool opts_done(struct opts *o);

#endif

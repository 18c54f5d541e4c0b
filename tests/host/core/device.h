/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device of the host: one file under dev/, which registers its type by HOST_DEVICE(). --device TYPE[,KEY=VALUE...]
 * makes an instance; the control socket can make and remove more while the guest runs.
 *
 * All functions are called on the loop thread. The guest is hostile: whatever a device reads from a packet or from guest
 * memory is copied first and checked before use.
 */
#ifndef HOST_DEVICE_H
#define HOST_DEVICE_H

#include <stdbool.h>
#include <jansson.h>

#include "opts.h"

struct ctl_request;
struct device_type;

struct device {
	const struct device_type *type;
	char *name;		/* unique: option name=, else TYPE, TYPE1, TYPE2 ... */
	struct hvw_guid instance; /* option instance=, else made from type and name: the same in every run */
	void *priv;
	struct device *next;
};

/*
 * A verb on the control socket: {"run": "DEVICE.VERB", ...}. `args` is the whole request object. 0: done, `reply` holds
 * what is to be told besides "ok" (may be left empty); CTL_LATER: ctl_finish() comes when it is done; else -errno, with
 * ctl_why() called before when a sentence helps.
 */
#define CTL_LATER 1
struct device_verb {
	const char *name;
	const char *help;	/* "SIZE: the disk now has so many bytes" */
	int (*fn)(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req);
};

struct device_type {
	const char *name;
	const char *help;	/* one line for --device help */
	const char *keys;	/* its options, a line each, for --device TYPE,help */
	/* Takes its options, offers its channels (vmb_offer). 0 or -errno after a complaint; nothing is left over then. */
	int (*create)(struct device *d, struct opts *o);
	/* Rescinds its channels and frees all; workers have ended when it returns. */
	void (*destroy)(struct device *d);
	/* The guest is gone (UNLOAD, new contact, reset): state of the protocol back to the beginning. Channels were closed. */
	void (*reset)(struct device *d);
	/* Adds the device's counters (operations, bytes, errors ...) to out. */
	void (*counters)(struct device *d, json_t *out);
	const struct device_verb *verbs; /* ends with an empty name */
	struct device_type *next;
};

void device_type_register(struct device_type *t);

#define HOST_DEVICE(type_) \
	static void __attribute__((constructor)) register_##type_(void) { device_type_register(&(type_)); }

/* Is there such a type? For the command line, before anything is made. */
bool device_type_known(const char *name);

/* Makes a device from the text of --device. 0 or -errno after a complaint. */
int device_create(const char *text);
void device_remove(struct device *d);
struct device *device_find(const char *name);
struct device *device_first(void);
void device_reset_all(void);
void device_remove_all(void);
/* The lists behind --device help and --device TYPE,help. */
void device_help(const char *type);

#endif

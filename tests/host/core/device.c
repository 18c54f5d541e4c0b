// SPDX-License-Identifier: GPL-2.0-only
/* Device types and the devices made of them (device.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "log.h"

static struct device_type *types;
static struct device *devices;

void device_type_register(struct device_type *t)
{
	struct device_type **at;

	for (at = &types; *at && strcmp((*at)->name, t->name) < 0; at = &(*at)->next)
		;
	t->next = *at;
	*at = t;
}

static struct device_type *type_find(const char *name)
{
	struct device_type *t;

	for (t = types; t && strcmp(t->name, name); t = t->next)
		;
	return t;
}

bool device_type_known(const char *name)
{
	return type_find(name) != NULL;
}

struct device *device_first(void)
{
	return devices;
}

struct device *device_find(const char *name)
{
	struct device *d;

	for (d = devices; d && strcmp(d->name, name); d = d->next)
		;
	return d;
}

void device_help(const char *type)
{
	const struct device_type *t;

	if (type) {
		t = type_find(type);
		if (!t) {
			complain("there is no such device", "see --device help", "'%s' is not a type of device", type);
			return;
		}
		printf("%s: %s\n%s", t->name, t->help, t->keys ? t->keys : "");
		printf("name=NAME\ninstance=GUID\n");
		return;
	}
	for (t = types; t; t = t->next)
		printf("%-12s %s\n", t->name, t->help);
}

/* FNV-1a, twice with different seeds: no secret, only the same in every run and different for every name. */
static void make_guid(struct hvw_guid *guid, const char *type, const char *name)
{
	for (unsigned int half = 0; half < 2; half++) {
		uint64_t h = 0xcbf29ce484222325ULL + half * 0x9e3779b97f4a7c15ULL;

		for (const char *s = type; *s; s++)
			h = (h ^ (unsigned char)*s) * 0x100000001b3ULL;
		h = (h ^ 0xff) * 0x100000001b3ULL;
		for (const char *s = name; *s; s++)
			h = (h ^ (unsigned char)*s) * 0x100000001b3ULL;
		for (unsigned int i = 0; i < 8; i++)
			guid->b[half * 8 + i] = (__u8)(h >> (8 * i));
	}
}

/* TYPE, TYPE1, TYPE2 ... */
static char *free_name(const char *type)
{
	char name[96];

	snprintf(name, sizeof(name), "%s", type);
	for (unsigned int n = 1; device_find(name); n++)
		snprintf(name, sizeof(name), "%s%u", type, n);
	return strdup(name);
}

static char *chosen_name(struct opts *o)
{
	const char *name = opts_str(o, "name", NULL);

	if (!name)
		return free_name(opts_type(o));
	if (!*name || strlen(name) > 64 || strpbrk(name, ". \t\n\"") || device_find(name)) {
		complain("a device name is not usable", "choose another; letters, digits, - and _ are fine",
			 "'%s' is taken, too long, or has a dot or a space in it", name);
		return NULL;
	}
	return strdup(name);
}

static void device_free(struct device *d)
{
	free(d->name);
	free(d);
}

static void link_last(struct device *d)
{
	struct device **at;

	for (at = &devices; *at; at = &(*at)->next)
		;
	*at = d;
}

static void unlink_device(const struct device *d)
{
	struct device **at;

	for (at = &devices; *at && *at != d; at = &(*at)->next)
		;
	if (*at)
		*at = d->next;
}

static int make(const struct device_type *t, struct opts *o)
{
	struct device *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	d->type = t;
	d->name = chosen_name(o);
	if (!d->name) {
		device_free(d);
		return -EINVAL;
	}
	make_guid(&d->instance, t->name, d->name);
	opts_guid(o, "instance", &d->instance);
	link_last(d);
	err = t->create(d, o);
	if (err) {
		unlink_device(d);
		device_free(d);
	}
	return err;
}

int device_create(const char *text)
{
	struct opts *o = opts_parse(text);
	const struct device_type *t;
	int err;

	if (!o)
		return -EINVAL;
	t = type_find(opts_type(o));
	if (!t) {
		complain("there is no such device", "see --device help", "'%s' is not a type of device", opts_type(o));
		opts_free(o);
		return -ENODEV;
	}
	err = make(t, o);
	opts_free(o);
	return err;
}

void device_remove(struct device *d)
{
	d->type->destroy(d);
	unlink_device(d);
	device_free(d);
}

void device_reset_all(void)
{
	for (struct device *d = devices; d; d = d->next)
		if (d->type->reset)
			d->type->reset(d);
}

void device_remove_all(void)
{
	struct device *d, *last;

	while (devices) {
		for (last = d = devices; d; d = d->next)
			last = d;
		device_remove(last);
	}
}

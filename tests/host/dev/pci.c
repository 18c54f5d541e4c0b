// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plain PCI bus 0 with network functions on it, by configuration mechanism 1. No Hyper-V machine has one: it is for guests
 * whose driver of the virtual PCI bus (vpci.c) is not there. The ACPI tables tell of it when there is such a device at boot, and
 * name its first slot 7. Nothing is announced on it: a guest looks for what came when told to, and finds that something went.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "core/log.h"
#include "ctl/args.h"
#include "igbvf.h"
#include "machine/machine.h"

#define HERE 0x0AE0		/* read as 1: there is a bus (machine/dsdt.asl) */
#define PORTS 0xCF8
#define ADDRESS 0
#define DATA 4
#define ENABLED 0x80000000U
#define SLOTS 32

struct slot {
	struct device *d;
	struct pci_func *f;	/* NULL: nothing there */
	uint64_t bar;		/* where it is mapped; 0: not */
};

static struct slot slots[SLOTS];
static uint32_t address;
static bool registered;

static uint64_t bar_read(void *arg, uint64_t offset, unsigned int size)
{
	return pci_bar_read(((struct slot *)arg)->f, offset, size);
}

static void bar_write(void *arg, uint64_t offset, unsigned int size, uint64_t value)
{
	pci_bar_write(((struct slot *)arg)->f, offset, size, value);
}

static const struct mmio_ops bar_ops = { bar_read, bar_write };

/* The BAR is there while the memory bit is on, and where the guest put it. */
static void place_bar(struct slot *s)
{
	uint64_t want = s->f && pci_memory_on(s->f) ? pci_bar_address(s->f) : 0;

	if (want == s->bar)
		return;
	if (s->bar)
		mmio_unregister(s->bar);
	s->bar = 0;
	if (want && mmio_register(want, s->f->bar_size, &bar_ops, s))
		log_warn("%s: the guest put a BAR at 0x%llx, where something else is", s->d->name, (unsigned long long)want);
	else
		s->bar = want;
}

/* The function the address names, all of one function on bus 0; NULL: nobody answers. */
static struct slot *selected(void)
{
	struct slot *s = &slots[address >> 11 & (SLOTS - 1)];

	return (address & ENABLED) && !(address & 0x00FF0700) && s->f ? s : NULL;
}

static void data(unsigned int at, bool out, unsigned int size, uint8_t *bytes)
{
	unsigned int offset = (address & 0xFC) + at;
	struct slot *s = selected();
	uint32_t value = 0;

	if (!s || size > 4)
		return; /* all ones, as whoever called has put there */
	if (out) {
		memcpy(&value, bytes, size);
		pci_config_write(s->f, offset, size, value);
		place_bar(s);
	} else {
		value = pci_config_read(s->f, offset, size);
		memcpy(bytes, &value, size);
	}
}

static void ports(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *bytes)
{
	if (offset >= DATA)
		data(offset - DATA, out, size, bytes);
	else if (offset == ADDRESS && size == 4 && out)
		memcpy(&address, bytes, 4);
	else if (offset == ADDRESS && size == 4)
		memcpy(bytes, &address, 4);
}

static void here(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *bytes)
{
	if (!out && size == 1)
		*bytes = 1;
}

/* Plain message-signalled interrupts go where the guest wrote. */
static void fire(void *bus, uint64_t to, uint32_t value)
{
	msi_send(to, value);
}

static struct slot *free_slot(void)
{
	for (unsigned int i = 1; i < SLOTS; i++)
		if (!slots[i].d)
			return &slots[i];
	return NULL;
}

static int pci_create(struct device *d, struct opts *o)
{
	struct slot *s = free_slot();
	struct pci_func *f = s ? igbvf_from_options(o) : NULL;

	if (!opts_done(o) || !f) {
		if (f)
			f->ops->destroy(f);
		return -EINVAL;
	}
	if (!registered) {
		io_register(PORTS, 8, ports, NULL);
		io_register(HERE, 1, here, NULL);
	}
	registered = true;
	f->interrupt = fire;
	*s = (struct slot){ .d = d, .f = f };
	d->priv = s;
	return 0;
}

static void pci_destroy(struct device *d)
{
	struct slot *s = d->priv;
	struct pci_func *f = s->f;

	s->f = NULL;
	place_bar(s);
	f->ops->destroy(f);
	s->d = NULL;
}

static void pci_reset(struct device *d)
{
	struct slot *s = d->priv;

	pci_func_reset(s->f);
	place_bar(s);
}

static void pci_counters(struct device *d, json_t *out)
{
	igbvf_counters(((struct slot *)d->priv)->f, out);
}

static int verb_stats(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	pci_counters(d, reply);
	return 0;
}

static int verb_link(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	bool up;
	int err = ctl_arg_bool(req, args, "up", true, &up);

	if (!err)
		igbvf_link(((struct slot *)d->priv)->f, up);
	return err;
}

static const struct device_verb pci_verbs[] = {
	{ "link", "up=on|off: what the function tells of its link", verb_link },
	{ "stats", "the counters", verb_stats },
	{ NULL, NULL, NULL },
};

static struct device_type pci_type = {
	.name = "pci",
	.help = "the VF of a network adapter, on a plain PCI bus",
	.keys = IGBVF_KEYS,
	.create = pci_create,
	.destroy = pci_destroy,
	.reset = pci_reset,
	.counters = pci_counters,
	.verbs = pci_verbs,
};

HOST_DEVICE(pci_type)

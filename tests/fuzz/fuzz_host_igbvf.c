// SPDX-License-Identifier: GPL-2.0-only
/* A hostile guest's use of the 82576 virtual function: registers, mailbox, descriptor rings. */
#include "fuzz.h"
#include "core/loop.h"
#include "dev/igbvf.h"
#include "dev/net_vf.h"
#include "machine/machine.h"

#define RAM 0x2000u

static uint8_t ram[RAM];
static struct net_port port;
static loop_fn posted;
static void *posted_arg;
static unsigned int joined;

bool mem_read(uint64_t gpa, void *buf, size_t len)
{
	if (gpa > RAM || len > RAM - gpa)
		return false;
	memcpy(buf, ram + gpa, len);
	return true;
}

bool mem_write(uint64_t gpa, const void *buf, size_t len)
{
	if (gpa > RAM || len > RAM - gpa)
		return false;
	memcpy(ram + gpa, buf, len);
	return true;
}

int loop_post(loop_fn fn, void *arg)
{
	PROMISE(!posted);
	posted = fn;
	posted_arg = arg;
	return 0;
}

struct net *net_vf_adapter(const char *name)
{
	(void)name;
	return NULL;
}

const uint8_t *net_vf_mac(const struct net *n)
{
	(void)n;
	return ram;
}

bool net_parse_mac(const char *text, uint8_t *mac)
{
	(void)text;
	(void)mac;
	return false;
}

int net_vf_join(struct net *n, const struct net_port *p)
{
	(void)n;
	port = *p;
	joined++;
	return 0;
}

void net_vf_leave(struct net *n)
{
	(void)n;
	joined--;
}

void net_vf_frame(struct net *n, const struct net_frame *f)
{
	volatile uint8_t sum = 0;

	(void)n;
	for (size_t i = 0; i < f->len; i++)
		sum = (uint8_t)(sum + f->data[i]);
}

void net_vf_flush(struct net *n)
{
	(void)n;
}

void net_vf_room(struct net *n)
{
	(void)n;
}

static void interrupt(void *bus, uint64_t address, uint32_t data)
{
	(void)bus;
	(void)address;
	(void)data;
}

static void run(void)
{
	loop_fn fn = posted;

	posted = NULL;
	if (fn)
		fn(posted_arg);
}

/* The registers that matter, so that the fuzzer need not find them. */
static uint64_t reg(uint8_t what)
{
	static const uint16_t all[] = { 0x0000, 0x0008, 0x0800, 0x0804, 0x0C40, 0x1520, 0x1524, 0x1528, 0x1530, 0x1580, 0x1700, 0x1740,
					0x2800, 0x2804, 0x2808, 0x280C, 0x2810, 0x2818, 0x2828, 0x3800, 0x3808, 0x3810, 0x3818, 0x3828 };

	return what < sizeof(all) / sizeof(all[0]) ? all[what] : what * 64u;
}

static void receive(struct input *in)
{
	static uint8_t data[NVSP_MTU_MAX];
	struct net_frame f = { .data = data, .len = (take32(in) & 0xFFFF) % (sizeof(data) + 1) };

	f.tagged = f.len & 1;
	port.up(port.arg, &f);
	port.flush(port.arg);
}

static void step(struct pci_func *f, struct input *in)
{
	uint8_t op = take8(in);
	uint64_t at;

	switch (op & 7) {
	case 0: pci_bar_read(f, reg(take8(in)), 4); break;
	case 1: receive(in); break;
	case 2: run(); break;
	case 3:
		at = (take32(in) & 0xFFFF) % (RAM - 15);
		for (unsigned int i = 0; i < 16; i++)
			ram[at + i] = take8(in);
		break;
	default:
		at = reg(take8(in));
		pci_bar_write(f, at, 4, take32(in));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct pci_func *f;

	memset(ram, 0, sizeof(ram));
	f = igbvf_new((struct net *)ram, ram);
	if (!f)
		return 0;
	f->interrupt = interrupt;
	while (in.left)
		step(f, &in);
	f->ops->destroy(f);
	run();
	PROMISE(!joined && !posted);
	return 0;
}

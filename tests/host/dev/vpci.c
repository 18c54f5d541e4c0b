// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual PCI (docs/wire/09): a bus with one emulated function. Messages come on the loop thread; accesses to the
 * configuration window and the BAR, and the retarget hypercall, on vCPU threads with the big lock held.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/hypervisor.h>

#include "core/device.h"
#include "core/log.h"
#include "core/loop.h"
#include "ctl/args.h"
#include "igbvf.h"
#include "machine/machine.h"
#include "pci_func.h"
#include "vmbus/classes.h"
#include "vmbus/vmbus.h"
#include "vpci_msg.h"

#define TOKENS 64
#define TOKEN_ADDRESS 0xFEE00000U
#define TOKEN_DATA 0x8000U	/* + index: the guest must not take it for a vector */
#define EJECT_WAIT (60 * NS_PER_S)

enum function { FUNCTION_RNG, FUNCTION_NET, FUNCTION_SCREEN };

static const char *const function_names[] = { "rng", "net", "screen" };

/* What CREATE_INTERRUPT gave the guest: opaque to it, and where the interrupt really goes. */
struct token {
	bool used;
	uint32_t vector;
	uint64_t vps;
};

struct vpci {
	struct device *d;
	struct vmb_channel *ch;
	struct pci_func *f;
	struct token token[TOKENS];
	uint64_t device_id;
	uint64_t window, bar;	/* where they are mapped; 0: not */
	uint32_t newest, version, serial;
	enum function function;
	bool selected, powered, stopped, ejecting;
	struct loop_timer eject_timer;
	uint64_t interrupts, lost, retargets, creates, deletes, bad;
	struct vpci *next;
};

static struct vpci *buses;

/* --- interrupts ------------------------------------------------------------------------------------------------------------- */

static struct token *token_of(struct vpci *v, uint64_t address, uint32_t data)
{
	uint32_t n = data - TOKEN_DATA;

	if (address != TOKEN_ADDRESS || n >= TOKENS || !v->token[n].used)
		return NULL;
	return &v->token[n];
}

/* The function fired: `address` and `data` are what the guest wrote into the table. */
static void fire(void *bus, uint64_t address, uint32_t data)
{
	struct vpci *v = bus;
	struct token *t = token_of(v, address, data);
	unsigned int vp;

	if (!t) {
		v->lost++;
		return;
	}
	vp = (unsigned int)__builtin_ctzll(t->vps);
	/* VP number n is the CPU with APIC id n (machine/cpuid.c). */
	if (msi_send(0xFEE00000U | vp << 12, t->vector))
		v->lost++;
	else
		v->interrupts++;
}

static struct vpci *bus_of(uint64_t device_id)
{
	struct vpci *v;

	for (v = buses; v; v = v->next)
		if (v->device_id == (device_id & ~7ULL))
			return v;
	return NULL;
}

static uint16_t on_retarget(uint64_t control, const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len,
			    unsigned int *reps_done)
{
	struct vpci_retarget r;
	struct token *t = NULL;
	struct vpci *v;

	*out_len = 0;
	if (!vpci_parse_retarget(in, in_len, &r))
		return HVW_STATUS_INVALID_PARAMETER;
	v = bus_of(r.device_id);
	if (v)
		t = token_of(v, r.address, r.data);
	if (!t || !(r.vps & ((1ULL << machine_vps()) - 1)))
		return HVW_STATUS_INVALID_PARAMETER;
	t->vector = r.vector;
	t->vps = r.vps;
	v->retargets++;
	return HVW_STATUS_SUCCESS;
}

/* --- what the guest sees in memory ------------------------------------------------------------------------------------------ */

static uint64_t bar_read(void *arg, uint64_t offset, unsigned int size)
{
	struct vpci *v = arg;

	return pci_bar_read(v->f, offset, size);
}

static void bar_write(void *arg, uint64_t offset, unsigned int size, uint64_t value)
{
	struct vpci *v = arg;

	pci_bar_write(v->f, offset, size, value);
}

static const struct mmio_ops bar_ops = { bar_read, bar_write };

/* The BAR is there when power and the memory bit are on, and where the guest put it. */
static void place_bar(struct vpci *v)
{
	uint64_t want = v->powered && v->f->ops->read && pci_memory_on(v->f) ? pci_bar_address(v->f) : 0;

	if (want == v->bar)
		return;
	if (v->bar)
		mmio_unregister(v->bar);
	v->bar = 0;
	if (want && mmio_register(want, v->f->bar_size, &bar_ops, v))
		log_warn("%s: the guest put a BAR at 0x%llx, where something else is", vmb_name(v->ch),
			 (unsigned long long)want);
	else
		v->bar = want;
}

static uint64_t window_read(void *arg, uint64_t offset, unsigned int size)
{
	struct vpci *v = arg;

	if (!v->selected || offset < HVPCI_CONFIG_PAGE)
		return UINT64_MAX;
	return pci_config_read(v->f, (unsigned int)(offset - HVPCI_CONFIG_PAGE), size);
}

static void window_write(void *arg, uint64_t offset, unsigned int size, uint64_t value)
{
	struct vpci *v = arg;

	if (offset == 0 && size == 4)
		v->selected = value == 0; /* one function, in slot 0 */
	if (!v->selected || offset < HVPCI_CONFIG_PAGE)
		return;
	pci_config_write(v->f, (unsigned int)(offset - HVPCI_CONFIG_PAGE), size, (uint32_t)value);
	place_bar(v);
}

static const struct mmio_ops window_ops = { window_read, window_write };

static void power_off(struct vpci *v)
{
	v->powered = false;
	pci_func_reset(v->f);
	place_bar(v);
	if (v->window)
		mmio_unregister(v->window);
	v->window = 0;
	v->selected = false;
}

/* --- messages --------------------------------------------------------------------------------------------------------------- */

static void reply(struct vpci *v, const struct vmb_packet *p, const void *data, size_t len)
{
	if (p->wants_completion && vmb_complete(v->ch, p->trans_id, data, len))
		log_warn("%s: no room for an answer", vmb_name(v->ch));
}

static void reply_status(struct vpci *v, const struct vmb_packet *p, uint32_t status)
{
	reply(v, p, &status, sizeof(status));
}

static void send_relations(struct vpci *v, bool there)
{
	struct {
		struct hvpci_relations head;
		struct hvpci_description2 d;
	} msg = { { HVPCI_BUS_RELATIONS2, there }, { .d = { .serial = v->serial } } };
	const uint8_t *c = v->f->config;
	size_t len = sizeof(msg.head);

	memcpy(&msg.d.d.vendor, c, 2);
	memcpy(&msg.d.d.device, c + 2, 2);
	msg.d.d.revision = c[8];
	msg.d.d.prog_if = c[9];
	msg.d.d.subclass = c[10];
	msg.d.d.base_class = c[11];
	memcpy(&msg.d.d.subsystem_vendor, c + 0x2C, 2);
	memcpy(&msg.d.d.subsystem_device, c + 0x2E, 2);
	if (v->version < HVPCI_VERSION_1_3) {
		msg.head.type = HVPCI_BUS_RELATIONS;
		len += there ? sizeof(msg.d.d) : 0;
	} else {
		len += there ? sizeof(msg.d) : 0;
	}
	vmb_send_inband(v->ch, 0, false, &msg, len);
}

static void on_version(struct vpci *v, const struct vmb_packet *p, const struct vpci_msg *m)
{
	struct hvpci_version_reply r = { HVPCI_STATUS_REVISION_MISMATCH, HVPCI_VERSION_1_3 };

	if (v->version) {
		v->stopped = true; /* 09 3.1 */
		return;
	}
	if (m->version >= HVPCI_VERSION_1_1 && m->version <= v->newest) {
		v->version = m->version;
		r.status = HVPCI_STATUS_SUCCESS;
	}
	reply(v, p, &r, sizeof(r));
}

static void on_requirements(struct vpci *v, const struct vmb_packet *p)
{
	uint64_t size_mask = ~(v->f->bar_size - 1);
	struct hvpci_requirements_reply r = { .probed = { (uint32_t)size_mask | 0x4, (uint32_t)(size_mask >> 32) } };

	reply(v, p, &r, sizeof(r));
}

static void on_d0(struct vpci *v, const struct vmb_packet *p, const struct vpci_msg *m)
{
	power_off(v);
	if (mmio_register(m->window, HVPCI_CONFIG_WINDOW, &window_ops, v)) {
		reply_status(v, p, HVPCI_STATUS_BAD_DATA);
		return;
	}
	v->window = m->window;
	v->powered = true;
	reply_status(v, p, HVPCI_STATUS_SUCCESS);
}

static void on_assigned(struct vpci *v, const struct vmb_packet *p)
{
	struct hvpci_assigned r;

	memcpy(&r, p->data, sizeof(r)); /* the same layout, the status in place of the type */
	r.type = HVPCI_STATUS_SUCCESS;
	r.msi_count = 0;
	reply(v, p, &r, sizeof(r));
}

static void on_create(struct vpci *v, const struct vmb_packet *p, const struct vpci_msg *m)
{
	struct hvpci_interrupt_reply r = { .status = HVPCI_STATUS_BAD_DATA };
	uint32_t n;

	for (n = 0; n < TOKENS && v->token[n].used; n++)
		;
	/* The function has MSI-X only: a vector each. */
	if (n < TOKENS && m->count == 1 && (m->vps & ((1ULL << machine_vps()) - 1))) {
		v->token[n] = (struct token){ true, m->vector, m->vps };
		r = (struct hvpci_interrupt_reply){ .msi = { .count = 1, .data = TOKEN_DATA + n, .address = TOKEN_ADDRESS } };
		v->creates++;
	}
	reply(v, p, &r, sizeof(r));
}

static void on_delete(struct vpci *v, const struct vpci_msg *m)
{
	struct token *t = token_of(v, m->msi.address, m->msi.data);

	if (!t) {
		v->bad++;
		return;
	}
	t->used = false;
	v->deletes++;
}

static void eject_done(void *arg)
{
	struct vpci *v = arg;

	loop_timer_cancel(&v->eject_timer);
	v->ejecting = false;
	ctl_event("pci-ejected", v->d->name, NULL);
	device_remove(v->d);
}

static void eject_done_later(struct vpci *v)
{
	/* Not from within its own ready(): the device goes away. The timer is cancelled when the device goes otherwise. */
	loop_timer_set(&v->eject_timer, 1);
}

static void on_power(struct vpci *v, const struct vmb_packet *p, const struct vpci_msg *m)
{
	struct hvpci_power r = { HVPCI_STATUS_SUCCESS, m->slot, m->state, 0 };

	reply(v, p, &r, sizeof(r));
}

static void dispatch(struct vpci *v, const struct vmb_packet *p, const struct vpci_msg *m)
{
	switch (m->type) {
	case HVPCI_QUERY_PROTOCOL_VERSION: on_version(v, p, m); break;
	case HVPCI_QUERY_BUS_RELATIONS: send_relations(v, !v->ejecting); reply(v, p, NULL, 0); break;
	case HVPCI_QUERY_RESOURCE_REQUIREMENTS: on_requirements(v, p); break;
	case HVPCI_D0_ENTRY: on_d0(v, p, m); break;
	case HVPCI_D0_EXIT: power_off(v); reply_status(v, p, HVPCI_STATUS_SUCCESS); break;
	case HVPCI_ASSIGNED_RESOURCES:
	case HVPCI_ASSIGNED_RESOURCES2:
	case HVPCI_ASSIGNED_RESOURCES3: on_assigned(v, p); break;
	case HVPCI_CREATE_INTERRUPT:
	case HVPCI_CREATE_INTERRUPT2:
	case HVPCI_CREATE_INTERRUPT3: on_create(v, p, m); break;
	case HVPCI_DELETE_INTERRUPT: on_delete(v, m); break;
	case HVPCI_POWER_STATE_CHANGE: on_power(v, p, m); break;
	case HVPCI_RELEASE_RESOURCES: reply_status(v, p, HVPCI_STATUS_SUCCESS); break;
	case HVPCI_EJECTION_COMPLETE:
		if (v->ejecting)
			eject_done_later(v);
		break;
	default: reply_status(v, p, HVPCI_STATUS_NOT_SUPPORTED); break;
	}
}

static bool names_our_slot(const struct vpci_msg *m)
{
	switch (m->type) {
	case HVPCI_QUERY_RESOURCE_REQUIREMENTS:
	case HVPCI_CREATE_INTERRUPT:
	case HVPCI_CREATE_INTERRUPT2:
	case HVPCI_CREATE_INTERRUPT3:
	case HVPCI_ASSIGNED_RESOURCES:
	case HVPCI_ASSIGNED_RESOURCES2:
	case HVPCI_ASSIGNED_RESOURCES3: return m->slot == 0;
	default: return true;
	}
}

static void on_packet(struct vpci *v, const struct vmb_packet *p)
{
	struct vpci_msg m;

	if (v->stopped || p->type != VM_PKT_DATA_INBAND)
		return;
	if (!vpci_parse(p->data, p->len, &m) || !names_our_slot(&m)) {
		v->bad++;
		reply_status(v, p, HVPCI_STATUS_BAD_DATA);
		return;
	}
	if (!v->version && m.type != HVPCI_QUERY_PROTOCOL_VERSION) {
		v->stopped = true;
		v->bad++;
		return;
	}
	dispatch(v, p, &m);
}

static void vpci_ready(struct vmb_channel *ch)
{
	struct vpci *v = vmb_priv(ch);
	struct vmb_packet p;

	while (vmb_recv(ch, &p) > 0)
		on_packet(v, &p);
}

static int vpci_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct vpci *v = vmb_priv(ch);

	v->version = 0;
	v->stopped = false;
	memset(v->token, 0, sizeof(v->token));
	return 0;
}

static void vpci_close(struct vmb_channel *ch)
{
	struct vpci *v = vmb_priv(ch);

	power_off(v);
	memset(v->token, 0, sizeof(v->token));
}

static void vpci_gone(struct vmb_channel *ch)
{
	struct vpci *v = vmb_priv(ch);

	v->f->ops->destroy(v->f);
	free(v);
}

static const struct vmb_ops vpci_ops = {
	.open = vpci_open,
	.ready = vpci_ready,
	.close = vpci_close,
	.gone = vpci_gone,
};

/* --- device ----------------------------------------------------------------------------------------------------------------- */

static bool take_function(struct opts *o, enum function *function)
{
	const char *name = opts_str(o, "function", "rng");
	unsigned int i;

	for (i = 0; i < sizeof(function_names) / sizeof(function_names[0]); i++)
		if (!strcmp(name, function_names[i])) {
			*function = (enum function)i;
			return true;
		}
	complain("there is no such function for a virtual PCI bus", "choose function=rng, net or screen", "function=%s", name);
	return false;
}

static struct pci_func *make_function(enum function function, struct opts *o)
{
	switch (function) {
	case FUNCTION_NET: return igbvf_from_options(o);
	case FUNCTION_SCREEN: return pci_screen_new();
	default: return virtio_rng_new();
	}
}

static int vpci_offer(struct vpci *v)
{
	struct vmb_offer_spec spec = { .name = v->d->name, .instance = v->d->instance };

	spec.type = class_guid(VMBUS_ALIAS_PCI);
	v->ch = vmb_offer(&spec, &vpci_ops, v);
	if (!v->ch) {
		complain("a virtual PCI bus cannot be offered", "give it an instance of its own",
			 "%s: no free channel, or its instance is taken", v->d->name);
		return -EEXIST;
	}
	v->f->interrupt = fire;
	v->f->bus = v;
	v->next = buses;
	buses = v;
	hypercall_register(HVW_CALL_RETARGET_INTERRUPT, on_retarget);
	return 0;
}

static int vpci_create(struct device *d, struct opts *o)
{
	struct vpci *v = calloc(1, sizeof(*v));
	bool good;
	int err = -EINVAL;

	if (!v)
		return -ENOMEM;
	v->d = d;
	v->newest = HVPCI_VERSION(1, (uint32_t)opts_num(o, "minor", 4, 1, 4));
	v->serial = (uint32_t)opts_num(o, "serial", 1, 0, UINT32_MAX);
	v->device_id = vpci_device_id(d->instance.b);
	loop_timer_init(&v->eject_timer, eject_done, v);
	good = take_function(o, &v->function);
	v->f = good ? make_function(v->function, o) : NULL;
	good = opts_done(o) && good && v->f;
	if (good)
		err = vpci_offer(v);
	if (err) {
		if (v->f)
			v->f->ops->destroy(v->f);
		free(v);
		return err;
	}
	d->priv = v;
	return 0;
}

static void vpci_destroy(struct device *d)
{
	struct vpci *v = d->priv, **at;

	for (at = &buses; *at != v; at = &(*at)->next)
		;
	*at = v->next;
	loop_timer_cancel(&v->eject_timer);
	if (v->function == FUNCTION_NET)
		igbvf_take_away(v->f);
	vmb_rescind(v->ch); /* vpci_gone() frees */
}

static void vpci_counters(struct device *d, json_t *out)
{
	struct vpci *v = d->priv;

	json_object_set_new(out, "version", json_sprintf("1.%u", v->version & 0xFFFF));
	json_object_set_new(out, "powered", json_boolean(v->powered));
	json_object_set_new(out, "bar-mapped", json_boolean(v->bar != 0));
	json_object_set_new(out, "interrupts", json_integer((json_int_t)v->interrupts));
	json_object_set_new(out, "interrupts-lost", json_integer((json_int_t)v->lost));
	json_object_set_new(out, "retargets", json_integer((json_int_t)v->retargets));
	json_object_set_new(out, "interrupts-created", json_integer((json_int_t)v->creates));
	json_object_set_new(out, "interrupts-deleted", json_integer((json_int_t)v->deletes));
	if (v->function == FUNCTION_RNG)
		json_object_set_new(out, "requests", json_integer((json_int_t)virtio_rng_requests(v->f)));
	if (v->function == FUNCTION_NET)
		igbvf_counters(v->f, out);
	json_object_set_new(out, "bad-messages", json_integer((json_int_t)v->bad));
}

static int verb_eject(struct device *d, const json_t *args, json_t *reply_, struct ctl_request *req)
{
	struct hvpci_slot msg = { HVPCI_EJECT, 0 };
	struct vpci *v = d->priv;
	int err;

	if (!v->version) {
		ctl_why(req, "the guest's PCI driver has not connected; remove the device instead");
		return -ENOTCONN;
	}
	v->ejecting = true;
	err = vmb_send_inband(v->ch, 0, false, &msg, sizeof(msg));
	if (err)
		return err;
	/* 09 6: a guest that does not let go in a minute loses the device anyway. */
	loop_timer_set(&v->eject_timer, EJECT_WAIT);
	return 0;
}

static int verb_link(struct device *d, const json_t *args, json_t *reply_, struct ctl_request *req)
{
	struct vpci *v = d->priv;
	bool up;
	int err = ctl_arg_bool(req, args, "up", true, &up);

	if (!err && v->function != FUNCTION_NET) {
		ctl_why(req, "this function has no link; one of function=net has");
		err = -ENOTSUP;
	}
	if (!err)
		igbvf_link(v->f, up);
	return err;
}

static int verb_stats(struct device *d, const json_t *args, json_t *reply_, struct ctl_request *req)
{
	vpci_counters(d, reply_);
	return 0;
}

static const struct device_verb vpci_verbs[] = {
	{ "eject", "asks the guest to let go of the function; the event pci-ejected follows, and the device is gone", verb_eject },
	{ "link", "up=on|off: what a network function tells of its link", verb_link },
	{ "stats", "the counters", verb_stats },
	{ NULL, NULL, NULL },
};

static struct device_type vpci_type = {
	.name = "vpci",
	.help = "virtual PCI bus with one function: a virtio entropy device, a network adapter's VF, a display",
	.keys = "minor=N       the newest protocol version is 1.N (4)\n"
		"serial=N      the function's serial number, as network VFs are matched by (1)\n"
		"function=KIND rng: a virtio entropy device (default); net: the VF of an adapter, an Intel 82576's;\n"
		"              screen: a Generation 1 machine's display, which the video device backs\n"
		IGBVF_KEYS,
	.create = vpci_create,
	.destroy = vpci_destroy,
	.counters = vpci_counters,
	.verbs = vpci_verbs,
};

HOST_DEVICE(vpci_type)

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages and event flags to the guest (docs/wire/01 6).
 *
 * A message is put into its slot by the thread of the virtual processor it goes to, outside KVM_RUN: KVM writes timer
 * messages into the same slots inside it, and two writers would lose one. The interrupt goes by an irqfd; its second
 * eventfd tells when the guest acknowledged (APIC EOI or EOM), which is when a waiting message is tried again. It tells so
 * of every interrupt, so the loop listens only while a message waits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

#define SENDER 0x10000ULL /* a partition id, of no meaning to the guest */

struct message {
	struct hvw_message m;
	unsigned int sint;
	struct message *next;
};

struct sint_line {
	int irq, ack; /* eventfds; -1: not made yet */
};

struct vp_queue {
	pthread_mutex_t lock;
	struct message *first, **last;
	atomic_uint count;
	atomic_bool listening; /* the loop hears of acknowledgements, or will soon */
	struct sint_line line[HVW_SINT_COUNT];
};

static struct vp_queue queues[MACHINE_VPS_MAX];
static bool wired;

/* --- interrupt lines ------------------------------------------------------------------------------------------------ */

static void listen_acks(struct vp_queue *q, bool on)
{
	for (unsigned int i = 0; i < HVW_SINT_COUNT; i++)
		if (q->line[i].ack >= 0)
			loop_mod_fd(q->line[i].ack, on ? EPOLLIN : 0);
}

static void begin_listening(void *arg)
{
	struct vcpu *v = arg;

	listen_acks(&queues[v->index], true);
}

/* Any thread. What was acknowledged before counts as well: the eventfd has kept it. */
static void want_acks(struct vcpu *v)
{
	if (!atomic_exchange(&queues[v->index].listening, true) && loop_post(begin_listening, v))
		queues[v->index].listening = false;
}

static void acked(void *arg, uint32_t events)
{
	struct vcpu *v = arg;
	struct vp_queue *q = &queues[v->index];
	uint64_t n;

	for (unsigned int i = 0; i < HVW_SINT_COUNT; i++)
		if (q->line[i].ack >= 0 && read(q->line[i].ack, &n, sizeof(n)) < 0 && errno != EAGAIN)
			log_error("an acknowledgement cannot be read: errno %d", errno);
	if (!q->count) {
		listen_acks(q, false);
		q->listening = false;
	}
	/* Looked at again: one may have been queued just now, by somebody who still saw us listen. */
	if (q->count) {
		want_acks(v);
		vcpu_kick(v);
	}
}

static int line_make(struct vcpu *v, unsigned int sint)
{
	struct sint_line *l = &queues[v->index].line[sint];
	struct kvm_irqfd irqfd = { .gsi = SINT_GSI(v->index, sint), .flags = KVM_IRQFD_FLAG_RESAMPLE };
	int err;

	l->irq = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->ack = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->irq < 0 || l->ack < 0)
		return -errno;
	irqfd.fd = (uint32_t)l->irq;
	irqfd.resamplefd = (uint32_t)l->ack;
	err = vm_ioctl(KVM_IRQFD, &irqfd);
	return err ? err : loop_add_fd(l->ack, 0, acked, v);
}

static void line_drop(struct sint_line *l)
{
	if (l->ack >= 0) {
		loop_del_fd(l->ack);
		close(l->ack);
	}
	if (l->irq >= 0)
		close(l->irq);
	l->irq = l->ack = -1;
}

/* A SINT without a line has no interrupt: only VMBus's is wired, the others are when first used. */
static void raise_sint(struct vcpu *v, unsigned int sint)
{
	struct sint_line *l = &queues[v->index].line[sint];
	uint64_t one = 1;

	if (l->irq < 0) {
		log_warn("SINT %u of virtual processor %u has no line", sint, v->index);
		return;
	}
	counters.sint_raised++;
	if (write(l->irq, &one, sizeof(one)) < 0 && errno != EAGAIN)
		log_error("an interrupt cannot be raised: errno %d", errno);
}

int synic_init(void)
{
	int err = 0;

	wired = true;
	for (unsigned int vp = 0; vp < machine.vps; vp++) {
		struct vp_queue *q = &queues[vp];

		pthread_mutex_init(&q->lock, NULL);
		q->first = NULL;
		q->last = &q->first;
		q->count = 0;
		q->listening = false;
		for (unsigned int i = 0; i < HVW_SINT_COUNT; i++)
			q->line[i] = (struct sint_line){ -1, -1 };
		/* SINT 0 is the hypervisor's own (6.3). */
		for (unsigned int i = 1; i < 5 && !err; i++)
			err = line_make(&machine.vcpu[vp], i);
	}
	return err;
}

void synic_exit(void)
{
	if (!wired)
		return;
	wired = false;
	synic_drop_messages();
	for (unsigned int vp = 0; vp < machine.vps; vp++)
		for (unsigned int i = 0; i < HVW_SINT_COUNT; i++)
			line_drop(&queues[vp].line[i]);
}

/* --- registers ------------------------------------------------------------------------------------------------------ */

/* An overlay page begins as zeros (6.1). */
static void page_changed(uint64_t old, uint64_t new)
{
	uint8_t *p;

	if (!(new & HVW_PAGE_REG_ENABLE) || ((old ^ new) & ~HVW_PAGE_REG_PRESERVE) == 0)
		return;
	p = mem_ptr(new & ~0xFFFULL, HVW_PAGE_SIZE);
	if (p)
		memset(p, 0, HVW_PAGE_SIZE);
}

void synic_changed(struct vcpu *v, uint32_t msr, uint64_t control, uint64_t evt_page, uint64_t msg_page)
{
	page_changed(v->siefp, evt_page);
	page_changed(v->simp, msg_page);
	v->scontrol = control;
	v->siefp = evt_page;
	v->simp = msg_page;
	log_debug("vp %u: SCONTROL 0x%llx, SIEFP 0x%llx, SIMP 0x%llx", v->index, (unsigned long long)control,
		  (unsigned long long)evt_page, (unsigned long long)msg_page);
	synic_deliver(v);
}

static uint8_t *enabled_page(const struct vcpu *v, uint64_t reg)
{
	if (!(v->scontrol & HVW_SCONTROL_ENABLE) || !(reg & HVW_PAGE_REG_ENABLE))
		return NULL;
	return mem_ptr(reg & ~0xFFFULL, HVW_PAGE_SIZE);
}

/* --- messages --------------------------------------------------------------------------------------------------------- */

/* Every slot of the guest's page is shared with it: each access is one load or store. */
static uint32_t slot_type(const struct hvw_message *slot)
{
	return __atomic_load_n(&slot->type, __ATOMIC_SEQ_CST);
}

/* 6.6: false when the slot is busy; the guest then writes EOM. */
static bool slot_free(struct hvw_message *slot)
{
	if (slot_type(slot) == HVW_MSG_TYPE_NONE)
		return true;
	__atomic_fetch_or(&slot->flags, HVW_MSG_FLAG_PENDING, __ATOMIC_SEQ_CST);
	return slot_type(slot) == HVW_MSG_TYPE_NONE;
}

static bool more_for(const struct message *m, unsigned int sint)
{
	for (m = m->next; m; m = m->next)
		if (m->sint == sint)
			return true;
	return false;
}

static void slot_fill(struct hvw_message *slot, const struct message *m)
{
	uint32_t type = m->m.type;

	memcpy(slot->payload, m->m.payload, sizeof(slot->payload));
	slot->sender = m->m.sender;
	slot->reserved = 0;
	slot->payload_size = m->m.payload_size;
	__atomic_store_n(&slot->flags, more_for(m, m->sint) ? HVW_MSG_FLAG_PENDING : 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&slot->type, type, __ATOMIC_SEQ_CST);
}

/* On the virtual processor's thread, outside KVM_RUN. */
void synic_deliver(struct vcpu *v)
{
	struct vp_queue *q = &queues[v->index];
	uint8_t *simp = enabled_page(v, v->simp);
	struct message **at, *m;
	unsigned int busy = 0;

	if (!simp || !q->count)
		return;
	pthread_mutex_lock(&q->lock);
	for (at = &q->first; (m = *at) != NULL;) {
		struct hvw_message *slot = (struct hvw_message *)simp + m->sint;

		if ((busy & 1U << m->sint) || !slot_free(slot)) {
			busy |= 1U << m->sint;
			at = &m->next;
			continue;
		}
		slot_fill(slot, m);
		busy |= 1U << m->sint;
		*at = m->next;
		if (!*at)
			q->last = at;
		q->count--;
		counters.to_guest++;
		raise_sint(v, m->sint);
		free(m);
	}
	pthread_mutex_unlock(&q->lock);
	if (q->count)
		want_acks(v);
}

static int queue(uint32_t vp, struct message *m)
{
	struct vp_queue *q = &queues[vp];

	pthread_mutex_lock(&q->lock);
	m->next = NULL;
	*q->last = m;
	q->last = &m->next;
	q->count++;
	pthread_mutex_unlock(&q->lock);
	vcpu_kick(&machine.vcpu[vp]);
	return 0;
}

int synic_post_raw(uint32_t vp, unsigned int sint, uint32_t type, const void *payload, size_t len, uint8_t size_field)
{
	struct message *m;

	if (vp >= machine.vps || sint >= HVW_SINT_COUNT || len > HVW_MSG_PAYLOAD_MAX)
		return -EINVAL;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->sint = sint;
	m->m.type = type;
	m->m.payload_size = size_field;
	m->m.sender = SENDER;
	memcpy(m->m.payload, payload, len);
	return queue(vp, m);
}

int synic_post(uint32_t vp, unsigned int sint, const void *payload, size_t len)
{
	return synic_post_raw(vp, sint, HVW_MSG_TYPE_VMBUS, payload, len, (uint8_t)len);
}

void synic_drop_messages(void)
{
	struct message *m, *next;

	for (unsigned int vp = 0; vp < machine.vps; vp++) {
		struct vp_queue *q = &queues[vp];

		pthread_mutex_lock(&q->lock);
		for (m = q->first; m; m = next) {
			next = m->next;
			free(m);
		}
		q->first = NULL;
		q->last = &q->first;
		q->count = 0;
		pthread_mutex_unlock(&q->lock);
	}
}

unsigned int synic_queued(unsigned int vp)
{
	return queues[vp].count;
}

/* --- event flags ------------------------------------------------------------------------------------------------------- */

int synic_set_flag(uint32_t vp, unsigned int sint, unsigned int flag)
{
	struct vcpu *v;
	uint8_t *siefp, *byte, bit = (uint8_t)(1U << flag % 8);

	if (vp >= machine.vps || sint >= HVW_SINT_COUNT || flag >= HVW_EVENT_FLAGS)
		return -EINVAL;
	v = &machine.vcpu[vp];
	siefp = enabled_page(v, v->siefp);
	if (!siefp)
		return -ENXIO;
	byte = siefp + sint * (HVW_EVENT_FLAGS / 8) + flag / 8;
	if (!(__atomic_fetch_or(byte, bit, __ATOMIC_SEQ_CST) & bit))
		raise_sint(v, sint);
	return 0;
}

/* --- signals from the guest ---------------------------------------------------------------------------------------------- */

static int bind(uint32_t connection_id, int fd, uint32_t flags)
{
	struct kvm_hyperv_eventfd e = { .conn_id = connection_id, .fd = fd, .flags = flags };

	return vm_ioctl(KVM_HYPERV_EVENTFD, &e);
}

int signal_bind(uint32_t connection_id, int eventfd)
{
	return bind(connection_id, eventfd, 0);
}

void signal_unbind(uint32_t connection_id)
{
	if (machine.vm >= 0)
		bind(connection_id, -1, KVM_HYPERV_EVENTFD_DEASSIGN);
}

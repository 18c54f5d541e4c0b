// SPDX-License-Identifier: GPL-2.0-only
/* Open, close, modify (02 7), signals and interrupts (02 8), and the turn of each channel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <ctl/ctl.h>

#include "bus.h"

#define TURNS 16		/* a channel's, before others have theirs */
#define ROOM_POLL_NS (5 * NS_PER_MS)
#define AUDIT_NS (500 * NS_PER_MS)

const char *channel_state_name(const struct vmb_channel *ch)
{
	static const char *const names[] = { "hidden", "offered", "open", "revoked" };

	return names[ch->state];
}

/* --- turns ------------------------------------------------------------------------------------------------------------- */

static void run(void *arg)
{
	struct vmb_channel *last = NULL, *ch;

	bus.run_posted = false;
	/* What is queued from now on has its turn after the loop looked at its files. */
	for (ch = bus.run; ch; ch = ch->run_next)
		last = ch;
	while (last && (ch = bus.run)) {
		if (ch == last)
			last = NULL;
		channel_unqueue(ch);
		channel_service(ch);
	}
}

void channel_queue(struct vmb_channel *ch)
{
	if (!ch->queued) {
		ch->queued = true;
		ch->run_next = NULL;
		*bus.run_end = ch;
		bus.run_end = &ch->run_next;
	}
	if (!bus.run_posted && loop_post(run, NULL) == 0)
		bus.run_posted = true;
}

void channel_unqueue(struct vmb_channel *ch)
{
	struct vmb_channel **at;

	if (!ch->queued)
		return;
	ch->queued = false;
	for (at = &bus.run; *at != ch; at = &(*at)->run_next)
		;
	*at = ch->run_next;
	if (!*at)
		bus.run_end = at;
}

void channel_broken(struct vmb_channel *ch, const char *what)
{
	bus_error(ch, "%s", what);
	ch->count.nonsense++;
	if (!ch->broken && !fault_on)
		log_warn("vmbus: %s: %s; the channel takes nothing until it is opened again", ch->spec.name, what);
	ch->broken = true;
}

/* The device took what it wanted. True when its turn goes on. */
static bool after_ready(struct vmb_channel *ch)
{
	int have;

	packet_commit(ch);
	if (ch->broken)
		return false;
	have = ring_in_look(&ch->in);
	if (have > 0)
		return ch->want_poll || ch->drained; /* else: the device has enough; it will vmb_poll() */
	if (have == 0) {
		account_allow(&ch->account);
		have = ring_in_unmask(&ch->in);
	}
	if (have < 0)
		channel_broken(ch, "write index out of range");
	return have > 0 || (have == 0 && ch->want_poll);
}

static bool turn(struct vmb_channel *ch)
{
	uint64_t epoch = ch->epoch;

	if (!ch->in.masked && ring_in_mask(&ch->in) < 0)
		channel_broken(ch, "write index out of range");
	if (ch->out.pending && ring_out_room(&ch->out, ch->out.pending) >= (int)ch->out.pending)
		ring_out_unblock(&ch->out);
	ch->drained = ch->want_poll = false;
	ch->ops->ready(ch);
	if (ch->state != CH_OPEN || ch->epoch != epoch)
		return false;
	return after_ready(ch);
}

void channel_service(struct vmb_channel *ch)
{
	uint64_t epoch = ch->epoch;
	unsigned int turns = 0;

	if (ch->state != CH_OPEN || ch->stalled || ch->broken)
		return;
	if (ch->serving) {
		ch->want_poll = true;
		return;
	}
	ch->serving = true;
	vmb_batch_begin(ch);
	while (turns < TURNS && turn(ch))
		turns++;
	ch->serving = false;
	if (ch->state != CH_OPEN || ch->epoch != epoch)
		return;
	vmb_batch_end(ch);
	if (turns == TURNS)
		channel_queue(ch);
	if (ch->pull_due)
		offer_pull(ch, true);
}

void vmb_poll(struct vmb_channel *ch)
{
	ch->want_poll = true;
	if (!ch->serving && ch->state == CH_OPEN)
		channel_queue(ch);
}

/* --- signals of the guest ------------------------------------------------------------------------------------------------ */

static void count_signals(struct vmb_channel *ch, uint64_t times)
{
	uint64_t extra = account_signals(&ch->account, times);

	ch->count.signals += times;
	trace_bytes(TRACE_SIGNAL, TRACE_FROM_GUEST, ch->relid, (uint32_t)times, ch->spec.name, NULL, 0);
	if (extra && !fault_on)
		ch->count.superfluous += extra;
}

void channel_signalled(struct vmb_channel *ch, uint64_t times)
{
	if (ch->state != CH_OPEN)
		return;
	count_signals(ch, times);
	if (!ch->stalled && fault_hit(FAULT_STALL, ch)) {
		ch->stalled = true;
		channel_retry_in(ch, (1 + fault_random(300)) * NS_PER_MS);
	}
	channel_service(ch);
}

static void signal_ready(void *arg, uint32_t events)
{
	struct vmb_channel *ch = arg;
	uint64_t times;

	if (read(ch->signal_fd, &times, sizeof(times)) == sizeof(times))
		channel_signalled(ch, times);
}

/* Below 5.0 the guest may have set the channel's bit in its half of the interrupt page (8.3). */
static bool take_send_bit(uint32_t relid)
{
	uint32_t *page = bus.interrupt_page ? mem_ptr(bus.interrupt_page, HVW_PAGE_SIZE) : NULL;
	uint32_t bit = 1U << (relid & 31);

	if (!page)
		return false;
	page += VMBUS_INT_PAGE_SEND / 4 + relid / 32;
	return __atomic_fetch_and(page, ~bit, __ATOMIC_SEQ_CST) & bit;
}

/* 0.13: one connection for all channels. */
static void shared_signalled(uint64_t times)
{
	uint32_t relid;

	for (relid = 1; relid <= VMBUS_RELID_MAX; relid++)
		if (bus.by_relid[relid] && take_send_bit(relid))
			channel_signalled(bus.by_relid[relid], times);
}

static void shared_ready(void *arg, uint32_t events)
{
	uint64_t times;

	if (read(bus.shared_fd, &times, sizeof(times)) == sizeof(times))
		shared_signalled(times);
}


static void deliver_signal(void *arg)
{
	uint32_t connection_id = (uint32_t)(uintptr_t)arg;
	struct vmb_channel *ch;

	if (bus.shared_fd >= 0 && connection_id == VMBUS_CONN_ID_EVENT)
		shared_signalled(1);
	for (ch = bus.first; ch; ch = ch->next)
		if (ch->signal_fd >= 0 && ch->bound_connection == connection_id) {
			channel_signalled(ch, 1);
			return;
		}
}

/* The ids in force, for threads other than the loop's: one bit each, 24 bits of id folded. */
static uint32_t bound[2048];

static void bound_set(uint32_t connection_id, bool on)
{
	__atomic_fetch_add(&bound[connection_id % 2048], on ? 1 : -1, __ATOMIC_RELAXED);
}

uint16_t vmb_signal_from_guest(uint32_t connection_id, uint16_t flag)
{
	if (!__atomic_load_n(&bound[connection_id % 2048], __ATOMIC_RELAXED))
		return HV_STATUS_NO_CONNECTION;
	if (flag)
		return HV_STATUS_INVALID_PORT;
	loop_post(deliver_signal, (void *)(uintptr_t)connection_id);
	return HV_STATUS_SUCCESS;
}

static int bind_fd(uint32_t connection_id, loop_fd_fn fn, void *arg)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (loop_add_fd(fd, EPOLLIN, fn, arg) < 0) {
		close(fd);
		return -ENOMEM;
	}
	if (signal_bind(connection_id, fd) < 0) {
		loop_del_fd(fd);
		close(fd);
		return -EEXIST;
	}
	bound_set(connection_id, true);
	return fd;
}

static void unbind_fd(uint32_t connection_id, int *fd)
{
	if (*fd < 0)
		return;
	bound_set(connection_id, false);
	signal_unbind(connection_id);
	loop_del_fd(*fd);
	close(*fd);
	*fd = -1;
}

static bool bind_channel(struct vmb_channel *ch)
{
	if (ch->connection_id == VMBUS_CONN_ID_EVENT) {
		if (bus.shared_fd < 0)
			bus.shared_fd = bind_fd(VMBUS_CONN_ID_EVENT, shared_ready, NULL);
		return bus.shared_fd >= 0;
	}
	ch->bound_connection = ch->connection_id;
	ch->signal_fd = bind_fd(ch->bound_connection, signal_ready, ch);
	return ch->signal_fd >= 0;
}

static void unbind_channel(struct vmb_channel *ch)
{
	struct vmb_channel *o;

	unbind_fd(ch->bound_connection, &ch->signal_fd);
	for (o = bus.first; o; o = o->next)
		if (o->state == CH_OPEN && o->connection_id == VMBUS_CONN_ID_EVENT)
			return;
	unbind_fd(VMBUS_CONN_ID_EVENT, &bus.shared_fd);
}

/* --- interrupts to the guest ------------------------------------------------------------------------------------------------ */

/* 8.1: by event flag from 2.4 on, else by the interrupt page and flag 0 of VP 0. */
static void raise(struct vmb_channel *ch, uint32_t flag)
{
	uint32_t *page;

	if (bus.version >= VMBUS_VERSION_2_4) {
		if (ch->target_vp != VMBUS_VP_INVALID)
			synic_set_flag(ch->target_vp, ch->sint, flag);
		return;
	}
	page = mem_ptr(bus.interrupt_page, HVW_PAGE_SIZE);
	if (!page)
		return;
	__atomic_fetch_or(page + flag / 32, 1U << (flag & 31), __ATOMIC_SEQ_CST);
	synic_set_flag(0, bus.msg_sint, 0);
}

static void flood(struct vmb_channel *ch)
{
	unsigned int n = 1 + (unsigned int)fault_random(64);

	while (n--)
		raise(ch, fault_random(2) ? ch->event_flag : 1 + (uint32_t)fault_random(VMBUS_RELID_MAX));
}

void channel_interrupt(struct vmb_channel *ch)
{
	ch->signal_due = true;
	if (!ch->batch)
		channel_raise(ch);
}

void channel_raise(struct vmb_channel *ch)
{
	ch->signal_due = false;
	if (fault_hit(FAULT_IRQ_FLOOD, ch))
		flood(ch);
	if (fault_hit(FAULT_IRQ_LOST, ch)) {
		ch->irq_late = true;
		channel_retry_in(ch, (1 + fault_random(100)) * NS_PER_MS);
		return;
	}
	ch->count.interrupts++;
	trace_bytes(TRACE_INTERRUPT, TRACE_TO_GUEST, ch->relid, ch->target_vp, ch->spec.name, NULL, 0);
	raise(ch, ch->event_flag);
}

/* --- what nobody signals ------------------------------------------------------------------------------------------------------ */

void channel_retry_in(struct vmb_channel *ch, uint64_t ns)
{
	if (!loop_timer_is_set(&ch->retry))
		loop_timer_set(&ch->retry, ns);
}

static void retry(void *arg)
{
	struct vmb_channel *ch = arg;

	ch->stalled = false;
	if (ch->state != CH_OPEN)
		return;
	if (ch->irq_late) {
		ch->irq_late = false;
		raise(ch, ch->event_flag);
	}
	if (ch->late)
		fault_flush_late(ch);
	if (ch->out.pending && (!ch->guest_pending_feature || fault_on))
		channel_retry_in(ch, ROOM_POLL_NS);
	channel_service(ch);
}

void channel_init(struct vmb_channel *ch)
{
	loop_timer_init(&ch->retry, retry, ch);
}

static void count_missed(struct vmb_channel *ch, uint64_t *count, const char *what)
{
	static const char text[] = "missed signal";

	ch->account.data_since = ch->account.room_since = 0;
	if (!fault_on) {
		++*count;
		log_warn("vmbus: %s: the guest did not signal %s", ch->spec.name, what);
		trace_bytes(TRACE_NOTE, TRACE_HOST, ch->relid, 0, ch->spec.name, text, sizeof(text) - 1);
	}
	channel_service(ch);
}

/* We sleep on it: is there something we should have been told of? (account.h) True when channels may have changed. */
static bool audit_channel(struct vmb_channel *ch, uint64_t now)
{
	bool asleep = ch->state == CH_OPEN && !ch->broken && !ch->stalled && ch->monitor_id < 0;
	bool data, room;
	int have;

	data = asleep && !ch->in.masked && ring_in_look(&ch->in) > 0;
	have = asleep && ch->out.pending ? ring_out_room(&ch->out, ch->out.pending) : 0;
	room = asleep && ch->out.pending && ch->guest_pending_feature && have >= (int)ch->out.pending;
	if (account_waits(&ch->account.data_since, data, now))
		count_missed(ch, &ch->count.missed_data, "a packet in an empty ring");
	else if (account_waits(&ch->account.room_since, room, now))
		count_missed(ch, &ch->count.missed_room, "the room we wait for");
	else
		return false;
	return true;
}

static void audit(void *arg)
{
	struct vmb_channel *ch;
	bool paused = machine_paused();

	for (ch = bus.first; ch; ch = ch->next) {
		if (paused)
			ch->account.data_since = ch->account.room_since = 0;
		else if (audit_channel(ch, loop_now_ns()))
			break;
	}
	if (bus.version)
		loop_timer_set(&bus.audit, AUDIT_NS);
}

void channel_audit_start(void)
{
	if (!bus.audit.fn)
		loop_timer_init(&bus.audit, audit, NULL);
	if (!loop_timer_is_set(&bus.audit))
		loop_timer_set(&bus.audit, AUDIT_NS);
}

/* --- open --------------------------------------------------------------------------------------------------------------------- */

static bool start_rings(struct vmb_channel *ch)
{
	struct vmbus_ring_hdr *in = ch->in.r.hdr, *out = ch->out.r.hdr;

	ch->in.read = ch->in.write = __atomic_load_n(&in->read_index, __ATOMIC_ACQUIRE);
	ch->out.write = ch->out.published = __atomic_load_n(&out->write_index, __ATOMIC_ACQUIRE);
	ch->out.read = __atomic_load_n(&out->read_index, __ATOMIC_ACQUIRE);
	if (ch->in.read >= ch->in.r.size || ch->in.read & 7 || ch->out.write >= ch->out.r.size || ch->out.write & 7 ||
	    ch->out.read >= ch->out.r.size || ch->out.read & 7)
		return false;
	ch->guest_pending_feature = out->feature_bits & VMBUS_RING_FEAT_PENDING_SEND_SZ;
	out->feature_bits = VMBUS_RING_FEAT_PENDING_SEND_SZ;
	out->pending_send_sz = 0;
	return ring_in_look(&ch->in) >= 0;
}

/* 7.1: one range of whole pages; a header and at least one data page for each ring. */
static bool take_rings(struct vmb_channel *ch, uint32_t gpadl, uint32_t downstream)
{
	struct vmb_gpadl *g = vmb_gpadl(ch, gpadl);

	if (!g || g->range_count != 1 || g->range[0].offset || g->bytes % HVW_PAGE_SIZE)
		return false;
	if (downstream < 2 || g->pages < 4 || downstream > g->pages - 2)
		return false;
	memset(&ch->in, 0, sizeof(ch->in));
	memset(&ch->out, 0, sizeof(ch->out));
	ring_setup(&ch->in.r, g->page, downstream);
	ring_setup(&ch->out.r, g->page + downstream, g->pages - downstream);
	if (!start_rings(ch))
		return false;
	ch->ring_gpadl = g;
	return true;
}

static bool make_buffers(struct vmb_channel *ch)
{
	size_t most = ch->spec.max_packet ? ch->spec.max_packet : 65536;

	most = (most + 7) & ~(size_t)7;
	if (ch->packet_size == most)
		return true;
	channel_free_buffers(ch);
	ch->iov_size = ch->range_size = most / 8;
	ch->packet = malloc(most);
	ch->iov = malloc(ch->iov_size * sizeof(*ch->iov));
	ch->range = malloc(ch->range_size * sizeof(*ch->range));
	if (!ch->packet || !ch->iov || !ch->range) {
		channel_free_buffers(ch);
		return false;
	}
	ch->packet_size = most;
	return true;
}

void channel_free_buffers(struct vmb_channel *ch)
{
	free(ch->packet);
	free(ch->iov);
	free(ch->range);
	free(ch->late);
	ch->packet = ch->late = NULL;
	ch->iov = NULL;
	ch->range = NULL;
	ch->packet_size = ch->iov_size = ch->range_size = ch->late_len = 0;
}

static void answer_open(struct vmb_channel *ch, uint32_t open_id, uint32_t status)
{
	struct vmbus_msg_open_result r;

	memset(&r, 0, sizeof(r));
	r.hdr.type = VMBUS_MSG_OPEN_RESULT;
	r.relid = ch->relid;
	r.open_id = open_id;
	r.status = status;
	bus_message(&r, sizeof(r), ch);
}

static void tell(const char *event, const struct vmb_channel *ch)
{
	ctl_event(event, ch->spec.name, json_pack("{s:i, s:i}", "relid", (int)ch->relid, "sub", (int)ch->spec.sub_index));
}

/* Everything is set up before the device hears of it: it may send at once, and the guest may signal at once (7.2). */
static uint32_t start(struct vmb_channel *ch, const struct vmbus_msg_open *m)
{
	int status;

	if (ch->target_vp != VMBUS_VP_INVALID && ch->target_vp >= machine_vps())
		return BUS_STATUS_FAILED;
	if (!take_rings(ch, m->gpadl, m->downstream_offset) || !make_buffers(ch) || fault_hit(FAULT_REFUSE, ch))
		return BUS_STATUS_FAILED;
	if (!bind_channel(ch))
		return BUS_STATUS_FAILED;
	ch->state = CH_OPEN;
	ch->epoch++;
	ch->broken = ch->stalled = ch->irq_late = ch->pull_due = ch->signal_due = false;
	ch->batch = 0;
	account_start(&ch->account, machine_vps());
	account_allow(&ch->account);
	status = ch->ops->open ? ch->ops->open(ch, m->user) : 0;
	if (status && ch->state == CH_OPEN) {
		ch->state = CH_OFFERED;
		unbind_channel(ch);
		ch->ring_gpadl = NULL;
	}
	return (uint32_t)status;
}

static void started(struct vmb_channel *ch, uint32_t open_id)
{
	if (fault_hit(FAULT_RESCIND_OPEN, ch)) {
		offer_pull(ch, true);
		return;
	}
	ch->count.opens++;
	answer_open(ch, open_id, 0);
	tell("channel-open", ch);
	channel_queue(ch);
	channel_audit_start();
	if (fault_hit(FAULT_RESCIND_OPENED, ch))
		offer_pull(ch, true);
}

static void open_channel(struct vmb_channel *ch, const struct vmbus_msg_open *m)
{
	uint32_t status = start(ch, m);

	if (!status && ch->state == CH_OPEN) {
		started(ch, m->open_id);
		return;
	}
	bus_error(ch, "cannot be opened: GPADL 0x%x, offset %u, VP %u: status 0x%x", m->gpadl, m->downstream_offset,
		  m->target_vp, status);
	if (ch->state == CH_OFFERED)
		answer_open(ch, m->open_id, status ? status : BUS_STATUS_FAILED);
}

/* A channel the guest may open now; a revoked one is passed over in silence (5.2). */
static struct vmb_channel *to_open(uint32_t relid)
{
	struct vmb_channel *ch = offer_by_relid(relid);

	if (ch && ch->state == CH_OFFERED)
		return ch;
	if (!ch || ch->state != CH_REVOKED)
		bus_error(ch, "OPEN of relid %u, which is %s", relid, ch ? channel_state_name(ch) : "nobody's");
	return NULL;
}

static bool take_long_form(struct vmb_channel *ch, const uint8_t *msg, size_t len)
{
	struct vmbus_msg_open_long m;

	if (len < sizeof(m) || !connection_feature(VMBUS_FEATURE_GUEST_SIGNALS))
		return true;
	memcpy(&m, msg, sizeof(m));
	if (!m.event_flag || m.event_flag > VMBUS_RELID_MAX)
		return false;
	ch->event_flag = m.event_flag;
	if (m.connection_id)
		ch->connection_id = m.connection_id;
	return true;
}

void channel_open(const uint8_t *msg, size_t len)
{
	struct vmbus_msg_open m;
	struct vmb_channel *ch;

	memcpy(&m, msg, sizeof(m));
	ch = to_open(m.relid);
	if (!ch)
		return;
	ch->target_vp = bus.version >= VMBUS_VERSION_2_4 ? m.target_vp : 0;
	ch->event_flag = ch->relid;
	ch->sint = BUS_SINT;
	ch->reserved_open = false;
	if (take_long_form(ch, msg, len))
		open_channel(ch, &m);
	else
		answer_open(ch, m.open_id, BUS_STATUS_FAILED);
}

void channel_open_reserved(const uint8_t *msg)
{
	struct vmbus_msg_open_reserved m;
	struct vmbus_msg_open o;
	struct vmb_channel *ch;

	memcpy(&m, msg, sizeof(m));
	ch = to_open(m.relid);
	if (!ch || !m.target_sint || m.target_sint > 15)
		return;
	memset(&o, 0, sizeof(o));
	o.relid = m.relid;
	o.gpadl = m.gpadl;
	o.downstream_offset = m.downstream_offset;
	ch->target_vp = o.target_vp = m.target_vp;
	ch->event_flag = ch->relid;
	ch->sint = m.target_sint;
	ch->reserved_open = true;
	open_channel(ch, &o);
}

/* A driver that keeps the protocol leaves these at zero (account.h). */
static void tell_counts(const struct vmb_channel *ch)
{
	const struct channel_counts *c = &ch->count;

	log_debug("vmbus: %s: closed after %llu packets in, %llu out, %llu signals, %llu interrupts", ch->spec.name,
		  (unsigned long long)c->packets_in, (unsigned long long)c->packets_out, (unsigned long long)c->signals,
		  (unsigned long long)c->interrupts);
	if (c->superfluous || c->missed_data || c->missed_room)
		log_warn("vmbus: %s: of %llu signals %llu were superfluous; missed: %llu for data, %llu for room", ch->spec.name,
			 (unsigned long long)c->signals, (unsigned long long)c->superfluous,
			 (unsigned long long)c->missed_data, (unsigned long long)c->missed_room);
}

/* --- close, modify ------------------------------------------------------------------------------------------------------------ */

void channel_close(struct vmb_channel *ch)
{
	if (ch->state != CH_OPEN)
		return;
	ch->state = CH_OFFERED; /* nothing more is sent */
	channel_unqueue(ch);
	loop_timer_cancel(&ch->retry);
	ch->ops->close(ch);
	unbind_channel(ch);
	ch->ring_gpadl = NULL;
	ch->batch = 0;
	ch->signal_due = false;
	free(ch->late); /* of this opening: not for whoever opens it next */
	ch->late = NULL;
	memset(&ch->in, 0, sizeof(ch->in));
	memset(&ch->out, 0, sizeof(ch->out));
	tell_counts(ch);
	tell("channel-close", ch);
}

void channel_close_message(const uint8_t *msg)
{
	struct vmbus_msg_relid m;
	struct vmb_channel *ch;

	memcpy(&m, msg, sizeof(m));
	ch = offer_by_relid(m.relid);
	if (ch && ch->state == CH_REVOKED)
		return;
	if (!ch || ch->state != CH_OPEN) {
		bus_error(ch, "CLOSE of relid %u, which is %s", m.relid, ch ? channel_state_name(ch) : "nobody's");
		return;
	}
	channel_close(ch);
	if (fault_hit(FAULT_RESCIND_CLOSE, ch))
		offer_pull(ch, true);
}

void channel_close_reserved(const uint8_t *msg)
{
	struct vmbus_msg_close_reserved m;
	struct vmbus_msg_relid r;
	struct vmb_channel *ch;

	memcpy(&m, msg, sizeof(m));
	ch = offer_by_relid(m.relid);
	if (!ch || ch->state != CH_OPEN || !ch->reserved_open) {
		bus_error(ch, "CLOSE_RESERVED of relid %u, which is not so open", m.relid);
		return;
	}
	channel_close(ch);
	memset(&r, 0, sizeof(r));
	r.hdr.type = VMBUS_MSG_CLOSE_RESERVED_RESPONSE;
	r.relid = m.relid;
	if (m.target_vp < machine_vps() && m.target_sint && m.target_sint < 16)
		bus_message_to(m.target_vp, m.target_sint, &r, sizeof(r));
}

/* 7.5 */
void channel_modify(const uint8_t *msg)
{
	struct vmbus_msg_modify_response r;
	struct vmbus_msg_modify m;
	struct vmb_channel *ch;
	bool good;

	memcpy(&m, msg, sizeof(m));
	ch = offer_by_relid(m.relid);
	if (ch && ch->state == CH_REVOKED)
		return;
	good = ch && ch->state == CH_OPEN && m.target_vp < machine_vps() && !fault_hit(FAULT_REFUSE, ch);
	if (good)
		ch->target_vp = m.target_vp;
	else
		bus_error(ch, "MODIFY_CHANNEL of relid %u to VP %u", m.relid, m.target_vp);
	if (bus.version < VMBUS_VERSION_5_3 || !ch)
		return;
	memset(&r, 0, sizeof(r));
	r.hdr.type = VMBUS_MSG_MODIFY_CHANNEL_RESPONSE;
	r.relid = m.relid;
	r.status = good ? 0 : BUS_STATUS_FAILED;
	bus_message(&r, sizeof(r), ch);
}

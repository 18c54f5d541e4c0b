// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynamic memory (docs/wire/06-balloon.md): the guest is asked to give pages away, gets them back, gets more than it booted
 * with. One request is with the guest at a time. What it gives away is checked page by page.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/log.h"
#include "ctl/args.h"
#include "dev/balloon.h"
#include "dev/dm_parse.h"
#include "dev/dm_set.h"
#include "dev/ic.h"
#include "machine/machine.h"

#define PAGE 4096ULL
#define OP_LIMIT_NS (180 * NS_PER_S)
#define REPORT_LIMIT_NS (120 * NS_PER_S)
#define CLASSIC_ALIGN_MB 128
/* Pages of one request; real hosts ask in steps, too. */
#define STEP_PAGES 585728ULL

enum state { CLOSED, WANT_VERSION, WANT_CAPS, IDLE, BALLOONING, UNBALLOONING, HOT_ADDING };

struct balloon {
	struct device *d;
	struct vmb_channel *ch;
	struct ic_versions versions;
	bool quiet, info, region, report_events;
	uint64_t max_bytes; /* the guest may grow to this; 0: not above what it booted with */
	enum state state;
	uint32_t version, trans_id;
	uint64_t caps;
	unsigned int align_mb;

	struct dm_set away;
	uint64_t added; /* pages of hot add the guest took */
	uint64_t hot_add_gpa;

	bool busy; /* a target is being worked at */
	uint64_t target; /* pages */
	uint64_t asked, got, left; /* of the request with the guest */
	struct ctl_request *req;
	struct loop_timer limit;
	uint8_t pending[DM_MSG_MAX]; /* a message the ring had no room for */
	size_t pending_len;

	struct ctl_request *reporter; /* waits for a pressure report */
	struct loop_timer reporter_limit;
	uint64_t available, committed; /* of the last report, in pages */

	struct balloon_hint hint;
	uint64_t reports, ballooned, unballooned, hot_added, requests, violations, bad_ranges;
};

static void step(struct balloon *b);

/* --- words ----------------------------------------------------------------------------------------------------------- */

static void violation(struct balloon *b, const char *what)
{
	/* As in ic_violation(): the guest must not fill the log. */
	if (++b->violations > 32 && (b->violations & (b->violations - 1)))
		return;
	log_warn("%s: the guest broke the protocol (%" PRIu64 "): %s", b->d->name, b->violations, what);
	ctl_event("guest-violation", b->d->name, json_pack("{s:s}", "what", what));
}

static uint64_t boot_pages(void);

static uint64_t guest_pages(const struct balloon *b)
{
	const uint64_t all = boot_pages() + b->added;

	return all > b->away.count ? all - b->away.count : 0;
}

static json_t *progress_json(const struct balloon *b, bool is_short)
{
	return json_pack("{s:I, s:I, s:I, s:b}", "actual", (json_int_t)(guest_pages(b) * PAGE), "target",
			 (json_int_t)(b->target * PAGE), "ballooned", (json_int_t)(b->away.count * PAGE), "short", is_short);
}

/* --- sending --------------------------------------------------------------------------------------------------------- */

/* One message may wait for room; whoever sends more looks at pending_len first. */
static void send_msg(struct balloon *b, void *msg, uint16_t type, size_t size)
{
	struct dm_hdr h = { .type = type, .size = (__u16)size, .trans_id = ++b->trans_id };
	int err;

	memcpy(msg, &h, sizeof(h));
	err = vmb_send_inband(b->ch, b->trans_id, false, msg, size);
	if (err == -EAGAIN) {
		memcpy(b->pending, msg, size);
		b->pending_len = size;
	} else if (err) {
		log_warn("%s: a message cannot be sent: errno %d", b->d->name, -err);
	}
}

static bool send_pending(struct balloon *b)
{
	if (b->pending_len && vmb_send_inband(b->ch, b->trans_id, false, b->pending, b->pending_len) != -EAGAIN)
		b->pending_len = 0;
	return !b->pending_len;
}

/* --- the target -------------------------------------------------------------------------------------------------------- */

static void finish(struct balloon *b, int err, bool is_short)
{
	struct ctl_request *req = b->req;

	loop_timer_cancel(&b->limit);
	if (b->state > IDLE)
		b->state = IDLE;
	if (!b->busy)
		return;
	b->busy = false;
	b->req = NULL;
	if (!err)
		ctl_event("balloon-done", b->d->name, progress_json(b, is_short));
	if (!req)
		return;
	if (err == -ETIMEDOUT)
		ctl_why(req, "the guest did not answer in time (a guest that can hibernate answers nothing)");
	else if (err == -ENOTCONN)
		ctl_why(req, "the guest closed the channel");
	ctl_finish(req, err, progress_json(b, is_short));
}

static void op_too_long(void *arg)
{
	finish(arg, -ETIMEDOUT, false);
}

static void begin_op(struct balloon *b, enum state state, uint64_t pages)
{
	b->state = state;
	b->asked = b->left = pages;
	b->got = 0;
	b->requests++;
	loop_timer_set(&b->limit, OP_LIMIT_NS);
}

static void balloon_up(struct balloon *b, uint64_t pages)
{
	struct dm_balloon_request m = { .pages = (__u32)pages };

	begin_op(b, BALLOONING, pages);
	send_msg(b, &m, DM_BALLOON_REQUEST, sizeof(m));
}

/* As many ranges as one message holds; the pages are the guest's from the moment it is sent. */
static uint32_t fill_ranges(struct balloon *b, struct dm_unballoon_request *m)
{
	uint64_t pfn, n;
	uint32_t count = 0;

	while (count < DM_RANGES_MAX && b->left) {
		n = dm_set_take(&b->away, b->left < DM_RANGE_COUNT_MAX ? b->left : DM_RANGE_COUNT_MAX, &pfn);
		if (!n)
			break;
		m->ranges[count++] = pfn | n << DM_RANGE_COUNT_SHIFT;
		b->left -= n;
		b->got += n;
	}
	return count;
}

static void unballoon_more(struct balloon *b)
{
	struct dm_unballoon_request m;
	uint32_t count;

	while (b->left && !b->pending_len) {
		memset(&m, 0, sizeof(m));
		count = fill_ranges(b, &m);
		m.range_count = count;
		m.more = b->left && b->away.count;
		if (!m.more)
			b->left = 0;
		send_msg(b, &m, DM_UNBALLOON_REQUEST, offsetof(struct dm_unballoon_request, ranges) + 8 * (size_t)count);
	}
}

/* --- hot add (8) --------------------------------------------------------------------------------------------------------- */

/*
 * Memory once mapped stays until the process ends: devices may have I/O in flight there. A machine that was reset, or another
 * kernel after kexec, gets new addresses.
 */
static uint64_t hot_mapped_pages;

static uint64_t boot_pages(void)
{
	return mem_ram_bytes() / PAGE - hot_mapped_pages;
}

/* Behind all RAM, aligned, and not within the window of memory-mapped devices. */
static uint64_t place(uint64_t align, uint64_t bytes)
{
	const uint64_t window = mmio_window_start(true), window_end = window + mmio_window_size(true);
	uint64_t gpa = mem_ram_end();

	if (gpa < 1ULL << 32)
		gpa = 1ULL << 32;
	gpa = (gpa + align - 1) & ~(align - 1);
	if (window_end > window && gpa < window_end && window < gpa + bytes)
		gpa = (window_end + align - 1) & ~(align - 1);
	return gpa;
}

static int map_memory(uint64_t gpa, uint64_t bytes)
{
	void *host = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int err;

	if (host == MAP_FAILED)
		return -ENOMEM;
	madvise(host, bytes, MADV_DONTDUMP);
	err = mem_map(gpa, host, bytes);
	if (err) {
		munmap(host, bytes);
		return err;
	}
	hot_mapped_pages += bytes / PAGE;
	return 0;
}

static uint64_t align_bytes(const struct balloon *b)
{
	return (uint64_t)(b->align_mb > CLASSIC_ALIGN_MB ? b->align_mb : CLASSIC_ALIGN_MB) << 20;
}

static int hot_add(struct balloon *b, uint64_t pages)
{
	struct dm_hot_add_request m = { 0 };
	const uint64_t bytes = pages * PAGE;
	int err;

	b->hot_add_gpa = place(align_bytes(b), bytes);
	err = map_memory(b->hot_add_gpa, bytes);
	if (err)
		return err;
	m.range = m.region = b->hot_add_gpa / PAGE | pages << DM_RANGE_COUNT_SHIFT;
	begin_op(b, HOT_ADDING, pages);
	send_msg(b, &m, DM_HOT_ADD_REQUEST, b->region ? sizeof(m) : offsetof(struct dm_hot_add_request, region));
	return 0;
}

static void take_hot_add(struct balloon *b, const struct dm_guest_msg *m)
{
	if (b->state != HOT_ADDING) {
		violation(b, "a hot add response nobody waits for");
		return;
	}
	if (m->pages > b->asked) {
		violation(b, "more pages hot added than offered");
		finish(b, -EPROTO, true);
		return;
	}
	b->added += m->pages;
	b->hot_added += m->pages;
	ctl_event("hot-add-done", b->d->name, json_pack("{s:I, s:I, s:I}", "start", (json_int_t)b->hot_add_gpa, "bytes",
							(json_int_t)(m->pages * PAGE), "result", (json_int_t)m->result));
	b->state = IDLE;
	if (m->pages < b->asked)
		finish(b, 0, true);
	else
		step(b);
}

/* --- one step towards the target -------------------------------------------------------------------------------------------- */

/* Hot add comes in multiples of the alignment; the rest is never given. */
static bool grow(struct balloon *b, uint64_t missing)
{
	const uint64_t unit = align_bytes(b) / PAGE;
	uint64_t pages = missing / unit * unit;
	int err;

	if (!(b->caps & DM_CAP_HOT_ADD) || !pages)
		return false;
	if (pages > DM_RANGE_COUNT_MAX)
		pages = DM_RANGE_COUNT_MAX / unit * unit;
	err = hot_add(b, pages);
	if (err)
		log_warn("%s: memory cannot be added: errno %d", b->d->name, -err);
	return !err;
}

static void step(struct balloon *b)
{
	const uint64_t now = guest_pages(b);
	uint64_t pages;

	if (!b->busy || b->state != IDLE)
		return;
	if (now > b->target) {
		pages = now - b->target;
		balloon_up(b, pages < STEP_PAGES ? pages : STEP_PAGES);
	} else if (now < b->target && b->away.count) {
		pages = b->target - now;
		begin_op(b, UNBALLOONING, pages < b->away.count ? pages : b->away.count);
		unballoon_more(b);
	} else if (now == b->target || !grow(b, b->target - now)) {
		finish(b, 0, now != b->target);
	}
}

/* --- what the guest says ------------------------------------------------------------------------------------------------------ */

static void take_version(struct balloon *b, const struct dm_guest_msg *m)
{
	struct dm_response r = { 0 };
	char text[16];

	if (b->state != WANT_VERSION) {
		violation(b, "a version request at the wrong time");
		return;
	}
	for (unsigned int i = 0; i < b->versions.count; i++)
		if (b->versions.v[i] == m->version)
			r.bits = DM_RESPONSE_ACCEPTED;
	log_info("%s: version %s %s", b->d->name, ic_version_text(m->version, text), r.bits ? "agreed" : "refused");
	if (r.bits) {
		b->version = m->version;
		b->state = WANT_CAPS;
	}
	send_msg(b, &r, DM_VERSION_RESPONSE, sizeof(r));
}

static void send_info(struct balloon *b)
{
	struct dm_info m = {
		.info_size = 16, .info_type = DM_INFO_MAX_PAGE_COUNT, .data_size = 8,
		.value = (b->max_bytes ? b->max_bytes : mem_ram_bytes()) / PAGE,
	};

	send_msg(b, &m, DM_INFO, sizeof(m));
}

static void take_caps(struct balloon *b, const struct dm_guest_msg *m)
{
	struct dm_response r = { .bits = DM_RESPONSE_ACCEPTED | (b->quiet ? DM_RESPONSE_SUPPRESS_STATUS : 0) };
	char text[16];

	if (b->state != WANT_CAPS) {
		violation(b, "capabilities at the wrong time");
		return;
	}
	b->caps = m->caps;
	b->align_mb = m->align_mb;
	b->state = IDLE;
	send_msg(b, &r, DM_CAPABILITIES_RESPONSE, sizeof(r));
	/* 3: from 1.0 on */
	if (b->info && b->version >= DM_VERSION_1_0 && !b->pending_len)
		send_info(b);
	ctl_event("balloon-ready", b->d->name, json_pack("{s:s, s:I, s:i}", "version", ic_version_text(b->version, text),
							 "capabilities", (json_int_t)m->caps, "align_mb", m->align_mb));
}

static json_t *report_json(const struct balloon *b)
{
	return json_pack("{s:I, s:I}", "available", (json_int_t)(b->available * PAGE), "committed",
			 (json_int_t)(b->committed * PAGE));
}

static void finish_reporter(struct balloon *b, int err)
{
	struct ctl_request *req = b->reporter;

	b->reporter = NULL;
	loop_timer_cancel(&b->reporter_limit);
	if (req)
		ctl_finish(req, err, report_json(b));
}

static void no_report(void *arg)
{
	finish_reporter(arg, -ETIMEDOUT);
}

static void take_report(struct balloon *b, const struct dm_guest_msg *m)
{
	/* Pages beyond what there may be would overflow as bytes. */
	if (m->available >> 52 || m->committed >> 52) {
		violation(b, "a pressure report beyond all memory");
		return;
	}
	b->reports++;
	b->available = m->available;
	b->committed = m->committed;
	if (b->report_events)
		ctl_event("balloon-status", b->d->name, report_json(b));
	finish_reporter(b, 0);
}

static bool take_range(struct balloon *b, const uint8_t *ranges, uint32_t index)
{
	struct dm_pages r;
	int err;

	if (!dm_parse_range(ranges, index, &r) || !mem_ptr(r.pfn * PAGE, r.count * PAGE)) {
		violation(b, "a ballooned range that is empty or no RAM");
		return false;
	}
	err = dm_set_add(&b->away, r.pfn, r.count);
	if (err) {
		if (err == -EEXIST)
			violation(b, "a page ballooned twice");
		return false;
	}
	mem_discard(r.pfn * PAGE, r.count * PAGE);
	b->got += r.count;
	b->ballooned += r.count;
	return true;
}

/* A late answer, to a request we gave up, still gives pages away: they are counted whenever they come. */
static void take_ballooned(struct balloon *b, const struct dm_guest_msg *m)
{
	if (b->state < IDLE) {
		violation(b, "a balloon response before the capabilities");
		return;
	}
	for (uint32_t i = 0; i < m->range_count; i++)
		if (!take_range(b, m->ranges, i))
			b->bad_ranges++;
	if (b->state != BALLOONING || m->more)
		return;
	if (b->got > b->asked)
		violation(b, "more pages ballooned than asked for");
	b->state = IDLE;
	if (b->got < b->asked)
		finish(b, 0, true);
	else
		step(b);
}

static void take_unballooned(struct balloon *b)
{
	if (b->state != UNBALLOONING || b->left || b->pending_len) {
		violation(b, "an unballoon response nobody waits for");
		return;
	}
	b->unballooned += b->got;
	b->state = IDLE;
	step(b);
}

static void take_msg(struct balloon *b, const struct dm_guest_msg *m)
{
	switch (m->type) {
	case DM_VERSION_REQUEST:
		take_version(b, m);
		return;
	case DM_CAPABILITIES_REPORT:
		take_caps(b, m);
		return;
	case DM_STATUS_REPORT:
		take_report(b, m);
		return;
	case DM_BALLOON_RESPONSE:
		take_ballooned(b, m);
		return;
	case DM_UNBALLOON_RESPONSE:
		take_unballooned(b);
		return;
	case DM_HOT_ADD_RESPONSE:
		take_hot_add(b, m);
		return;
	}
}

static void take_packet(struct balloon *b, const struct vmb_packet *p)
{
	struct dm_guest_msg m;
	const char *what;

	if (p->type != VM_PKT_DATA_INBAND)
		violation(b, "packet is not in-band data");
	else if (dm_parse_guest(p->data, p->len, &m, &what))
		violation(b, what);
	else
		take_msg(b, &m);
}

static void on_ready(struct vmb_channel *ch)
{
	struct balloon *b = vmb_priv(ch);
	struct vmb_packet p;

	if (!send_pending(b))
		return;
	/* An answer of ours that found no room goes first: the guest can wait for its own answers meanwhile. */
	while (!b->pending_len && vmb_recv(ch, &p) == 1)
		take_packet(b, &p);
	if (b->state == UNBALLOONING)
		unballoon_more(b);
}

static int on_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct balloon *b = vmb_priv(ch);

	b->state = WANT_VERSION;
	return 0;
}

/* What the guest gave away it has again, as far as we know: the next driver begins with all of it. */
static void forget(struct balloon *b)
{
	finish(b, -ENOTCONN, false);
	finish_reporter(b, -ENOTCONN);
	b->state = CLOSED;
	b->pending_len = 0;
	dm_set_clear(&b->away);
}

static void on_close(struct vmb_channel *ch)
{
	struct balloon *b = vmb_priv(ch);

	forget(b);
}

static const struct vmb_ops ops = { .open = on_open, .ready = on_ready, .close = on_close };

/* --- verbs ---------------------------------------------------------------------------------------------------------------------- */

static int check_ready(const struct balloon *b, struct ctl_request *req)
{
	if (b->state >= IDLE)
		return 0;
	ctl_why(req, "the guest's driver has not told its capabilities yet");
	return -ENOTCONN;
}

static int do_target(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct balloon *b = d->priv;
	const uint64_t most = b->max_bytes ? b->max_bytes : (boot_pages() + b->added) * PAGE;
	uint64_t bytes;
	int err = ctl_need_num(req, args, "bytes", 0, most, &bytes);

	err = err ? err : check_ready(b, req);
	if (err)
		return err;
	/* The last word counts; who asked before is told so. */
	if (b->busy && b->req) {
		ctl_why(b->req, "another target was set");
		ctl_finish(b->req, -ECANCELED, progress_json(b, false));
	}
	b->req = req;
	b->busy = true;
	b->target = bytes / PAGE;
	step(b);
	return CTL_LATER;
}

static int do_status(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	static const char *const words[] = { "closed", "wants version", "wants capabilities", "idle", "ballooning",
					     "unballooning", "hot-adding" };
	const struct balloon *b = d->priv;
	char version[16];

	json_object_set_new(reply, "state", json_string(words[b->state]));
	if (b->state >= IDLE)
		json_object_set_new(reply, "version", json_string(ic_version_text(b->version, version)));
	json_object_set_new(reply, "actual", json_integer((json_int_t)(guest_pages(b) * PAGE)));
	json_object_set_new(reply, "ballooned", json_integer((json_int_t)(b->away.count * PAGE)));
	json_object_set_new(reply, "added", json_integer((json_int_t)(b->added * PAGE)));
	json_object_set_new(reply, "available", json_integer((json_int_t)(b->available * PAGE)));
	json_object_set_new(reply, "committed", json_integer((json_int_t)(b->committed * PAGE)));
	return 0;
}

static int do_report(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct balloon *b = d->priv;
	int err = check_ready(b, req);

	if (err)
		return err;
	if (b->reporter) {
		ctl_why(req, "somebody else waits for a report");
		return -EBUSY;
	}
	b->reporter = req;
	loop_timer_set(&b->reporter_limit, REPORT_LIMIT_NS);
	return CTL_LATER;
}

/* --- life ----------------------------------------------------------------------------------------------------------------------- */

static int take_options(struct balloon *b, struct opts *o)
{
	const char *versions = opts_str(o, "versions", "0.3+1.0+2.0");

	b->max_bytes = opts_num(o, "max", 0, 0, 1ULL << 52);
	b->quiet = opts_bool(o, "quiet", false);
	b->info = opts_bool(o, "info", true);
	b->region = opts_bool(o, "region", true);
	b->report_events = opts_bool(o, "report-events", false);
	if (ic_parse_versions(versions, &b->versions))
		return 0;
	complain("a device option does not fit", "write versions as 1.0+2.0", "versions=%s", versions);
	return -EINVAL;
}

static int offer(struct balloon *b, struct device *d, struct opts *o)
{
	struct vmb_offer_spec spec = { .name = d->name, .flags = VMBUS_OFFER_ENUMERATE };
	struct hvw_guid given;

	if (!opts_guid(o, "instance", &given) && !strcmp(d->name, d->type->name))
		ic_guid("1eccfd72-4b41-45ef-b73a-4a6e44c12924", &d->instance);
	if (!opts_done(o))
		return -EINVAL;
	ic_guid("525074dc-8985-46e2-8057-a307dc18a502", &spec.type);
	spec.instance = d->instance;
	b->ch = vmb_offer(&spec, &ops, b);
	if (b->ch)
		return 0;
	complain("a device cannot be offered", "choose another instance=", "%s: another channel has this instance, or memory is out",
		 d->name);
	return -EBUSY;
}

static int create(struct device *d, struct opts *o)
{
	struct balloon *b = calloc(1, sizeof(*b));
	bool reporting;
	int err;

	if (!b)
		return -ENOMEM;
	d->priv = b;
	b->d = d;
	loop_timer_init(&b->limit, op_too_long, b);
	loop_timer_init(&b->reporter_limit, no_report, b);
	err = take_options(b, o);
	reporting = opts_bool(o, "reporting", true);
	err = err ? err : offer(b, d, o);
	if (err)
		free(b);
	else if (reporting)
		balloon_hint_start(&b->hint, d->name);
	return err;
}

static void destroy(struct device *d)
{
	struct balloon *b = d->priv;

	balloon_hint_stop(&b->hint);
	vmb_rescind(b->ch);
	forget(b);
	free(b);
}

static void reset(struct device *d)
{
	struct balloon *b = d->priv;

	forget(b);
	b->added = 0;
}

static void counters(struct device *d, json_t *out)
{
	const struct balloon *b = d->priv;

#define COUNTER(name) json_object_set_new(out, #name, json_integer((json_int_t)b->name))
	COUNTER(requests);
	COUNTER(reports);
	COUNTER(ballooned);
	COUNTER(unballooned);
	COUNTER(hot_added);
	COUNTER(violations);
	COUNTER(bad_ranges);
#undef COUNTER
	json_object_set_new(out, "hint_calls", json_integer((json_int_t)b->hint.calls));
	json_object_set_new(out, "hint_ranges", json_integer((json_int_t)b->hint.ranges));
	json_object_set_new(out, "hint_bytes", json_integer((json_int_t)b->hint.bytes));
	json_object_set_new(out, "hint_bad", json_integer((json_int_t)b->hint.bad));
}

static const struct device_verb verbs[] = {
	{ "target", "bytes=N: the guest is to have so much; answers with actual when it has, or gives no more", do_target },
	{ "status", "sizes and the last pressure report", do_status },
	{ "report", "the next pressure report: available, committed", do_report },
	{ 0 },
};

static struct device_type type = {
	.name = "balloon", .help = "dynamic memory: balloon, hot add, pressure and page reports",
	.keys = "versions=V+V...    versions accepted (0.3+1.0+2.0)\n"
		"max=BYTES          target= may be above what the guest booted with, up to this\n"
		"region=off         hot adds without their region\n"
		"quiet=on           the guest is told to send no pressure reports\n"
		"info=off           the guest is not told its maximum\n"
		"reporting=off      no free page reporting\n"
		"report-events=on   every pressure report is an event\n",
	.create = create, .destroy = destroy, .reset = reset, .counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)

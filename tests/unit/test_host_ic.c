// SPDX-License-Identifier: GPL-2.0-only
/*
 * The integration components and dynamic memory as devices: the test plays the guest and the client
 * (docs/wire/03-integration-components.md, 06-balloon.md).
 */
#include "unit.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>
#include <wire/balloon.h>
#include <wire/fcopy.h>
#include <wire/ic.h>
#include <wire/kvp.h>
#include <wire/vss.h>

#include "test/bus_double.h"
#include "core/loop.h"
#include "ctl/ctl.h"
#include "machine/machine.h"

/* --- doubles of machine and control socket -------------------------------------------------------------------------- */

#define RAM_PAGES 4096u
static uint8_t ram[RAM_PAGES * 4096u];
static uint64_t discarded, hot_bytes, hot_gpa;
static hypercall_fn calls[2];
static int finished_err;
static json_t *finished;
static unsigned int finished_count;

void *mem_ptr(uint64_t gpa, size_t len)
{
	return gpa <= sizeof(ram) && len <= sizeof(ram) - gpa ? ram + gpa : NULL;
}

void mem_discard(uint64_t gpa, size_t len)
{
	assert_non_null(mem_ptr(gpa, len));
	discarded += len;
}

uint64_t mem_ram_bytes(void)
{
	return sizeof(ram) + hot_bytes;
}

uint64_t mem_ram_end(void)
{
	return hot_bytes ? hot_gpa + hot_bytes : sizeof(ram);
}

int mem_map(uint64_t gpa, void *host, size_t len)
{
	hot_gpa = gpa;
	hot_bytes += len;
	return 0;
}

uint64_t mmio_window_start(bool above_4g)
{
	return 1ULL << 36;
}

uint64_t mmio_window_size(bool above_4g)
{
	return 1ULL << 34;
}

static uint64_t reference = 777;
static bool paused;

uint64_t machine_reference_time(void)
{
	return reference;
}

bool machine_paused(void)
{
	return paused;
}

void hypercall_register(uint16_t code, hypercall_fn fn)
{
	calls[code == 0x8003] = fn;
}

void ctl_finish(struct ctl_request *req, int err, json_t *reply)
{
	finished_err = err;
	json_decref(finished);
	finished = reply;
	finished_count++;
}

int vmb_send_pipe(struct vmb_channel *ch, uint64_t trans_id, const void *data, size_t len)
{
	struct vmpipe_hdr h = { VMBUS_PIPE_DATA, (__u32)len };
	struct iovec iov[2] = { { &h, sizeof(h) }, { (void *)data, len } };

	return vmb_send(ch, VM_PKT_DATA_INBAND, false, trans_id, iov, 2);
}

/* --- the guest ------------------------------------------------------------------------------------------------------ */

static struct device *dev;
static struct vmb_channel *ch;
static struct dbl_packet last; /* the host's newest packet */
static struct ic_packet_hdr head;

#define BODY (last.data + sizeof(head))

static void take(void)
{
	dbl_run(NULL);
	assert_true(dbl_pop(ch, &last));
	assert_int_equal(last.type, VM_PKT_DATA_INBAND);
	assert_false(last.wants_completion);
	memcpy(&head, last.data, sizeof(head));
}

static void take_nothing(void)
{
	dbl_run(NULL);
	assert_false(dbl_pop(ch, &last));
}

/* As Linux does: the packet goes back as it came, edited. */
static void answer_len(uint32_t status, size_t body)
{
	head.ic.flags = IC_FLAG_TRANSACTION | IC_FLAG_RESPONSE;
	head.ic.status = status;
	head.ic.size = (__u16)body;
	memcpy(last.data, &head, sizeof(head));
	dbl_push(ch, VM_PKT_DATA_INBAND, false, last.trans_id, last.data, last.len, NULL, 0);
	dbl_run(NULL);
}

static void answer(uint32_t status)
{
	answer_len(status, head.ic.size);
}

static void negotiate(uint32_t framework, uint32_t message)
{
	struct ic_negotiate_reply r = {
		{ 1, 1, 0 }, { (__u16)(framework >> 16), (__u16)framework }, { (__u16)(message >> 16), (__u16)message },
	};

	take();
	assert_int_equal(head.ic.type, IC_MSG_NEGOTIATE);
	assert_int_equal(head.ic.flags, IC_FLAG_TRANSACTION | IC_FLAG_REQUEST);
	assert_int_equal(head.pipe.type, 1);
	assert_int_equal(head.pipe.len, last.len - 8);
	memcpy(BODY, &r, sizeof(r));
	answer_len(0, sizeof(r));
}

static void make(const char *text)
{
	dbl_reset();
	discarded = 0; /* memory once hot added stays */
	finished_count = 0;
	assert_int_equal(device_create(text), 0);
	dev = device_first();
	ch = dbl_channel(0);
	assert_non_null(ch);
}

static void begin(const char *text, uint32_t message)
{
	make(text);
	assert_int_equal(dbl_open(ch), 0);
	negotiate(IC_VERSION(3, 0), message);
}

static void end(void)
{
	device_remove(dev);
	dbl_release(ch);
	json_decref(finished);
	finished = NULL;
}

static int verb(const char *name, const char *args)
{
	json_t *reply = json_object();
	int err = dbl_verb(dev, name, args, reply);

	json_decref(reply);
	return err;
}

static long long counter(const char *name)
{
	json_t *out = json_object();
	long long value;

	dev->type->counters(dev, out);
	value = json_integer_value(json_object_get(out, name));
	json_decref(out);
	return value;
}

static const char *reply_text(const char *key)
{
	return json_string_value(json_object_get(finished, key));
}

/* --- framing and negotiation ------------------------------------------------------------------------------------------ */

static void offers_what_the_options_say(void **state)
{
	const struct vmb_offer_spec *spec;

	make("heartbeat,framework=3.0,versions=1.0+3.0");
	spec = dbl_spec(ch);
	assert_int_equal(spec->flags, VMBUS_OFFER_ENUMERATE | VMBUS_OFFER_NAMED_PIPE);
	assert_int_equal(spec->user[0], 4);
	assert_int_equal(spec->type.b[0], 0x39); /* little-endian 57164f39 */
	assert_int_equal(spec->type.b[15], 0x2d);
	dbl_open(ch);
	take();
	assert_int_equal(head.ic.size, 8 + 3 * 4);
	assert_memory_equal(BODY, "\1\0\2\0\0\0\0\0\3\0\0\0\1\0\0\0\3\0\0\0", 20);
	end();
}

static void refused_versions_are_told(void **state)
{
	make("shutdown");
	dbl_open(ch);
	take();
	memset(BODY, 0, 16);
	answer_len(0, 16);
	assert_int_equal(verb("shutdown", "{}"), -ENOTCONN);
	assert_non_null(strstr(dbl_why(), "accepted none"));
	take_nothing();
	/* Reopened, it is asked again. */
	dbl_close(ch);
	dbl_open(ch);
	negotiate(IC_VERSION(3, 0), IC_VERSION(3, 0));
	assert_string_equal(dbl_event(), "negotiated");
	end();
}

static void version_not_offered_is_a_violation(void **state)
{
	make("shutdown");
	dbl_open(ch);
	negotiate(IC_VERSION(3, 0), IC_VERSION(9, 9));
	assert_int_equal(counter("violations"), 1);
	assert_int_equal(verb("shutdown", "{}"), -ENOTCONN);
	end();
}

static void nonsense_is_counted_and_survived(void **state)
{
	uint8_t junk[64] = { 1, 2, 3 };

	begin("shutdown", IC_VERSION(3, 2));
	for (size_t len = 0; len <= sizeof(junk); len += 8)
		dbl_push(ch, VM_PKT_DATA_INBAND, false, 99, junk, len, NULL, 0);
	dbl_push(ch, VM_PKT_COMP, false, 99, junk, 8, NULL, 0);
	dbl_run(NULL);
	assert_int_equal(counter("violations"), 10);
	assert_int_equal(verb("shutdown", "{}"), CTL_LATER);
	take();
	answer(0);
	assert_int_equal(finished_count, 1);
	end();
}

static void answer_nobody_asked_for(void **state)
{
	begin("shutdown", IC_VERSION(3, 2));
	assert_int_equal(verb("shutdown", "{}"), CTL_LATER);
	take();
	answer(0);
	answer(0); /* once more */
	assert_int_equal(counter("late"), 1);
	last.trans_id = 12345;
	answer(0);
	assert_int_equal(counter("violations"), 1);
	assert_int_equal(finished_count, 1);
	end();
}

static void full_ring_is_waited_for(void **state)
{
	begin("shutdown", IC_VERSION(3, 2));
	dbl_room(ch, 0);
	assert_int_equal(verb("shutdown", "{}"), CTL_LATER);
	take_nothing();
	assert_true(counter("room_waits") > 0);
	dbl_room(ch, -1);
	take();
	answer(0);
	assert_int_equal(finished_count, 1);
	end();
}

static void close_ends_what_is_open(void **state)
{
	begin("shutdown", IC_VERSION(3, 2));
	assert_int_equal(verb("shutdown", "{}"), CTL_LATER);
	take();
	assert_int_equal(verb("reboot", "{}"), CTL_LATER); /* waits behind it */
	dbl_close(ch);
	assert_int_equal(finished_count, 2);
	assert_int_equal(finished_err, -ENOTCONN);
	end();
}

static void removal_ends_what_is_open(void **state)
{
	begin("shutdown", IC_VERSION(3, 2));
	assert_int_equal(verb("shutdown", "{}"), CTL_LATER);
	take();
	end();
	assert_int_equal(finished_count, 1);
}

/* --- shutdown --------------------------------------------------------------------------------------------------------- */

static uint32_t shutdown_flags(void)
{
	struct ic_shutdown m;

	take();
	assert_int_equal(head.ic.type, IC_MSG_SHUTDOWN);
	assert_int_equal(head.ic.size, sizeof(m));
	memcpy(&m, BODY, sizeof(m));
	return m.flags;
}

static void shutdown_verbs(void **state)
{
	static const struct {
		const char *verb, *args;
		uint32_t flags;
	} rows[] = {
		{ "shutdown", "{}", 0 }, { "shutdown", "{\"force\":true}", 1 }, { "reboot", "{}", 2 }, { "reboot", "{\"force\":true}", 3 },
		{ "hibernate", "{}", 4 }, { "hibernate", "{\"force\":1}", 5 }, { "shutdown", "{\"flags\":8}", 8 },
	};

	begin("shutdown", IC_VERSION(3, 2));
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(verb(rows[i].verb, rows[i].args), CTL_LATER);
		row_equal(i, shutdown_flags(), rows[i].flags);
		answer(i & 1 ? IC_E_FAIL : 0);
		row_equal(i, finished_err, i & 1 ? -EIO : 0);
		assert_string_equal(dbl_event(), "shutdown-answer");
	}
	end();
}

static void old_guests_are_not_asked_what_they_do_not_know(void **state)
{
	begin("shutdown", IC_VERSION(3, 0));
	assert_int_equal(verb("reboot", "{}"), -EOPNOTSUPP);
	assert_int_equal(verb("hibernate", "{}"), -EOPNOTSUPP);
	assert_int_equal(verb("shutdown", "{}"), CTL_LATER);
	take();
	answer(0);
	end();
}

static void silence_times_out_and_a_late_answer_is_no_harm(void **state)
{
	begin("shutdown", IC_VERSION(3, 2));
	assert_int_equal(verb("shutdown", "{\"timeout\":5}"), CTL_LATER);
	take();
	dbl_advance(6 * NS_PER_S);
	assert_int_equal(finished_err, -ETIMEDOUT);
	answer(0);
	assert_int_equal(counter("late"), 1);
	assert_int_equal(counter("violations"), 0);
	end();
}

/* --- heartbeat -------------------------------------------------------------------------------------------------------- */

static uint64_t beat(void)
{
	uint64_t seq;

	take();
	memcpy(&seq, BODY, 8);
	return seq;
}

static void beat_back(uint64_t seq, uint32_t st)
{
	memcpy(BODY, &seq, 8);
	memcpy(BODY + 8, &st, 4);
	answer(0);
}

static void heartbeats(void **state)
{
	begin("heartbeat,interval=1000,lost=3000", IC_VERSION(3, 0));
	assert_int_equal(beat(), 0);
	beat_back(1, 0);
	assert_string_equal(dbl_event(), "heartbeat");
	take_nothing();
	dbl_advance(NS_PER_S);
	assert_int_equal(beat(), 1);
	beat_back(2, 2);
	assert_string_equal(dbl_event(), "heartbeat-state");
	dbl_advance(NS_PER_S);
	assert_int_equal(beat(), 2);
	/* No second request while one is out. */
	dbl_advance(NS_PER_S);
	take_nothing();
	dbl_advance(NS_PER_S);
	dbl_advance(NS_PER_S);
	assert_string_equal(dbl_event(), "heartbeat-lost");
	beat_back(3, 1);
	assert_string_equal(dbl_event(), "heartbeat-back");
	dbl_advance(NS_PER_S);
	assert_int_equal(beat(), 3);
	beat_back(3, 1); /* not increased */
	assert_int_equal(counter("wrong"), 1);
	assert_int_equal(counter("beats"), 3);
	end();
}

/* --- time --------------------------------------------------------------------------------------------------------------- */

static void time_messages(void **state)
{
	struct ic_timesync4 v4;
	struct ic_timesync v3;
	uint64_t now = (uint64_t)time(NULL) * 10000000 + IC_TIME_EPOCH;

	begin("timesync,interval=0,ahead=1000", IC_VERSION(4, 0));
	take();
	assert_int_equal(head.ic.size, IC_TIMESYNC4_PADDED);
	memcpy(&v4, BODY, sizeof(v4));
	assert_int_equal(v4.flags, IC_TIME_SYNC);
	assert_int_equal(v4.vm_reference, 777);
	assert_true(v4.parent_time >= now + 10000000000ULL && v4.parent_time < now + 10000000000ULL + 600000000ULL);
	answer(0);
	assert_int_equal(verb("sample", "{\"offset\":-5}"), CTL_LATER);
	take();
	memcpy(&v4, BODY, sizeof(v4));
	assert_int_equal(v4.flags, IC_TIME_SAMPLE);
	assert_true(v4.parent_time < now);
	answer(0);
	assert_string_equal(reply_text("version"), "4.0");
	assert_int_equal(verb("sync", "{\"offset\":\"soon\"}"), -EINVAL);
	end();
	begin("timesync,interval=5000", IC_VERSION(4, 0));
	take();
	answer(0);
	paused = true;
	dbl_advance(5 * NS_PER_S);
	take_nothing();
	paused = false;
	dbl_advance(5 * NS_PER_S);
	take();
	assert_int_equal(BODY[16], IC_TIME_SAMPLE);
	answer(0);
	/* The reference clock went on faster or slower than ours: the guest's idea of the time is wrong. */
	reference += 30000000;
	dbl_advance(5 * NS_PER_S);
	take();
	assert_int_equal(BODY[16], IC_TIME_SYNC);
	answer(0);
	dbl_advance(5 * NS_PER_S);
	take();
	assert_int_equal(BODY[16], IC_TIME_SAMPLE);
	reference = 777;
	end();
	begin("timesync,interval=5000,sync=off,padded=off", IC_VERSION(3, 0));
	take_nothing();
	dbl_advance(5 * NS_PER_S);
	take();
	assert_int_equal(head.ic.size, sizeof(v3));
	memcpy(&v3, BODY, sizeof(v3));
	assert_int_equal(v3.flags, IC_TIME_SAMPLE);
	end();
}

/* --- data exchange -------------------------------------------------------------------------------------------------------- */

static void item(const char *key, const char *value)
{
	struct kvp_enumerate m;

	memcpy(&m, BODY, sizeof(m));
	m.v.type = KVP_REG_SZ;
	memset(m.v.key, 0, sizeof(m.v.key));
	memset(m.v.value, 0, sizeof(m.v.value));
	for (size_t i = 0; key[i]; i++)
		m.v.key[2 * i] = (uint8_t)key[i];
	for (size_t i = 0; value[i]; i++)
		m.v.value[2 * i] = (uint8_t)value[i];
	m.v.key_size = (uint32_t)(2 * strlen(key) + 2);
	m.v.value_size = (uint32_t)(2 * strlen(value) + 2);
	memcpy(BODY, &m, sizeof(m));
	answer(0);
}

static void kvp_values(void **state)
{
	struct kvp_get m;
	const json_t *items;

	begin("kvp,push=off", IC_VERSION(4, 0));
	assert_int_equal(verb("set", "{\"key\":\"a\",\"value\":7}"), CTL_LATER);
	take();
	assert_int_equal(head.ic.size, KVP_BODY);
	memcpy(&m, BODY, sizeof(m));
	assert_int_equal(m.hdr.op, KVP_SET);
	assert_int_equal(m.v.value[0], '7');
	answer(0);
	assert_int_equal(finished_err, 0);
	assert_int_equal(verb("delete", "{\"key\":\"a\"}"), CTL_LATER);
	take();
	answer(IC_E_NO_MORE_ITEMS);
	assert_int_equal(finished_err, -ENOENT);
	assert_int_equal(verb("enumerate", "{\"pool\":2}"), CTL_LATER);
	take();
	item("OSName", "Debian");
	take();
	assert_int_equal(BODY[4], 1);
	item("Other", "");
	take();
	answer(IC_E_NO_MORE_ITEMS);
	items = json_object_get(finished, "items");
	assert_int_equal(json_array_size(items), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(items, 0), "value")), "Debian");
	end();
}

static void kvp_pool_without_end(void **state)
{
	begin("kvp,push=off", IC_VERSION(4, 0));
	assert_int_equal(verb("enumerate", "{}"), CTL_LATER);
	for (unsigned int i = 0; i < 4096; i++) {
		take();
		item("k", "v");
	}
	assert_int_equal(finished_err, -E2BIG);
	take_nothing();
	end();
}

static void kvp_polling_tells_changes(void **state)
{
	begin("kvp,push=off,poll=1000", IC_VERSION(4, 0));
	for (unsigned int round = 0; round < 2; round++) {
		dbl_advance(NS_PER_S);
		take();
		item("OSName", "Debian");
		take();
		answer(IC_E_NO_MORE_ITEMS);
		assert_string_equal(dbl_event(), round ? "none" : "kvp-value");
		take(); /* pool 1 */
		assert_int_equal(BODY[1], KVP_POOL_GUEST);
		answer(IC_E_NO_MORE_ITEMS);
		ctl_event("none", NULL, NULL);
	}
	end();
}

static void kvp_pushes_what_hosts_tell(void **state)
{
	unsigned int n = 0;

	begin("kvp", IC_VERSION(4, 0));
	for (; n < 16; n++) { /* docs/wire/03 6.6 names them */
		take();
		assert_int_equal(BODY[0], KVP_SET);
		assert_int_equal(BODY[1], KVP_POOL_AUTO_EXTERNAL);
		answer(0);
	}
	take_nothing();
	end();
}

static void kvp_answer_to_another_operation(void **state)
{
	begin("kvp,push=off", IC_VERSION(4, 0));
	assert_int_equal(verb("get", "{\"key\":\"a\"}"), CTL_LATER);
	take();
	BODY[0] = KVP_ENUMERATE;
	answer(0);
	assert_int_equal(finished_err, -EPROTO);
	assert_int_equal(counter("violations"), 1);
	end();
}

static void kvp_addresses(void **state)
{
	begin("kvp,push=off", IC_VERSION(4, 0));
	assert_int_equal(verb("set-ip", "{\"adapter\":\"{x}\",\"addresses\":\"10.0.0.2\",\"subnets\":\"255.0.0.0\"}"), CTL_LATER);
	take();
	assert_int_equal(head.ic.size, KVP_IP_BODY);
	assert_int_equal(BODY[0], KVP_SET_IP);
	answer(IC_E_GUID_NOT_FOUND);
	assert_int_equal(finished_err, -EIO);
	assert_int_equal(verb("get-ip", "{\"mac\":\"00:11:22:33:44:55\"}"), CTL_LATER);
	take();
	BODY[259] = 1;
	BODY[260] = '1';
	answer(0);
	assert_string_equal(reply_text("addresses"), "1");
	assert_true(json_is_true(json_object_get(finished, "dhcp")));
	end();
}

/* --- backup ----------------------------------------------------------------------------------------------------------------- */

static void vss_expect(uint8_t op, uint32_t status)
{
	take();
	assert_int_equal(head.ic.type, IC_MSG_VSS);
	assert_int_equal(head.ic.size, sizeof(struct vss_msg));
	assert_int_equal(BODY[0], op);
	if (op == VSS_HOT_BACKUP)
		BODY[8] = VSS_FLAGS_HOT_BACKUP;
	answer(status);
}

static void vss_backup(void **state)
{
	begin("vss", IC_VERSION(5, 0));
	assert_int_equal(verb("backup", "{\"hold\":1000}"), CTL_LATER);
	assert_int_equal(verb("backup", "{}"), -EBUSY);
	vss_expect(VSS_HOT_BACKUP, 0);
	vss_expect(VSS_FREEZE, 0);
	take_nothing();
	dbl_advance(NS_PER_S);
	vss_expect(VSS_THAW, 0);
	vss_expect(VSS_BACKUP_COMPLETE, 0);
	assert_int_equal(finished_err, 0);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(finished, "hot-backup"), "flags")), 5);
	end();
}

static void vss_failed_freeze_is_thawed(void **state)
{
	begin("vss", IC_VERSION(5, 0));
	assert_int_equal(verb("backup", "{}"), CTL_LATER);
	vss_expect(VSS_HOT_BACKUP, 0);
	vss_expect(VSS_FREEZE, IC_E_FAIL);
	vss_expect(VSS_THAW, 0);
	assert_int_equal(finished_count, 1);
	assert_int_equal(finished_err, -EIO);
	take_nothing();
	assert_int_equal(verb("backup", "{\"timeout\":10}"), CTL_LATER);
	vss_expect(VSS_HOT_BACKUP, 0);
	take();
	dbl_advance(11 * NS_PER_S);
	vss_expect(VSS_THAW, 0);
	assert_int_equal(finished_err, -ETIMEDOUT);
	end();
}

static void vss_closed_in_the_hold(void **state)
{
	begin("vss", IC_VERSION(5, 0));
	assert_int_equal(verb("backup", "{\"hold\":1000}"), CTL_LATER);
	vss_expect(VSS_HOT_BACKUP, 0);
	vss_expect(VSS_FREEZE, 0);
	dbl_close(ch);
	assert_int_equal(finished_err, -ENOTCONN);
	dbl_advance(2 * NS_PER_S);
	assert_int_equal(finished_count, 1);
	end();
}

/* --- file copy ---------------------------------------------------------------------------------------------------------------- */

#define FILE_SIZE 15000

static char *source_file(void)
{
	static char path[] = "/tmp/hvhost-fcopy-XXXXXX";
	uint8_t data[FILE_SIZE];
	int fd;

	strcpy(path, "/tmp/hvhost-fcopy-XXXXXX");
	fd = mkstemp(path);
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
	assert_int_equal(write(fd, data, sizeof(data)), sizeof(data));
	close(fd);
	return path;
}

static int copy(const char *src, const char *dst)
{
	char args[256];

	snprintf(args, sizeof(args), "{\"src\":\"%s\",\"dst\":\"%s\",\"create-path\":true}", src, dst);
	return verb("copy", args);
}

static uint32_t fcopy_op(void)
{
	uint32_t op;

	take();
	memcpy(&op, BODY, 4);
	return op;
}

static void expect_start(void)
{
	struct fcopy_start m;

	assert_int_equal(fcopy_op(), FCOPY_START);
	memcpy(&m, BODY, sizeof(m));
	assert_int_equal(m.size, FILE_SIZE);
	assert_int_equal(m.flags, FCOPY_CREATE_PATH);
	assert_memory_equal(m.name, "f\0i\0l\0e\0\0", 10);
	assert_memory_equal(m.path, "/\0t\0m\0p\0/\0\0", 12);
}

static void file_copied(void **state)
{
	char *src = source_file();
	struct fcopy_write m;
	uint64_t got = 0;

	begin("fcopy", IC_VERSION(1, 1));
	assert_int_equal(copy(src, "/tmp/file"), CTL_LATER);
	assert_int_equal(copy(src, "/tmp/file"), -EBUSY);
	expect_start();
	answer(0);
	while (fcopy_op() == FCOPY_WRITE) {
		memcpy(&m, BODY, sizeof(m));
		assert_int_equal(m.offset, got);
		for (uint32_t i = 0; i < m.size; i++)
			assert_int_equal(m.data[i], (uint8_t)((got + i) * 7 + (got + i) / 256));
		got += m.size;
		answer(0);
	}
	assert_int_equal(got, FILE_SIZE);
	assert_int_equal(BODY[0], FCOPY_COMPLETE);
	answer(0);
	assert_int_equal(finished_err, 0);
	assert_int_equal(counter("bytes"), FILE_SIZE);
	unlink(src);
	end();
}

static void failed_copies(void **state)
{
	char *src = source_file();

	begin("fcopy", IC_VERSION(1, 1));
	assert_int_equal(copy("/nonexistent", "/tmp/file"), -ENOENT);
	assert_int_equal(copy("/tmp", "/tmp/file"), -EINVAL);
	assert_int_equal(copy(src, "relative"), -EINVAL);
	assert_int_equal(copy(src, "/tmp/"), -EINVAL);
	copy(src, "/tmp/file");
	expect_start();
	answer(IC_E_EXISTS);
	assert_int_equal(finished_err, -EEXIST);
	take_nothing();
	/* A failed write is cancelled, and the write's status told. */
	copy(src, "/tmp/file");
	expect_start();
	answer(0);
	assert_int_equal(fcopy_op(), FCOPY_WRITE);
	answer(IC_E_DISK_FULL);
	assert_int_equal(fcopy_op(), FCOPY_CANCEL);
	answer(IC_E_FAIL);
	assert_int_equal(finished_err, -ENOSPC);
	/* The client's cancel. */
	assert_int_equal(verb("cancel", "{}"), -ENOENT);
	copy(src, "/tmp/file");
	expect_start();
	assert_int_equal(verb("cancel", "{}"), 0);
	answer(0);
	assert_int_equal(fcopy_op(), FCOPY_CANCEL);
	answer(0);
	assert_int_equal(finished_err, -ECANCELED);
	/* The guest goes away in the middle. */
	copy(src, "/tmp/file");
	expect_start();
	dbl_close(ch);
	assert_int_equal(finished_err, -ENOTCONN);
	unlink(src);
	end();
}

/* Daemons that drive the ring themselves answer with all ones (9.5). */
static void copy_with_ids_of_all_ones(void **state)
{
	char *src = source_file();

	begin("fcopy", IC_VERSION(1, 1));
	copy(src, "/tmp/file");
	do {
		take();
		last.trans_id = UINT64_MAX;
		answer(0);
	} while (BODY[0] != FCOPY_COMPLETE);
	assert_int_equal(finished_err, 0);
	unlink(src);
	end();
}

/* --- dynamic memory -------------------------------------------------------------------------------------------------------------- */

static uint16_t dm_type(void)
{
	struct dm_hdr h;

	take();
	memcpy(&h, last.data, sizeof(h));
	assert_int_equal(h.size, last.len);
	return h.type;
}

static void dm_push(const void *msg, size_t len)
{
	dbl_push(ch, VM_PKT_DATA_INBAND, false, 1, msg, len, NULL, 0);
	dbl_run(NULL);
}

static void dm_version(uint32_t version, bool accepted)
{
	struct dm_version_request v = { { DM_VERSION_REQUEST, 16, 1 }, version, 0 };

	dm_push(&v, sizeof(v));
	assert_int_equal(dm_type(), DM_VERSION_RESPONSE);
	assert_int_equal(last.data[8], accepted);
}

static void dm_begin(const char *text)
{
	struct dm_capabilities c = { { DM_CAPABILITIES_REPORT, 32, 2 }, DM_CAP_BALLOON | DM_CAP_HOT_ADD | 7 << 2, 0, ~0ULL };

	make(text);
	assert_int_equal(dbl_open(ch), 0);
	dm_version(DM_VERSION_2_0, true);
	dm_push(&c, sizeof(c));
	assert_int_equal(dm_type(), DM_CAPABILITIES_RESPONSE);
	assert_int_equal(dm_type(), DM_INFO);
	assert_string_equal(dbl_event(), "balloon-ready");
}

static void give(uint64_t pfn, uint64_t count, bool more)
{
	struct dm_balloon_response r = { { DM_BALLOON_RESPONSE, 24, 3 }, 0, 1 << 1 | more, { pfn | count << 40 } };

	dm_push(&r, 24);
}

static uint32_t asked_pages(void)
{
	struct dm_balloon_request m;

	assert_int_equal(dm_type(), DM_BALLOON_REQUEST);
	memcpy(&m, last.data, sizeof(m));
	return m.pages;
}

static void dm_versions(void **state)
{
	make("balloon,versions=1.0");
	dbl_open(ch);
	dm_version(DM_VERSION_2_0, false);
	dm_version(DM_VERSION_1_0, true);
	end();
}

static void dm_up_and_down(void **state)
{
	struct dm_unballoon_request u;
	struct dm_hdr done = { DM_UNBALLOON_RESPONSE, 8, 9 };

	dm_begin("balloon");
	assert_int_equal(verb("target", "{\"bytes\":12582912}"), CTL_LATER); /* 3072 of 4096 pages */
	assert_int_equal(asked_pages(), 1024);
	give(1000, 512, true);
	give(2000, 512, false);
	assert_int_equal(finished_err, 0);
	assert_int_equal(discarded, 1024 * 4096);
	assert_int_equal(json_integer_value(json_object_get(finished, "actual")), 12582912);
	/* Back, but for 24 pages. */
	assert_int_equal(verb("target", "{\"bytes\":16678912}"), CTL_LATER);
	assert_int_equal(dm_type(), DM_UNBALLOON_REQUEST);
	memcpy(&u, last.data, last.len);
	assert_int_equal(u.more, 0);
	assert_int_equal(u.range_count, 2);
	assert_int_equal(u.ranges[0], 1000 | 512ULL << 40);
	assert_int_equal(u.ranges[1], 2000 | 488ULL << 40);
	assert_int_equal(finished_count, 1);
	dm_push(&done, sizeof(done));
	assert_int_equal(finished_count, 2);
	assert_false(json_is_true(json_object_get(finished, "short")));
	end();
}

static void dm_gives_less(void **state)
{
	dm_begin("balloon");
	assert_int_equal(verb("target", "{\"bytes\":0}"), CTL_LATER);
	assert_int_equal(asked_pages(), 4096);
	give(100, 10, false);
	assert_int_equal(finished_err, 0);
	assert_true(json_is_true(json_object_get(finished, "short")));
	take_nothing();
	end();
}

static void dm_hostile_ranges(void **state)
{
	dm_begin("balloon");
	assert_int_equal(verb("target", "{\"bytes\":0}"), CTL_LATER);
	asked_pages();
	give(100, 10, true);
	give(105, 1, true); /* twice */
	give(4095, 2, true); /* beyond RAM */
	give((1ULL << 40) - 1, 0xFFFFFF, true);
	give(5, 0, true);
	assert_int_equal(counter("bad_ranges"), 4);
	assert_int_equal(discarded, 10 * 4096);
	give(200, 1, false);
	assert_int_equal(counter("ballooned"), 11);
	end();
}

static void dm_wrong_order(void **state)
{
	struct dm_capabilities c = { { DM_CAPABILITIES_REPORT, 32, 2 }, 1, 0, 0 };
	struct dm_hdr done = { DM_UNBALLOON_RESPONSE, 8, 9 };
	struct dm_hot_add_response h = { { DM_HOT_ADD_RESPONSE, 16, 9 }, 5, 1 };

	make("balloon");
	dbl_open(ch);
	dm_push(&c, sizeof(c));
	give(1, 1, false);
	dm_push(&done, sizeof(done));
	dm_push(&h, sizeof(h));
	dm_push(&h, 15);
	assert_int_equal(counter("violations"), 5);
	assert_int_equal(counter("ballooned"), 0);
	assert_int_equal(verb("target", "{\"bytes\":0}"), -ENOTCONN);
	end();
}

static void dm_silent_guest(void **state)
{
	dm_begin("balloon");
	assert_int_equal(verb("target", "{\"bytes\":4096}"), CTL_LATER);
	asked_pages();
	dbl_advance(200 * NS_PER_S);
	assert_int_equal(finished_err, -ETIMEDOUT);
	/* What comes late is away all the same. */
	give(7, 3, false);
	assert_int_equal(counter("ballooned"), 3);
	end();
}

static void dm_new_target_replaces_the_old(void **state)
{
	dm_begin("balloon");
	assert_int_equal(verb("target", "{\"bytes\":4194304}"), CTL_LATER);
	assert_int_equal(asked_pages(), 3072);
	assert_int_equal(verb("target", "{\"bytes\":8388608}"), CTL_LATER);
	assert_int_equal(finished_err, -ECANCELED);
	give(100, 3072, false);
	assert_int_equal(dm_type(), DM_UNBALLOON_REQUEST);
	dbl_close(ch);
	assert_int_equal(finished_err, -ENOTCONN);
	end();
}

static void dm_many_ranges_in_a_narrow_ring(void **state)
{
	struct dm_hdr done = { DM_UNBALLOON_RESPONSE, 8, 9 };
	struct dm_unballoon_request u;
	unsigned int ranges = 0, messages = 0;

	dm_begin("balloon");
	assert_int_equal(verb("target", "{\"bytes\":8388608}"), CTL_LATER); /* 2048 pages */
	asked_pages();
	for (unsigned int i = 0; i < 2048; i++)
		give(2 * i, 1, i != 2047);
	dbl_room(ch, 1);
	assert_int_equal(verb("target", "{\"bytes\":16777216}"), CTL_LATER);
	do {
		assert_int_equal(dm_type(), DM_UNBALLOON_REQUEST);
		memcpy(&u, last.data, last.len);
		ranges += u.range_count;
		messages++;
		dbl_room(ch, 1);
	} while (u.more);
	assert_int_equal(ranges, 2048);
	assert_int_equal(messages, 5);
	dm_push(&done, sizeof(done));
	assert_int_equal(finished_err, 0);
	end();
}

static void dm_hot_add(void **state)
{
	struct dm_hot_add_response r = { { DM_HOT_ADD_RESPONSE, 16, 9 }, 32768, 1 };
	struct dm_hot_add_request m;

	dm_begin("balloon,max=1G");
	assert_int_equal(verb("target", "{\"bytes\":\"2G\"}"), -EINVAL);
	/* Room for one block of 128 MiB and a bit. */
	assert_int_equal(verb("target", "{\"bytes\":\"150M\"}"), CTL_LATER);
	assert_int_equal(dm_type(), DM_HOT_ADD_REQUEST);
	memcpy(&m, last.data, sizeof(m));
	assert_int_equal(m.range, 1ULL << 20 | 32768ULL << 40); /* at 4 GiB */
	assert_int_equal(m.region, m.range);
	assert_int_equal(hot_bytes, 128 << 20);
	dm_push(&r, sizeof(r));
	assert_int_equal(finished_err, 0);
	assert_int_equal(json_integer_value(json_object_get(finished, "actual")), 144 << 20);
	assert_true(json_is_true(json_object_get(finished, "short")));
	end();
}

static void dm_hot_add_of_more_than_offered(void **state)
{
	struct dm_hot_add_response r = { { DM_HOT_ADD_RESPONSE, 16, 9 }, 32769, 1 };

	dm_begin("balloon,max=1G");
	assert_int_equal(verb("target", "{\"bytes\":\"150M\"}"), CTL_LATER);
	assert_int_equal(dm_type(), DM_HOT_ADD_REQUEST);
	dm_push(&r, sizeof(r));
	assert_int_equal(finished_err, -EPROTO);
	end();
}

static void dm_reports(void **state)
{
	struct dm_status s = { { DM_STATUS_REPORT, 48, 3 }, 100, 200, 0, 0, 0, 0 };

	dm_begin("balloon");
	assert_int_equal(verb("report", "{}"), CTL_LATER);
	assert_int_equal(verb("report", "{}"), -EBUSY);
	dm_push(&s, sizeof(s));
	assert_int_equal(json_integer_value(json_object_get(finished, "available")), 409600);
	s.available = 1ULL << 60;
	dm_push(&s, sizeof(s));
	assert_int_equal(counter("violations"), 1);
	end();
}

static uint16_t hint(const uint64_t *in, unsigned int reps, unsigned int *done)
{
	uint8_t out[4096];
	size_t out_len = 0;

	return calls[1]((uint64_t)reps << 32 | 0x8003, (const uint8_t *)in, 8 + 8 * (size_t)reps, out, &out_len, done);
}

static void dm_page_reporting(void **state)
{
	uint64_t in[3] = { 2, 0x200000 | 1 << 11, 0x400000 | 1 << 11 | 1 };
	uint8_t out[4096];
	size_t out_len = 0;
	unsigned int done = 0;

	dm_begin("balloon");
	assert_int_equal(calls[0](0x8001, NULL, 0, out, &out_len, &done), 0);
	assert_int_equal(out_len, 8);
	assert_int_equal(out[1], 1); /* bit 8 */
	assert_int_equal(hint(in, 2, &done), 0);
	assert_int_equal(done, 2);
	assert_int_equal(discarded, 3 << 21);
	assert_int_equal(counter("hint_bytes"), 3 << 21);
	/* One bad range: nothing of the call is done. */
	in[2] = 0x40000000 | 1 << 11;
	assert_int_equal(hint(in, 2, &done), 5);
	assert_int_equal(discarded, 3 << 21);
	in[0] = 1;
	assert_int_equal(hint(in, 1, &done), 5);
	in[0] = 6;
	assert_int_equal(hint(in, 1, &done), 3);
	assert_int_equal(hint(in, 0, &done), 3);
	assert_int_equal(counter("hint_bad"), 4);
	dbl_advance(2 * NS_PER_S);
	assert_string_equal(dbl_event(), "page-report");
	end();
	assert_int_equal(calls[1](0x8003ULL | 1ULL << 32, (uint8_t *)in, 16, out, &out_len, &done), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_what_the_options_say),
		cmocka_unit_test(refused_versions_are_told),
		cmocka_unit_test(version_not_offered_is_a_violation),
		cmocka_unit_test(nonsense_is_counted_and_survived),
		cmocka_unit_test(answer_nobody_asked_for),
		cmocka_unit_test(full_ring_is_waited_for),
		cmocka_unit_test(close_ends_what_is_open),
		cmocka_unit_test(removal_ends_what_is_open),
		cmocka_unit_test(shutdown_verbs),
		cmocka_unit_test(old_guests_are_not_asked_what_they_do_not_know),
		cmocka_unit_test(silence_times_out_and_a_late_answer_is_no_harm),
		cmocka_unit_test(heartbeats),
		cmocka_unit_test(time_messages),
		cmocka_unit_test(kvp_values),
		cmocka_unit_test(kvp_pool_without_end),
		cmocka_unit_test(kvp_polling_tells_changes),
		cmocka_unit_test(kvp_pushes_what_hosts_tell),
		cmocka_unit_test(kvp_answer_to_another_operation),
		cmocka_unit_test(kvp_addresses),
		cmocka_unit_test(vss_backup),
		cmocka_unit_test(vss_failed_freeze_is_thawed),
		cmocka_unit_test(vss_closed_in_the_hold),
		cmocka_unit_test(file_copied),
		cmocka_unit_test(failed_copies),
		cmocka_unit_test(copy_with_ids_of_all_ones),
		cmocka_unit_test(dm_versions),
		cmocka_unit_test(dm_up_and_down),
		cmocka_unit_test(dm_gives_less),
		cmocka_unit_test(dm_hostile_ranges),
		cmocka_unit_test(dm_wrong_order),
		cmocka_unit_test(dm_silent_guest),
		cmocka_unit_test(dm_new_target_replaces_the_old),
		cmocka_unit_test(dm_many_ranges_in_a_narrow_ring),
		cmocka_unit_test(dm_hot_add),
		cmocka_unit_test(dm_hot_add_of_more_than_offered),
		cmocka_unit_test(dm_reports),
		cmocka_unit_test(dm_page_reporting),
	};

	return cmocka_run_group_tests_name("host_ic", tests, NULL, NULL);
}

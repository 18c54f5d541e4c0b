// SPDX-License-Identifier: GPL-2.0-only
/* What the trace writes, hvhosttrace reads; and files that are no traces. */
#include <unistd.h>

#include "unit.h"

#include "test/bus_guest.h"
#include "vmbus/bus.h"
#include "vmbus/explain.h"

static void dev_ready(struct vmb_channel *ch)
{
	struct vmb_packet p;

	while (vmb_recv(ch, &p) > 0)
		vmb_complete(ch, p.trans_id, "done", 4);
}

static void dev_close(struct vmb_channel *ch)
{
}

static const struct vmb_ops ops = { .ready = dev_ready, .close = dev_close };

static char path[64];
static uint8_t file[1 << 16];
static size_t file_len;

static void read_file(void)
{
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	file_len = fread(file, 1, sizeof(file), f);
	fclose(f);
}

/* The guest connects, opens a SCSI channel, sends a packet with pages, gets an answer, leaves. */
static void make_trace(void)
{
	struct vmb_offer_spec spec = { .name = "disk" };
	uint64_t ranges[4] = { 1ULL << 32, 8192, 0x200, 0x201 };
	struct guest_channel c = { .vp = 1 };
	struct vmbus_msg_offer o;
	bool signalled;

	snprintf(path, sizeof(path), "/tmp/test-trace.%d", (int)getpid());
	memcpy(spec.type.b, "\xd9\x63\x61\xba\xa1\x04\x29\x4d\xb6\x05\x72\xe2\xff\xb1\xdc\x7f", 16);
	assert_int_equal(trace_start(path), 0);
	guest_boot(0x50003, false);
	vmb_offer(&spec, &ops, NULL);
	guest_connect(0x50003);
	guest_expect(1, &o, sizeof(o));
	guest_expect(4, NULL, 0);
	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	assert_true(guest_write(&c, 9, 1, 0x77, ranges, sizeof(ranges), "payload", 7, &signalled));
	dbl_run();
	guest_send_relid(7, 9); /* a mistake */
	guest_send_header(16);
	guest_end();
	trace_stop();
	read_file();
	unlink(path);
}

static char *text_of(const struct explain_options *o, enum explain_end *end)
{
	char *text = NULL;
	size_t len, at;
	FILE *f = open_memstream(&text, &len);

	*end = explain(file, file_len, o, f, &at);
	fclose(f);
	return text;
}

static void a_trace_tells_what_happened(void **state)
{
	static const char *const lines[] = {
		"-> INITIATE_CONTACT version=5.3 target_vp=0 sint=2",
		"<- VERSION_RESPONSE supported=1 state=0",
		"<- disk OFFER_CHANNEL relid=1 class=SCSI",
		"-> GPADL_HEADER relid=1 gpadl=0xe1e11 range_bytes=72 ranges=1 byte_count=32768 byte_offset=0 pfns=8",
		"<- disk GPADL_CREATED relid=1 gpadl=0xe1e11 status=0x0",
		"-> OPEN_CHANNEL relid=1 open_id=1001 gpadl=0xe1e11 target_vp=1 downstream_page=4",
		"<- disk OPEN_CHANNEL_RESULT relid=1 open_id=1001 status=0x0",
		"-> disk [1 SCSI] signal x1",
		"-> disk [1 SCSI] gpa-direct id=0x77 wants-completion payload=8 ranges=1 memory=8192",
		"<- disk [1 SCSI] completion id=0x77 payload=8",
		"<- disk [1 SCSI] interrupt VP 1",
		"-- note: CLOSE of relid 9",
		"-> UNLOAD",
		"<- UNLOAD_RESPONSE",
	};
	struct explain_options o = { 0 };
	enum explain_end end;
	char *text, *at;
	unsigned int i;

	make_trace();
	at = text = text_of(&o, &end);
	assert_int_equal(end, EXPLAIN_WHOLE);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		at = strstr(at, lines[i]); /* in this order */
		if (!at)
			fail_msg("missing or out of order: %s\nthe text:\n%s", lines[i], text);
	}
	free(text);
}

static void choices_narrow_it_down(void **state)
{
	struct explain_options only_packets = { .channel = "disk", .kinds = 1 << TRACE_PACKET, .hex = 16 };
	struct explain_options totals = { .channel = "nobody", .totals = true };
	enum explain_end end;
	unsigned int lines = 0;
	char *text, *p;

	make_trace();
	text = text_of(&only_packets, &end);
	for (p = text; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 4); /* two packets, a line of bytes each */
	assert_non_null(strstr(text, "09000600 07000100 77000000 00000000"));
	free(text);
	text = text_of(&totals, &end);
	assert_null(strstr(text, "INITIATE"));
	assert_non_null(strstr(text, "disk"));
	free(text);
}

static void damaged_files_are_told(void **state)
{
	struct explain_options o = { 0 };
	enum explain_end end;
	size_t whole;

	make_trace();
	whole = file_len;
	file_len = whole - 1;
	free(text_of(&o, &end));
	assert_int_equal(end, EXPLAIN_CUT);
	file_len = 11;
	free(text_of(&o, &end));
	assert_int_equal(end, EXPLAIN_CUT);
	file_len = whole;
	file[whole - 1] ^= 1; /* the last block's second length */
	free(text_of(&o, &end));
	assert_int_equal(end, EXPLAIN_BAD_BLOCK);
	file[whole - 1] ^= 1;
	file[8] ^= 1;
	free(text_of(&o, &end));
	assert_int_equal(end, EXPLAIN_NOT_PCAPNG);
	file[8] ^= 1;
	file[28 + 12 + 4 + 8] ^= 3; /* the interface's link type, behind a header block with one option */
	free(text_of(&o, &end));
	assert_int_not_equal(end, EXPLAIN_WHOLE);
	memcpy(file, "#!/bin/sh\necho this is no trace\n", 32);
	free(text_of(&o, &end));
	assert_int_equal(end, EXPLAIN_NOT_PCAPNG);
}

static void a_trace_that_cannot_be_written_is_told(void **state)
{
	unsigned int before = dbl_warnings();

	assert_int_not_equal(trace_start("/nonexistent/trace"), 0);
	assert_int_equal(dbl_warnings(), before + 1);
	assert_false(trace_on);
	assert_int_equal(trace_start("/dev/full"), 0);
	for (unsigned int i = 0; i < 100000 && trace_on; i++)
		trace_bytes(TRACE_NOTE, TRACE_HOST, 0, 0, "x", "0123456789", 10);
	assert_false(trace_on); /* it ended, with a word, and the host goes on */
	assert_true(dbl_warnings() > before + 1);
	trace_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trace_tells_what_happened),
		cmocka_unit_test(choices_narrow_it_down),
		cmocka_unit_test(damaged_files_are_told),
		cmocka_unit_test(a_trace_that_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests_name("host_vmbus_trace", tests, NULL, NULL);
}

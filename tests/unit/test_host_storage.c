// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test host's storage controllers, whole: the test is the guest, bus and control socket are doubles, the workers are
 * real threads. What docs/wire/04 says of hosts is held against them.
 */
#include "unit.h"
#include <errno.h>
#include <unistd.h>
#include <wire/storage.h>
#include "dev/scsi.h"
#include "test/bus_double.h"
#include "core/log.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct device *dev;
static struct vmb_channel *chan;
static uint64_t next_id = 1;
static uint8_t memory[1 << 20];


static struct device *make(const char *text)
{
	assert_int_equal(device_create(text), 0);
	dev = device_find(text[0] == 'i' ? "ide" : text[0] == 'f' ? "fc" : "scsi");
	chan = dbl_channel(0);
	assert_non_null(dev);
	assert_int_equal(dbl_open(chan), 0);
	return dev;
}

static int tear_down(void **state)
{
	(void)state;
	device_remove_all();
	dbl_reset();
	return 0;
}

/* The next answer; fails the test when none comes. */
static struct vstor_packet answer(uint64_t id, size_t len)
{
	struct vstor_packet p = { 0 };
	struct dbl_packet out;

	for (unsigned int i = 0; i < 1000; i++) {
		dbl_run(NULL);
		if (dbl_pop(chan, &out))
			goto got;
		usleep(1000);
	}
	fail_msg("request %llu is not answered", (unsigned long long)id);
got:
	assert_int_equal(out.type, VM_PKT_COMP);
	assert_int_equal(out.trans_id, id);
	assert_int_equal(out.len, len);
	memcpy(&p, out.data, len);
	assert_int_equal(p.operation, VSTOR_COMPLETE_IO);
	return p;
}

static void no_answer(void)
{
	struct dbl_packet out;

	assert_true(dbl_run(NULL));
	usleep(10000);
	dbl_run(NULL);
	assert_false(dbl_pop(chan, &out));
}

static uint32_t ask_full(struct vstor_packet *p, size_t len)
{
	uint64_t id = next_id++;

	p->flags = VSTOR_FLAG_REQUEST_COMPLETION;
	dbl_push(chan, VM_PKT_DATA_INBAND, true, id, p, len, NULL, 0);
	*p = answer(id, len);
	return p->status;
}

static uint32_t ask(uint32_t operation, uint16_t value)
{
	struct vstor_packet p = { .operation = operation };

	p.u.version.version = value;
	return ask_full(&p, 64);
}

static void negotiate(uint16_t version)
{
	assert_int_equal(ask(VSTOR_BEGIN_INITIALIZATION, 0), 0);
	assert_int_equal(ask(VSTOR_QUERY_PROTOCOL_VERSION, version), 0);
	assert_int_equal(ask(VSTOR_QUERY_PROPERTIES, 0), 0);
	assert_int_equal(ask(VSTOR_END_INITIALIZATION, 0), 0);
}

/* Pushes a command; the buffer is `memory` in two pieces when it is long enough. */
static uint64_t push_srb(const uint8_t *cdb, uint8_t cdb_len, uint8_t lun, uint8_t dir, uint32_t len, size_t buffer)
{
	struct vstor_packet p = { .operation = VSTOR_EXECUTE_SRB, .flags = 1 };
	struct iovec iov[2] = { { memory, buffer / 3 }, { memory + buffer / 3, buffer - buffer / 3 } };

	p.u.srb.length = VSTOR_SRB_LEN;
	p.u.srb.lun = lun;
	p.u.srb.cdb_len = cdb_len;
	p.u.srb.sense_len = VSTOR_SENSE_LEN;
	p.u.srb.data_in = dir;
	p.u.srb.transfer_len = len;
	memcpy(p.u.srb.u.cdb, cdb, cdb_len < 16 ? cdb_len : 16);
	dbl_push(chan, buffer ? VM_PKT_DATA_USING_GPA_DIRECT : VM_PKT_DATA_INBAND, true, next_id, &p, 64, iov, buffer ? 2 : 0);
	return next_id++;
}

static struct vstor_srb srb(const uint8_t *cdb, uint8_t cdb_len, uint8_t lun, uint8_t dir, uint32_t len)
{
	return answer(push_srb(cdb, cdb_len, lun, dir, len, len), 64).u.srb;
}

static struct vstor_srb rw(bool write, uint8_t lun, uint32_t lba, uint16_t blocks, uint32_t len)
{
	uint8_t cdb[10] = { write ? SCSI_WRITE_10 : SCSI_READ_10 };

	put_be(cdb + 2, lba, 4);
	put_be(cdb + 7, blocks, 2);
	return srb(cdb, 10, lun, write ? VSTOR_DATA_OUT : VSTOR_DATA_IN, len);
}

static struct vstor_srb tur(uint8_t lun)
{
	static const uint8_t cdb[6];

	return srb(cdb, 6, lun, VSTOR_DATA_NONE, 0);
}

static uint32_t sense_of(const struct vstor_srb *s)
{
	return s->sense_len >= 14 ? SENSE(s->u.sense[2] & 15, s->u.sense[12], s->u.sense[13]) : 0;
}

static void fails_with(struct vstor_srb s, uint8_t srb_status, uint32_t sense)
{
	assert_int_equal(s.srb_status, srb_status);
	assert_int_equal(s.scsi_status, SCSI_CHECK_CONDITION);
	assert_int_equal(sense_of(&s), sense);
	assert_int_equal(s.transfer_len, 0);
}

static void succeeds(struct vstor_srb s, uint32_t moved)
{
	assert_int_equal(s.srb_status, SRB_STATUS_SUCCESS);
	assert_int_equal(s.scsi_status, SCSI_GOOD);
	assert_int_equal(s.transfer_len, moved);
}

/* --- negotiation ----------------------------------------------------------------------------------------------------- */

static void versions_offered(void **state)
{
	(void)state;
	static const struct { const char *text; uint16_t newest; } row[] = {
		{ "scsi,ram=1M,proto=2.0", 0x0200 }, { "scsi,ram=1M,proto=4.2", 0x0402 }, { "scsi,ram=1M,proto=5.1", 0x0501 },
		{ "scsi,ram=1M,proto=6.0", 0x0600 }, { "scsi,ram=1M,proto=6.2", 0x0602 }, { "scsi,ram=1M", 0x0602 },
	};
	static const uint16_t tried[] = { 0x0602, 0x0600, 0x0501, 0x0402, 0x0200, 0x0603, 0x0000, 0x0502 };
	unsigned int i, k;

	for (i = 0; i < COUNT(row); i++)
		for (k = 0; k < COUNT(tried); k++) {
			make(row[i].text);
			assert_int_equal(ask(VSTOR_BEGIN_INITIALIZATION, 0), 0);
			row_equal(i * 10 + k, ask(VSTOR_QUERY_PROTOCOL_VERSION, tried[k]),
				  k < 5 && tried[k] <= row[i].newest ? 0 : VSTOR_STATUS_REVISION_MISMATCH);
			tear_down(NULL);
		}
}

static void out_of_order(void **state)
{
	(void)state;
	static const uint32_t ops[] = { VSTOR_QUERY_PROTOCOL_VERSION, VSTOR_QUERY_PROPERTIES, VSTOR_END_INITIALIZATION,
					VSTOR_CREATE_SUB_CHANNELS, VSTOR_RESET_BUS, VSTOR_EXECUTE_SRB };
	unsigned int i;

	make("scsi,ram=1M,queues=4");
	for (i = 0; i < COUNT(ops); i++)
		row_equal(i, ask(ops[i], 0x0602), VSTOR_STATUS_INVALID_DEVICE_STATE);
	negotiate(0x0602);
	assert_int_equal(ask(VSTOR_BEGIN_INITIALIZATION, 0), VSTOR_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(ask(VSTOR_QUERY_PROTOCOL_VERSION, 0x0602), VSTOR_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(ask(VSTOR_FCHBA_DATA, 0), VSTOR_STATUS_INVALID_DEVICE_REQUEST);
	/* Opened again, all begins anew. */
	dbl_close(chan);
	assert_int_equal(dbl_open(chan), 0);
	assert_int_equal(ask(VSTOR_END_INITIALIZATION, 0), VSTOR_STATUS_INVALID_DEVICE_STATE);
	negotiate(0x0501);
}

static void properties(void **state)
{
	(void)state;
	struct vstor_packet p = { .operation = VSTOR_QUERY_PROPERTIES };

	make("scsi,ram=1M,queues=4,max-transfer=128K");
	ask(VSTOR_BEGIN_INITIALIZATION, 0);
	ask(VSTOR_QUERY_PROTOCOL_VERSION, 0x0602);
	assert_int_equal(ask_full(&p, 64), 0);
	assert_int_equal(p.u.properties.max_sub_channels, 3);
	assert_int_equal(p.u.properties.flags, VSTOR_PROP_MULTI_CHANNEL);
	assert_int_equal(p.u.properties.max_transfer, 131072);
	tear_down(NULL);
	make("scsi,ram=1M,queues=4");
	ask(VSTOR_BEGIN_INITIALIZATION, 0);
	ask(VSTOR_QUERY_PROTOCOL_VERSION, 0x0402);
	p = (struct vstor_packet){ .operation = VSTOR_QUERY_PROPERTIES };
	assert_int_equal(ask_full(&p, 48), 0);
	assert_int_equal(p.u.properties.max_sub_channels, 0);
	assert_int_equal(p.u.properties.flags, 0);
}

static void subchannels(void **state)
{
	(void)state;
	struct vmb_channel *sub;

	make("scsi,ram=1M,queues=4");
	negotiate(0x0602);
	assert_int_equal(ask(VSTOR_CREATE_SUB_CHANNELS, 4), VSTOR_STATUS_INVALID_PARAMETER);
	assert_int_equal(dbl_channels(), 1);
	assert_int_equal(ask(VSTOR_CREATE_SUB_CHANNELS, 2), 0);
	assert_int_equal(ask(VSTOR_CREATE_SUB_CHANNELS, 3), 0);
	assert_int_equal(dbl_channels(), 4);
	for (unsigned int i = 1; i < 4; i++) {
		assert_int_equal(dbl_spec(dbl_channel(i))->sub_index, i);
		assert_memory_equal(&dbl_spec(dbl_channel(i))->instance, &dbl_spec(chan)->instance, 16);
	}
	sub = dbl_channel(1);
	assert_int_equal(dbl_open(sub), 0);
	chan = sub;
	succeeds(rw(false, 0, 0, 8, 4096), 4096);
	assert_int_equal(ask(VSTOR_CREATE_SUB_CHANNELS, 1), VSTOR_STATUS_INVALID_DEVICE_STATE);
	/* The primary closes: subchannels go, and come back with new offers. */
	chan = dbl_channel(0);
	dbl_close(sub);
	dbl_close(chan);
	dbl_advance(10);
	for (unsigned int i = 1; i < 4; i++)
		assert_true(dbl_rescinded(dbl_channel(i)));
	while (dbl_channels() > 1)
		dbl_release(dbl_channel(1));
	assert_int_equal(dbl_open(chan), 0);
	negotiate(0x0602);
	assert_int_equal(ask(VSTOR_CREATE_SUB_CHANNELS, 3), 0);
	assert_int_equal(dbl_channels(), 4);
}

/* 6: hosts before 2016 call themselves SPC-2. */
static void claimed_level(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		make("scsi,ram=1M");
		negotiate(i ? 0x0602 : 0x0600);
		succeeds(srb((const uint8_t[6]){ SCSI_INQUIRY, 0, 0, 0, 36 }, 6, 0, VSTOR_DATA_IN, 36), 36);
		assert_int_equal(memory[2], i ? 5 : 4);
		tear_down(NULL);
	}
}

/* What arrives on a subchannel before the controller is ready stays in its ring. */
static void subchannel_waits(void **state)
{
	(void)state;
	struct vmb_channel *primary;
	uint64_t id;

	primary = (make("scsi,ram=1M,queues=2"), chan);
	ask(VSTOR_BEGIN_INITIALIZATION, 0);
	ask(VSTOR_QUERY_PROTOCOL_VERSION, 0x0602);
	ask(VSTOR_QUERY_PROPERTIES, 0);
	assert_int_equal(ask(VSTOR_CREATE_SUB_CHANNELS, 1), 0);
	chan = dbl_channel(1);
	assert_int_equal(dbl_open(chan), 0);
	id = push_srb((const uint8_t[6]){ 0 }, 6, 0, VSTOR_DATA_NONE, 0, 0);
	no_answer();
	chan = primary;
	assert_int_equal(ask(VSTOR_END_INITIALIZATION, 0), 0);
	chan = dbl_channel(1);
	succeeds(answer(id, 64).u.srb, 0);
}

/* A guest of 2008 R2: 48-byte packets, and 18 bytes of sense. */
static void short_packets(void **state)
{
	(void)state;
	struct vstor_packet p = { .operation = VSTOR_BEGIN_INITIALIZATION };

	make("scsi,ram=1M,proto=4.2");
	assert_int_equal(ask_full(&p, 48), 0);
	p = (struct vstor_packet){ .operation = VSTOR_QUERY_PROTOCOL_VERSION, .u.version.version = 0x0402 };
	assert_int_equal(ask_full(&p, 48), 0);
	assert_int_equal(p.u.version.version, 0x0402);
	p = (struct vstor_packet){ .operation = VSTOR_QUERY_PROPERTIES };
	assert_int_equal(ask_full(&p, 48), 0);
	p = (struct vstor_packet){ .operation = VSTOR_END_INITIALIZATION };
	assert_int_equal(ask_full(&p, 48), 0);
	p = (struct vstor_packet){ .operation = VSTOR_EXECUTE_SRB };
	p.u.srb.length = VSTOR_SRB_LEN_OLD;
	p.u.srb.cdb_len = 10;
	p.u.srb.sense_len = VSTOR_SENSE_LEN_OLD;
	p.u.srb.u.cdb[0] = SCSI_WRITE_SAME_10;
	assert_int_equal(ask_full(&p, 48), VSTOR_STATUS_IO_DEVICE_ERROR);
	assert_int_equal(p.u.srb.sense_len, 18);
	fails_with(p.u.srb, 0x86, SENSE_INVALID_OPCODE);
}

static void broken_packets(void **state)
{
	(void)state;
	static const uint8_t unknown[64] = { 77 }, complete[64] = { VSTOR_COMPLETE_IO };
	unsigned int i;

	for (i = 0; i < 6; i++) {
		make("scsi,ram=1M");
		if (i == 0)
			dbl_push(chan, VM_PKT_DATA_INBAND, true, 1, unknown, 64, NULL, 0);
		else if (i == 1)
			dbl_push(chan, VM_PKT_DATA_INBAND, true, 1, complete, 64, NULL, 0);
		else if (i == 2)
			dbl_push(chan, VM_PKT_DATA_INBAND, true, 1, "\7\0\0\0\1\0\0", 7, NULL, 0);
		else if (i == 3)
			dbl_push(chan, VM_PKT_DATA_INBAND, false, 0, "\7\0\0\0\1\0\0\0\0\0\0\0", 12, NULL, 0);
		else if (i == 4)
			dbl_push_nonsense(chan);
		else
			dbl_push(chan, VM_PKT_DATA_USING_GPADL, true, 1, unknown, 64, NULL, 0);
		dbl_push(chan, VM_PKT_DATA_INBAND, true, 2, "\7\0\0\0\1\0\0\0\0\0\0\0", 12, NULL, 0);
		no_answer();
		assert_string_equal(dbl_event(), "guest-violation");
		dbl_close(chan);
		assert_int_equal(dbl_open(chan), 0);
		assert_int_equal(ask(VSTOR_BEGIN_INITIALIZATION, 0), 0);
		tear_down(NULL);
	}
}

/* --- data ------------------------------------------------------------------------------------------------------------ */

static void data_both_ways(void **state)
{
	(void)state;
	uint64_t seed = 1;
	uint8_t want[64 * 512];

	make("scsi,ram=1M,ram=1M:sector=4096");
	negotiate(0x0602);
	for (unsigned int i = 0; i < sizeof(want); i++)
		want[i] = (uint8_t)rnd(&seed);
	memcpy(memory, want, sizeof(want));
	succeeds(rw(true, 0, 100, 64, sizeof(want)), sizeof(want));
	memset(memory, 0, sizeof(want));
	succeeds(rw(false, 0, 100, 64, sizeof(want)), sizeof(want));
	assert_memory_equal(memory, want, sizeof(want));
	succeeds(rw(false, 0, 99, 2, 1024), 1024);
	assert_memory_equal(memory + 512, want, 512);
	assert_int_equal(memory[0], 0);
	/* The disk's last block, and one more. */
	succeeds(rw(true, 0, 2047, 1, 512), 512);
	fails_with(rw(true, 0, 2047, 2, 1024), 0x86, SENSE_LBA_OUT_OF_RANGE);
	fails_with(rw(false, 0, 0xFFFFFFFF, 1, 512), 0x86, SENSE_LBA_OUT_OF_RANGE);
	/* 4K blocks: the second disk has 256 of them. */
	succeeds(rw(false, 1, 255, 1, 4096), 4096);
	fails_with(rw(false, 1, 256, 1, 4096), 0x86, SENSE_LBA_OUT_OF_RANGE);
	fails_with(srb((const uint8_t[6]){ SCSI_READ_6, 0, 0, 0, 1 }, 6, 1, VSTOR_DATA_IN, 4096), 0x86, SENSE_INVALID_OPCODE);
}

static void lengths_both_ways(void **state)
{
	(void)state;
	static const uint8_t read_8[10] = { SCSI_READ_10, 0, 0, 0, 0, 0, 0, 0, 8 };
	struct vstor_srb s;

	make("scsi,ram=1M");
	negotiate(0x0602);
	/* CDB asks for more than the guest has room for. */
	memset(memory, 0x55, 8192);
	fails_with(rw(false, 0, 0, 8, 4095), 0x86, SENSE_INVALID_FIELD_CDB);
	assert_int_equal(memory[0], 0x55);
	/* Room for more than the CDB asks for: the rest is left alone. */
	succeeds(rw(false, 0, 0, 8, 8192), 4096);
	assert_int_equal(memory[4095], 0);
	assert_int_equal(memory[4096], 0x55);
	/* Transfer length and the packet's pages. */
	s = answer(push_srb(read_8, 10, 0, VSTOR_DATA_IN, 4096, 4095), 64).u.srb;
	assert_int_equal(s.srb_status, SRB_STATUS_INVALID_REQUEST);
	s = answer(push_srb(read_8, 10, 0, VSTOR_DATA_IN, 4096, 0), 64).u.srb;
	assert_int_equal(s.srb_status, SRB_STATUS_INVALID_REQUEST);
	s = answer(push_srb(read_8, 10, 0, VSTOR_DATA_IN, 262145, 300000), 64).u.srb;
	assert_int_equal(s.srb_status, SRB_STATUS_INVALID_REQUEST);
	succeeds(answer(push_srb(read_8, 10, 0, VSTOR_DATA_IN, 4096, 9000), 64).u.srb, 4096);
	/* The wrong direction moves nothing. */
	memset(memory, 0x55, 4096);
	fails_with(srb(read_8, 10, 0, VSTOR_DATA_OUT, 4096), 0x86, SENSE_INVALID_FIELD_CDB);
	assert_int_equal(memory[0], 0x55);
	fails_with(srb((const uint8_t[10]){ SCSI_WRITE_10, 0, 0, 0, 0, 0, 0, 0, 8 }, 10, 0, VSTOR_DATA_IN, 4096), 0x86,
		   SENSE_INVALID_FIELD_CDB);
	fails_with(srb((const uint8_t[6]){ SCSI_INQUIRY, 0, 0, 0, 36 }, 6, 0, VSTOR_DATA_OUT, 36), 0x86,
		   SENSE_INVALID_FIELD_CDB);
	s = answer(push_srb((const uint8_t[16]){ SCSI_READ_10 }, 17, 0, VSTOR_DATA_IN, 4096, 4096), 64).u.srb;
	assert_int_equal(s.srb_status, SRB_STATUS_INVALID_REQUEST);
	fails_with(srb(read_8, 9, 0, VSTOR_DATA_IN, 4096), 0x86, SENSE_INVALID_FIELD_CDB);
}

static void refusals(void **state)
{
	(void)state;
	static const uint8_t ops[] = { SCSI_WRITE_SAME_10, SCSI_WRITE_SAME_16, 0x5E, 0x5F, 0x83, 0x24, 0x16 };
	struct vstor_srb s;
	uint8_t cdb[16] = { 0 };

	make("scsi,ram=1M,ram=1M:ro");
	negotiate(0x0602);
	for (unsigned int i = 0; i < COUNT(ops); i++) {
		cdb[0] = ops[i];
		fails_with(srb(cdb, 16, 0, VSTOR_DATA_OUT, 512), 0x86, SENSE_INVALID_OPCODE);
	}
	/* Pass-through fails without sense data. */
	cdb[0] = SCSI_ATA_16;
	s = srb(cdb, 16, 0, VSTOR_DATA_IN, 512);
	assert_int_equal(s.srb_status, SRB_STATUS_ERROR);
	assert_int_equal(s.scsi_status, SCSI_CHECK_CONDITION);
	assert_int_equal(s.sense_len, 0);
	fails_with(rw(true, 1, 0, 1, 512), 0x84, SENSE_WRITE_PROTECTED);
	succeeds(rw(false, 1, 0, 1, 512), 512);
}

static void unmap_and_verify(void **state)
{
	(void)state;
	uint8_t list[24] = { 0, 22, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8 };
	static const uint8_t unmap[10] = { SCSI_UNMAP, 0, 0, 0, 0, 0, 0, 0, 24 };
	static const uint8_t verify[10] = { SCSI_VERIFY_10, 2, 0, 0, 0, 16, 0, 0, 1 };

	make("scsi,ram=1M");
	negotiate(0x0602);
	memset(memory, 0x77, 32 * 512);
	succeeds(rw(true, 0, 0, 32, 32 * 512), 32 * 512);
	memcpy(memory, list, sizeof(list));
	succeeds(srb(unmap, 10, 0, VSTOR_DATA_OUT, 24), 24);
	succeeds(rw(false, 0, 0, 32, 32 * 512), 32 * 512);
	assert_int_equal(memory[7 * 512], 0x77);
	assert_int_equal(memory[8 * 512], 0);
	assert_int_equal(memory[15 * 512 + 511], 0);
	assert_int_equal(memory[16 * 512], 0x77);
	fails_with(srb(unmap, 10, 0, VSTOR_DATA_OUT, 23), 0x86, SENSE_INVALID_FIELD_CDB);
	memset(memory, 0x77, 512);
	succeeds(srb(verify, 10, 0, VSTOR_DATA_OUT, 512), 512);
	memory[511] = 0;
	fails_with(srb(verify, 10, 0, VSTOR_DATA_OUT, 512), 0x84, SENSE_MISCOMPARE);
}

/* --- units ----------------------------------------------------------------------------------------------------------- */

static void absent_units(void **state)
{
	(void)state;
	static const uint8_t inquiry[6] = { SCSI_INQUIRY, 0, 0, 0, 36 }, vpd[6] = { SCSI_INQUIRY, 1, 0, 0, 36 };
	static const uint8_t report[12] = { SCSI_REPORT_LUNS, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	struct vstor_srb s;

	make("scsi,ram=1M:lun=5,ram=1M:lun=200");
	negotiate(0x0602);
	succeeds(srb(inquiry, 6, 0, VSTOR_DATA_IN, 36), 36);
	assert_int_equal(memory[0], 0x7F);
	fails_with(srb(vpd, 6, 0, VSTOR_DATA_IN, 36), 0x86, SENSE_INVALID_FIELD_CDB);
	s = tur(0);
	assert_int_equal(s.srb_status, SRB_STATUS_INVALID_LUN);
	assert_int_equal(s.sense_len, 0);
	succeeds(srb(report, 12, 0, VSTOR_DATA_IN, 256), 24);
	assert_int_equal(get_be(memory, 4), 16);
	assert_int_equal(memory[9], 5);
	assert_int_equal(memory[17], 200);
	s = srb(report, 12, 1, VSTOR_DATA_IN, 256);
	assert_int_equal(s.srb_status, SRB_STATUS_INVALID_LUN);
}

static void announcements(void **state)
{
	(void)state;
	struct dbl_packet out;
	uint32_t op;

	make("scsi,ram=1M");
	assert_int_equal(dbl_verb(dev, "add", "{\"ram\": \"2M:lun=3\"}", NULL), 0);
	negotiate(0x0602);
	dbl_run(NULL);
	assert_true(dbl_pop(chan, &out));
	assert_int_equal(out.type, VM_PKT_DATA_INBAND);
	assert_int_equal(out.trans_id, 0);
	assert_false(out.wants_completion);
	memcpy(&op, out.data, 4);
	assert_int_equal(op, VSTOR_ENUMERATE_BUS);
	assert_int_equal(out.len, 64);
	succeeds(tur(3), 0);
	assert_int_equal(dbl_verb(dev, "remove", "{\"lun\": 3}", NULL), 0);
	assert_true(dbl_pop(chan, &out));
	assert_int_equal(tur(3).srb_status, SRB_STATUS_INVALID_LUN);
	assert_int_equal(dbl_verb(dev, "remove", "{\"lun\": 3}", NULL), -ENODEV);
	assert_int_equal(dbl_verb(dev, "add", "{\"ram\": \"2M:lun=0\"}", NULL), -EEXIST);
	assert_int_equal(dbl_verb(dev, "add", "{\"disk\": \"/does/not/exist\"}", NULL), -EINVAL);
	assert_int_equal(dbl_verb(dev, "add", "{}", NULL), -EINVAL);
	assert_false(dbl_pop(chan, &out));
}

static void resize(void **state)
{
	(void)state;
	static const uint8_t capacity[10] = { SCSI_READ_CAPACITY_10 };

	make("scsi,ram=1M");
	negotiate(0x0602);
	assert_int_equal(dbl_verb(dev, "resize", "{\"lun\": 0, \"size\": \"2M\"}", NULL), 0);
	assert_int_equal(dbl_verb(dev, "resize", "{\"lun\": 0, \"size\": 1000}", NULL), -EINVAL);
	fails_with(tur(0), 0x84, SENSE_CAPACITY_CHANGED);
	succeeds(tur(0), 0);
	succeeds(srb(capacity, 10, 0, VSTOR_DATA_IN, 8), 8);
	assert_int_equal(get_be(memory, 4), 4095);
	succeeds(rw(true, 0, 4095, 1, 512), 512);
	assert_int_equal(dbl_verb(dev, "resize", "{\"lun\": 0, \"size\": \"1M\"}", NULL), 0);
	fails_with(rw(false, 0, 0, 1, 512), 0x84, SENSE_CAPACITY_CHANGED);
	fails_with(rw(false, 0, 4095, 1, 512), 0x86, SENSE_LBA_OUT_OF_RANGE);
}

static void injected(void **state)
{
	(void)state;
	uint64_t id;

	make("scsi,ram=1M");
	negotiate(0x0602);
	assert_int_equal(dbl_verb(dev, "inject", "{\"op\": \"read\", \"lba\": 8, \"blocks\": 8, \"sense\": \"03/11/00\"}", NULL), 0);
	succeeds(rw(false, 0, 0, 8, 4096), 4096);
	fails_with(rw(false, 0, 0, 9, 4608), 0x84, SENSE_READ_ERROR);
	succeeds(rw(false, 0, 0, 9, 4608), 4608);
	assert_int_equal(dbl_verb(dev, "inject", "{\"op\": \"any\", \"srb\": 5, \"count\": 1}", NULL), 0);
	assert_int_equal(tur(0).srb_status, SRB_STATUS_BUSY);
	assert_int_equal(dbl_verb(dev, "inject", "{\"op\": \"write\", \"delay_ms\": 50, \"count\": 2}", NULL), 0);
	id = push_srb((const uint8_t[10]){ SCSI_WRITE_10, 0, 0, 0, 0, 0, 0, 0, 1 }, 10, 0, VSTOR_DATA_OUT, 512, 512);
	no_answer();
	dbl_advance(49999999);
	no_answer();
	dbl_advance(1);
	succeeds(answer(id, 64).u.srb, 512);
	/* A reset ends what is held. */
	id = push_srb((const uint8_t[10]){ SCSI_WRITE_10, 0, 0, 0, 0, 0, 0, 0, 1 }, 10, 0, VSTOR_DATA_OUT, 512, 512);
	no_answer();
	dbl_push(chan, VM_PKT_DATA_INBAND, true, 4711, "\6\0\0\0\1\0\0\0\0\0\0\0", 12, NULL, 0);
	assert_int_equal(answer(id, 64).u.srb.srb_status, SRB_STATUS_BUS_RESET);
	answer(4711, 16);
	assert_int_equal(dbl_verb(dev, "inject", "{\"op\": \"bla\", \"srb\": 5}", NULL), -EINVAL);
	assert_int_equal(dbl_verb(dev, "inject", "{\"op\": \"read\"}", NULL), -EINVAL);
	assert_int_equal(dbl_verb(dev, "inject", "{\"clear\": true}", NULL), 0);
}

/* The ring to the guest is full: answers wait, in order, and nothing more is taken meanwhile. */
static void ring_full(void **state)
{
	(void)state;
	uint64_t id[3];

	make("scsi,ram=1M");
	negotiate(0x0602);
	dbl_room(chan, 0);
	for (unsigned int i = 0; i < 3; i++)
		id[i] = push_srb((const uint8_t[6]){ 0 }, 6, 0, VSTOR_DATA_NONE, 0, 0);
	no_answer();
	dbl_room(chan, 1);
	answer(id[0], 64);
	no_answer();
	dbl_room(chan, -1);
	answer(id[1], 64);
	answer(id[2], 64);
}

/* Closed, rescinded or removed with requests under way: they end, and nobody is told. */
static void endings(void **state)
{
	(void)state;
	for (unsigned int how = 0; how < 3; how++) {
		make("scsi,ram=1M,ram=1M");
		negotiate(0x0602);
		dbl_verb(dev, "inject", "{\"op\": \"any\", \"lun\": 1, \"delay_ms\": 50, \"count\": 0}", NULL);
		for (unsigned int i = 0; i < 100; i++)
			push_srb((const uint8_t[10]){ SCSI_READ_10, 0, 0, 0, 0, 0, 0, 0, 64 }, 10, i % 2, VSTOR_DATA_IN, 32768, 32768);
		dbl_run(NULL);
		if (how == 0) {
			dbl_close(chan);
			assert_int_equal(dbl_open(chan), 0);
			negotiate(0x0602);
		} else if (how == 1) {
			assert_int_equal(dbl_verb(dev, "remove", "{\"lun\": 1}", NULL), 0);
			dbl_advance(100000000);
		}
		tear_down(NULL);
	}
}

/* --- other kinds ------------------------------------------------------------------------------------------------------- */

static void ide(void **state)
{
	(void)state;
	static const uint8_t want[16] = { 1, 0, 0, 0, 1, 0, 0x99, 0x88 };
	const struct vmb_offer_spec *spec;
	struct vstor_packet p = { .operation = VSTOR_EXECUTE_SRB };

	make("ide,ram=1M,channel=1,drive=1");
	spec = dbl_spec(chan);
	assert_memory_equal(&spec->instance, want, 16);
	assert_int_equal(spec->user[2], 1);
	assert_int_equal(spec->user[3], 1);
	assert_int_equal(spec->user[8], VSTOR_OFFER_IDE);
	negotiate(0x0602);
	p.u.srb = (struct vstor_srb){ .length = VSTOR_SRB_LEN, .path = 1, .target = 1, .cdb_len = 6 };
	assert_int_equal(ask_full(&p, 64), 0);
	p = (struct vstor_packet){ .operation = VSTOR_EXECUTE_SRB };
	p.u.srb = (struct vstor_srb){ .length = VSTOR_SRB_LEN, .target = 0, .cdb_len = 6 };
	assert_int_equal(ask_full(&p, 64), VSTOR_STATUS_DEVICE_DOES_NOT_EXIST);
	assert_int_equal(device_create("ide,name=x,ram=1M,ram=1M"), -EINVAL);
	assert_int_equal(device_create("ide,name=x,ram=1M:target=1"), -EINVAL);
}

static void fibre_channel(void **state)
{
	(void)state;
	struct vstor_packet p = { .operation = VSTOR_FCHBA_DATA };
	struct dbl_packet out;

	make("fc,ram=1M:target=5:lun=9,wwpn=0102030405060708,wwnn=1112131415161718");
	ask(VSTOR_BEGIN_INITIALIZATION, 0);
	ask(VSTOR_QUERY_PROTOCOL_VERSION, 0x0602);
	ask(VSTOR_QUERY_PROPERTIES, 0);
	assert_int_equal(ask_full(&p, 64), 0);
	assert_int_equal(p.u.wwn.primary_active, 1);
	assert_int_equal(p.u.wwn.primary_port[0], 1);
	assert_int_equal(p.u.wwn.primary_port[7], 8);
	assert_int_equal(p.u.wwn.primary_node[0], 0x11);
	assert_int_equal(ask(VSTOR_END_INITIALIZATION, 0), 0);
	assert_int_equal(dbl_verb(dev, "toggle", "{}", NULL), 0);
	assert_true(dbl_pop(chan, &out));
	assert_int_equal(out.data[0], VSTOR_FCHBA_DATA);
	assert_int_equal(out.data[12], 0);
}

static void dvd(void **state)
{
	(void)state;
	static const uint8_t read_1[10] = { SCSI_READ_10, 0, 0, 0, 0, 1, 0, 0, 1 }, eject[6] = { SCSI_START_STOP, 0, 0, 0, 2 };
	static const uint8_t toc[10] = { SCSI_READ_TOC, 0, 0, 0, 0, 0, 0, 0, 64 }, lock[6] = { SCSI_PREVENT_ALLOW, 0, 0, 0, 1 };
	char path[] = "/tmp/test_storage.XXXXXX", text[128];
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 16 * 2048), 0);
	assert_int_equal(pwrite(fd, "HELLO", 5, 2048), 5);
	snprintf(text, sizeof(text), "scsi,cd=%s", path);
	make(text);
	negotiate(0x0602);
	succeeds(srb(read_1, 10, 0, VSTOR_DATA_IN, 2048), 2048);
	assert_memory_equal(memory, "HELLO", 6);
	succeeds(srb(toc, 10, 0, VSTOR_DATA_IN, 64), 20);
	assert_int_equal(get_be(memory + 16, 4), 16);
	fails_with(rw(true, 0, 0, 1, 2048), 0x86, SENSE_INVALID_OPCODE);
	succeeds(srb(lock, 6, 0, VSTOR_DATA_NONE, 0), 0);
	fails_with(srb(eject, 6, 0, VSTOR_DATA_NONE, 0), 0x86, SENSE_REMOVAL_PREVENTED);
	succeeds(srb((const uint8_t[6]){ SCSI_PREVENT_ALLOW }, 6, 0, VSTOR_DATA_NONE, 0), 0);
	succeeds(srb(eject, 6, 0, VSTOR_DATA_NONE, 0), 0);
	fails_with(tur(0), 0x84, SENSE_NO_MEDIUM);
	fails_with(srb(read_1, 10, 0, VSTOR_DATA_IN, 2048), 0x84, SENSE_NO_MEDIUM);
	snprintf(text, sizeof(text), "{\"lun\": 0, \"cd\": \"%s\"}", path);
	assert_int_equal(dbl_verb(dev, "disc", text, NULL), 0);
	fails_with(tur(0), 0x84, SENSE_MEDIUM_CHANGED);
	succeeds(tur(0), 0);
	close(fd);
	unlink(path);
}

/* A six byte command with a count of 24 bits, as tape drives have them. */
static struct vstor_srb six(uint8_t op, uint8_t how, uint32_t n, uint8_t dir, uint32_t len)
{
	uint8_t cdb[6] = { op, how };

	put_be(cdb + 2, n, 3);
	return srb(cdb, 6, 0, dir, len);
}

static struct vstor_srb tape_write(uint8_t how, uint32_t n, uint32_t len, uint8_t fill)
{
	memset(memory, fill, len);
	return six(SCSI_WRITE_6, how, n, VSTOR_DATA_OUT, len);
}

static struct vstor_srb tape_read(uint8_t how, uint32_t n, uint32_t len)
{
	memset(memory, 0, len);
	return six(SCSI_READ_6, how, n, VSTOR_DATA_IN, len);
}

/* A command that met something: sense code, flags, what was left to do, what was done. */
static void stopped(struct vstor_srb s, uint32_t sense, uint8_t flags, uint32_t info, uint32_t moved)
{
	assert_int_equal(s.srb_status, 0x84);
	assert_int_equal(s.scsi_status, SCSI_CHECK_CONDITION);
	assert_int_equal(s.sense_len, SCSI_SENSE_LEN);
	assert_int_equal(sense_of(&s), sense);
	assert_int_equal(s.u.sense[2] & 0xE0, flags);
	assert_int_equal(s.u.sense[0], 0xF0);
	assert_int_equal(get_be(s.u.sense + 3, 4), info);
	assert_int_equal(s.transfer_len, moved);
}

static uint32_t tape_at(void)
{
	succeeds(srb((const uint8_t[10]){ SCSI_READ_POSITION }, 10, 0, VSTOR_DATA_IN, 20), 20);
	assert_int_equal(memory[0], get_be(memory + 4, 4) ? 0 : 0x80);
	return (uint32_t)get_be(memory + 4, 4);
}

/* Records of 1000 and 3000 bytes, a filemark, a record of 500. */
static void tape_of_four(void)
{
	make("scsi,tape=1M");
	negotiate(0x0602);
	succeeds(tape_write(0, 1000, 1000, 1), 1000);
	succeeds(tape_write(0, 3000, 3000, 2), 3000);
	succeeds(six(SCSI_WRITE_FILEMARKS, 0, 1, VSTOR_DATA_NONE, 0), 0);
	succeeds(tape_write(0, 500, 500, 3), 500);
	assert_int_equal(tape_at(), 4);
	succeeds(six(SCSI_REWIND, 0, 0, VSTOR_DATA_NONE, 0), 0);
	assert_int_equal(tape_at(), 0);
}

static void tape_records(void **state)
{
	(void)state;
	struct vstor_srb s;

	tape_of_four();
	succeeds(tape_read(0, 1000, 1000), 1000);
	assert_int_equal(memory[0] + memory[999], 2);
	stopped(tape_read(0, 4096, 4096), 0, SENSE_FLAG_ILI, 1096, 3000);
	assert_int_equal(memory[2999], 2);
	assert_int_equal(memory[3000], 0);
	stopped(tape_read(0, 4096, 4096), SENSE_FILEMARK, SENSE_FLAG_FILEMARK, 4096, 0);
	/* Too short a buffer: what fits, and the rest is told as a negative number. */
	stopped(tape_read(0, 400, 400), 0, SENSE_FLAG_ILI, (uint32_t)-100, 400);
	stopped(tape_read(0, 400, 400), SENSE_END_OF_DATA, 0, 400, 0);
	/* The guest does not care how long records are. */
	six(SCSI_REWIND, 0, 0, VSTOR_DATA_NONE, 0);
	s = tape_read(2, 4096, 4096);
	assert_int_equal(s.srb_status, SRB_STATUS_DATA_OVERRUN);
	assert_int_equal(s.scsi_status, SCSI_GOOD);
	assert_int_equal(s.transfer_len, 1000);
	succeeds(tape_read(2, 400, 400), 400);
	fails_with(tape_read(3, 1, 4096), 0x86, SENSE_INVALID_FIELD_CDB);
	fails_with(tape_read(0, 4096, 4000), 0x86, SENSE_INVALID_FIELD_CDB);
	fails_with(six(SCSI_READ_6, 0, 512, VSTOR_DATA_OUT, 512), 0x86, SENSE_INVALID_FIELD_CDB);
	fails_with(six(SCSI_WRITE_6, 0, 512, VSTOR_DATA_IN, 512), 0x86, SENSE_INVALID_FIELD_CDB);
	succeeds(tape_read(0, 0, 0), 0);
}

static void tape_blocks(void **state)
{
	(void)state;
	uint8_t select[6] = { SCSI_MODE_SELECT_6, 0x10, 0, 0, 12 };

	tape_of_four();
	fails_with(tape_write(1, 2, 1024, 5), 0x86, SENSE_INVALID_FIELD_CDB);
	memcpy(memory, (const uint8_t[12]){ 0, 0, 0x10, 8, 0, 0, 0, 0, 0, 0, 2, 0 }, 12);
	succeeds(srb(select, 6, 0, VSTOR_DATA_OUT, 12), 12);
	succeeds(srb((const uint8_t[6]){ SCSI_MODE_SENSE_6, 0, 0, 0, 12 }, 6, 0, VSTOR_DATA_IN, 12), 12);
	assert_int_equal(get_be(memory + 9, 3), 512);
	succeeds(tape_write(1, 4, 2048, 6), 2048);
	assert_int_equal(tape_at(), 4);
	/* What was behind is no more. */
	stopped(tape_read(1, 1, 512), SENSE_END_OF_DATA, 0, 1, 0);
	succeeds(six(SCSI_REWIND, 0, 0, VSTOR_DATA_NONE, 0), 0);
	stopped(tape_read(1, 6, 3072), SENSE_END_OF_DATA, 0, 2, 2048);
	memory[3] = 0;
	select[4] = 4;
	fails_with(srb(select, 6, 0, VSTOR_DATA_OUT, 4), 0x86, SENSE_INVALID_FIELD_PARAM);
	succeeds(srb((const uint8_t[6]){ SCSI_READ_BLOCK_LIMITS }, 6, 0, VSTOR_DATA_IN, 6), 6);
	assert_int_equal(get_be(memory, 4), 0xFFFFFF);
}

static void tape_spacing(void **state)
{
	(void)state;
	uint8_t locate[10] = { SCSI_LOCATE_10 };

	tape_of_four();
	succeeds(six(SCSI_SPACE, 0, 2, VSTOR_DATA_NONE, 0), 0);
	stopped(six(SCSI_SPACE, 0, 2, VSTOR_DATA_NONE, 0), SENSE_FILEMARK, SENSE_FLAG_FILEMARK, 2, 0);
	assert_int_equal(tape_at(), 3);
	succeeds(six(SCSI_SPACE, 1, (uint32_t)-1, VSTOR_DATA_NONE, 0), 0);
	assert_int_equal(tape_at(), 2);
	stopped(six(SCSI_SPACE, 0, (uint32_t)-3, VSTOR_DATA_NONE, 0), SENSE_BEGIN_OF_MEDIUM, SENSE_FLAG_EOM, (uint32_t)-1, 0);
	succeeds(six(SCSI_SPACE, 3, 0, VSTOR_DATA_NONE, 0), 0);
	assert_int_equal(tape_at(), 4);
	stopped(six(SCSI_SPACE, 1, 1, VSTOR_DATA_NONE, 0), SENSE_END_OF_DATA, 0, 1, 0);
	locate[6] = 3;
	succeeds(srb(locate, 10, 0, VSTOR_DATA_NONE, 0), 0);
	succeeds(tape_read(0, 500, 500), 500);
	locate[6] = 9;
	stopped(srb(locate, 10, 0, VSTOR_DATA_NONE, 0), SENSE_END_OF_DATA, 0, 0, 0);
	fails_with(six(SCSI_SPACE, 4, 1, VSTOR_DATA_NONE, 0), 0x86, SENSE_INVALID_FIELD_CDB);
	fails_with(srb((const uint8_t[10]){ SCSI_READ_POSITION, 6 }, 10, 0, VSTOR_DATA_IN, 32), 0x86, SENSE_INVALID_FIELD_CDB);
}

static void tape_ends(void **state)
{
	(void)state;
	unsigned int i;

	make("scsi,tape=64K");
	negotiate(0x0602);
	for (i = 0; i < 3; i++)
		succeeds(tape_write(0, 16320, 16320, 1), 16320);
	/* Early warning first, then the end; the tape holds what it said it took. */
	stopped(tape_write(0, 10000, 10000, 1), SENSE_END_OF_MEDIUM, SENSE_FLAG_EOM, 0, 10000);
	stopped(tape_write(0, 16320, 16320, 1), SENSE_VOLUME_OVERFLOW, SENSE_FLAG_EOM, 16320, 0);
	assert_int_equal(tape_at(), 4);
	succeeds(six(SCSI_REWIND, 0, 0, VSTOR_DATA_NONE, 0), 0);
	succeeds(six(SCSI_ERASE, 1, 0, VSTOR_DATA_NONE, 0), 0);
	stopped(tape_read(0, 100, 100), SENSE_END_OF_DATA, 0, 100, 0);
	stopped(six(SCSI_WRITE_FILEMARKS, 0, 2000, VSTOR_DATA_NONE, 0), SENSE_VOLUME_OVERFLOW, SENSE_FLAG_EOM, 976, 0);
	succeeds(six(SCSI_PREVENT_ALLOW, 0, 1, VSTOR_DATA_NONE, 0), 0);
	fails_with(six(SCSI_START_STOP, 0, 0, VSTOR_DATA_NONE, 0), 0x86, SENSE_REMOVAL_PREVENTED);
	succeeds(six(SCSI_PREVENT_ALLOW, 0, 0, VSTOR_DATA_NONE, 0), 0);
	succeeds(six(SCSI_START_STOP, 0, 0, VSTOR_DATA_NONE, 0), 0);
	fails_with(tur(0), 0x84, SENSE_NO_MEDIUM);
	fails_with(tape_read(0, 100, 100), 0x84, SENSE_NO_MEDIUM);
	succeeds(six(SCSI_START_STOP, 0, 1, VSTOR_DATA_NONE, 0), 0);
	succeeds(tur(0), 0);
	fails_with(srb((const uint8_t[10]){ SCSI_READ_10 }, 10, 0, VSTOR_DATA_IN, 512), 0x86, SENSE_INVALID_OPCODE);
	succeeds(srb((const uint8_t[6]){ SCSI_INQUIRY, 0, 0, 0, 36 }, 6, 0, VSTOR_DATA_IN, 36), 36);
	assert_int_equal(memory[0], 0x01);
	assert_int_equal(memory[1], 0x80);
}

/* Which cartridge an element holds, by its tag; its source. The report is asked for from there on. */
static unsigned int cartridge_in(uint16_t address, uint16_t *source)
{
	uint8_t cdb[12] = { SCSI_READ_ELEMENT_STATUS, 0x10, address >> 8, address & 0xFF, 0, 1, 0, 0, 0, 68 };

	succeeds(srb(cdb, 12, 0, VSTOR_DATA_IN, 68), 68);
	assert_int_equal(get_be(memory, 2), address);
	assert_int_equal(get_be(memory + 2, 2), 1);
	assert_int_equal(get_be(memory + 5, 3), 60);
	assert_int_equal(get_be(memory + 16, 2), address);
	*source = (uint16_t)get_be(memory + 26, 2);
	assert_int_equal(memory[25], *source ? 0x80 : 0);
	assert_int_equal(memory[18] & 1, memory[28] != 0);
	return memory[28] ? (memory[32] - '0') * 100U + (memory[33] - '0') * 10U + (memory[34] - '0') : 0;
}

static struct vstor_srb move(uint16_t arm, uint16_t from, uint16_t to)
{
	uint8_t cdb[12] = { SCSI_MOVE_MEDIUM };

	put_be(cdb + 2, arm, 2);
	put_be(cdb + 4, from, 2);
	put_be(cdb + 6, to, 2);
	return srb(cdb, 12, 0, VSTOR_DATA_NONE, 0);
}

static void changer(void **state)
{
	(void)state;
	static const uint8_t all[12] = { SCSI_READ_ELEMENT_STATUS, 0, 0, 0, 255, 255, 0, 0, 4, 0 };
	static const uint8_t mode[6] = { SCSI_MODE_SENSE_6, 0, 0x1D, 0, 255 };
	uint16_t source;

	make("scsi,changer=4");
	negotiate(0x0602);
	succeeds(srb(mode, 6, 0, VSTOR_DATA_IN, 255), 24);
	assert_int_equal(get_be(memory + 10, 2), 1);
	assert_int_equal(get_be(memory + 12, 2), 4);
	assert_int_equal(get_be(memory + 18, 2), 0x100);
	/* Arm, four slots, drive, door: each kind has its page. */
	succeeds(srb(all, 12, 0, VSTOR_DATA_IN, 1024), 8 + 4 * 8 + 7 * 16);
	assert_int_equal(get_be(memory + 2, 2), 7);
	assert_int_equal(cartridge_in(1, &source), 1);
	assert_int_equal(cartridge_in(4, &source), 0);
	succeeds(move(0, 2, 0x100), 0);
	assert_int_equal(cartridge_in(0x100, &source), 2);
	assert_int_equal(source, 2);
	assert_int_equal(cartridge_in(2, &source), 0);
	fails_with(move(0, 2, 3), 0x86, SENSE_SOURCE_EMPTY);
	fails_with(move(0, 1, 0x100), 0x86, SENSE_DESTINATION_FULL);
	fails_with(move(0, 1, 99), 0x86, SENSE_INVALID_ELEMENT);
	fails_with(move(1, 1, 2), 0x86, SENSE_INVALID_ELEMENT);
	succeeds(move(0, 0x100, 4), 0);
	assert_int_equal(cartridge_in(4, &source), 2);
	assert_int_equal(source, 2);
	succeeds(tur(0), 0);
	fails_with(rw(false, 0, 0, 1, 512), 0x86, SENSE_INVALID_OPCODE);
}

static void bad_options(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"scsi,disk=/does/not/exist", "scsi,ram=1M:lun=1,ram=1M:lun=1", "scsi,ram=1000", "scsi,proto=7", "scsi,queues=0",
		"scsi,ram=1M:target=2", "scsi,bla=1", "fc,wwpn=12", "scsi,max-transfer=1", "scsi,ram=1M:lun=300", "ide,drive=2",
		"scsi,disk=/dev/null", "scsi,tape=1K", "scsi,tape=8G", "scsi,tape=x", "scsi,changer=1", "scsi,changer=129",
		"scsi,tape=1M:ro", "scsi,changer=4:count=2",
	};

	for (unsigned int i = 0; i < COUNT(bad); i++) {
		row_equal(i, device_create(bad[i]) < 0, true);
		row_equal(i, dbl_channels(), 0);
	}
	assert_null(device_first());
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, tear_down)
	const struct CMUnitTest tests[] = {
		T(versions_offered), T(out_of_order), T(properties), T(subchannels), T(subchannel_waits), T(short_packets), T(claimed_level),
		T(broken_packets), T(data_both_ways), T(lengths_both_ways), T(refusals), T(unmap_and_verify), T(absent_units),
		T(announcements), T(resize), T(injected), T(ring_full), T(endings), T(ide), T(fibre_channel), T(dvd),
		T(tape_records), T(tape_blocks), T(tape_spacing), T(tape_ends), T(changer),
		T(bad_options),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests_name("host_storage", tests, NULL, NULL);
}

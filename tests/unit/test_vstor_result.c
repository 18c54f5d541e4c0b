// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/storage/vstor_result.c: what a completed request means (docs/wire/04-storage.md 5.4, 5.5).
 */
#include "unit.h"
#include "../../lis/storage/vstor_result.h"

#define READ10 0x28
#define TUR 0x00
#define LEN 4096

static struct vstor_packet completion(u8 srb_status, u8 scsi_status, u16 code, u32 done)
{
	struct vstor_packet p;

	memset(&p, 0, sizeof(p));
	p.operation = VSTOR_COMPLETE_IO;
	p.u.srb.srb_status = srb_status;
	p.u.srb.scsi_status = scsi_status;
	p.u.srb.transfer_len = done;
	p.u.srb.sense_len = 18;
	p.u.srb.u.sense[0] = 0x70;
	p.u.srb.u.sense[12] = (u8)(code >> 8);
	p.u.srb.u.sense[13] = (u8)code;
	return p;
}

static void verdicts(void **state)
{
	static const struct {
		u8 srb, scsi, opcode;
		u16 code;
		u8 host, status, sense, events;
	} t[] = {
		{ 0x01, 0x00, READ10, 0, VSTOR_SAY_OK, 0, 0, 0 },
		{ 0x12, 0x00, READ10, 0, VSTOR_SAY_OK, 0, 0, 0 },
		{ 0x01, 0x02, READ10, 0x1100, VSTOR_SAY_OK, 2, 0, 0 }, /* sense data not marked valid */
		/* commands that never fail */
		{ 0x84, 0x02, 0x12, 0x2400, VSTOR_SAY_OK, 0, 0, 0 },
		{ 0x04, 0x02, 0x1A, 0, VSTOR_SAY_OK, 0, 0, 0 },
		{ 0x20, 0x02, 0x12, 0, VSTOR_SAY_OK, 0, 0, 0 },
		/* gone */
		{ 0x20, 0x02, READ10, 0, VSTOR_SAY_NO_CONNECT, 2, 0, VSTOR_EVENT_GONE },
		{ 0x60, 0x02, READ10, 0, VSTOR_SAY_NO_CONNECT, 2, 0, VSTOR_EVENT_GONE },
		/* errors with sense data, under each of the codes */
		{ 0x82, 0x02, READ10, 0x1100, VSTOR_SAY_OK, 2, 18, 0 },
		{ 0x84, 0x02, READ10, 0x1100, VSTOR_SAY_OK, 2, 18, 0 },
		{ 0x86, 0x02, READ10, 0x2000, VSTOR_SAY_OK, 2, 18, 0 },
		{ 0xB0, 0x02, READ10, 0x4400, VSTOR_SAY_OK, 2, 18, 0 },
		{ 0xC4, 0x02, READ10, 0x1100, VSTOR_SAY_OK, 2, 18, 0 },
		{ 0x84, 0x02, READ10, 0x2A09, VSTOR_SAY_REQUEUE, 2, 18, VSTOR_EVENT_RESCAN },
		{ 0x84, 0x02, READ10, 0x3F01, VSTOR_SAY_REQUEUE, 2, 18, VSTOR_EVENT_RESCAN },
		{ 0x84, 0x02, READ10, 0x3F03, VSTOR_SAY_OK, 2, 18, 0 },
		{ 0x84, 0x02, READ10, 0x3F0E, VSTOR_SAY_OK, 2, 18, 0 },
		{ 0x84, 0x02, READ10, 0x2A01, VSTOR_SAY_OK, 2, 18, 0 },
		/* and without */
		{ 0x04, 0x02, READ10, 0x2A09, VSTOR_SAY_ERROR, 2, 0, 0 },
		{ 0x04, 0x02, TUR, 0, VSTOR_SAY_OK, 2, 0, 0 },
		{ 0x04, 0x02, 0x85, 0, VSTOR_SAY_PASSTHROUGH, 2, 0, 0 },
		{ 0x04, 0x02, 0xA1, 0, VSTOR_SAY_PASSTHROUGH, 2, 0, 0 },
		{ 0x04, 0x08, READ10, 0, VSTOR_SAY_OK, 8, 0, 0 },
		{ 0x04, 0x18, READ10, 0, VSTOR_SAY_ERROR, 0x18, 0, 0 },
		{ 0x04, 0x28, READ10, 0, VSTOR_SAY_OK, 0x28, 0, 0 },
		/* what failed never looks as if it had not */
		{ 0x04, 0x00, READ10, 0, VSTOR_SAY_ERROR, 0, 0, 0 },
		{ 0x04, 0x00, TUR, 0, VSTOR_SAY_ERROR, 0, 0, 0 },
		{ 0x84, 0x00, READ10, 0x1100, VSTOR_SAY_ERROR, 0, 0, 0 },
		{ 0x00, 0x00, READ10, 0, VSTOR_SAY_ERROR, 0, 0, 0 },
		{ 0x3F, 0x00, READ10, 0, VSTOR_SAY_ERROR, 0, 0, 0 },
		{ 0x15, 0x00, READ10, 0, VSTOR_SAY_ERROR, 0, 0, 0 },
		{ 0x05, 0x00, READ10, 0, VSTOR_SAY_BUSY, 0, 0, 0 },
		{ 0x05, 0x08, READ10, 0, VSTOR_SAY_OK, 8, 0, 0 },
		{ 0x08, 0x00, READ10, 0, VSTOR_SAY_NO_CONNECT, 0, 0, 0 },
		{ 0x0A, 0x00, READ10, 0, VSTOR_SAY_NO_CONNECT, 0, 0, 0 },
		{ 0x21, 0x00, READ10, 0, VSTOR_SAY_NO_CONNECT, 0, 0, 0 },
		{ 0x09, 0x00, READ10, 0, VSTOR_SAY_TIMEOUT, 0, 0, 0 },
		{ 0x0B, 0x00, READ10, 0, VSTOR_SAY_TIMEOUT, 0, 0, 0 },
		{ 0x0E, 0x00, READ10, 0, VSTOR_SAY_RESET, 0, 0, 0 },
		{ 0x16, 0x00, READ10, 0, VSTOR_SAY_REQUEUE, 0, 0, 0 },
	};
	struct vstor_outcome out;
	struct vstor_packet p;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		p = completion(t[i].srb, t[i].scsi, t[i].code, LEN);
		vstor_judge(&p, 64, VSTOR_VERSION_6_2, t[i].opcode, LEN, &out);
		row_equal(i, out.host, t[i].host);
		row_equal(i, out.status, t[i].status);
		row_equal(i, out.sense_len, t[i].sense);
		row_equal(i, out.events, t[i].events);
		row_equal(i, out.odd, false);
	}
}

/* 5.5: the length counts for exactly two status bytes */
static void residuals(void **state)
{
	static const struct {
		u8 srb;
		u32 done, residual;
		bool odd;
	} t[] = {
		{ 0x01, LEN, 0, false },    { 0x01, 1000, LEN - 1000, false }, { 0x01, 0, LEN, false },
		{ 0x12, 1000, LEN - 1000, false }, { 0x12, LEN, 0, false },
		{ 0x84, 1000, LEN, false }, { 0x81, 1000, LEN, false },	       { 0x41, 1000, LEN, false },
		{ 0x01, LEN + 1, 0, true }, { 0x01, 0xFFFFFFFF, 0, true },     { 0x84, 0xFFFFFFFF, LEN, false },
	};
	struct vstor_outcome out;
	struct vstor_packet p;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		p = completion(t[i].srb, 0, 0, t[i].done);
		vstor_judge(&p, 64, VSTOR_VERSION_6_2, READ10, LEN, &out);
		row_equal(i, out.residual, t[i].residual);
		row_equal(i, out.odd, t[i].odd);
	}
}

static void bad_completions(void **state)
{
	struct vstor_packet p = completion(0x01, 0, 0, LEN);
	struct vstor_outcome out;
	u32 len;

	(void)state;
	for (len = 0; len < 64; len++) {
		vstor_judge(&p, len, VSTOR_VERSION_6_2, READ10, LEN, &out);
		row_equal(len, out.host, VSTOR_SAY_ERROR);
		row_equal(len, out.residual, LEN);
		row_equal(len, out.odd, true);
	}
	vstor_judge(&p, 48, VSTOR_VERSION_4_2, READ10, LEN, &out);
	assert_int_equal(out.host, VSTOR_SAY_OK);
	p.operation = VSTOR_EXECUTE_SRB;
	vstor_judge(&p, 64, VSTOR_VERSION_6_2, READ10, LEN, &out);
	assert_int_equal(out.host, VSTOR_SAY_ERROR);
	assert_true(out.odd);
}

static void sense_longer_than_its_field(void **state)
{
	struct vstor_packet p = completion(0x84, 0x02, 0x1100, 0);
	struct vstor_outcome out;

	(void)state;
	p.u.srb.sense_len = 20;
	vstor_judge(&p, 64, VSTOR_VERSION_5_1, READ10, LEN, &out);
	assert_int_equal(out.sense_len, 20);
	assert_false(out.odd);
	vstor_judge(&p, 48, VSTOR_VERSION_4_2, READ10, LEN, &out);
	assert_int_equal(out.sense_len, 18);
	assert_true(out.odd);
	p.u.srb.sense_len = 255;
	vstor_judge(&p, 64, VSTOR_VERSION_5_1, READ10, LEN, &out);
	assert_int_equal(out.sense_len, 20);
	assert_true(out.odd);
}

static void sense_codes(void **state)
{
	u8 s[20] = { 0 };

	(void)state;
	s[0] = 0xF0;
	s[12] = 0x2A;
	s[13] = 0x09;
	assert_int_equal(vstor_sense_code(s, 14), 0x2A09);
	assert_int_equal(vstor_sense_code(s, 13), 0);
	assert_int_equal(vstor_sense_code(s, 0), 0);
	s[0] = 0x72;
	s[2] = 0x3F;
	s[3] = 0x0E;
	assert_int_equal(vstor_sense_code(s, 4), 0x3F0E);
	assert_int_equal(vstor_sense_code(s, 3), 0);
	s[0] = 0x00;
	assert_int_equal(vstor_sense_code(s, 20), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(residuals),
		cmocka_unit_test(bad_completions),
		cmocka_unit_test(sense_longer_than_its_field),
		cmocka_unit_test(sense_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

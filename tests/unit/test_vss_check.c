// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/utils/vss_check.c: live backup (docs/wire/03-integration-components.md 7.2, 8).
 */
#include "unit.h"
#include "../../lis/utils/vss_check.h"

static void who_answers(void **state)
{
	static const struct {
		u8 op;
		bool daemon;
		u32 status;
	} t[] = {
		{ VSS_CREATE, false, IC_S_OK }, { VSS_DELETE, false, IC_S_OK }, { VSS_HOT_BACKUP, true, 0 },
		{ VSS_GET_DM_INFO, false, IC_S_OK }, { VSS_BACKUP_COMPLETE, false, IC_S_OK }, { VSS_FREEZE, true, 0 },
		{ VSS_THAW, true, 0 }, { VSS_AUTO_RECOVER, false, IC_E_NOT_SUPPORTED },
		{ VSS_QUERY_GUEST_CLUSTER, false, IC_E_NOT_SUPPORTED }, { 9, false, IC_E_NOT_SUPPORTED },
		{ 128, false, IC_E_NOT_SUPPORTED }, { 129, false, IC_E_NOT_SUPPORTED }, { 255, false, IC_E_NOT_SUPPORTED },
	};
	struct vss_daemon_msg msg;
	u8 body[12];
	u32 i, status;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(body, 0xEE, sizeof(body));
		body[0] = t[i].op;
		row_equal(i, vss_check(body, 12, &msg, &status), t[i].daemon);
		if (!t[i].daemon) {
			row_equal(i, status, t[i].status);
			continue;
		}
		row_equal(i, msg.h.hdr.op, t[i].op);
		row_equal(i, msg.h.hdr.reserved[6], 0); /* nothing of the host's but what has a meaning */
		row_equal(i, msg.flags, 0xEEEEEEEE);
	}
}

static void short_bodies(void **state)
{
	struct vss_daemon_msg msg;
	u32 len, status;
	u8 *body;

	(void)state;
	for (len = 0; len < 12; len++) {
		body = calloc(1, len + 1);
		body[0] = VSS_THAW;
		body = realloc(body, len ? len : 1);
		row_equal(len, vss_check(body, len, &msg, &status), len >= 8);
		if (len < 8)
			row_equal(len, status, IC_E_FAIL);
		else
			row_equal(len, msg.flags, 0);
		free(body);
	}
}

/* 7.2: the daemon overwrites the operation with its answer, so the driver must remember it. */
static void flags_of_answers(void **state)
{
	static const struct {
		u8 op;
		u32 status, flags;
	} t[] = {
		{ VSS_HOT_BACKUP, IC_S_OK, 5 }, { VSS_HOT_BACKUP, IC_E_FAIL, 0 }, { VSS_GET_DM_INFO, IC_S_OK, 0 },
		{ VSS_FREEZE, IC_S_OK, 0xEEEEEEEE }, { VSS_THAW, IC_S_OK, 0xEEEEEEEE },
	};
	u32 body[3], i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(body, 0xEE, sizeof(body));
		vss_answer(body, t[i].op, t[i].status);
		row_equal(i, body[2], t[i].flags);
		row_equal(i, body[0], 0xEEEEEEEE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_answers),
		cmocka_unit_test(short_bodies),
		cmocka_unit_test(flags_of_answers),
	};

	return cmocka_run_group_tests_name("vss_check", tests, NULL, NULL);
}

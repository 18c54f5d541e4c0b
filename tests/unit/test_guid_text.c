// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/vmbus/guid_text.c: the forms of 02-vmbus.md 12.3 and 13.
 */
#include "unit.h"
#include "pure.h"
#include <wire/vmbus.h>
#include "../../lis/vmbus/guid_text.h"

static const struct {
	const char *text, *alias;
} classes[] = {
	{ "f8615163-df3e-46c5-913f-f2d2f965ed0e", VMBUS_ALIAS_NET },
	{ "ba6163d9-04a1-4d29-b605-72e2ffb1dc7f", VMBUS_ALIAS_SCSI },
	{ "32412632-86cb-44a2-9b5c-50d1417354f5", VMBUS_ALIAS_IDE },
	{ "2f9bcc4a-0069-4af3-b76b-6fd0be528cda", VMBUS_ALIAS_FC },
	{ "8c2eaf3d-32a7-4b09-ab99-bd1f1c86b501", VMBUS_ALIAS_ND },
	{ "44c4f61d-4444-4400-9d52-802e27ede19f", VMBUS_ALIAS_PCI },
	{ "da0a7802-e377-4aac-8e77-0558eb1073f8", VMBUS_ALIAS_VIDEO },
	{ "f912ad6d-2b17-48ea-bd65-f927a61c7684", VMBUS_ALIAS_KEYBOARD },
	{ "cfa8b69e-5b4a-4cc0-b98b-8ba1a1f3f95a", VMBUS_ALIAS_MOUSE },
	{ "525074dc-8985-46e2-8057-a307dc18a502", VMBUS_ALIAS_BALLOON },
	{ "0e0b6031-5213-4934-818b-38d90ced39db", VMBUS_ALIAS_SHUTDOWN },
	{ "9527e630-d0ae-497b-adce-e80ab0175caf", VMBUS_ALIAS_TIMESYNC },
	{ "57164f39-9115-4e78-ab55-382f3bd5422d", VMBUS_ALIAS_HEARTBEAT },
	{ "a9a0f4e7-5a45-4d96-b827-8a841e8c03e6", VMBUS_ALIAS_KVP },
	{ "35fa2e29-ea23-4236-96ae-3a6ebacba440", VMBUS_ALIAS_VSS },
	{ "34d14be3-dee4-41c8-9ae7-6b174977c192", VMBUS_ALIAS_FCOPY },
};

/* Text, memory and alias of every class agree; so do the numbers of wire/vmbus.h. */
static void class_guids(void **state)
{
	char text[GUID_TEXT_LEN], alias[GUID_ALIAS_LEN];
	unsigned int i;
	u8 b[16];

	(void)state;
	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		row_equal(i, guid_text_parse(classes[i].text, b), 0);
		guid_text_format(b, text);
		guid_text_alias(b, alias);
		assert_string_equal(text, classes[i].text);
		assert_string_equal(alias, classes[i].alias);
	}
}

static void upper_case_and_tail(void **state)
{
	u8 b[16], want[16];

	(void)state;
	assert_int_equal(guid_text_parse(classes[0].text, want), 0);
	assert_int_equal(guid_text_parse("F8615163-DF3E-46c5-913F-F2D2F965ED0E\n", b), 0);
	assert_memory_equal(b, want, 16);
}

/* A text cut short at any place, in memory that ends there, and every wrong character. */
static void refused(void **state)
{
	static const char wrong[] = { 'g', 'G', '/', ':', '@', '`', ' ', '-', '\0' };
	size_t i, w, len = strlen(classes[0].text);
	char *text;
	u8 b[16];

	(void)state;
	for (i = 0; i < len; i++) {
		text = calloc(1, i + 1);
		memcpy(text, classes[0].text, i);
		assert_int_equal(guid_text_parse(text, b), -EINVAL);
		free(text);
		for (w = 0; w < sizeof(wrong); w++) {
			text = strdup(classes[0].text);
			text[i] = wrong[w];
			if (wrong[w] != classes[0].text[i])
				assert_int_equal(guid_text_parse(text, b), -EINVAL);
			free(text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_guids),
		cmocka_unit_test(upper_case_and_tail),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("guid_text", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* What guests send to the virtual PCI bus of the test host: messages and the retarget hypercall (docs/wire/09). */
#include "unit.h"
#include <stdbool.h>
#include "dev/vpci_msg.h"

static struct vpci_msg m;

/* Accepted whole, refused one byte shorter. */
static void exactly(const void *data, size_t len)
{
	assert_true(vpci_parse(data, len, &m));
	assert_false(vpci_parse(data, len - 1, &m));
	assert_true(vpci_parse(data, len, &m));
}

static void messages(void **state)
{
	struct hvpci_version version = { HVPCI_QUERY_PROTOCOL_VERSION, HVPCI_VERSION_1_3 };
	struct hvpci_d0_entry d0 = { .type = HVPCI_D0_ENTRY, .window = 0xF8000000 };
	struct hvpci_power power = { HVPCI_POWER_STATE_CHANGE, 0, 4, 0 };
	struct hvpci_delete_interrupt del = { .type = HVPCI_DELETE_INTERRUPT, .msi = { .count = 1, .data = 9, .address = 0xFEE00000 } };

	exactly(&version, sizeof(version));
	assert_int_equal(m.version, HVPCI_VERSION_1_3);
	exactly(&d0, sizeof(d0));
	assert_int_equal(m.window, 0xF8000000);
	d0.window++;
	assert_false(vpci_parse((void *)&d0, sizeof(d0), &m));
	d0.window = 0;
	assert_false(vpci_parse((void *)&d0, sizeof(d0), &m));
	exactly(&power, sizeof(power));
	assert_int_equal(m.state, 4);
	exactly(&del, sizeof(del));
	assert_int_equal(m.msi.data, 9);
}

static void interrupts(void **state)
{
	struct hvpci_interrupt1 one = { .type = HVPCI_CREATE_INTERRUPT, .vector = 0x30, .count = 1, .cpu_mask = 5 };
	struct hvpci_interrupt2 two = { HVPCI_CREATE_INTERRUPT2, 0, 0x31, 0, 1, 2, { 3, 1 } };
	struct hvpci_interrupt3 three = { .type = HVPCI_CREATE_INTERRUPT3, .vector = 255, .count = 4, .cpu_count = 2 };

	exactly(&one, sizeof(one));
	assert_int_equal(m.vps, 5);
	one.vector = 15; /* an exception */
	assert_false(vpci_parse((void *)&one, sizeof(one), &m));
	one.vector = 16;
	one.count = 3; /* no power of two */
	assert_false(vpci_parse((void *)&one, sizeof(one), &m));
	one.count = 64;
	assert_false(vpci_parse((void *)&one, sizeof(one), &m));
	one.count = 1;
	one.cpu_mask = 0;
	assert_false(vpci_parse((void *)&one, sizeof(one), &m));
	assert_int_equal(sizeof(two), 78);
	exactly(&two, sizeof(two));
	assert_int_equal(m.vector, 0x31);
	assert_int_equal(m.vps, 0xA);
	two.cpu_count = 33;
	assert_false(vpci_parse((void *)&two, sizeof(two), &m));
	two.cpu_count = 0;
	assert_false(vpci_parse((void *)&two, sizeof(two), &m));
	two.cpu_count = 1;
	two.vector = 15;
	assert_false(vpci_parse((void *)&two, sizeof(two), &m));
	two.vector = 16;
	two.count = 3;
	assert_false(vpci_parse((void *)&two, sizeof(two), &m));
	three.cpu[0] = 3;
	three.cpu[1] = 70;
	three.cpu[2] = 1; /* not counted */
	exactly(&three, sizeof(three));
	assert_int_equal(m.vps, 1 << 3);
	three.vector = 256;
	assert_false(vpci_parse((void *)&three, sizeof(three), &m));
	three.vector = 32;
	three.cpu_count = HVPCI_CPUS_MAX + 1;
	assert_false(vpci_parse((void *)&three, sizeof(three), &m));
}

static void blocks(void **state)
{
	uint8_t data[sizeof(struct hvpci_block) + 8];
	struct hvpci_block b = { HVPCI_WRITE_BLOCK, 2, 0, 8 };

	memset(data, 0, sizeof(data));
	memcpy(data, &b, sizeof(b));
	exactly(data, sizeof(data));
	assert_int_equal(m.block, 2);
	b.bytes = HVPCI_BLOCK_MAX + 1;
	b.type = HVPCI_READ_BLOCK;
	assert_false(vpci_parse((void *)&b, sizeof(b), &m));
	b.bytes = UINT32_MAX;
	assert_false(vpci_parse((void *)&b, sizeof(b), &m));
	b.bytes = HVPCI_BLOCK_MAX;
	assert_true(vpci_parse((void *)&b, sizeof(b), &m));
}

static void unknown_and_short(void **state)
{
	static const uint32_t not_the_guests[] = { 0, HVPCI_BUS_RELATIONS, HVPCI_EJECT, HVPCI_BUS_RELATIONS2, 0x42490018, UINT32_MAX };
	uint8_t data[1024];

	memset(data, 0, sizeof(data));
	for (unsigned int i = 0; i < sizeof(not_the_guests) / 4; i++) {
		memcpy(data, &not_the_guests[i], 4);
		assert_false(vpci_parse(data, sizeof(data), &m));
		assert_int_equal(m.type, not_the_guests[i]);
	}
	assert_false(vpci_parse(data, 3, &m));
	assert_false(vpci_parse(data, 0, &m));
}

static void put(uint8_t *at, uint64_t value, size_t len)
{
	memcpy(at, &value, len);
}

static void retarget(void **state)
{
	uint8_t in[72] = { 0 };
	struct vpci_retarget r;

	put(in, UINT64_MAX, 8);
	put(in + 8, 0x55447760, 8);
	put(in + 16, 1, 4);
	put(in + 24, 0xFEE00000, 4);
	put(in + 28, 0x8001, 4);
	put(in + 40, 0x41, 4);
	put(in + 48, 2, 8);
	assert_true(vpci_parse_retarget(in, 56, &r));
	assert_int_equal(r.vps, 2);
	assert_int_equal(r.data, 0x8001);
	assert_true(r.device_id == 0x55447760 && r.address == 0xFEE00000 && r.vector == 0x41);
	assert_false(vpci_parse_retarget(in, 55, &r));
	put(in + 44, 2, 4); /* a set of processors: sparse, bank 0 */
	put(in + 48, 0, 8);
	put(in + 56, 1, 8);
	put(in + 64, 8, 8);
	assert_true(vpci_parse_retarget(in, 72, &r));
	assert_int_equal(r.vps, 8);
	assert_false(vpci_parse_retarget(in, 71, &r));
	assert_false(vpci_parse_retarget(in, 64, &r));
	put(in + 56, 2, 8); /* bank 1 only: none we have */
	assert_false(vpci_parse_retarget(in, 72, &r));
	put(in + 48, 1, 8); /* all */
	assert_true(vpci_parse_retarget(in, 56, &r));
	put(in + 40, 15, 4);
	assert_false(vpci_parse_retarget(in, 72, &r));
	put(in + 40, 0x41, 4);
	put(in, 1, 8); /* another partition */
	assert_false(vpci_parse_retarget(in, 72, &r));
}

/* 09 8, with GUIDs whose bytes tell where they went. */
static void device_id(void **state)
{
	static const uint8_t g[16] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const uint8_t h[16] = { [6] = 0xFF };
	static const uint8_t i[16] = { 0, 1, 2, 3, 0x44, 0x55, 0x67, 0x77 };

	assert_int_equal(vpci_device_id(g), 0x05040700);
	assert_int_equal(vpci_device_id(h), 0xF8);
	assert_int_equal(vpci_device_id(i), 0x55447760);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),	     cmocka_unit_test(interrupts), cmocka_unit_test(blocks),
		cmocka_unit_test(unknown_and_short), cmocka_unit_test(retarget),   cmocka_unit_test(device_id),
	};

	return cmocka_run_group_tests_name("host_vpci", tests, NULL, NULL);
}

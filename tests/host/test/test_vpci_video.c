// SPDX-License-Identifier: GPL-2.0-only
/* What guests send to the virtual PCI bus (docs/wire/09) and to the video device (docs/wire/07 3). */
#include "unit.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include "dev/synthvid.h"
#include "dev/vpci_msg.h"

static struct vpci_msg m;
static struct video_msg v;

/* Accepted whole, refused one byte shorter. */
static void exactly(const void *data, size_t len)
{
	assert_true(vpci_parse(data, len, &m));
	assert_false(vpci_parse(data, len - 1, &m));
	assert_true(vpci_parse(data, len, &m));
}

static void pci_messages(void **state)
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

static void pci_interrupts(void **state)
{
	struct hvpci_interrupt1 one = { .type = HVPCI_CREATE_INTERRUPT, .vector = 0x30, .count = 1, .cpu_mask = 5 };
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

static void pci_blocks(void **state)
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

static void pci_unknown(void **state)
{
	static const uint32_t not_the_guests[] = { 0, HVPCI_BUS_RELATIONS, HVPCI_EJECT, HVPCI_BUS_RELATIONS2, 0x42490018, UINT32_MAX };
	uint8_t data[1024];

	memset(data, 0, sizeof(data));
	for (unsigned int i = 0; i < sizeof(not_the_guests) / 4; i++) {
		memcpy(data, &not_the_guests[i], 4);
		assert_false(vpci_parse(data, sizeof(data), &m));
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
	static const uint8_t instance[16] = { 0, 1, 2, 3, 0x44, 0x55, 0x67, 0x77 };
	uint8_t in[72] = { 0 };
	struct vpci_retarget r;

	assert_int_equal(vpci_device_id(instance), 0x55447760);
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
	assert_false(vpci_parse_retarget(in, 55, &r));
	put(in + 44, 2, 4); /* a set of processors: sparse, bank 0 */
	put(in + 48, 0, 8);
	put(in + 56, 1, 8);
	put(in + 64, 8, 8);
	assert_true(vpci_parse_retarget(in, 72, &r));
	assert_int_equal(r.vps, 8);
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

static bool video(void *msg, size_t len, uint32_t type)
{
	struct synthvid_hdr hdr = { type, (uint32_t)len };

	memcpy(msg, &hdr, sizeof(hdr));
	return video_parse(msg, len, &v);
}

static void video_messages(void **state)
{
	struct synthvid_version_request version = { .version = SYNTHVID_VERSION_3_2 };
	struct synthvid_vram_location vram = { .context = 77, .gpa_given = 1, .gpa = 0xF8000000 };
	struct synthvid_situation s = { .outputs = 1, .output = { .active = 1, .depth = 32, .width = 640, .height = 480, .pitch = 2560 } };

	assert_true(video(&version, sizeof(version), SYNTHVID_VERSION_REQUEST));
	assert_int_equal(v.version, SYNTHVID_VERSION_3_2);
	assert_false(video(&version, sizeof(version) - 1, SYNTHVID_VERSION_REQUEST));
	assert_true(video(&vram, sizeof(vram), SYNTHVID_VRAM_LOCATION));
	assert_int_equal(v.context, 77);
	assert_int_equal(v.gpa, 0xF8000000);
	vram.gpa++;
	assert_false(video(&vram, sizeof(vram), SYNTHVID_VRAM_LOCATION));
	vram.gpa_given = 0;
	assert_true(video(&vram, sizeof(vram), SYNTHVID_VRAM_LOCATION));
	assert_true(video(&s, sizeof(s), SYNTHVID_SITUATION_UPDATE));
	assert_int_equal(v.output.width, 640);
	s.outputs = 2;
	assert_false(video(&s, sizeof(s), SYNTHVID_SITUATION_UPDATE));
	assert_false(video(&s, sizeof(s), SYNTHVID_VERSION_RESPONSE)); /* the host's */
	assert_false(video(&s, sizeof(s), 99));
}

static void video_counts(void **state)
{
	struct {
		struct synthvid_dirt d;
		struct synthvid_rect more[2];
	} HVW_PACKED dirt = { .d = { .count = 3 } };
	struct synthvid_pointer_shape shape = { .width = 96, .height = 96 };

	assert_true(video(&dirt, sizeof(dirt), SYNTHVID_DIRT));
	assert_int_equal(v.rects, 3);
	assert_false(video(&dirt, sizeof(dirt) - 1, SYNTHVID_DIRT));
	dirt.d.count = 255;
	assert_false(video(&dirt, sizeof(dirt), SYNTHVID_DIRT));
	dirt.d.count = 0;
	assert_true(video(&dirt, offsetof(struct synthvid_dirt, rect), SYNTHVID_DIRT));
	assert_true(video(&shape, sizeof(shape), SYNTHVID_POINTER_SHAPE));
	shape.height = 97;
	assert_false(video(&shape, sizeof(shape), SYNTHVID_POINTER_SHAPE));
}

static void video_modes(void **state)
{
	struct synthvid_output o = { .depth = 32, .width = 1920, .height = 1080, .pitch = 7680 };

	assert_true(video_mode_fits(&o, 8 << 20));
	assert_false(video_mode_fits(&o, 7680 * 1080 - 1));
	o.pitch = 7679;
	assert_false(video_mode_fits(&o, 8 << 20));
	o = (struct synthvid_output){ .depth = 24, .width = 64, .height = 64, .pitch = 256 };
	assert_false(video_mode_fits(&o, 8 << 20));
	o = (struct synthvid_output){ .depth = 32, .width = 0x40000000, .height = 1, .pitch = 0 }; /* width * 4 is 0 in 32 bits */
	assert_false(video_mode_fits(&o, 8 << 20));
	o = (struct synthvid_output){ .depth = 16, .width = 64, .height = 16384, .pitch = UINT32_MAX };
	assert_false(video_mode_fits(&o, 8 << 20));
	o = (struct synthvid_output){ .depth = 16, .width = 64, .height = 0, .pitch = 128 };
	assert_false(video_mode_fits(&o, 8 << 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pci_messages), cmocka_unit_test(pci_interrupts), cmocka_unit_test(pci_blocks),	cmocka_unit_test(pci_unknown),
		cmocka_unit_test(retarget),	cmocka_unit_test(video_messages), cmocka_unit_test(video_counts), cmocka_unit_test(video_modes),
	};

	return cmocka_run_group_tests_name("vpci_video", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* What the test host takes from a guest's video driver (docs/wire/07 3). */
#include "unit.h"
#include "dev/synthvid.h"

static void version_request(void **state)
{
	struct synthvid_version_request r = { { SYNTHVID_VERSION_REQUEST, 12 }, SYNTHVID_VERSION_3_5 };
	struct video_msg m;

	(void)state;
	assert_int_equal(SYNTHVID_VERSION_3_2, 0x00020003);
	assert_true(video_parse((uint8_t *)&r, sizeof(r), &m));
	assert_int_equal(m.version, SYNTHVID_VERSION_3_5);
	assert_false(video_parse((uint8_t *)&r, sizeof(r) - 1, &m));
	assert_false(video_parse((uint8_t *)&r, 7, &m));
}

static void types_a_guest_may_not_send(void **state)
{
	static const uint32_t wrong[] = { 0, 2, 4, 6, 9, 12, 14, 16, 17, 0xFFFFFFFF };
	uint8_t bytes[512] = { 0 };
	struct video_msg m;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memcpy(bytes, &wrong[i], 4);
		assert_false(video_parse(bytes, sizeof(bytes), &m));
	}
}

static void dirt_holds_its_rectangles(void **state)
{
	uint8_t bytes[8 + 2 + 3 * 16] = { SYNTHVID_DIRT };
	struct video_msg m;

	(void)state;
	bytes[9] = 3;
	assert_true(video_parse(bytes, sizeof(bytes), &m));
	assert_int_equal(m.rects, 3);
	assert_false(video_parse(bytes, sizeof(bytes) - 1, &m));
	bytes[9] = 4;
	assert_false(video_parse(bytes, sizeof(bytes), &m));
	bytes[9] = 255;
	assert_false(video_parse(bytes, sizeof(bytes), &m));
	bytes[9] = 0;
	assert_true(video_parse(bytes, 10, &m));
}

static void one_output(void **state)
{
	struct synthvid_situation s = { .hdr = { .type = SYNTHVID_SITUATION_UPDATE }, .outputs = 1,
					.output = { .active = 1, .depth = 32, .width = 640, .height = 480, .pitch = 2560 } };
	struct video_msg m;

	(void)state;
	assert_true(video_parse((uint8_t *)&s, sizeof(s), &m));
	assert_int_equal(m.output.width, 640);
	s.outputs = 2;
	assert_false(video_parse((uint8_t *)&s, sizeof(s), &m));
}

static void largest_pointer(void **state)
{
	struct synthvid_pointer_shape s = { .hdr = { .type = SYNTHVID_POINTER_SHAPE }, .width = 96, .height = 96 };
	struct video_msg m;

	(void)state;
	assert_true(video_parse((uint8_t *)&s, sizeof(s), &m));
	s.height = 97;
	assert_false(video_parse((uint8_t *)&s, sizeof(s), &m));
}

static void vram_on_a_page(void **state)
{
	struct synthvid_vram_location v = { { SYNTHVID_VRAM_LOCATION, 0 }, 77, 1, 0xF8000000 };
	struct video_msg m;

	(void)state;
	assert_true(video_parse((uint8_t *)&v, sizeof(v), &m));
	assert_true(m.gpa_given && m.gpa == 0xF8000000 && m.context == 77);
	v.gpa++;
	assert_false(video_parse((uint8_t *)&v, sizeof(v), &m));
	v.gpa_given = 0;
	assert_true(video_parse((uint8_t *)&v, sizeof(v), &m));
}

static void modes_that_fit(void **state)
{
	struct synthvid_output o = { 1, 0, 32, 1024, 768, 4096 };
	const uint64_t exact = 4096ULL * 768;

	(void)state;
	assert_true(video_mode_fits(&o, exact));
	assert_false(video_mode_fits(&o, exact - 1));
	o.pitch = 4095;
	assert_false(video_mode_fits(&o, exact));
	o = (struct synthvid_output){ 1, 0, 16, 1024, 768, 2048 };
	assert_true(video_mode_fits(&o, exact));
	o.depth = 24;
	assert_false(video_mode_fits(&o, exact));
	o = (struct synthvid_output){ 1, 0, 32, 0x40000001, 1, 4 }; /* width * 4 wraps to 4 */
	assert_false(video_mode_fits(&o, exact));
	o = (struct synthvid_output){ 1, 0, 32, 0x40000000, 1, 0 }; /* and to 0 */
	assert_false(video_mode_fits(&o, exact));
	o = (struct synthvid_output){ 1, 0, 32, 1, 0xFFFFFFFF, 0xFFFFFFFF };
	assert_false(video_mode_fits(&o, exact));
	o = (struct synthvid_output){ 1, 0, 16, 64, 16384, 0xFFFFFFFF };
	assert_false(video_mode_fits(&o, exact));
	o = (struct synthvid_output){ 1, 0, 16, 64, 16384, 0x40000 }; /* pitch * height wraps to 0 */
	assert_false(video_mode_fits(&o, exact));
	o = (struct synthvid_output){ 1, 0, 16, 64, 0, 128 };
	assert_false(video_mode_fits(&o, exact));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_request), cmocka_unit_test(types_a_guest_may_not_send),
		cmocka_unit_test(dirt_holds_its_rectangles), cmocka_unit_test(vram_on_a_page),
		cmocka_unit_test(one_output), cmocka_unit_test(largest_pointer), cmocka_unit_test(modes_that_fit),
	};

	return cmocka_run_group_tests_name("host_video", tests, NULL, NULL);
}

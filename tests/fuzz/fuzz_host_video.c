// SPDX-License-Identifier: GPL-2.0-only
/* A hostile guest's video messages: what the parser lets through must be safe to act on. */
#include "fuzz.h"
#include "dev/synthvid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct video_msg m;

	if (!video_parse(data, size, &m))
		return 0;
	PROMISE(size >= sizeof(struct synthvid_hdr));
	if (m.type == SYNTHVID_DIRT)
		PROMISE(10 + 16 * (size_t)m.rects <= size);
	if (m.gpa_given)
		PROMISE(m.gpa % 4096 == 0);
	if (m.type == SYNTHVID_SITUATION_UPDATE && video_mode_fits(&m.output, 1 << 23)) {
		PROMISE(m.output.depth == 16 || m.output.depth == 32);
		PROMISE((uint64_t)m.output.width * (m.output.depth / 8) <= m.output.pitch);
		PROMISE((uint64_t)m.output.height * m.output.pitch <= 1 << 23);
	}
	return 0;
}

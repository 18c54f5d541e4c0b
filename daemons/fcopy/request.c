// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: messages of a copy (request.h).
 */
#include <errno.h>
#include <string.h>
#include "fcopy/path.h"
#include "fcopy/request.h"
#include "shared/text.h"

int fcopy_op(const uint8_t *message, size_t len)
{
	struct fcopy_hdr hdr;

	if (len < sizeof(hdr))
		return -EINVAL;
	memcpy(&hdr, message, sizeof(hdr));
	return hdr.op <= FCOPY_CANCEL ? (int)hdr.op : -EINVAL;
}

/* A name with a newline or an escape in it is there to deceive somebody. */
static int take_name(char *out, const uint8_t *field, bool utf16)
{
	int len = utf16 ? utf16_to_utf8(field, FCOPY_NAME_BYTES, out, FCOPY_TEXT) :
			  text_of_field(out, field, FCOPY_NAME_BYTES);

	for (; len >= 0 && *out; out++)
		if ((unsigned char)*out < 0x20 || *out == 0x7f)
			return -EINVAL;
	return len < 0 ? -EINVAL : 0;
}

int fcopy_take_start(struct fcopy_request *r, const uint8_t *message, size_t len, bool utf16)
{
	struct fcopy_start s;
	const char *at = r->folder;
	char part[PATH_PART];
	int err;

	if (len < sizeof(s))
		return -EINVAL;
	memcpy(&s, message, sizeof(s));
	if (take_name(r->folder, s.path, utf16) || take_name(r->name, s.name, utf16) || !path_name_ok(r->name))
		return -EINVAL;
	do {
		err = path_next(&at, part);
	} while (err > 0);
	/* Larger than any file system's file: no size at all. */
	if (err || s.size > INT64_MAX)
		return -EINVAL;
	r->size = s.size;
	r->overwrite = s.flags & FCOPY_OVERWRITE;
	r->create_path = s.flags & FCOPY_CREATE_PATH;
	return 0;
}

int fcopy_take_write(struct fcopy_piece *p, const uint8_t *message, size_t len)
{
	const size_t head = offsetof(struct fcopy_write, data);
	struct fcopy_write w;

	if (len < head)
		return -EINVAL;
	memcpy(&w, message, head);
	if (w.size > FCOPY_CHUNK || w.size > len - head)
		return -EINVAL;
	p->offset = w.offset;
	p->size = w.size;
	p->data = message + head;
	return 0;
}

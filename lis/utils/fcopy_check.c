// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: file copy. See fcopy_check.h for the contracts.
 */
#include "fcopy_check.h"
#include "utf.h"

static bool terminated(const u8 *name)
{
	u32 i;

	for (i = 0; i < FCOPY_NAME_UNITS; i++)
		if (!name[2 * i] && !name[2 * i + 1])
			return true;
	return false;
}

/* A name that would have to be cut names another file, so it is refused. */
static int convert_name(const u8 *from, u8 *to)
{
	memset(to, 0, FCOPY_NAME_BYTES);
	if (!terminated(from))
		return -EINVAL;
	return utf16_to_utf8(from, FCOPY_NAME_BYTES, to, FCOPY_DAEMON_NAME_MAX + 1);
}

static u32 check_start(struct fcopy_state *state, const u8 *body, u32 len, u8 *msg, u32 *status)
{
	const u32 name = offsetof(struct fcopy_start, name), path = offsetof(struct fcopy_start, path);

	if (len < sizeof(struct fcopy_start))
		return 0;
	*status = IC_E_INVALID_ARG;
	memcpy(msg, body, sizeof(struct fcopy_start));
	if (convert_name(body + name, msg + name) <= 0 || convert_name(body + path, msg + path) < 0)
		return 0;
	memcpy(&state->size, body + offsetof(struct fcopy_start, size), sizeof(state->size));
	state->open = true;
	return sizeof(struct fcopy_start);
}

static u32 check_write(const struct fcopy_state *state, const u8 *body, u32 len, u8 *msg, u32 *status)
{
	const u32 data = offsetof(struct fcopy_write, data);
	u64 offset;
	u32 size;

	if (!state->open || len < data)
		return 0;
	*status = IC_E_INVALID_ARG;
	memcpy(&offset, body + offsetof(struct fcopy_write, offset), sizeof(offset));
	memcpy(&size, body + offsetof(struct fcopy_write, size), sizeof(size));
	if (size > FCOPY_CHUNK || size > len - data || offset > state->size || size > state->size - offset)
		return 0;
	/* The daemon always gets the whole structure; behind the data there is nothing of an earlier request. */
	memset(msg + data + size, 0, FCOPY_CHUNK - size);
	memcpy(msg, body, data + size);
	return sizeof(struct fcopy_write);
}

static u32 check_end(const struct fcopy_state *state, const u8 *body, u8 *msg, u32 *status)
{
	/* An end without a beginning is not passed on: a daemon may take it for the file of the copy before. */
	if (!state->open) {
		*status = state->op == FCOPY_CANCEL ? IC_S_OK : IC_E_FAIL;
		return 0;
	}
	memcpy(msg, body, sizeof(struct fcopy_hdr));
	return sizeof(struct fcopy_hdr);
}

u32 fcopy_check(struct fcopy_state *state, const void *body, u32 len, void *msg, u32 *status)
{
	*status = IC_E_FAIL;
	if (len < sizeof(struct fcopy_hdr))
		return 0;
	memcpy(&state->op, body, sizeof(state->op));
	switch (state->op) {
	case FCOPY_START:
		return check_start(state, body, len, msg, status);
	case FCOPY_WRITE:
		return check_write(state, body, len, msg, status);
	case FCOPY_COMPLETE:
	case FCOPY_CANCEL:
		return check_end(state, body, msg, status);
	}
	*status = IC_E_NOT_SUPPORTED;
	return 0;
}

void fcopy_answered(struct fcopy_state *state, u32 status)
{
	if (state->op == FCOPY_COMPLETE || state->op == FCOPY_CANCEL || (state->op == FCOPY_START && status != IC_S_OK))
		state->open = false;
}

void fcopy_withdrawn(struct fcopy_state *state)
{
	if (state->op == FCOPY_START)
		state->open = false;
}

u32 fcopy_abandon(struct fcopy_state *state, void *msg)
{
	const u32 op = FCOPY_CANCEL;

	if (!state->open)
		return 0;
	state->open = false;
	memset(msg, 0, sizeof(struct fcopy_hdr));
	memcpy(msg, &op, sizeof(op));
	return sizeof(struct fcopy_hdr);
}

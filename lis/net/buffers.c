// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the buffers shared with the host, and the sections of the send buffer (docs/wire/05-network.md 2, 4).
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "netvsc.h"

#define BUFFER_SECONDS 30
#define BUFFER_LEAST (64 * 1024) /* taken instead of what was wanted */

/* ---- the memory ---- */

static int nv_buffer_try(struct nv_net *nv, struct nv_buffer *b, u32 size)
{
	int ret;

	memset(b, 0, sizeof(*b));
	b->mem = vzalloc(size);
	if (!b->mem)
		return -ENOMEM;
	b->size = size;
	ret = vmbus_establish_gpadl(nv_primary(nv), b->mem, size, &b->gpadl);
	/* After other errors the host may use it for ever: it is lost to us. */
	if (ret == -EINVAL || ret == -ENOMEM || ret == -EDQUOT || ret == -ENODEV)
		vfree(b->mem);
	if (ret)
		b->mem = NULL;
	return ret;
}

/* A host may be short of room for a large buffer: less is better than none. */
static int nv_buffer_alloc(struct nv_net *nv, struct nv_buffer *b, u32 size)
{
	int ret = nv_buffer_try(nv, b, PAGE_ALIGN(size));

	for (size /= 2; (ret == -EDQUOT || ret == -ENOMEM) && size >= BUFFER_LEAST; size /= 2)
		ret = nv_buffer_try(nv, b, PAGE_ALIGN(size));
	return ret;
}

static void nv_buffer_free(struct nv_buffer *b)
{
	/* A GPADL that is still there is memory of the host's: it is lost to us. */
	if (!b->gpadl.gpadl_handle)
		vfree(b->mem);
	memset(b, 0, sizeof(*b));
}

/* ---- telling the host ---- */

static int nv_recv_create(struct nv_net *nv)
{
	u32 max = nv->version <= NVSP_VERSION_2 ? NVSP_RECV_BUF_MAX_2 : NVSP_RECV_BUF_MAX;
	struct nv_buffer *b = &nv->recv;
	union nvsp_msg m;
	int ret;

	ret = nv_buffer_alloc(nv, b, nvsp_buffer_size(nv->set.recv_sections, NV_RECV_SECTION, max));
	if (ret)
		return ret;
	nvsp_build_buf(&m, true, b->gpadl.gpadl_handle);
	b->told = true;
	ret = nv_ask(nv, &m, BUFFER_SECONDS);
	if (ret >= 0)
		ret = nvsp_check_recv_buf(&m, ret, b->size, &b->sections);
	return ret;
}

static int nv_send_create(struct nv_net *nv)
{
	struct nv_buffer *b = &nv->send;
	union nvsp_msg m;
	int ret;

	ret = nv_buffer_alloc(nv, b, nvsp_buffer_size(nv->set.send_sections, NV_SEND_SECTION, NVSP_SEND_BUF_MAX));
	if (ret)
		return ret;
	nvsp_build_buf(&m, false, b->gpadl.gpadl_handle);
	b->told = true;
	ret = nv_ask(nv, &m, BUFFER_SECONDS);
	if (ret >= 0)
		ret = nvsp_check_send_buf(&m, ret, b->size, &b->sections);
	if (ret)
		return ret;
	nv->section_map = kcalloc(BITS_TO_LONGS(b->sections.count), sizeof(long), GFP_KERNEL);
	nv->section_info = kvcalloc(b->sections.count, sizeof(*nv->section_info), GFP_KERNEL);
	return nv->section_map && nv->section_info ? 0 : -ENOMEM;
}

/**
 * nv_buffers_create() - allocate both buffers and give them to the host
 * @nv: an adapter whose NVSP version is agreed
 *
 * Sleeps. Return: 0 or -errno; nv_disconnect() clears up. Spec: docs/wire/05-network.md 2.
 */
int nv_buffers_create(struct nv_net *nv)
{
	int ret = nv_recv_create(nv);

	if (!ret)
		ret = nv_send_create(nv);
	return ret;
}

static void nv_revoke(struct nv_net *nv, struct nv_buffer *b, bool recv)
{
	union nvsp_msg m;

	if (!b->told)
		return;
	b->told = false;
	nvsp_build_revoke(&m, recv);
	nv_tell(nv, &m);
}

/* Tell the host to use the buffers no more. The channel is open. */
void nv_buffers_revoke(struct nv_net *nv)
{
	nv_revoke(nv, &nv->recv, true);
	nv_revoke(nv, &nv->send, false);
}

/*
 * Take the memory back. Hosts before 4.0 want this before the channel is closed, later ones after it (2, teardown 2):
 * called on both occasions, does it on one.
 */
void nv_buffers_teardown(struct nv_net *nv, bool closed)
{
	if (closed != (vmbus_proto_version >= VMBUS_VERSION_4_0))
		return;
	vmbus_teardown_gpadl(nv_primary(nv), &nv->recv.gpadl);
	vmbus_teardown_gpadl(nv_primary(nv), &nv->send.gpadl);
}

void nv_buffers_free(struct nv_net *nv)
{
	nv_buffer_free(&nv->recv);
	nv_buffer_free(&nv->send);
	kfree(nv->section_map);
	kvfree(nv->section_info);
	nv->section_map = NULL;
	nv->section_info = NULL;
}

/* ---- sections ---- */

/**
 * nv_section_get() - take a free section of the send buffer
 * @q: the queue it is for; its lock is held
 *
 * Any context. Return: the index, or NVSP_NO_SECTION. Each queue begins at a place of its own, so that queues seldom
 * want the same bit, and always at the same, so that few sections are used and stay in the cache.
 */
u32 nv_section_get(struct nv_queue *q)
{
	struct nv_net *nv = q->nv;
	u32 i, count = nv->send.sections.count;
	u32 at = q->index * count / nv->queue_max;

	for (i = 0; i < 2; i++) {
		while ((at = find_next_zero_bit(nv->section_map, count, at)) < count) {
			if (!test_and_set_bit_lock(at, nv->section_map))
				return at;
		}
		at = 0;
	}
	return NVSP_NO_SECTION;
}

/* Give a section back. Any context. */
void nv_section_put(struct nv_net *nv, u32 index)
{
	clear_bit_unlock(index, nv->section_map);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's own statistics of each virtual processor (KVM_CAP_BINARY_STATS_FD): most exits of a guest never reach this
 * program, and they are what its time goes to. Where KVM has no such file, only our share is counted.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

#define DESCRIPTORS_MAX 512

/* Where the number called `name` lies in the file; 0 when there is none. */
static uint32_t find(int fd, const struct kvm_stats_header *h, const char *name)
{
	size_t size = sizeof(struct kvm_stats_desc) + h->name_size;
	struct kvm_stats_desc *d = calloc(1, size + 1);
	uint32_t at = 0;

	for (uint32_t i = 0; d && !at && i < h->num_desc && i < DESCRIPTORS_MAX; i++) {
		if (pread(fd, d, size, (off_t)(h->desc_offset + i * size)) != (ssize_t)size)
			break;
		if (!strcmp(d->name, name))
			at = h->data_offset + d->offset;
	}
	free(d);
	return at;
}

void stats_open(struct vcpu *v)
{
	struct kvm_stats_header h;

	v->stats_fd = vcpu_ioctl(v, KVM_GET_STATS_FD, NULL);
	if (v->stats_fd < 0)
		return;
	if (pread(v->stats_fd, &h, sizeof(h), 0) == sizeof(h)) {
		v->exits_at = find(v->stats_fd, &h, "exits");
		v->halts_at = find(v->stats_fd, &h, "halt_exits");
	}
}

void stats_close(struct vcpu *v)
{
	if (v->stats_fd >= 0)
		close(v->stats_fd);
	v->stats_fd = -1;
	v->exits_at = v->halts_at = 0;
}

static uint64_t number(const struct vcpu *v, uint32_t at, uint64_t otherwise)
{
	uint64_t n;

	if (v->stats_fd < 0 || !at || pread(v->stats_fd, &n, sizeof(n), at) != sizeof(n))
		return otherwise;
	return n;
}

uint64_t stats_exits(const struct vcpu *v)
{
	return number(v, v->exits_at, v->exits);
}

uint64_t stats_halts(const struct vcpu *v)
{
	return number(v, v->halts_at, 0);
}

// SPDX-License-Identifier: GPL-2.0-only
/* pure: which pages a guest has given away (dm_set.h). */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dm_set.h"

static bool is_in(const struct dm_set *s, uint64_t pfn)
{
	return s->bits[pfn / 64] >> (pfn % 64) & 1;
}

static bool reach(struct dm_set *s, uint64_t pages)
{
	const uint64_t words = (pages + 63) / 64, had = s->limit / 64;
	uint64_t *more;

	if (pages <= s->limit)
		return true;
	more = realloc(s->bits, words * sizeof(*more));
	if (!more)
		return false;
	memset(more + had, 0, (words - had) * sizeof(*more));
	s->bits = more;
	s->limit = words * 64;
	return true;
}

/* The bits of the word that holds pfn, from it on, at most `count` of them; *n is how many. */
static uint64_t word_mask(uint64_t pfn, uint64_t count, uint64_t *n)
{
	const uint64_t first = pfn % 64, room = 64 - first;

	*n = count < room ? count : room;
	return (*n == 64 ? ~0ULL : (1ULL << *n) - 1) << first;
}

/* Words, not bits: a guest can name millions of pages in eight bytes, and again and again. */
static bool any_in(const struct dm_set *s, uint64_t pfn, uint64_t count)
{
	uint64_t n;

	for (; count; pfn += n, count -= n)
		if (s->bits[pfn / 64] & word_mask(pfn, count, &n))
			return true;
	return false;
}

static void put_in(struct dm_set *s, uint64_t pfn, uint64_t count)
{
	uint64_t n, mask;

	for (; count; pfn += n, count -= n) {
		mask = word_mask(pfn, count, &n);
		s->bits[pfn / 64] |= mask;
	}
}

int dm_set_add(struct dm_set *s, uint64_t pfn, uint64_t count)
{
	if (!reach(s, pfn + count))
		return -ENOMEM;
	if (any_in(s, pfn, count))
		return -EEXIST;
	put_in(s, pfn, count);
	s->count += count;
	if (pfn < s->from)
		s->from = pfn;
	return 0;
}

uint64_t dm_set_take(struct dm_set *s, uint64_t max, uint64_t *pfn)
{
	uint64_t p = s->from, n = 0;

	if (!s->count)
		return 0;
	while (!is_in(s, p))
		p = s->bits[p / 64] >> (p % 64) ? p + 1 : (p / 64 + 1) * 64;
	*pfn = p;
	while (n < max && p < s->limit && is_in(s, p)) {
		s->bits[p / 64] &= ~(1ULL << (p % 64));
		p++;
		n++;
	}
	s->from = p;
	s->count -= n;
	return n;
}

void dm_set_clear(struct dm_set *s)
{
	free(s->bits);
	*s = (struct dm_set){ 0 };
}

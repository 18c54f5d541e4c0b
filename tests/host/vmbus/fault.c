// SPDX-License-Identifier: GPL-2.0-only
/* Which chances are taken (fault.h). What is done with them: faulty.c and the places that ask. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"

#define BUCKETS 1024
#define RATE_DEFAULT 200

bool fault_on;

static const char *const names[FAULT_COUNT] = {
	[FAULT_MSG_LENGTH] = "msg-length",
	[FAULT_MSG_TYPE] = "msg-type",
	[FAULT_MSG_ID] = "msg-id",
	[FAULT_MSG_DUP] = "msg-dup",
	[FAULT_MSG_LATE] = "msg-late",
	[FAULT_MSG_SWAP] = "msg-swap",
	[FAULT_MSG_EARLY] = "msg-early",
	[FAULT_MSG_UNKNOWN] = "msg-unknown",
	[FAULT_MSG_LOST] = "msg-lost",
	[FAULT_MSG_SLOT] = "msg-slot",
	[FAULT_MSG_FLOOD] = "msg-flood",
	[FAULT_POST] = "post",
	[FAULT_REFUSE] = "refuse",
	[FAULT_RESCIND_OFFER] = "rescind-offer",
	[FAULT_RESCIND_GPADL] = "rescind-gpadl",
	[FAULT_RESCIND_OPEN] = "rescind-open",
	[FAULT_RESCIND_OPENED] = "rescind-opened",
	[FAULT_RESCIND_TRAFFIC] = "rescind-traffic",
	[FAULT_RESCIND_CLOSE] = "rescind-close",
	[FAULT_PKT_LENGTH] = "pkt-length",
	[FAULT_PKT_OFFSET] = "pkt-offset",
	[FAULT_PKT_TYPE] = "pkt-type",
	[FAULT_PKT_ID] = "pkt-id",
	[FAULT_PKT_DATA] = "pkt-data",
	[FAULT_PKT_SHORT] = "pkt-short",
	[FAULT_PKT_DUP] = "pkt-dup",
	[FAULT_PKT_LATE] = "pkt-late",
	[FAULT_PKT_UNKNOWN] = "pkt-unknown",
	[FAULT_PKT_LOST] = "pkt-lost",
	[FAULT_RING_WRITE] = "ring-write",
	[FAULT_RING_READ] = "ring-read",
	[FAULT_RING_PENDING] = "ring-pending",
	[FAULT_IRQ_LOST] = "irq-lost",
	[FAULT_IRQ_FLOOD] = "irq-flood",
	[FAULT_STALL] = "stall",
	[FAULT_DEVICE] = "device",
};

static struct {
	uint64_t seed;
	uint64_t rate;
	bool chosen[FAULT_COUNT];
	uint32_t number[FAULT_COUNT][BUCKETS]; /* chances so far, by name of the channel */
	uint64_t chances[FAULT_COUNT], hits[FAULT_COUNT];
	uint64_t stream; /* of fault_random() */
	uint32_t posts;
} fault;

const char *fault_name(enum fault_kind kind)
{
	return (unsigned int)kind < FAULT_COUNT ? names[kind] : "none";
}

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
	x += 0x9E3779B97F4A7C15ULL;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
	x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
	return x ^ x >> 31;
}

static uint64_t name_hash(const char *s)
{
	uint64_t h = 0xCBF29CE484222325ULL;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001B3ULL;
	return h;
}

static uint64_t decide(enum fault_kind kind, uint64_t name, uint32_t number)
{
	return mix(mix(mix(fault.seed ^ (uint64_t)kind << 56) ^ name) ^ number);
}

bool fault_take(enum fault_kind kind, const struct vmb_channel *ch)
{
	uint64_t name, h;

	if (!fault.chosen[kind])
		return false;
	name = name_hash(ch ? ch->spec.name : "");
	h = decide(kind, name, fault.number[kind][name % BUCKETS]++);
	fault.chances[kind]++;
	if (h % fault.rate)
		return false;
	fault.hits[kind]++;
	fault.stream = mix(h);
	log_debug("fault: %s on %s", names[kind], ch ? ch->spec.name : "the bus");
	trace_bytes(TRACE_FAULT, TRACE_HOST, ch ? ch->relid : 0, 0, ch ? ch->spec.name : "", names[kind],
		    strlen(names[kind]));
	return true;
}

/* Beside the loop thread: nothing else of this file is touched. */
bool fault_hit_post(void)
{
	uint32_t number;

	if (!fault_on || !fault.chosen[FAULT_POST])
		return false;
	number = __atomic_fetch_add(&fault.posts, 1, __ATOMIC_RELAXED);
	if (decide(FAULT_POST, 0, number) % fault.rate)
		return false;
	__atomic_fetch_add(&fault.hits[FAULT_POST], 1, __ATOMIC_RELAXED);
	return true;
}

uint64_t fault_random(uint64_t below)
{
	fault.stream = mix(fault.stream);
	return below ? fault.stream % below : fault.stream;
}

/* --- the text -------------------------------------------------------------------------------------------------------- */

static void choose_all(void)
{
	unsigned int k;

	for (k = 0; k < FAULT_COUNT; k++)
		fault.chosen[k] = k != FAULT_DEVICE;
}

/* A whole name, or the part before a dash. */
static bool choose(const char *word, size_t len)
{
	bool any = false;
	unsigned int k;

	if (len == 3 && !memcmp(word, "all", 3)) {
		choose_all();
		return true;
	}
	for (k = 0; k < FAULT_COUNT; k++)
		if (!strncmp(names[k], word, len) && (!names[k][len] || names[k][len] == '-'))
			fault.chosen[k] = any = true;
	return any;
}

static bool choose_kinds(const char *list)
{
	size_t n;

	memset(fault.chosen, 0, sizeof(fault.chosen));
	for (;; list += n + 1) {
		n = strcspn(list, "+");
		if (!n || !choose(list, n))
			return false;
		if (!list[n])
			return true;
	}
}

static bool number(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && !*end;
}

static bool take_option(char *word, bool *seeded)
{
	char *value = strchr(word, '=');

	if (!value)
		return false;
	*value++ = 0;
	if (!strcmp(word, "seed")) {
		*seeded = true;
		return number(value, &fault.seed);
	}
	if (!strcmp(word, "rate"))
		return number(value, &fault.rate) && fault.rate;
	return !strcmp(word, "kinds") && choose_kinds(value);
}

static bool parse(const char *spec)
{
	char *copy = strdup(spec), *rest = copy, *word;
	bool good = copy != NULL, seeded = false;

	while (good && (word = strsep(&rest, ",")))
		good = take_option(word, &seeded);
	free(copy);
	return good && seeded;
}

int fault_start(const char *spec)
{
	memset(&fault, 0, sizeof(fault));
	fault.rate = RATE_DEFAULT;
	choose_all();
	if (!parse(spec)) {
		complain("the faults cannot be understood", "seed=N[,rate=N][,kinds=msg+rescind-open+...|all]", "'%s'", spec);
		return -EINVAL;
	}
	fault_on = true;
	log_info("fault mode: seed=%llu,rate=%llu", (unsigned long long)fault.seed, (unsigned long long)fault.rate);
	return 0;
}

void fault_stop(void)
{
	fault_on = false;
	fault_drop_messages();
}

void fault_json(json_t *out)
{
	unsigned int k;

	for (k = 0; k < FAULT_COUNT; k++)
		if (fault.hits[k])
			json_object_set_new(out, names[k], json_pack("{s:I, s:I}", "chances", (json_int_t)fault.chances[k],
								     "hits", (json_int_t)fault.hits[k]));
}

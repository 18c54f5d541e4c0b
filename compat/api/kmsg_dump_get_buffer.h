/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kmsg_dump_get_buffer
 * header:    linux/kmsg_dump.h
 * needs:     kmsg_dump_detail kmsg_dump_iter kmsg_dumper
 * since:     v3.5 e2ae715d66bf ("kmsg - kmsg_dump() use iterator to receive log buffer content")
 * serves:    el6 (2.6.32)
 * drop-when: baseline >= 3.5
 * probe:     decl kmsg_dump_get_buffer
 * force:     no, the callback's arguments changed with it
 * old:       struct kmsg_dumper { void (*dump)(struct kmsg_dumper *, int, const char *, unsigned long); };
 * new:       struct kmsg_dumper { void (*dump)(struct kmsg_dumper *, int); }; int kmsg_dump_get_buffer(void);
 * note:      adapter: static void fn(struct kit_kmsg *log) runs when the kernel panics, and only then;
 *            KIT_KMSG_DUMPER_ADAPTER(fn); static struct kmsg_dumper d = { KIT_KMSG_DUMPER(fn) };
 *            in fn, kit_kmsg_tail(log, buf, size) copies the newest lines that fit and says how many bytes.
 */
#include <linux/string.h>

struct kit_kmsg {
	struct kmsg_dumper *dumper;
	const char *old; /* before 3.5: the log's two pieces */
	unsigned long old_len;
	const char *new;
	unsigned long new_len;
};

#ifdef KIT_HAVE_KMSG_DUMP_GET_BUFFER
static inline size_t kit_kmsg_tail(struct kit_kmsg *log, char *buf, size_t size)
{
	size_t len = 0;
	KIT_KMSG_ITER(log->dumper);

	kmsg_dump_get_buffer(iter, false, buf, size, &len);
	return len;
}

#define KIT_KMSG_DUMPER_ADAPTER(fn)					\
static void kit_dump_##fn(struct kmsg_dumper *dumper, KIT_KMSG_EVENT)	\
{									\
	struct kit_kmsg log;						\
									\
	if (KIT_KMSG_REASON != KMSG_DUMP_PANIC)				\
		return;							\
	memset(&log, 0, sizeof(log));					\
	log.dumper = dumper;						\
	fn(&log);							\
}									\
struct kit_semicolon
#else
static inline size_t kit_kmsg_tail(struct kit_kmsg *log, char *buf, size_t size)
{
	size_t new_len = log->new_len < size ? log->new_len : size;
	size_t old_len = log->old_len < size - new_len ? log->old_len : size - new_len;

	memcpy(buf, log->old + log->old_len - old_len, old_len);
	memcpy(buf + old_len, log->new + log->new_len - new_len, new_len);
	return old_len + new_len;
}

#define KIT_KMSG_DUMPER_ADAPTER(fn)					\
static void kit_dump_##fn(struct kmsg_dumper *dumper, enum kmsg_dump_reason reason,	\
			  const char *s1, unsigned long l1, const char *s2, unsigned long l2)	\
{									\
	struct kit_kmsg log;						\
									\
	if (reason != KMSG_DUMP_PANIC)					\
		return;							\
	log.dumper = dumper;						\
	log.old = s1;							\
	log.old_len = l1;						\
	log.new = s2;							\
	log.new_len = l2;						\
	fn(&log);							\
}									\
struct kit_semicolon
#endif

#define KIT_KMSG_DUMPER(fn) .dump = kit_dump_##fn

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disk I/O in a test guest, past the page cache, by the kernel's asynchronous interface:
 *   iotool load DEV read|write|randread|randwrite BYTES DEPTH OPS [JOBS [MB]]
 *                                           so many requests of so many bytes, so many of them under way at a time, by
 *                                           so many processes together, over the first MB of the disk
 *   iotool ledger DEV STATE JOBS SECONDS [MB]
 *                                           writes and reads of 4 KiB to 1 MiB mixed, for so long and at least 64 for each process;
 *                                           STATE is a file of memory that knows what was tried and what the disk
 *                                           acknowledged. Ends early with 3 when requests fail.
 *   iotool verify DEV STATE                 everything acknowledged is on the disk, and nothing that was never written
 *   iotool begun STATE                      has the disk acknowledged anything yet?
 *   iotool copy FILE DEV                    the whole file to the disk, mapped, as /proc/vmcore is too slow to read; and
 *                                           reads it back
 *
 * In a ledger each block of 4 KiB is a function of the run, its number and its generation, so one word tells what it ought to
 * be and all the others whether it is that. Acknowledged means: written with O_DSYNC, and the answer was good.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096
#define MOST (1024 * 1024)
#define SLOTS 256
#define MAGIC 0x4C49536C65646765ULL
#define LEDGER_DEPTH 8
#define LEDGER_LEAST 64
#define ENDED_EARLY 3

/* What is known of a block: generations begin at 1. */
struct entry {
	uint32_t tried, acked;
};

struct state {
	uint64_t magic, run, blocks;
	uint64_t writes, reads, errors, wrong;
	struct entry block[];
};

struct slot {
	struct iocb cb;
	unsigned char *buf;
	bool busy;
};

struct job {
	int fd;
	aio_context_t aio;
	struct slot slot[SLOTS];
	uint64_t random;
	/* a ledger's */
	struct state *state;
	uint64_t first, count; /* its own blocks */
	bool *taken; /* under way, or of unknown content for good as a write failed */
};

static void die(const char *what)
{
	fprintf(stderr, "iotool: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t mix(uint64_t x)
{
	x += 0x9E3779B97F4A7C15ULL;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
	x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
	return x ^ x >> 31;
}

static uint64_t below(struct job *j, uint64_t n)
{
	return (j->random = mix(j->random)) % n;
}

static int open_disk(const char *name, int flags)
{
	int fd = open(name, O_RDWR | O_DIRECT | flags);

	if (fd < 0)
		die(name);
	return fd;
}

static uint64_t disk_bytes(int fd)
{
	uint64_t n;

	if (ioctl(fd, BLKGETSIZE64, &n))
		die("size");
	return n;
}

/* ---- requests ---- */

static void job_init(struct job *j, int fd, unsigned int depth, size_t bytes)
{
	unsigned int i;

	memset(j, 0, sizeof(*j));
	j->fd = fd;
	if (syscall(SYS_io_setup, SLOTS, &j->aio))
		die("io_setup");
	for (i = 0; i < depth; i++) {
		j->slot[i].buf = aligned_alloc(BLOCK, bytes);
		if (!j->slot[i].buf)
			die("memory");
		memset(j->slot[i].buf, (int)i + 1, bytes);
	}
}

static void fill(struct job *j, struct slot *s, bool write, uint64_t offset, size_t bytes)
{
	memset(&s->cb, 0, sizeof(s->cb));
	s->cb.aio_fildes = (uint32_t)j->fd;
	s->cb.aio_lio_opcode = write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
	s->cb.aio_buf = (uint64_t)(uintptr_t)s->buf;
	s->cb.aio_nbytes = bytes;
	s->cb.aio_offset = (int64_t)offset;
	s->cb.aio_data = (uint64_t)(uintptr_t)s;
}

static void submit(struct job *j, struct iocb **list, long n)
{
	long done, at = 0;

	while (at < n) {
		done = syscall(SYS_io_submit, j->aio, n - at, list + at);
		if (done < 0 && errno != EINTR && errno != EAGAIN)
			die("io_submit");
		at += done > 0 ? done : 0;
	}
}

static long reap(struct job *j, struct io_event *events, long least, long most)
{
	long n;

	do
		n = syscall(SYS_io_getevents, j->aio, least, most, events, NULL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		die("io_getevents");
	return n;
}

/* ---- load ---- */

struct load {
	bool write, random;
	size_t bytes;
	unsigned int depth;
	uint64_t ops, area, at;
};

static uint64_t load_next(struct job *j, struct load *l)
{
	uint64_t places = l->area / l->bytes;

	return (l->random ? below(j, places) : l->at++ % places) * l->bytes;
}

static void load_run(struct job *j, struct load *l)
{
	uint64_t sent = 0, done = 0;
	struct iocb *list[SLOTS];
	struct io_event ev[SLOTS];
	long i, n;

	for (; sent < l->ops && sent < l->depth; sent++) {
		fill(j, &j->slot[sent], l->write, load_next(j, l), l->bytes);
		list[sent] = &j->slot[sent].cb;
	}
	submit(j, list, (long)sent);
	for (; done < l->ops; done += (uint64_t)n) {
		long more = 0;

		n = reap(j, ev, 1, l->depth);
		for (i = 0; i < n; i++) {
			struct slot *s = (struct slot *)(uintptr_t)ev[i].data;

			if (ev[i].res != (int64_t)l->bytes) {
				errno = ev[i].res < 0 ? (int)-ev[i].res : EIO;
				die("request");
			}
			if (sent == l->ops)
				continue;
			fill(j, s, l->write, load_next(j, l), l->bytes);
			list[more++] = &s->cb;
			sent++;
		}
		submit(j, list, more);
	}
}

static uint64_t number(const char *text, uint64_t most)
{
	char *end;
	uint64_t n = strtoull(text, &end, 0);

	if (*end || !n || n > most) {
		fprintf(stderr, "iotool: '%s' is not 1 to %llu\n", text, (unsigned long long)most);
		exit(2);
	}
	return n;
}

/* Run JOBS children; 0, or what the worst of them ended with. */
static int children(unsigned int jobs, void (*run)(unsigned int n, void *arg), void *arg)
{
	int status, worst = 0;
	unsigned int n;

	for (n = 0; n < jobs; n++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			run(n, arg);
			exit(0);
		}
	}
	while (wait(&status) > 0) {
		status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
		if (status == 1 || !worst)
			worst = status;
	}
	return worst;
}

struct load_task {
	const char *dev;
	struct load load;
};

static void load_child(unsigned int n, void *arg)
{
	struct load_task *t = arg;
	struct job j;

	job_init(&j, open_disk(t->dev, 0), t->load.depth, t->load.bytes);
	j.random = mix(n + 1);
	t->load.at = n * (t->load.area / t->load.bytes / 8);
	load_run(&j, &t->load);
}

static int load(int argc, char **argv)
{
	struct load_task t = { .dev = argv[2] };
	unsigned int jobs;
	int fd;

	t.load.random = !strncmp(argv[3], "rand", 4);
	t.load.write = strstr(argv[3], "write") != NULL;
	t.load.bytes = number(argv[4], MOST);
	t.load.depth = (unsigned int)number(argv[5], SLOTS);
	jobs = argc > 7 ? (unsigned int)number(argv[7], 64) : 1;
	t.load.ops = number(argv[6], 1ULL << 40) / jobs;
	fd = open_disk(t.dev, 0);
	t.load.area = disk_bytes(fd);
	close(fd);
	if (argc > 8)
		t.load.area = number(argv[8], t.load.area >> 20) << 20;
	return children(jobs, load_child, &t);
}

/* ---- ledger ---- */

static void block_fill(unsigned char *at, uint64_t run, uint64_t block, uint32_t gen)
{
	uint64_t *w = (uint64_t *)at, x = mix(run ^ mix(block << 20 ^ gen));
	unsigned int i;

	w[0] = MAGIC ^ run;
	w[1] = block << 32 | gen;
	for (i = 2; i < BLOCK / 8; i++)
		w[i] = x += 0x9E3779B97F4A7C15ULL;
}

static bool block_is(const unsigned char *at, uint64_t run, uint64_t block, uint32_t gen)
{
	unsigned char want[BLOCK];

	block_fill(want, run, block, gen);
	return !memcmp(at, want, BLOCK);
}

/* A block as it was read. Before anything was acknowledged it may be whatever it was. */
static bool block_good(const struct state *st, uint64_t block, const unsigned char *at)
{
	uint32_t gen = (uint32_t)((const uint64_t *)at)[1], acked = st->block[block].acked;
	bool ours = ((const uint64_t *)at)[0] == (MAGIC ^ st->run);

	if (!acked && !ours)
		return true;
	return ours && gen >= acked && gen <= st->block[block].tried && block_is(at, st->run, block, gen);
}

static void check_blocks(struct state *st, uint64_t first, uint64_t count, const unsigned char *buf)
{
	uint64_t i;

	for (i = 0; i < count; i++) {
		const uint64_t *w = (const uint64_t *)(buf + i * BLOCK);

		if (block_good(st, first + i, buf + i * BLOCK))
			continue;
		if (st->wrong++ < 5)
			printf("WRONG: block %llu is %s %llx of %llx, tried %u, acknowledged %u\n",
			       (unsigned long long)(first + i), w[0] == (MAGIC ^ st->run) ? "ours," : "not ours,",
			       (unsigned long long)w[1], (unsigned long long)w[0], st->block[first + i].tried,
			       st->block[first + i].acked);
	}
}

static bool any_taken(const struct job *j, uint64_t first, uint64_t count)
{
	uint64_t i;

	for (i = 0; i < count; i++)
		if (j->taken[first - j->first + i])
			return true;
	return false;
}

static void ledger_prepare(struct job *j, struct slot *s, bool write, uint64_t first, uint64_t count)
{
	uint64_t i;

	for (i = 0; i < count; i++) {
		struct entry *e = &j->state->block[first + i];

		j->taken[first - j->first + i] = true;
		if (write)
			block_fill(s->buf + i * BLOCK, j->state->run, first + i, ++e->tried);
	}
	fill(j, s, write, first * BLOCK, count * BLOCK);
	s->busy = true;
}

/* Something to do for a slot; false when no free place was found. */
static bool ledger_next(struct job *j, struct slot *s)
{
	static const unsigned int sizes[] = { 1, 1, 1, 2, 3, 16, 16, 31, 256 };
	uint64_t count = sizes[below(j, sizeof(sizes) / sizeof(sizes[0]))];
	unsigned int tries;
	uint64_t first;

	if (count > j->count)
		count = 1;
	for (tries = 0; tries < 8; tries++, count = 1) {
		first = j->first + below(j, j->count - count + 1);
		if (any_taken(j, first, count))
			continue;
		ledger_prepare(j, s, below(j, 3) != 0, first, count);
		return true;
	}
	return false;
}

static void ledger_done(struct job *j, struct slot *s, int64_t res)
{
	uint64_t i, first = (uint64_t)s->cb.aio_offset / BLOCK, count = s->cb.aio_nbytes / BLOCK;
	bool write = s->cb.aio_lio_opcode == IOCB_CMD_PWRITE, good = res == (int64_t)s->cb.aio_nbytes;

	s->busy = false;
	if (!good)
		__sync_fetch_and_add(&j->state->errors, 1);
	else
		__sync_fetch_and_add(write ? &j->state->writes : &j->state->reads, 1);
	if (good && !write)
		check_blocks(j->state, first, count, s->buf);
	for (i = 0; i < count; i++) {
		if (good && write)
			j->state->block[first + i].acked = j->state->block[first + i].tried;
		/* The disk may still come to write what failed: nobody writes there again. */
		j->taken[first - j->first + i] = write && !good;
	}
}

static bool over(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec > end->tv_nsec);
}

static void ledger_run(struct job *j, const struct timespec *end)
{
	struct io_event ev[LEDGER_DEPTH];
	struct iocb *list[LEDGER_DEPTH];
	unsigned int i, sent = 0, flying = 0;
	long n, k;

	for (;;) {
		n = 0;
		for (i = 0; i < LEDGER_DEPTH && j->state->errors < 64 && (sent + n < LEDGER_LEAST || !over(end)); i++)
			if (!j->slot[i].busy && ledger_next(j, &j->slot[i]))
				list[n++] = &j->slot[i].cb;
		submit(j, list, n);
		flying += (unsigned int)n;
		sent += (unsigned int)n;
		if (!flying)
			return;
		n = reap(j, ev, 1, LEDGER_DEPTH);
		for (k = 0; k < n; k++)
			ledger_done(j, (struct slot *)(uintptr_t)ev[k].data, ev[k].res);
		flying -= (unsigned int)n;
	}
}

struct ledger_task {
	const char *dev;
	struct state *state;
	unsigned int jobs;
	struct timespec end;
};

static void ledger_child(unsigned int n, void *arg)
{
	struct ledger_task *t = arg;
	struct job j;

	job_init(&j, open_disk(t->dev, O_DSYNC), LEDGER_DEPTH, MOST);
	j.random = mix(t->state->run + n);
	j.state = t->state;
	j.count = t->state->blocks / t->jobs;
	j.first = n * j.count;
	j.taken = calloc(j.count, sizeof(*j.taken));
	if (!j.taken)
		die("memory");
	ledger_run(&j, &t->end);
}

static struct state *state_map(const char *name, uint64_t blocks)
{
	int fd = open(name, O_RDWR | (blocks ? O_CREAT | O_TRUNC : 0), 0600);
	uint64_t bytes = sizeof(struct state) + blocks * sizeof(struct entry);
	struct state head, *st;

	if (fd < 0)
		die(name);
	if (!blocks) {
		if (read(fd, &head, sizeof(head)) != (ssize_t)sizeof(head) || head.magic != MAGIC)
			die("not a ledger's state");
		bytes += head.blocks * sizeof(struct entry);
	} else if (ftruncate(fd, (off_t)bytes)) {
		die(name);
	}
	st = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (st == MAP_FAILED)
		die(name);
	close(fd);
	return st;
}

static int told(const struct state *st)
{
	printf("writes %llu reads %llu errors %llu wrong %llu\n", (unsigned long long)st->writes,
	       (unsigned long long)st->reads, (unsigned long long)st->errors, (unsigned long long)st->wrong);
	return st->wrong ? 1 : st->errors ? ENDED_EARLY : 0;
}

static int ledger(int argc, char **argv)
{
	struct ledger_task t = { .dev = argv[2] };
	int worst, fd = open_disk(t.dev, 0);
	uint64_t bytes = disk_bytes(fd);
	struct timespec now;

	close(fd);
	if (argc > 6)
		bytes = number(argv[6], bytes >> 20) << 20;
	t.jobs = (unsigned int)number(argv[4], 64);
	t.state = state_map(argv[3], bytes / BLOCK);
	t.state->blocks = bytes / BLOCK;
	clock_gettime(CLOCK_REALTIME, &now);
	t.state->run = mix((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
	t.state->magic = MAGIC;
	clock_gettime(CLOCK_MONOTONIC, &t.end);
	t.end.tv_sec += (time_t)number(argv[5], 1U << 30);
	worst = children(t.jobs, ledger_child, &t);
	return worst ? worst : told(t.state);
}

static int verify(char **argv)
{
	struct state *st = state_map(argv[3], 0);
	int fd = open_disk(argv[2], 0);
	unsigned char *buf = aligned_alloc(BLOCK, MOST);
	uint64_t at, n, acked = 0;

	if (!buf)
		die("memory");
	for (at = 0; at < st->blocks; at += n) {
		n = st->blocks - at < MOST / BLOCK ? st->blocks - at : MOST / BLOCK;
		if (pread(fd, buf, n * BLOCK, (off_t)(at * BLOCK)) != (ssize_t)(n * BLOCK))
			die("reading");
		check_blocks(st, at, n, buf);
	}
	for (at = 0; at < st->blocks; at++)
		acked += st->block[at].acked != 0;
	printf("acknowledged %llu\n", (unsigned long long)acked);
	st->errors = 0;
	return told(st);
}

static int begun(char **argv)
{
	struct stat st;

	/* Its maker may be in the middle of it. */
	if (stat(argv[2], &st) || st.st_size < (off_t)sizeof(struct state))
		return 1;
	return state_map(argv[2], 0)->writes ? 0 : 1;
}

/* ---- copy ---- */

static void copy_piece(int from, int to, off_t at, size_t n, unsigned char *back)
{
	unsigned char *map = mmap(NULL, n, PROT_READ, MAP_PRIVATE, from, at);

	if (map == MAP_FAILED)
		die("mapping");
	memset(back, 0, MOST);
	memcpy(back, map, n);
	if (pwrite(to, back, MOST, at) != MOST)
		die("writing");
	memset(back, 0x55, MOST);
	if (pread(to, back, MOST, at) != MOST)
		die("reading back");
	if (memcmp(back, map, n)) {
		printf("WRONG: what was read back at %llu is not what was written\n", (unsigned long long)at);
		exit(1);
	}
	munmap(map, n);
}

static int copy(char **argv)
{
	int from = open(argv[2], O_RDONLY), to = open_disk(argv[3], 0);
	unsigned char *back = aligned_alloc(BLOCK, MOST);
	off_t size, at;

	if (from < 0 || !back)
		die(argv[2]);
	size = lseek(from, 0, SEEK_END);
	for (at = 0; at < size; at += MOST)
		copy_piece(from, to, at, size - at < MOST ? (size_t)(size - at) : MOST, back);
	printf("copied %llu\n", (unsigned long long)size);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 7 && argc <= 9 && !strcmp(argv[1], "load"))
		return load(argc, argv);
	if (argc >= 6 && argc <= 7 && !strcmp(argv[1], "ledger"))
		return ledger(argc, argv);
	if (argc == 4 && !strcmp(argv[1], "verify"))
		return verify(argv);
	if (argc == 3 && !strcmp(argv[1], "begun"))
		return begun(argv);
	if (argc == 4 && !strcmp(argv[1], "copy"))
		return copy(argv);
	fprintf(stderr, "usage: iotool load DEV read|write|randread|randwrite BYTES DEPTH OPS [JOBS [MB]]\n"
			"       iotool ledger DEV STATE JOBS SECONDS [MB]\n       iotool verify DEV STATE\n"
			"       iotool begun STATE\n       iotool copy FILE DEV\n");
	return 2;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Message slots and event flags of the test host (docs/wire/01 6.5, 6.6), with KVM and the loop played by the test and a
 * page of memory as the guest.
 */
#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "unit.h"
#include "core/log.h"
#include "core/loop.h"
#include "machine/internal.h"

#define SIMP 0x1000ULL
#define SIEFP 0x2000ULL
#define SINT 2

struct machine machine;
struct counters counters;
static uint8_t ram[4 * 4096];
static unsigned int kicks, posts;
static struct kvm_irqfd line[MACHINE_VPS_MAX][HVW_SINT_COUNT];

void *mem_ptr(uint64_t gpa, size_t len)
{
	return gpa < sizeof(ram) && len <= sizeof(ram) - gpa ? ram + gpa : NULL;
}

int vm_ioctl(unsigned long request, void *arg)
{
	struct kvm_irqfd *i = arg;

	if (request == KVM_IRQFD)
		line[(i->gsi - 24) / HVW_SINT_COUNT][(i->gsi - 24) % HVW_SINT_COUNT] = *i;
	return 0;
}

void vcpu_kick(struct vcpu *v)
{
	(void)v;
	kicks++;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	(void)level;
	(void)fmt;
}

int loop_add_fd(int fd, uint32_t epoll_events, loop_fd_fn fn, void *arg)
{
	(void)fd;
	(void)epoll_events;
	(void)fn;
	(void)arg;
	return 0;
}

int loop_mod_fd(int fd, uint32_t epoll_events)
{
	(void)fd;
	(void)epoll_events;
	return 0;
}

void loop_del_fd(int fd)
{
	(void)fd;
}

int loop_post(loop_fn fn, void *arg)
{
	posts++;
	fn(arg);
	return 0;
}

/* How often SINT 2 of that VP was raised since the last call. */
static unsigned int raised(unsigned int vp)
{
	uint64_t n = 0;

	return read((int)line[vp][SINT].fd, &n, sizeof(n)) == sizeof(n) ? (unsigned int)n : 0;
}

static struct hvw_message *slot(void)
{
	return (struct hvw_message *)(ram + SIMP) + SINT;
}

static int setup(void **state)
{
	(void)state;
	memset(ram, 0xAA, sizeof(ram));
	machine.vps = 2;
	machine.vcpu[0].index = 0;
	machine.vcpu[1].index = 1;
	machine.vcpu[0].scontrol = machine.vcpu[0].simp = machine.vcpu[0].siefp = 0;
	kicks = posts = 0;
	assert_int_equal(synic_init(), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	synic_exit();
	return 0;
}

static void enable(void)
{
	synic_changed(&machine.vcpu[0], 0, 1, SIEFP | 1, SIMP | 1);
}

static void take(struct vcpu *v)
{
	slot()->type = 0;
	synic_deliver(v);
}

static void nothing_before_the_pages_are_there(void **state)
{
	(void)state;
	assert_int_equal(synic_post(0, SINT, "one", 4), 0);
	assert_int_equal(kicks, 1);
	synic_deliver(&machine.vcpu[0]);
	synic_changed(&machine.vcpu[0], 0, 0, 0, SIMP | 1);	/* SCONTROL off */
	synic_changed(&machine.vcpu[0], 0, 1, 0, SIMP);		/* page off */
	assert_int_equal(raised(0), 0);
	synic_changed(&machine.vcpu[0], 0, 1, 0, SIMP | 1);
	assert_int_equal(slot()->type, HVW_MSG_TYPE_VMBUS);
	assert_int_equal(raised(0), 1);
}

static void overlay_begins_as_zeros(void **state)
{
	unsigned int i;

	(void)state;
	enable();
	for (i = 0; i < 4096; i++)
		assert_true(ram[SIMP + i] == 0 && ram[SIEFP + i] == 0);
	ram[SIMP] = 7;
	enable();
	assert_int_equal(ram[SIMP], 7); /* nothing changed, nothing cleared */
}

static void one_at_a_time_in_order(void **state)
{
	struct vcpu *v = &machine.vcpu[0];
	char i;

	(void)state;
	enable();
	for (i = 'a'; i <= 'c'; i++)
		assert_int_equal(synic_post(0, SINT, &i, 1), 0);
	synic_deliver(v);
	for (i = 'a'; i <= 'c'; i++) {
		assert_int_equal(slot()->type, HVW_MSG_TYPE_VMBUS);
		assert_int_equal(slot()->payload_size, 1);
		assert_int_equal(slot()->payload[0], i);
		/* "Another one is queued" is true of all but the last. */
		assert_int_equal(slot()->flags, i == 'c' ? 0 : HVW_MSG_FLAG_PENDING);
		assert_int_equal(raised(0), 1);
		take(v);
	}
	assert_int_equal(slot()->type, HVW_MSG_TYPE_NONE);
	assert_int_equal(raised(0), 0);
	assert_int_equal(synic_queued(0), 0);
}

static void busy_slot_gets_the_pending_flag(void **state)
{
	struct vcpu *v = &machine.vcpu[0];

	(void)state;
	enable();
	slot()->type = HVW_MSG_TYPE_TIMER;
	assert_int_equal(synic_post(0, SINT, "m", 1), 0);
	synic_deliver(v);
	assert_int_equal(slot()->type, HVW_MSG_TYPE_TIMER);
	assert_int_equal(slot()->flags & HVW_MSG_FLAG_PENDING, HVW_MSG_FLAG_PENDING);
	assert_int_equal(raised(0), 0);
	assert_int_equal(synic_queued(0), 1);
	assert_int_equal(posts, 1); /* the loop listens for the guest's EOM */
	take(v);
	assert_int_equal(slot()->type, HVW_MSG_TYPE_VMBUS);
	assert_int_equal(raised(0), 1);
}

static void other_sints_do_not_wait(void **state)
{
	(void)state;
	enable();
	slot()->type = HVW_MSG_TYPE_TIMER;
	synic_post(0, SINT, "m", 1);
	synic_post(0, SINT + 1, "n", 1);
	synic_deliver(&machine.vcpu[0]);
	assert_int_equal((slot() + 1)->type, HVW_MSG_TYPE_VMBUS);
	assert_int_equal((slot() + 1)->payload[0], 'n');
	/* What waits keeps its place before what comes later. */
	synic_post(0, SINT, "o", 1);
	take(&machine.vcpu[0]);
	assert_int_equal(slot()->payload[0], 'm');
	take(&machine.vcpu[0]);
	assert_int_equal(slot()->payload[0], 'o');
}

static void raw_and_refused(void **state)
{
	uint8_t big[241] = { 0 };

	(void)state;
	enable();
	assert_int_equal(synic_post(2, SINT, big, 1), -EINVAL);
	assert_int_equal(synic_post(0, HVW_SINT_COUNT, big, 1), -EINVAL);
	assert_int_equal(synic_post(0, SINT, big, 241), -EINVAL);
	assert_int_equal(synic_post_raw(0, SINT, 0x1234, big, 240, 255), 0);
	synic_deliver(&machine.vcpu[0]);
	assert_int_equal(slot()->type, 0x1234);
	assert_int_equal(slot()->payload_size, 255);
}

static void dropped(void **state)
{
	(void)state;
	enable();
	synic_post(0, SINT, "a", 1);
	synic_post(0, SINT, "b", 1);
	synic_drop_messages();
	synic_deliver(&machine.vcpu[0]);
	assert_int_equal(slot()->type, HVW_MSG_TYPE_NONE);
	synic_post(0, SINT, "c", 1);
	synic_deliver(&machine.vcpu[0]);
	assert_int_equal(slot()->payload[0], 'c');
}

static void flags(void **state)
{
	uint8_t *page = ram + SIEFP + SINT * 256;

	(void)state;
	assert_int_equal(synic_set_flag(0, SINT, 9), -ENXIO);
	enable();
	assert_int_equal(synic_set_flag(0, SINT, 9), 0);
	assert_int_equal(page[1], 2);
	assert_int_equal(raised(0), 1);
	assert_int_equal(synic_set_flag(0, SINT, 9), 0);
	assert_int_equal(raised(0), 0); /* it was set already */
	page[1] = 0;
	assert_int_equal(synic_set_flag(0, SINT, 9), 0);
	assert_int_equal(raised(0), 1);
	assert_int_equal(synic_set_flag(0, SINT, 2047), 0);
	assert_int_equal(page[255], 0x80);
	assert_int_equal(synic_set_flag(0, SINT, 2048), -EINVAL);
	assert_int_equal(synic_set_flag(2, SINT, 1), -EINVAL);
	assert_int_equal(synic_set_flag(1, SINT, 1), -ENXIO);
}

/* Pages outside RAM: the guest gets nothing, we read and write nothing. */
static void pages_outside_memory(void **state)
{
	(void)state;
	synic_changed(&machine.vcpu[0], 0, 1, 0xFFFFFFFFFFFFF001ULL, 0x7FFFF000ULL | 1);
	assert_int_equal(synic_set_flag(0, SINT, 1), -ENXIO);
	synic_post(0, SINT, "a", 1);
	synic_deliver(&machine.vcpu[0]);
	assert_int_equal(synic_queued(0), 1);
	enable();
	assert_int_equal(slot()->payload[0], 'a');
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_before_the_pages_are_there), TEST(overlay_begins_as_zeros), TEST(one_at_a_time_in_order),
		TEST(busy_slot_gets_the_pending_flag), TEST(other_sints_do_not_wait), TEST(raw_and_refused), TEST(dropped),
		TEST(flags), TEST(pages_outside_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

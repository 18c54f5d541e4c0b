// SPDX-License-Identifier: GPL-2.0-only
/* The test host's serial port at a socket, with the loop, the ports and the interrupt line played by the test. */
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit.h"
#include "core/log.h"
#include "core/loop.h"
#include "machine/internal.h"

#define FIFO 16
enum { DATA, IER, IIR, LCR, MCR, LSR };

struct machine machine;
static io_fn access_fn;
static void *access_arg;
static loop_fd_fn fd_fn;
static void *fd_arg;
static int watched_fd;
static uint32_t watched;
static bool line;
static int there = -1; /* the socket's other end */

void log_line(enum log_level level, const char *fmt, ...)
{
}

void complain(const char *what, const char *next, const char *fmt, ...)
{
}

int kvm_irq_line(unsigned int gsi, bool level)
{
	assert_int_equal(gsi, 3);
	line = level;
	return 0;
}

void io_register(uint16_t port, uint16_t count, io_fn fn, void *arg)
{
	assert_int_equal(port, 0x2F8);
	access_fn = fn;
	access_arg = arg;
}

int loop_add_fd(int fd, uint32_t events, loop_fd_fn fn, void *arg)
{
	watched_fd = fd;
	watched = events;
	fd_fn = fn;
	fd_arg = arg;
	return 0;
}

int loop_mod_fd(int fd, uint32_t events)
{
	assert_int_equal(fd, watched_fd);
	watched = events;
	return 0;
}

void loop_del_fd(int fd)
{
}

int loop_post(loop_fn fn, void *arg)
{
	fn(arg);
	return 0;
}

static void out(uint16_t reg, uint8_t value)
{
	access_fn(access_arg, reg, true, 1, &value);
}

static uint8_t in(uint16_t reg)
{
	uint8_t value = 0;

	access_fn(access_arg, reg, false, 1, &value);
	return value;
}

/* Somebody types, and the loop looks as often as it is told to. */
static void type(const char *text)
{
	assert_int_equal(write(there, text, strlen(text)), strlen(text));
	if (watched & EPOLLIN)
		fd_fn(fd_arg, EPOLLIN);
}

static int setup(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char where[64] = "unix:";
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "/tmp/serial.%d", (int)getpid());
	unlink(a.sun_path);
	assert_return_code(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_return_code(listen(listener, 1), 0);
	assert_int_equal(serial_open(1, strcat(where, a.sun_path)), 0);
	there = accept(listener, NULL, NULL);
	assert_return_code(there, 0);
	close(listener);
	unlink(a.sun_path);
	line = false;
	out(IIR, 1);
	out(IER, 1);
	return 0;
}

static int teardown(void **state)
{
	serial_reset();
	serial_close();
	close(there);
	return 0;
}

static void what_is_typed_is_read(void **state)
{
	assert_false(line);
	type("ab");
	assert_true(line);
	assert_int_equal(in(IIR) & 0xF, 4);
	assert_int_equal(in(DATA), 'a');
	assert_int_equal(in(LSR) & 1, 1);
	assert_int_equal(in(DATA), 'b');
	assert_int_equal(in(LSR) & 1, 0);
	assert_false(line);
}

static void what_is_written_arrives(void **state)
{
	char text[4] = "";

	out(IER, 3);
	assert_true(line);
	assert_int_equal(in(IIR) & 0xF, 2);
	assert_false(line);
	out(DATA, 'x');
	assert_true(line);
	assert_int_equal(read(there, text, sizeof(text)), 1);
	assert_int_equal(text[0], 'x');
}

static void a_full_fifo_waits_for_room(void **state)
{
	type("0123456789abcdefgh");
	assert_false(watched & EPOLLIN);
	assert_int_equal(in(DATA), '0');
	assert_true(watched & EPOLLIN);
	type("i");
	assert_false(watched & EPOLLIN);
}

/* A driver that clears the FIFO must hear what is typed afterwards. */
static void clearing_the_fifo_makes_room(void **state)
{
	type("0123456789abcdef");
	assert_false(watched & EPOLLIN);
	out(IIR, 3);
	assert_true(watched & EPOLLIN);
	assert_false(line);
	type("z");
	assert_int_equal(in(DATA), 'z');
}

static void a_reset_forgets_what_was_typed(void **state)
{
	type("0123456789abcdef");
	serial_reset();
	assert_int_equal(in(LSR) & 1, 0);
	assert_true(watched & EPOLLIN);
	assert_int_equal(in(IER), 0);
	assert_int_equal(in(LCR), 3);
	type("z");
	assert_int_equal(in(DATA), 'z');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_typed_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_written_arrives, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_fifo_waits_for_room, setup, teardown),
		cmocka_unit_test_setup_teardown(clearing_the_fifo_makes_room, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reset_forgets_what_was_typed, setup, teardown),
	};

	return cmocka_run_group_tests_name("host_serial", tests, NULL, NULL);
}

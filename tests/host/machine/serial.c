// SPDX-License-Identifier: GPL-2.0-only
/* Two 16550A serial ports, and what is at their other ends. Registers under the big lock, descriptors on the loop. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "core/exit_codes.h"
#include "core/log.h"
#include "core/loop.h"
#include "internal.h"

#define FIFO 16
#define OUT_MAX 65536
#define STALL_MS 5000 /* a reader that stops for longer loses bytes */

enum { RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR };

#define IER_RX 1
#define IER_THRE 2
#define IIR_NONE 1
#define IIR_THRE 2
#define IIR_RX 4
#define IIR_FIFO 0xC0
#define LCR_DLAB 0x80
#define LCR_8N1 3
#define MCR_LOOP 0x10
#define LSR_RX 1
#define LSR_EMPTY 0x60
#define MSR_THERE 0xB0 /* carrier, data set ready, clear to send */

struct serial {
	unsigned int irq;
	uint8_t ier, lcr, mcr, scr, dll, dlm, fcr;
	bool tx_due;		/* an interrupt for "transmitter empty" is due */
	bool line;
	uint8_t rx[FIFO];
	unsigned int rx_count;
	int in, out, listener;	/* -1: none */
	bool own;		/* the descriptors are ours to close */
	bool in_watched, out_watched, flushing;
	uint8_t buf[OUT_MAX];
	size_t len;
	char *path;		/* a socket to remove */
};

static struct serial serials[MACHINE_SERIALS] = {
	{ .irq = 4, .in = -1, .out = -1, .listener = -1 },
	{ .irq = 3, .in = -1, .out = -1, .listener = -1 },
};
static struct termios saved_tty;
static bool tty_changed;

/* --- interrupts ---------------------------------------------------------------------------------------------------- */

static uint8_t cause(const struct serial *s)
{
	if ((s->ier & IER_RX) && s->rx_count)
		return IIR_RX;
	if ((s->ier & IER_THRE) && s->tx_due)
		return IIR_THRE;
	return IIR_NONE;
}

static void set_line(struct serial *s)
{
	bool line = cause(s) != IIR_NONE;

	if (line == s->line)
		return;
	s->line = line;
	if (machine.vm >= 0)
		kvm_irq_line(s->irq, line);
}

/* --- output --------------------------------------------------------------------------------------------------------- */

static void watch(struct serial *s);

static void lost(struct serial *s)
{
	if (s->in >= 0)
		loop_del_fd(s->in);
	if (s->out >= 0 && s->own)
		close(s->out);
	s->in = s->out = -1;
	s->in_watched = s->out_watched = false;
	s->len = 0;
	watch(s);
}

static void flush(struct serial *s)
{
	ssize_t n;

	while (s->len && s->out >= 0) {
		n = write(s->out, s->buf, s->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			log_warn("serial port at IRQ %u: %s; what the guest writes is lost from here on", s->irq, strerror(errno));
			lost(s);
			return;
		}
		memmove(s->buf, s->buf + n, s->len - (size_t)n);
		s->len -= (size_t)n;
	}
	s->out_watched = s->len != 0;
	watch(s);
}

static void flush_later(void *arg)
{
	struct serial *s = arg;

	s->flushing = false;
	flush(s);
}

static void make_room(struct serial *s)
{
	struct pollfd p = { .fd = s->out, .events = POLLOUT };

	poll(&p, 1, STALL_MS);
	flush(s);
	if (s->len == OUT_MAX) {
		log_warn("serial port at IRQ %u: nobody reads; %u bytes are lost", s->irq, OUT_MAX);
		s->len = 0;
	}
}

static void put(struct serial *s, uint8_t byte)
{
	if (s->out < 0)
		return;
	if (s->len == OUT_MAX)
		make_room(s);
	s->buf[s->len++] = byte;
	if (!s->flushing && !s->out_watched)
		s->flushing = !loop_post(flush_later, s);
}

void serial_flush(void)
{
	for (unsigned int i = 0; i < MACHINE_SERIALS; i++)
		flush(&serials[i]);
}

/* --- input ----------------------------------------------------------------------------------------------------------- */

static void readable(struct serial *s)
{
	ssize_t n;

	if (s->rx_count == FIFO)
		return;
	n = read(s->in, s->rx + s->rx_count, FIFO - s->rx_count);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		/* The end of a file at stdin says nothing about stdout. */
		if (s->in != s->out) {
			loop_del_fd(s->in);
			s->in = -1;
			s->in_watched = false;
		} else {
			lost(s);
		}
		return;
	}
	s->rx_count += (unsigned int)n;
	set_line(s);
	watch(s);
}

static void on_fd(void *arg, uint32_t events)
{
	struct serial *s = arg;

	if (events & EPOLLOUT)
		flush(s);
	if (s->in >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		readable(s);
}

static void accepted(void *arg, uint32_t events)
{
	struct serial *s = arg;
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (s->out >= 0) {
		close(fd); /* one at a time */
		return;
	}
	s->in = s->out = fd;
	watch(s);
}

/* Input is watched while the FIFO has room, output while there is some that could not be written. */
static void watch(struct serial *s)
{
	bool room = s->in >= 0 && s->rx_count < FIFO, same = s->in == s->out;
	uint32_t events = (room ? EPOLLIN : 0) | (same && s->out_watched ? EPOLLOUT : 0);

	if (s->in < 0)
		return;
	if (!s->in_watched)
		s->in_watched = !loop_add_fd(s->in, events, on_fd, s);
	else
		loop_mod_fd(s->in, events);
}

/* --- registers --------------------------------------------------------------------------------------------------------- */

static uint8_t read_rbr(struct serial *s)
{
	uint8_t byte;

	if (!s->rx_count)
		return 0;
	byte = s->rx[0];
	memmove(s->rx, s->rx + 1, --s->rx_count);
	watch(s);
	return byte;
}

/* The FIFO has room again, which is to be told to who watches the descriptor. */
static void drop_input(struct serial *s)
{
	s->rx_count = 0;
	watch(s);
}

static uint8_t read_iir(struct serial *s)
{
	uint8_t c = cause(s);

	if (c == IIR_THRE)
		s->tx_due = false;
	return c | (s->fcr & 1 ? IIR_FIFO : 0);
}

/* In loop mode the modem lines are wired to each other: this is how drivers tell a UART from nothing. */
static uint8_t read_msr(const struct serial *s)
{
	if (!(s->mcr & MCR_LOOP))
		return MSR_THERE;
	return (uint8_t)((s->mcr & 2) << 3 | (s->mcr & 1) << 5 | (s->mcr & 0xC) << 4);
}

static uint8_t reg_read(struct serial *s, uint16_t reg)
{
	switch (reg) {
	case RBR:
		return s->lcr & LCR_DLAB ? s->dll : read_rbr(s);
	case IER:
		return s->lcr & LCR_DLAB ? s->dlm : s->ier;
	case IIR:
		return read_iir(s);
	case LCR:
		return s->lcr;
	case MCR:
		return s->mcr;
	case LSR:
		return LSR_EMPTY | (s->rx_count ? LSR_RX : 0);
	case MSR:
		return read_msr(s);
	}
	return s->scr;
}

static void write_thr(struct serial *s, uint8_t value)
{
	if (!(s->mcr & MCR_LOOP))
		put(s, value);
	else if (s->rx_count < FIFO)
		s->rx[s->rx_count++] = value;
	s->tx_due = true;
}

static void write_ier(struct serial *s, uint8_t value)
{
	if (!(s->ier & IER_THRE) && (value & IER_THRE))
		s->tx_due = true;
	s->ier = value & 0xF;
}

static void reg_write(struct serial *s, uint16_t reg, uint8_t value)
{
	switch (reg) {
	case RBR:
		if (s->lcr & LCR_DLAB)
			s->dll = value;
		else
			write_thr(s, value);
		break;
	case IER:
		if (s->lcr & LCR_DLAB)
			s->dlm = value;
		else
			write_ier(s, value);
		break;
	case IIR:
		s->fcr = value;
		if (value & 2)
			drop_input(s);
		break;
	case LCR:
		s->lcr = value;
		break;
	case MCR:
		s->mcr = value & 0x1F;
		break;
	case SCR:
		s->scr = value;
		break;
	}
}

static void serial_access(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *data)
{
	struct serial *s = arg;

	if (size != 1)
		return;
	if (out)
		reg_write(s, offset, *data);
	else
		*data = reg_read(s, offset);
	set_line(s);
}

void serial_reset(void)
{
	for (unsigned int i = 0; i < MACHINE_SERIALS; i++) {
		struct serial *s = &serials[i];

		s->ier = s->mcr = s->scr = s->dll = s->dlm = s->fcr = 0;
		s->lcr = LCR_8N1;
		s->tx_due = s->line = false;
		drop_input(s);
	}
}

/* --- the other end -------------------------------------------------------------------------------------------------------- */

static int cannot(const char *where, int err)
{
	complain("a serial port cannot be opened", "see --help for what --serial takes", "%s: %s", where, strerror(err));
	return EXIT_USAGE;
}

static void restore_tty(void)
{
	if (tty_changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &saved_tty);
	tty_changed = false;
}

static void raw_tty(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &saved_tty))
		return;
	raw = saved_tty;
	cfmakeraw(&raw);
	raw.c_lflag |= ISIG; /* Ctrl-C ends the host */
	raw.c_oflag |= OPOST;
	tty_changed = !tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	if (tty_changed)
		atexit(restore_tty);
}

static int open_stdio(struct serial *s)
{
	s->out = STDOUT_FILENO;
	s->in = STDIN_FILENO;
	if (isatty(STDIN_FILENO))
		raw_tty();
	watch(s);
	if (!s->in_watched)
		s->in = -1; /* a plain file or /dev/null: epoll takes none, and there is nobody who types */
	return 0;
}

static int open_pty(struct serial *s)
{
	struct termios raw;
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), keep;

	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		return cannot("pty", errno);
	/* Our own descriptor of the other side: without one, reads fail until somebody opens it. */
	keep = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (keep >= 0 && !tcgetattr(keep, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(keep, TCSANOW, &raw);
	}
	log_info("serial port at IRQ %u: %s", s->irq, ptsname(fd));
	s->in = s->out = fd;
	s->own = true;
	watch(s);
	return 0;
}

static int open_file(struct serial *s, const char *path)
{
	s->out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	s->own = true;
	return s->out < 0 ? cannot(path, errno) : 0;
}

static int open_socket(struct serial *s, const char *path, bool listens)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return cannot(path, errno);
	if (strlen(path) >= sizeof(a.sun_path)) {
		close(fd);
		return cannot(path, ENAMETOOLONG);
	}
	strcpy(a.sun_path, path);
	err = listens ? bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 1) : connect(fd, (struct sockaddr *)&a, sizeof(a));
	if (err) {
		err = errno;
		close(fd);
		return cannot(path, err);
	}
	s->own = true;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (listens) {
		s->path = strdup(path);
		s->listener = fd;
		return loop_add_fd(fd, EPOLLIN, accepted, s) ? cannot(path, ENOMEM) : 0;
	}
	s->in = s->out = fd;
	watch(s);
	return 0;
}

int serial_open(unsigned int port, const char *where)
{
	static const uint16_t ports[MACHINE_SERIALS] = { 0x3F8, 0x2F8 };
	struct serial *s = &serials[port];

	s->lcr = LCR_8N1;
	io_register(ports[port], 8, serial_access, s);
	if (!where || !strcmp(where, "none"))
		return 0;
	if (!strcmp(where, "stdio"))
		return open_stdio(s);
	if (!strcmp(where, "pty"))
		return open_pty(s);
	if (!strncmp(where, "unix:", 5))
		return open_socket(s, where + 5, false);
	if (!strncmp(where, "listen:", 7))
		return open_socket(s, where + 7, true);
	return open_file(s, strncmp(where, "file:", 5) ? where : where + 5);
}

void serial_close(void)
{
	for (unsigned int i = 0; i < MACHINE_SERIALS; i++) {
		struct serial *s = &serials[i];

		flush(s);
		if (s->in >= 0)
			loop_del_fd(s->in);
		if (s->listener >= 0) {
			loop_del_fd(s->listener);
			close(s->listener);
			unlink(s->path);
			free(s->path);
		}
		if (s->out >= 0 && s->own)
			close(s->out);
		s->in = s->out = s->listener = -1;
	}
	restore_tty();
}

// SPDX-License-Identifier: GPL-2.0-only
/* The command line of hvhost. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "exit_codes.h"
#include "log.h"
#include "main.h"

#ifndef HVHOST_VERSION
#define HVHOST_VERSION "unknown"
#endif

enum { O_KERNEL = 1000, O_INITRD, O_APPEND, O_MEM, O_SMP, O_VMBUS, O_MONITOR, O_DEVICE, O_CONTROL, O_SERIAL, O_RESET, O_TIMEOUT,
       O_TRACE, O_FAULT, O_HV, O_LOG, O_S4, O_PAUSED, O_HELP, O_VERSION };

static const struct option options[] = {
	{ "kernel", required_argument, NULL, O_KERNEL },
	{ "initrd", required_argument, NULL, O_INITRD },
	{ "append", required_argument, NULL, O_APPEND },
	{ "mem", required_argument, NULL, O_MEM },
	{ "smp", required_argument, NULL, O_SMP },
	{ "vmbus", required_argument, NULL, O_VMBUS },
	{ "monitor-pages", no_argument, NULL, O_MONITOR },
	{ "device", required_argument, NULL, O_DEVICE },
	{ "control", required_argument, NULL, O_CONTROL },
	{ "serial", required_argument, NULL, O_SERIAL },
	{ "reset", required_argument, NULL, O_RESET },
	{ "timeout", required_argument, NULL, O_TIMEOUT },
	{ "trace", required_argument, NULL, O_TRACE },
	{ "fault-seed", required_argument, NULL, O_FAULT },
	{ "hv", required_argument, NULL, O_HV },
	{ "log-level", required_argument, NULL, O_LOG },
	{ "acpi-s4", no_argument, NULL, O_S4 },
	{ "paused", no_argument, NULL, O_PAUSED },
	{ "help", no_argument, NULL, O_HELP },
	{ "version", no_argument, NULL, O_VERSION },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"hvhost --kernel FILE [OPTION...]: plays a Hyper-V host on /dev/kvm for one Linux guest\n"
	"\n"
	"  --kernel FILE        bzImage (vmlinuz) to boot\n"
	"  --initrd FILE        its initial RAM disk\n"
	"  --append TEXT        its command line\n"
	"  --mem SIZE           guest memory: 512M, 4G (default 1G); more than the machine has is fine until it is touched\n"
	"  --smp N              virtual processors, 1 to 16 (default 1)\n"
	"  --vmbus VERSION      newest VMBus version spoken: 1.1, 2.4, 3.0, 4.0, 4.1, 5.0 to 5.3, 6.0 (default 5.3)\n"
	"  --monitor-pages      offer channels with monitor ids\n"
	"  --device TYPE[,KEY=VALUE...]  a device; may be repeated. --device help, --device TYPE,help\n"
	"  --control SOCKET     listen for hvhostctl\n"
	"  --serial WHERE       the first, then the second serial port: stdio, pty, unix:PATH (connects), listen:PATH,\n"
	"                       none, or a file (default: stdio, then none)\n"
	"  --reset exit|reboot  what a reset of the guest does (default exit)\n"
	"  --timeout SECONDS    end with code 14 after so long\n"
	"  --trace FILE         write messages and packets as pcapng; hvhosttrace reads it\n"
	"  --fault-seed N[,rate=N][,kinds=A+B]  misbehave on purpose, the same way each time\n"
	"  --hv [-]FEATURE      leave a Hyper-V feature out or put it in; --hv help\n"
	"  --acpi-s4            tell the guest of hibernation (_S4)\n"
	"  --paused             wait for `resume` on the control socket\n"
	"  --log-level LEVEL    error, warn, info or debug (default info)\n"
	"  --help, --version\n"
	"\n"
	"Exit: 0 powered off, 1 the host failed, 2 wrong use, 3 no usable KVM, 10 reset, 11 panic, 12 triple fault,\n"
	"13 KVM failed, 14 timeout\n";

static bool wrong(const char *what, const char *value, const char *next)
{
	complain("an option does not fit", next, "%s %s", what, value);
	return false;
}

/* A whole number with an optional K, M, G, T. */
static bool number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned int shift = 0;
	char *end;
	uint64_t n;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (*end) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || end[1])
			return false;
		shift = 10 * (unsigned int)(unit - units + 1);
	}
	if (errno || n << shift >> shift != n || n << shift < min || n << shift > max)
		return false;
	*out = n << shift;
	return true;
}

static bool vmbus_version(struct settings *s, const char *text)
{
	static const struct {
		const char *name;
		uint32_t version;
	} known[] = {
		{ "1.1", VMBUS_VERSION_1_1 }, { "2.4", VMBUS_VERSION_2_4 }, { "3.0", VMBUS_VERSION_3_0 },
		{ "4.0", VMBUS_VERSION_4_0 }, { "4.1", VMBUS_VERSION_4_1 }, { "5.0", VMBUS_VERSION_5_0 },
		{ "5.1", VMBUS_VERSION_5_1 }, { "5.2", VMBUS_VERSION_5_2 }, { "5.3", VMBUS_VERSION_5_3 },
		{ "6.0", VMBUS_VERSION_6_0 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, text)) {
			s->bus.version = known[i].version;
			return true;
		}
	return wrong("--vmbus", text, "choose 1.1, 2.4, 3.0, 4.0, 4.1, 5.0, 5.1, 5.2, 5.3 or 6.0");
}

static bool log_level(const char *text)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };

	for (int i = 0; i < 4; i++)
		if (!strcmp(names[i], text)) {
			log_set_level((enum log_level)i);
			return true;
		}
	return wrong("--log-level", text, "choose error, warn, info or debug");
}

static bool add_device(struct settings *s, const char *text)
{
	struct opts *o = opts_parse(text);
	bool known = o && device_type_known(opts_type(o));

	if (o && !known)
		complain("there is no such device", "see --device help", "'%s' is not a type of device", opts_type(o));
	opts_free(o);
	if (!known)
		return false;
	if (s->device_count == DEVICES_MAX)
		return wrong("--device", text, "there are 256 devices already");
	s->devices[s->device_count++] = text;
	return true;
}

static bool add_serial(struct settings *s, const char *text)
{
	if (s->serial_count == MACHINE_SERIALS)
		return wrong("--serial", text, "there are two serial ports");
	s->machine.serial[s->serial_count++] = text;
	return true;
}

static bool set_reset(struct settings *s, const char *text)
{
	if (strcmp(text, "exit") && strcmp(text, "reboot"))
		return wrong("--reset", text, "choose exit or reboot");
	s->machine.reboot = !strcmp(text, "reboot");
	return true;
}

static bool set_smp(struct settings *s, const char *text)
{
	uint64_t n;

	if (!number(text, 1, MACHINE_VPS_MAX, &n))
		return wrong("--smp", text, "choose 1 to 16");
	s->machine.vps = (unsigned int)n;
	return true;
}

static bool apply(struct settings *s, int option, const char *value)
{
	switch (option) {
	case O_KERNEL:
		s->machine.kernel = value;
		return true;
	case O_INITRD:
		s->machine.initrd = value;
		return true;
	case O_APPEND:
		s->machine.append = value;
		return true;
	case O_MEM:
		return number(value, 1, UINT64_MAX, &s->machine.mem) || wrong("--mem", value, "give a size: 512M, 4G");
	case O_SMP:
		return set_smp(s, value);
	case O_VMBUS:
		return vmbus_version(s, value);
	case O_MONITOR:
		s->bus.monitor_pages = true;
		return true;
	case O_DEVICE:
		return add_device(s, value);
	case O_CONTROL:
		s->control = value;
		return true;
	case O_SERIAL:
		return add_serial(s, value);
	case O_RESET:
		return set_reset(s, value);
	case O_TIMEOUT:
		return number(value, 1, 1000000000, &s->timeout_s) || wrong("--timeout", value, "give seconds, 1 or more");
	case O_TRACE:
		s->trace = value;
		return true;
	case O_FAULT:
		s->fault = value;
		return true;
	case O_HV:
		return hv_option(value);
	case O_LOG:
		return log_level(value);
	case O_S4:
		s->machine.acpi_s4 = true;
		return true;
	case O_PAUSED:
		s->paused = true;
		return true;
	}
	return false;
}

/* Help that is asked for goes to stdout and is no error. */
static bool wants_help(int option, const char *value)
{
	size_t len;
	char type[64];

	if (option == O_HELP)
		fputs(usage, stdout);
	else if (option == O_VERSION)
		printf("hvhost %s\n", HVHOST_VERSION);
	else if (option == O_HV && !strcmp(value, "help"))
		hv_help();
	else if (option == O_DEVICE && !strcmp(value, "help"))
		device_help(NULL);
	else if (option == O_DEVICE && (len = strcspn(value, ",")) < sizeof(type) && !strcmp(value + len, ",help")) {
		snprintf(type, sizeof(type), "%.*s", (int)len, value);
		device_help(type);
	} else
		return false;
	return true;
}

static bool complete(const struct settings *s, int argc, char **argv)
{
	if (optind < argc)
		return wrong("there is a word too many:", argv[optind], "see hvhost --help");
	if (!s->machine.kernel) {
		complain("there is nothing to boot", "give --kernel FILE; see hvhost --help", "--kernel is missing");
		return false;
	}
	if (s->paused && !s->control)
		return wrong("--paused", "without --control", "nobody could let the guest go on: give --control SOCKET");
	return true;
}

bool settings_read(struct settings *s, int argc, char **argv, int *code)
{
	int option;

	*s = (struct settings){
		.machine = { .mem = 1ULL << 30, .vps = 1, .serial = { "stdio", "none" } },
		.bus = { .version = VMBUS_VERSION_5_3 },
	};
	*code = EXIT_USAGE;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == '?' || option == ':') {
			wrong(option == ':' ? "a value is missing after" : "there is no such option:", argv[optind - 1],
			      "see hvhost --help");
			return false;
		}
		if (wants_help(option, optarg)) {
			*code = 0;
			return false;
		}
		if (!apply(s, option, optarg))
			return false;
	}
	return complete(s, argc, argv);
}

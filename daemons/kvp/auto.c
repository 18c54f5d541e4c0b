// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: automatic keys (auto.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kvp/auto.h"
#include "kvp/network.h"
#include "kvp/system_text.h"
#include "shared/files.h"
#include "shared/spawn.h"
#include "shared/text.h"

static struct {
	struct utsname uts;
	char os_name[256];
	char os_version[128];
	char driver[512];
	char full_name[256];
	char asked_for[sizeof(((struct utsname *)NULL)->nodename)];
	long long asked_at;
	pid_t asking;
	int answer;
} self = { .answer = -1 };

/* Old distributions have no os-release. */
static const char *const release_files[] = { "/etc/oracle-release", "/etc/centos-release", "/etc/redhat-release",
					     "/etc/SuSE-release", "/etc/system-release" };

static void read_os(void)
{
	char text[4096];
	size_t i;

	if (read_text("/etc/os-release", text, sizeof(text)) > 0 ||
	    read_text("/usr/lib/os-release", text, sizeof(text)) > 0) {
		os_release_value(text, "NAME", self.os_name, sizeof(self.os_name));
		os_release_value(text, "VERSION_ID", self.os_version, sizeof(self.os_version));
		return;
	}
	for (i = 0; i < sizeof(release_files) / sizeof(release_files[0]); i++)
		if (read_text(release_files[i], text, sizeof(text)) > 0) {
			release_line(text, self.os_name, sizeof(self.os_name), self.os_version,
					sizeof(self.os_version));
			return;
		}
	snprintf(self.os_name, sizeof(self.os_name), "%s", self.uts.sysname);
}

void auto_start(void)
{
	uname(&self.uts);
	read_os();
}

void auto_driver_version(const char *version)
{
	snprintf(self.driver, sizeof(self.driver), "%s", version);
}

/* In a child: asks the resolver and writes what it says. */
static void ask_resolver(int to)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME };
	struct addrinfo *info = NULL;

	child_signals();
	/* The driver's device above all: a daemon that comes after this one must find it free. */
	close_all_but(NULL, 0, to);
	/* An answer that takes longer is none; the next asking comes. */
	alarm(60);
	if (!getaddrinfo(self.uts.nodename, NULL, &hints, &info) && info && info->ai_canonname &&
	    write_all(to, info->ai_canonname, strlen(info->ai_canonname)))
		_exit(1);
	_exit(0);
}

static void start_asking(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return;
	self.asked_at = now_ms();
	memcpy(self.asked_for, self.uts.nodename, sizeof(self.asked_for));
	self.asking = fork();
	if (!self.asking)
		ask_resolver(ends[1]);
	close(ends[1]);
	self.answer = ends[0];
	if (self.asking < 0)
		auto_name_ready();
}

int auto_name_fd(void)
{
	return self.answer;
}

void auto_name_ready(void)
{
	char text[sizeof(self.full_name)];
	ssize_t n = read(self.answer, text, sizeof(text) - 1);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0) {
		text[n] = 0;
		text_printable(text);
		memcpy(self.full_name, text, sizeof(text));
	}
	close(self.answer);
	self.answer = -1;
	if (self.asking > 0) {
		/* It has nothing more to do than to end; if it does not, it is in nobody's way. */
		kill(self.asking, SIGKILL);
		waitpid(self.asking, NULL, 0);
	}
	self.asking = 0;
}

#define ASK_AGAIN_MS 60000

static void full_name(char *value, size_t size)
{
	bool renamed;

	uname(&self.uts);
	renamed = strcmp(self.asked_for, self.uts.nodename);
	if (renamed)
		self.full_name[0] = 0;
	if (self.answer < 0 && (renamed || (!self.full_name[0] && now_ms() - self.asked_at > ASK_AGAIN_MS)))
		start_asking();
	snprintf(value, size, "%s", self.full_name[0] ? self.full_name : self.uts.nodename);
}

static void driver_version(char *value, size_t size)
{
	snprintf(value, size, "%s", self.driver);
}

static void addresses4(char *value, size_t size)
{
	network_all_addresses(false, (__u8 *)value, size);
}

static void addresses6(char *value, size_t size)
{
	network_all_addresses(true, (__u8 *)value, size);
}

static void build_number(char *value, size_t size)
{
	snprintf(value, size, "%s", self.uts.release);
}

static void os_name(char *value, size_t size)
{
	snprintf(value, size, "%s", self.os_name);
}

static void os_major(char *value, size_t size)
{
	snprintf(value, size, "%s", self.os_version);
}

/* Empty: the whole version stands in the major one, as with the stock daemon. */
static void os_minor(char *value, size_t size)
{
	(void)size;
	value[0] = 0;
}

static void os_version(char *value, size_t size)
{
	release_number(self.uts.release, value, size);
}

static void processor(char *value, size_t size)
{
	snprintf(value, size, "%s", self.uts.machine);
}

static const struct {
	const char *key;
	void (*value)(char *value, size_t size);
} keys[] = {
	{ "FullyQualifiedDomainName", full_name },
	{ "IntegrationServicesVersion", driver_version },
	{ "NetworkAddressIPv4", addresses4 },
	{ "NetworkAddressIPv6", addresses6 },
	{ "OSBuildNumber", build_number },
	{ "OSName", os_name },
	{ "OSMajorVersion", os_major },
	{ "OSMinorVersion", os_minor },
	{ "OSVersion", os_version },
	{ "ProcessorArchitecture", processor },
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

int auto_at(__u32 index, char *key, char *value)
{
	if (index >= KEYS)
		return -ENOENT;
	snprintf(key, KVP_KEY_ROOM, "%s", keys[index].key);
	value[0] = 0;
	keys[index].value(value, KVP_VALUE_BYTES);
	return 0;
}

int auto_get(const char *key, char *value)
{
	char found[KVP_KEY_ROOM];
	__u32 i;

	for (i = 0; i < KEYS; i++)
		if (!strcmp(keys[i].key, key))
			return auto_at(i, found, value);
	return -ENOENT;
}

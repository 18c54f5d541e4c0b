// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control socket for hands and scripts (protocol.md). Exit: 0 done, 1 the host refused or could not, 2 wrong use, 3 no
 * host at that socket, or it went away before it answered.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <jansson.h>

enum { DONE = 0, REFUSED = 1, USAGE = 2, NO_HOST = 3 };

#define PROTOCOL 1

static const char usage_text[] =
	"usage: hvhostctl -s SOCKET [--json] VERB|DEVICE.VERB [KEY=VALUE ...]\n"
	"       hvhostctl -s SOCKET list | help VERB\n"
	"       hvhostctl -s SOCKET add TYPE[,KEY=VALUE...] | remove DEVICE\n"
	"       hvhostctl -s SOCKET wait EVENT [SECONDS] [KEY=VALUE ...]\n"
	"       hvhostctl -s SOCKET events [-f] [since=SEQ]\n"
	"KEY=VALUE: whole numbers, true and false are sent as such, all else as text; KEY==VALUE is always text;\n"
	"KEY:=JSON is JSON. HVHOST_SOCKET stands in for -s. Exit: 0 done, 1 refused or failed, 2 wrong use, 3 no host.\n";

static bool raw_json;
static FILE *from_host;
static int to_host = -1;

static void __attribute__((noreturn)) die(int code, const char *what, const char *why, const char *next)
{
	fflush(stdout);
	fprintf(stderr, "hvhostctl: %s\n  why:  %s\n  next: %s\n", what, why, next);
	exit(code);
}

static void __attribute__((noreturn)) gone(void)
{
	die(NO_HOST, "the host did not answer", "the connection ended", "look at the host's log and exit code");
}

static json_t *read_line(void)
{
	static char *line;
	static size_t cap;
	json_error_t error;
	json_t *object;

	if (getline(&line, &cap, from_host) < 0)
		gone();
	object = json_loads(line, 0, &error);
	if (!json_is_object(object))
		die(NO_HOST, "the other side is no hvhost", error.text, "check the path of the socket");
	return object;
}

static void connect_host(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	json_t *hello;

	if (strlen(path) >= sizeof(addr.sun_path))
		die(USAGE, "the socket's path is not usable", "it is longer than 107 bytes", "use a shorter path");
	strcpy(addr.sun_path, path);
	to_host = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (to_host < 0 || connect(to_host, (struct sockaddr *)&addr, sizeof(addr)))
		die(NO_HOST, "no host answers at the socket", strerror(errno), "start hvhost with --control PATH, or correct -s");
	from_host = fdopen(dup(to_host), "r");
	if (!from_host)
		die(NO_HOST, "the socket cannot be read", strerror(errno), "see the reason");
	hello = read_line();
	if (!json_object_get(hello, "hello"))
		die(NO_HOST, "the host does not greet", "its first line has no \"hello\" (too many clients?)", "see protocol.md");
	if (json_integer_value(json_object_get(hello, "protocol")) != PROTOCOL)
		die(NO_HOST, "the host speaks another protocol", "this hvhostctl knows version 1", "use the one built with the host");
	json_decref(hello);
}

static void send_request(json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT), *at;
	size_t left;
	ssize_t n;

	if (!text)
		die(USAGE, "the request cannot be written", "an argument is no UTF-8 text", "check the arguments");
	left = strlen(text);
	text[left++] = '\n';
	for (at = text; left; at += n, left -= (size_t)n) {
		n = send(to_host, at, left, MSG_NOSIGNAL);
		if (n <= 0)
			gone();
	}
	free(text);
}

/* --- arguments --------------------------------------------------------------------------------------------------- */

static json_t *value_of(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (digits && !text[digits] && digits < 19)
		return json_integer(strtoll(text, NULL, 10));
	if (!strcmp(text, "true") || !strcmp(text, "false"))
		return json_boolean(*text == 't');
	return json_string(text);
}

static void add_argument(json_t *request, const char *word)
{
	const char *eq = strchr(word, '=');
	char *key;
	json_t *value;

	if (!eq || eq == word)
		die(USAGE, "an argument is not usable", word, "write KEY=VALUE");
	key = strndup(word, (size_t)(eq - word));
	if (eq[-1] == ':') {
		key[eq - word - 1] = 0;
		value = json_loads(eq + 1, JSON_DECODE_ANY, NULL);
	} else if (eq[1] == '=') {
		value = json_string(eq + 2);
	} else {
		value = value_of(eq + 1);
	}
	if (!value)
		die(USAGE, "an argument is not usable", word, "after := there must be JSON, and text must be UTF-8");
	if (!strcmp(key, "run") || !strcmp(key, "id") || json_object_get(request, key))
		die(USAGE, "an argument is not usable", word, "run and id are taken, and a key is given once");
	json_object_set_new(request, key, value);
	free(key);
}

/* The word without '=' that some verbs may have, as the argument it stands for. */
static bool add_bare(json_t *request, const char *verb, unsigned int place, const char *word)
{
	static const struct {
		const char *verb, *key[2];
	} bare[] = {
		{ "help", { "verb", NULL } },
		{ "add", { "device", NULL } },
		{ "remove", { "device", NULL } },
		{ "wait", { "event", "timeout" } },
		{ "channel-rescind", { "name", NULL } },
		{ "channel-offer", { "name", NULL } },
		{ "trace", { "file", NULL } },
	};

	for (unsigned int i = 0; i < sizeof(bare) / sizeof(bare[0]); i++) {
		if (strcmp(bare[i].verb, verb) || place > 1 || !bare[i].key[place])
			continue;
		if (json_object_get(request, bare[i].key[place]))
			return false;
		json_object_set_new(request, bare[i].key[place], value_of(word));
		return true;
	}
	return false;
}

/* TYPE,KEY=VALUE is one word for `add`, though it has a '='. */
static bool is_bare(const char *verb, unsigned int place, const char *word)
{
	return !strchr(word, '=') || (!strcmp(verb, "add") && !place && strncmp(word, "device=", 7));
}

static json_t *build_request(char **words, int count, bool *follow)
{
	json_t *request = json_object();
	unsigned int place = 0;

	json_object_set_new(request, "run", json_string(words[0]));
	json_object_set_new(request, "id", json_integer(1));
	for (int i = 1; i < count; i++) {
		if (!strcmp(words[0], "events") && !strcmp(words[i], "-f"))
			*follow = true;
		else if (!is_bare(words[0], place, words[i]) || !add_bare(request, words[0], place++, words[i]))
			add_argument(request, words[i]);
	}
	return request;
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static void print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	putchar('\n');
}

static void print_value(const json_t *value)
{
	if (json_is_string(value))
		puts(json_string_value(value));
	else
		print_json(value);
}

static void print_event(const json_t *event)
{
	const json_t *data = json_object_get(event, "data");
	const char *device = json_string_value(json_object_get(event, "device"));

	printf("%6lld %9.3f %s%s%s", (long long)json_integer_value(json_object_get(event, "seq")),
	       json_number_value(json_object_get(event, "time")), json_string_value(json_object_get(event, "event")),
	       device ? " " : "", device ? device : "");
	if (data) {
		putchar(' ');
		json_dumpf(data, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	}
	putchar('\n');
}

static void print_tree(const json_t *value, unsigned int depth);

/* A list of objects as one line each; everything else one key a line. */
static void print_member(const char *key, const json_t *value, unsigned int depth)
{
	printf("%*s%s: ", (int)depth * 2, "", key);
	if ((json_is_object(value) || json_is_array(value)) && (json_object_size(value) || json_array_size(value))) {
		putchar('\n');
		print_tree(value, depth + 1);
	} else {
		print_value(value);
	}
}

static void print_tree(const json_t *value, unsigned int depth)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_array(value))
		json_array_foreach(value, i, member) {
			printf("%*s", (int)depth * 2, "");
			print_value(member);
		}
	else
		json_object_foreach((json_t *)value, key, member)
			print_member(key, member, depth);
}

static void print_verbs(const json_t *verbs)
{
	json_t *v;
	size_t i;

	json_array_foreach(verbs, i, v)
		printf("%-22s %s\n", json_string_value(json_object_get(v, "run")),
		       json_string_value(json_object_get(v, "help")));
}

static void print_events(const json_t *reply)
{
	json_int_t lost = json_integer_value(json_object_get(reply, "lost"));
	json_t *event;
	size_t i;

	if (lost)
		printf("(%lld older events are no longer kept)\n", (long long)lost);
	json_array_foreach(json_object_get(reply, "events"), i, event)
		print_event(event);
}

static void print_reply(json_t *reply)
{
	json_object_del(reply, "ok");
	json_object_del(reply, "id");
	if (json_object_get(reply, "verbs"))
		print_verbs(json_object_get(reply, "verbs"));
	else if (json_object_get(reply, "events"))
		print_events(reply);
	else if (json_object_get(reply, "found"))
		print_event(json_object_get(reply, "found"));
	else
		print_tree(reply, 0);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "?";
}

static int show(json_t *reply)
{
	const json_t *error = json_object_get(reply, "error");
	bool ok = json_is_true(json_object_get(reply, "ok"));

	if (raw_json)
		print_json(reply);
	else if (ok)
		print_reply(reply);
	if (!ok)
		fprintf(stderr, "hvhostctl: %s\n  why:  %s\n  next: %s\n", text_of(error, "what"), text_of(error, "why"),
			text_of(error, "next"));
	return ok ? DONE : REFUSED;
}

static void follow_events(void)
{
	json_t *event;

	for (;;) {
		fflush(stdout);
		event = read_line();
		if (raw_json)
			print_json(event);
		else
			print_event(event);
		json_decref(event);
	}
}

static int talk(char **words, int count)
{
	bool follow = false;
	json_t *request = build_request(words, count, &follow), *reply;
	int code;

	if (follow) {
		json_object_set_new(request, "run", json_string("subscribe"));
		if (!json_object_get(request, "since"))
			json_object_set_new(request, "since", json_integer(0));
	}
	send_request(request);
	reply = read_line();
	code = show(reply);
	if (follow && code == DONE)
		follow_events();
	json_decref(request);
	json_decref(reply);
	return code;
}

static int wrong_use(const char *why)
{
	fprintf(stderr, "hvhostctl: wrong use\n  why:  %s\n%s", why, usage_text);
	return USAGE;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "socket", required_argument, NULL, 's' }, { "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' }, { 0 },
	};
	const char *path = getenv("HVHOST_SOCKET");
	int c;

	while ((c = getopt_long(argc, argv, "+s:jh", longs, NULL)) != -1) {
		if (c == 's')
			path = optarg;
		else if (c == 'j')
			raw_json = true;
		else if (c == 'h')
			return fputs(usage_text, stdout) < 0;
		else
			return wrong_use("there is no such option");
	}
	if (!path)
		return wrong_use("no socket is named");
	if (optind == argc)
		return wrong_use("no verb is named");
	signal(SIGPIPE, SIG_DFL);
	connect_host(path);
	c = talk(argv + optind, argc - optind);
	return fflush(stdout) ? REFUSED : c;
}

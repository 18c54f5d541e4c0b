// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: files and commands of each network stack (apply.h).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kvp/inject/apply.h"
#include "kvp/inject/writers.h"
#include "shared/files.h"
#include "shared/log.h"
#include "shared/spawn.h"

#define TEXT 65536
#define CHANGES 24
#define COMMANDS 6
#define ARGS 8
#define APPLY_SECONDS 18
#define UNDO_SECONDS 8

/* A file, before and after. */
struct change {
	char folder[PATH_MAX];
	char name[NAME_MAX + 1];
	char *text; /* NULL: no such file */
	int len;
	mode_t mode;
	char *old;
	int old_len;
	mode_t old_mode;
};

/*
 * MUST: its failure is that of the whole; MAY: it is not; ELSE: done only where the one before failed, and then
 * it must.
 */
enum need { MUST, MAY, ELSE };

struct command {
	char arg[ARGS][PATH_MAX / 8];
	unsigned int args;
	enum need need;
};

struct plan {
	const struct apply *a;
	const char *interface, *mac;
	const struct ip_config *c;
	struct change change[CHANGES];
	unsigned int changes;
	struct command before[COMMANDS], after[COMMANDS], undo[COMMANDS];
	unsigned int before_count, after_count, undo_count;
	long long end;
};

/* Looking around */

static void rooted(const struct apply *a, char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s%s", a->root, name);
}

static bool there(const struct apply *a, const char *name, int mode)
{
	char path[PATH_MAX];

	rooted(a, path, sizeof(path), name);
	return !access(path, mode);
}

/* A program in one of the system's folders of this root. */
static bool find_program(const struct apply *a, const char *name, char *path, size_t size)
{
	static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (snprintf(path, size, "%s%s/%s", a->root, folders[i], name) < (int)size && !access(path, X_OK))
			return true;
	return false;
}

/* Whether a folder has a file PREFIX*SUFFIX other than these two. */
static bool folder_has(const struct apply *a, const char *folder, const char *prefix, const char *suffix,
		const char *but)
{
	char path[PATH_MAX];
	struct dirent *e;
	bool found = false;
	DIR *dir;

	rooted(a, path, sizeof(path), folder);
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir))) {
		size_t len = strlen(e->d_name), tail = strlen(suffix);

		found = e->d_name[0] != '.' && !strncmp(e->d_name, prefix, strlen(prefix)) && len > tail &&
			!strcmp(e->d_name + len - tail, suffix) && strcmp(e->d_name, but);
	}
	if (dir)
		closedir(dir);
	return found;
}

bool process_runs(const char *comm)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	bool found = false;

	while (dir && !found && (e = readdir(dir))) {
		char path[NAME_MAX + 16], text[32];

		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", e->d_name);
		if (read_text(path, text, sizeof(text)) <= 0)
			continue;
		text[strcspn(text, "\n")] = 0;
		found = !strcmp(text, comm);
	}
	if (dir)
		closedir(dir);
	return found;
}

static const char *const hooks[] = { "/etc/lis/hv_set_ifconfig", "/usr/libexec/hypervkvpd/hv_set_ifconfig",
				     "/usr/lib/hypervkvpd/hv_set_ifconfig", "/usr/lib/hyperv/bin/hv_set_ifconfig" };

static const char *find_hook(const struct apply *a)
{
	size_t i;

	for (i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (there(a, hooks[i], X_OK))
			return hooks[i];
	return NULL;
}

/* A line "iface IF ..." in the text. */
static bool names_interface(const char *text, const char *interface)
{
	char without[TEXT];

	return write_interfaces(without, sizeof(without), text, interface, NULL) >= 0 &&
			strlen(without) + 1 < strlen(text);
}

static const char interfaces_d[] = "/etc/network/interfaces.d";

static bool file_names(const struct apply *a, const char *folder, const char *name, const char *interface)
{
	char path[PATH_MAX], text[TEXT];
	int len = snprintf(path, sizeof(path), "%s%s/%s", a->root, folder, name);

	return name[0] != '.' && len < (int)sizeof(path) && read_text(path, text, sizeof(text)) > 0 &&
	       names_interface(text, interface);
}

static bool interfaces_name(const struct apply *a, const char *interface)
{
	bool found = file_names(a, "/etc/network", "interfaces", interface);
	char path[PATH_MAX];
	struct dirent *e;
	DIR *dir;

	rooted(a, path, sizeof(path), interfaces_d);
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir)))
		found = file_names(a, interfaces_d, e->d_name, interface);
	if (dir)
		closedir(dir);
	return found;
}

void apply_look(const struct apply *a, const char *interface, struct stack_facts *f)
{
	char path[PATH_MAX];

	memset(f, 0, sizeof(*f));
	f->hook = find_hook(a) != NULL;
	f->netplan = find_program(a, "netplan", path, sizeof(path)) && folder_has(a, "/etc/netplan", "", ".yaml", "");
	f->ifcfg_files = folder_has(a, "/etc/sysconfig/network-scripts", "ifcfg-", "", "ifcfg-lo");
	f->ifcfg_folder = there(a, "/etc/sysconfig/network-scripts", F_OK);
	f->interfaces_file = there(a, "/etc/network/interfaces", F_OK) && find_program(a, "ifup", path, sizeof(path));
	f->interfaces_names_it = f->interfaces_file && interfaces_name(a, interface);
	f->nm_runs = a->runs("NetworkManager") && find_program(a, "nmcli", path, sizeof(path));
	/* As much of "systemd-networkd" as the kernel keeps. */
	f->networkd_runs = a->runs("systemd-network") && find_program(a, "networkctl", path, sizeof(path));
	f->suse_folder = there(a, "/etc/sysconfig/network/config", F_OK);
}

/* Making a plan */

/* Adds a file; the caller fills in its text. NULL: no memory, or too many. */
static struct change *add_change(struct plan *p, const char *folder, const char *name, mode_t mode)
{
	struct change *ch = &p->change[p->changes];
	char path[PATH_MAX + NAME_MAX + 2];
	struct stat st;

	if (p->changes == CHANGES)
		return NULL;
	rooted(p->a, ch->folder, sizeof(ch->folder), folder);
	snprintf(ch->name, sizeof(ch->name), "%s", name);
	ch->mode = ch->old_mode = mode;
	ch->text = malloc(TEXT);
	ch->old = malloc(TEXT);
	p->changes++;
	if (!ch->text || !ch->old)
		return NULL;
	ch->text[0] = 0;
	snprintf(path, sizeof(path), "%s/%s", ch->folder, name);
	if (!lstat(path, &st)) {
		/* What cannot be put back as it was is not touched. */
		if (!S_ISREG(st.st_mode) || st.st_size >= TEXT)
			return NULL;
		ch->old_mode = st.st_mode & 07777;
		ch->old_len = (int)read_text(path, ch->old, TEXT);
		return ch->old_len < 0 ? NULL : ch;
	}
	free(ch->old);
	ch->old = NULL;
	return ch;
}

static int add_command(const struct plan *p, struct command *list, unsigned int *count, enum need need,
		const char *program, ...)
{
	struct command *cmd = &list[*count];
	const char *arg;
	va_list args;

	if (*count == COMMANDS || !find_program(p->a, program, cmd->arg[0], sizeof(cmd->arg[0])))
		return need == MAY ? 0 : -ENOENT;
	cmd->need = need;
	cmd->args = 1;
	va_start(args, program);
	while ((arg = va_arg(args, const char *)) && cmd->args < ARGS)
		snprintf(cmd->arg[cmd->args++], sizeof(cmd->arg[0]), "%s", arg);
	va_end(args);
	(*count)++;
	return 0;
}

#define BEFORE(p, ...) add_command(p, (p)->before, &(p)->before_count, MAY, __VA_ARGS__, (const char *)NULL)
#define AFTER(p, need, ...) add_command(p, (p)->after, &(p)->after_count, need, __VA_ARGS__, (const char *)NULL)
#define UNDO(p, ...) add_command(p, (p)->undo, &(p)->undo_count, MAY, __VA_ARGS__, (const char *)NULL)

static int plan_nm(struct plan *p)
{
	static const char folder[] = "/etc/NetworkManager/system-connections";
	char name[128], id[64], path[PATH_MAX];
	struct change *ch;
	int err;

	snprintf(id, sizeof(id), "lis-%s", p->interface);
	snprintf(name, sizeof(name), "%s.nmconnection", id);
	ch = add_change(p, folder, name, 0600);
	if (!ch)
		return -EIO;
	ch->len = write_nm(ch->text, TEXT, p->interface, p->c);
	snprintf(path, sizeof(path), "%s%s/%s", p->a->root, folder, name);
	err = AFTER(p, MUST, "nmcli", "connection", "load", path);
	err = err ? err : AFTER(p, MUST, "nmcli", "-w", "10", "connection", "up", "id", id);
	UNDO(p, "nmcli", "connection", "reload");
	UNDO(p, "nmcli", "-w", "5", "device", "connect", p->interface);
	return err;
}

static int plan_networkd(struct plan *p)
{
	char name[64];
	struct change *ch;
	int err;

	snprintf(name, sizeof(name), "05-lis-%s.network", p->interface);
	ch = add_change(p, "/etc/systemd/network", name, 0644);
	if (!ch)
		return -EIO;
	ch->len = write_networkd(ch->text, TEXT, p->interface, p->c);
	/*
	 * Links whose file is another now are configured by that; a "reconfigure" on top would take away again what has
	 * just come. Before version 244 only a restart makes it read its files.
	 */
	AFTER(p, MAY, "networkctl", "reload");
	err = AFTER(p, ELSE, "systemctl", "restart", "systemd-networkd.service");
	UNDO(p, "networkctl", "reload");
	return err ? err : add_command(p, p->undo, &p->undo_count, ELSE, "systemctl", "restart",
			"systemd-networkd.service", (char *)NULL);
}

static int plan_netplan(struct plan *p)
{
	char name[64];
	struct change *ch;
	int err;

	snprintf(name, sizeof(name), "99-lis-%s.yaml", p->interface);
	ch = add_change(p, "/etc/netplan", name, 0600);
	if (!ch)
		return -EIO;
	ch->len = write_netplan(ch->text, TEXT, p->interface, p->c);
	err = AFTER(p, MUST, "netplan", "generate");
	err = err ? err : AFTER(p, MUST, "netplan", "apply");
	UNDO(p, "netplan", "apply");
	return err;
}

/* Taken down as it was configured, brought up as it is now. */
static int plan_down_up(struct plan *p, const char *force)
{
	/* Not every ifdown knows the option. */
	if (force) {
		BEFORE(p, "ifdown", force, p->interface);
		add_command(p, p->before, &p->before_count, ELSE, "ifdown", p->interface, (char *)NULL);
	} else {
		BEFORE(p, "ifdown", p->interface);
	}
	UNDO(p, "ifup", p->interface);
	return AFTER(p, MUST, "ifup", p->interface);
}

static int plan_ifcfg(struct plan *p)
{
	static const char folder[] = "/etc/sysconfig/network-scripts";
	char name[64];
	struct change *ch;
	int err;

	snprintf(name, sizeof(name), "ifcfg-%s", p->interface);
	ch = add_change(p, folder, name, 0644);
	if (!ch)
		return -EIO;
	ch->len = write_ifcfg(ch->text, TEXT, p->interface, p->mac, p->c);
	if (!p->a->runs("NetworkManager"))
		return plan_down_up(p, NULL);
	err = AFTER(p, MUST, "nmcli", "connection", "reload");
	err = err ? err : AFTER(p, MUST, "nmcli", "-w", "10", "device", "connect", p->interface);
	UNDO(p, "nmcli", "connection", "reload");
	UNDO(p, "nmcli", "-w", "5", "device", "connect", p->interface);
	return err;
}

static int plan_suse(struct plan *p)
{
	static const char folder[] = "/etc/sysconfig/network";
	char name[64];
	struct change *ch, *routes, *config = NULL;

	snprintf(name, sizeof(name), "ifcfg-%s", p->interface);
	ch = add_change(p, folder, name, 0600);
	snprintf(name, sizeof(name), "ifroute-%s", p->interface);
	routes = add_change(p, folder, name, 0644);
	if (p->c->dns)
		config = add_change(p, folder, "config", 0644);
	if (!ch || !routes || (p->c->dns && (!config || !config->old)))
		return -EIO;
	ch->len = write_suse(ch->text, TEXT, p->interface, p->c);
	routes->len = write_suse_routes(routes->text, TEXT, p->interface, p->c);
	if (config) {
		config->mode = config->old_mode;
		config->len = write_suse_config(config->text, TEXT, config->old, p->c);
		AFTER(p, MAY, "netconfig", "update", "-f");
		UNDO(p, "netconfig", "update", "-f");
	}
	if (!p->a->runs("wickedd"))
		return plan_down_up(p, NULL);
	UNDO(p, "wicked", "--log-target=stderr", "ifreload", p->interface);
	return AFTER(p, MUST, "wicked", "--log-target=stderr", "ifreload", p->interface);
}

/* A file of ifupdown loses what it says of the interface; with c, our stanzas follow. */
static int change_interfaces(struct plan *p, const char *folder, const char *name, const struct ip_config *c)
{
	struct change *ch = add_change(p, folder, name, 0644);

	if (!ch || !ch->old)
		return -EIO;
	ch->mode = ch->old_mode;
	ch->len = write_interfaces(ch->text, TEXT, ch->old, p->interface, c);
	return 0;
}

/* Every file that names the interface, and the first one in any case. */
static int plan_ifupdown(struct plan *p)
{
	int err = change_interfaces(p, "/etc/network", "interfaces", p->c);
	char path[PATH_MAX];
	struct dirent *e;
	DIR *dir;

	rooted(p->a, path, sizeof(path), interfaces_d);
	dir = opendir(path);
	while (dir && !err && (e = readdir(dir)))
		if (file_names(p->a, interfaces_d, e->d_name, p->interface))
			err = change_interfaces(p, interfaces_d, e->d_name, NULL);
	if (dir)
		closedir(dir);
	return err ? err : plan_down_up(p, "--force");
}

/* Doing and undoing */

static void free_plan(struct plan *p)
{
	unsigned int i;

	for (i = 0; i < p->changes; i++) {
		free(p->change[i].text);
		free(p->change[i].old);
	}
	free(p);
}

static int run_commands(const struct plan *p, const struct command *list, unsigned int count)
{
	unsigned int i, k;
	int code = 0;

	for (i = 0; i < count; i++) {
		const struct command *cmd = &list[i];
		char *argv[ARGS + 1];
		long long left = p->end - now_ms();

		if (cmd->need == ELSE && !code)
			continue;
		for (k = 0; k < cmd->args; k++)
			argv[k] = (char *)cmd->arg[k];
		argv[k] = NULL;
		code = run_program(argv, left > 0 ? (unsigned int)((left + 999) / 1000) : 1);
		log_debug("%s %s: %d", cmd->arg[0], cmd->args > 1 ? cmd->arg[1] : "", code);
		if (code && cmd->need != MAY) {
			log_warn("%s %s failed (%d)", cmd->arg[0], cmd->args > 1 ? cmd->arg[1] : "", code);
			return code < 0 ? code : -EIO;
		}
	}
	return 0;
}

static int put(const char *folder, const char *name, const char *text, int len, mode_t mode)
{
	int dir = open_folder(folder), err;

	if (dir < 0)
		return dir;
	if (text)
		err = replace_file(dir, name, text, (size_t)len, mode);
	else
		err = unlinkat(dir, name, 0) && errno != ENOENT ? -errno : 0;
	close(dir);
	return err;
}

static void restore(const struct plan *p, unsigned int count)
{
	while (count--) {
		const struct change *ch = &p->change[count];
		int err = put(ch->folder, ch->name, ch->old, ch->old_len, ch->old_mode);

		if (err)
			log_error("%s/%s cannot be put back: %s", ch->folder, ch->name, strerror(-err));
	}
}

static int write_changes(const struct plan *p)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < p->changes && !err; i++) {
		const struct change *ch = &p->change[i];

		/* A file that says the same as before keeps its inode and date. */
		if (ch->old && ch->len == ch->old_len && !memcmp(ch->text, ch->old, (size_t)ch->len))
			continue;
		err = put(ch->folder, ch->name, ch->text, ch->len, ch->mode);
		if (err)
			log_error("%s/%s cannot be written: %s", ch->folder, ch->name, strerror(-err));
	}
	if (err)
		restore(p, i);
	return err;
}

static void roll_back(struct plan *p)
{
	log_warn("the addresses of %s did not come: the former configuration is put back", p->interface);
	p->end = now_ms() + UNDO_SECONDS * 1000;
	run_commands(p, p->before, p->before_count);
	restore(p, p->changes);
	run_commands(p, p->undo, p->undo_count);
}

static int carry_out(struct plan *p)
{
	long long left;
	int err;

	p->end = now_ms() + APPLY_SECONDS * 1000;
	run_commands(p, p->before, p->before_count);
	err = write_changes(p);
	if (err) {
		run_commands(p, p->undo, p->undo_count);
		return err;
	}
	err = run_commands(p, p->after, p->after_count);
	left = p->end - now_ms();
	if (!err && !p->a->there(p->interface, p->c, left > 1000 ? (unsigned int)(left / 1000) : 1))
		err = -ETIMEDOUT;
	if (err)
		roll_back(p);
	return err ? -EIO : 0;
}

/* The stock daemon's way: it writes down what is wanted, the hook does what it likes. */
static int run_hook(const struct apply *a, const char *interface, const char *mac, const struct ip_config *c)
{
	char text[TEXT], folder[PATH_MAX], first[PATH_MAX + 64], second[PATH_MAX + 64], hook[PATH_MAX], name[64];
	char *argv[] = { hook, first, second, NULL };
	int len = write_hook(text, sizeof(text), interface, mac, c), err;

	rooted(a, folder, sizeof(folder), "/var/lib/hyperv");
	rooted(a, hook, sizeof(hook), find_hook(a));
	snprintf(name, sizeof(name), "ifcfg-%s", interface);
	snprintf(first, sizeof(first), "%s/%s", folder, name);
	err = len < 0 ? len : put(folder, name, text, len, 0644);
	snprintf(name, sizeof(name), "%s.nmconnection", interface);
	snprintf(second, sizeof(second), "%s/%s", folder, name);
	len = write_nm(text, sizeof(text), interface, c);
	if (!err)
		err = len < 0 ? len : put(folder, name, text, len, 0600);
	if (err)
		return err;
	err = run_program(argv, APPLY_SECONDS);
	if (err)
		log_warn("%s failed (%d)", hook, err);
	return err ? -EIO : 0;
}

static int make_plan(struct plan *p, enum stack stack)
{
	unsigned int i;
	int err = stack == STACK_NM	    ? plan_nm(p) :
		  stack == STACK_NETWORKD   ? plan_networkd(p) :
		  stack == STACK_NETPLAN    ? plan_netplan(p) :
		  stack == STACK_SUSE	    ? plan_suse(p) :
		  stack == STACK_IFCFG	    ? plan_ifcfg(p) :
		  stack == STACK_IFUPDOWN ? plan_ifupdown(p) :
					    -ENOSYS;

	for (i = 0; !err && i < p->changes; i++)
		if (p->change[i].len < 0)
			err = p->change[i].len;
	return err;
}

int apply_addresses(const struct apply *a, const char *interface, const char *mac, const struct ip_config *c)
{
	struct stack_facts facts;
	enum stack stack;
	struct plan *p;
	int err;

	if (!interface_name_ok(interface))
		return -EIO;
	apply_look(a, interface, &facts);
	stack = stack_choose(&facts);
	log_info("the host sets the addresses of %s: %s takes them", interface, stack_name(stack));
	if (stack == STACK_HOOK)
		return run_hook(a, interface, mac, c);
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->a = a;
	p->interface = interface;
	p->mac = mac;
	p->c = c;
	err = make_plan(p, stack);
	if (err)
		log_error("the addresses of %s cannot be set: %s", interface, strerror(-err));
	else
		err = carry_out(p);
	free_plan(p);
	return err;
}

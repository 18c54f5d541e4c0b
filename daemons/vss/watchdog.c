// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the watchdog (watchdog.h). It allocates nothing and touches no file.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "shared/spawn.h"
#include "vss/watchdog.h"

enum { CODE_TOLD = 0, CODE_THAWED = 3 };

static void watch(const int *fds, unsigned int count, unsigned int seconds, int line)
{
	long long end = now_ms() + seconds * 1000LL, left;
	struct pollfd p = { .fd = line, .events = POLLIN };
	unsigned int i;
	char told;

	while ((left = end - now_ms()) > 0) {
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		if (read(line, &told, 1) == 1)
			_exit(CODE_TOLD);
		break;
	}
	for (i = 0; i < count; i++)
		ioctl(fds[i], FITHAW, 0);
	_exit(CODE_THAWED);
}

pid_t watchdog_start(const int *fds, unsigned int count, unsigned int seconds, int *line)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0) {
		pid = -errno;
		close(ends[0]);
		close(ends[1]);
		return pid;
	}
	if (!pid) {
		signal(SIGTERM, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		prctl(PR_SET_NAME, "hv_vss_watchdog", 0, 0, 0);
		/* Above all the driver's device: held open, no other daemon could take over. */
		close_all_but(fds, count, ends[0]);
		watch(fds, count, seconds, ends[0]);
	}
	close(ends[0]);
	*line = ends[1];
	return pid;
}

static bool thawed_by(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == CODE_THAWED;
}

bool watchdog_end(pid_t pid, int line)
{
	int status = 0;
	ssize_t n = write(line, "d", 1);

	/* It is gone already when this fails; how, the status says. */
	(void)n;
	close(line);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return thawed_by(status);
}

bool watchdog_ended(pid_t pid, bool *thawed)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return false;
	*thawed = thawed_by(status);
	return true;
}

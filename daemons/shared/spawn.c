// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: fork, exec, wait with a limit (spawn.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "shared/log.h"
#include "shared/spawn.h"

static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

bool program_path(char *path, size_t size, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (snprintf(path, size, "%s/%s", folders[i], name) < (int)size && !access(path, X_OK))
			return true;
	return false;
}

long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void child_signals(void)
{
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool is_one_of(int fd, const int *fds, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (fds[i] == fd)
			return true;
	return false;
}

void close_all_but(const int *fds, unsigned int count, int more)
{
	struct rlimit limit;
	int fd, most = 4096;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < (rlim_t)most)
		most = (int)limit.rlim_cur;
	for (fd = 0; fd < most; fd++)
		if (fd != more && !is_one_of(fd, fds, count))
			close(fd);
}

static void become(char *const argv[])
{
	static char *const environment[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"LC_ALL=C", NULL };
	int null = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	child_signals();
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 || chdir("/"))
		_exit(127);
	execve(argv[0], argv, environment);
	_exit(127);
}

/* Waits for the end of a child, or the time: its status, or -ETIMEDOUT. */
static int wait_limited(pid_t pid, long long end, int *status)
{
	sigset_t chld;
	long long left;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(pid, status, WNOHANG);
		struct timespec t;

		if (got == pid)
			return 0;
		if (got < 0 && errno != EINTR)
			return -errno;
		left = end - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		t.tv_sec = left / 1000;
		t.tv_nsec = left % 1000 * 1000000;
		sigtimedwait(&chld, NULL, &t);
	}
}

int run_program(char *const argv[], unsigned int seconds)
{
	int status, err;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		become(argv);
	setpgid(pid, pid);
	err = wait_limited(pid, now_ms() + seconds * 1000LL, &status);
	if (err == -ETIMEDOUT) {
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	/* What else came to its end meanwhile has its signal taken: whoever has children looks for himself. */
	if (err)
		return err;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -ECHILD;
}

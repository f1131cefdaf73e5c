// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_scratch.c: a folder that is there for a while, and nothing of it afterwards.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/scratch.h"
#include "tests/unit.h"

static const char *below(const struct scratch *s, const char *name)
{
	static char path[SCRATCH_PATH_BYTES + 64];

	snprintf(path, sizeof(path), "%s/%s", s->path, name);
	return path;
}

static void put(const struct scratch *s, const char *name)
{
	FILE *file = fopen(below(s, name), "w");

	CHECK(file && fclose(file) == 0);
}

static bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool is_blocked(int signal)
{
	sigset_t now;

	sigprocmask(SIG_SETMASK, NULL, &now);
	return sigismember(&now, signal) == 1;
}

static void test_removed(void)
{
	struct scratch outer, s;
	char path[SCRATCH_PATH_BYTES];
	struct stat st;

	CHECK(scratch_enter(&outer, NULL));
	EXPECT(strncmp(outer.path, scratch_parent(), strlen(scratch_parent())) == 0);
	put(&outer, "kept");
	CHECK(scratch_enter(&s, outer.path));
	EXPECT(strncmp(s.path, outer.path, strlen(outer.path)) == 0);
	EXPECT(stat(s.path, &st) == 0 && (st.st_mode & 0777) == 0700);
	put(&s, "file");
	CHECK(mkdir(below(&s, "a"), 0700) == 0 && mkdir(below(&s, "a/b"), 0700) == 0);
	put(&s, "a/b/file");
	/* what a link points to is not ours */
	strcpy(path, below(&outer, "kept"));
	CHECK(symlink(path, below(&s, "a/link")) == 0);
	CHECK(symlink(outer.path, below(&s, "a/up")) == 0);
	strcpy(path, s.path);
	scratch_leave(&s);
	EXPECT(!is_there(path));
	EXPECT_STR(s.path, "");
	EXPECT(is_there(below(&outer, "kept")));
	strcpy(path, outer.path);
	scratch_leave(&outer);
	EXPECT(!is_there(path));
	scratch_leave(&outer);
}

static void test_signals(void)
{
	struct scratch s;

	EXPECT(!is_blocked(SIGTERM));
	signal(SIGHUP, SIG_IGN);
	CHECK(scratch_enter(&s, NULL));
	EXPECT(is_blocked(SIGTERM) && is_blocked(SIGINT) && !is_blocked(SIGHUP));
	scratch_leave(&s);
	signal(SIGHUP, SIG_DFL);
	EXPECT(!is_blocked(SIGTERM) && !is_blocked(SIGINT));
	CHECK(scratch_enter(&s, NULL));
	EXPECT(is_blocked(SIGHUP));
	scratch_leave(&s);
}

static void test_strikes_afterwards(void)
{
	int status = 0, fds[2];
	char path[SCRATCH_PATH_BYTES] = "";
	pid_t pid;

	CHECK(pipe(fds) == 0);
	pid = fork();
	if (pid == 0) {
		struct scratch s;

		if (!scratch_enter(&s, NULL) ||
		    write(fds[1], s.path, sizeof(s.path)) != sizeof(s.path))
			_exit(1);
		raise(SIGTERM);
		put(&s, "file");
		scratch_leave(&s);
		_exit(2);
	}
	EXPECT_I64(read(fds[0], path, sizeof(path)), sizeof(path));
	EXPECT_I64(waitpid(pid, &status, 0), pid);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	EXPECT(path[0] && !is_there(path));
	close(fds[0]);
	close(fds[1]);
}

static void test_none(void)
{
	char long_path[SCRATCH_PATH_BYTES + 1];
	struct scratch s;

	EXPECT(!scratch_enter(&s, "/no/such/folder"));
	EXPECT_I64(errno, ENOENT);
	EXPECT_STR(s.path, "");
	EXPECT(!is_blocked(SIGTERM));
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	EXPECT(!scratch_enter(&s, long_path));
	EXPECT_I64(errno, ENAMETOOLONG);
	EXPECT(!is_blocked(SIGTERM));
	scratch_leave(&s);
}

static const struct unit_test tests[] = {
	{"all that is in it goes, and nothing that links point to", test_removed},
	{"signals that end us are held back, but for ignored ones", test_signals},
	{"a signal strikes once the folder is gone", test_strikes_afterwards},
	{"where none can be made the reason is told and no signal is held back", test_none},
};

int main(int argc, char **argv)
{
	return unit_main("scratch", tests, ARRAY_SIZE(tests), argc, argv);
}

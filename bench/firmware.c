// SPDX-License-Identifier: GPL-2.0-only
/* Firmware in, boot out: how long a large DSDT takes to become a platform, and a server to boot. */
#include "bench/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

/* --- a DSDT of a given size ---------------------------------------------------------- */

#define HEADER_LEN 36u
#define DSDT_LEN   (200u * 1024)

/* A device with _HID, _UID, _CRS and an OperationRegion with a field: 90 bytes of AML. */
static const uint8_t device[] = {
	0x5b, 0x82, 0x4f, 0x05, 'D',  '0',  '0',  '0', /* Device (D000) */
	0x08, '_',  'H',  'I',	'D',  0x0d, 'L',  'N',	'R',  'O',  '0',  '0',	'0',
	'5',  0,    0x08, '_',	'U',  'I',  'D',  0x0a, 0,		     /* Name (_UID, 0) */
	0x08, '_',  'C',  'R',	'S',  0x11, 0x11, 0x0a, 0x0e,		     /* Buffer (14) */
	0x86, 9,    0,	  1,	0,    0,    0,	  0x20, 0,    0x10, 0,	  0, /* Memory32Fixed */
	0x79, 0,    0x5b, 0x80, 'R',  'E',  'G',  'S',	0,    0x0c, 0,	  0,	0,
	0x20, 0x0a, 0x40, 0x5b, 0x81, 0x0b, 'R',  'E',	'G',  'S',  3,	  'F',	'L',
	'D',  '0',  0x20, 0x14, 0x09, '_',  'S',  'T',	'A',  0,    0xa4, 0x0a, 0x0f,
};

static void put_le(uint8_t *at, uint64_t v, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

/* DSDT_LEN bytes at most: a scope \_SB full of devices. */
static size_t make_dsdt(uint8_t *out)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t len = HEADER_LEN + 10, scope;
	unsigned int n = 0;
	uint8_t sum = 0;

	memset(out, 0, len);
	memcpy(out, "DSDT", 4);
	out[8] = 2;
	memcpy(out + 10, "P2MLABBENCH   ", 14);
	for (; len + sizeof(device) <= DSDT_LEN; len += sizeof(device), n++) {
		memcpy(out + len, device, sizeof(device));
		/* the package runs to the end of the device */
		out[len + 2] = (uint8_t)(0x40 | ((sizeof(device) - 2) & 0xf));
		out[len + 3] = (uint8_t)((sizeof(device) - 2) >> 4);
		for (unsigned int i = 0, rest = n; i < 3; i++, rest /= 36)
			out[len + 7 - i] = (uint8_t)digits[rest % 36];
	}
	scope = len - HEADER_LEN - 1;
	out[HEADER_LEN] = 0x10;
	out[HEADER_LEN + 1] = (uint8_t)(0x80 | (scope & 0xf));
	out[HEADER_LEN + 2] = (uint8_t)(scope >> 4);
	out[HEADER_LEN + 3] = (uint8_t)(scope >> 12);
	memcpy(out + HEADER_LEN + 4, "\\_SB_", 5);
	out[HEADER_LEN + 9] = 0xa3; /* Noop */
	put_le(out + 4, len, 4);
	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + out[i]);
	out[9] = (uint8_t)-sum;
	return len;
}

/* --- p2mlab as its user runs it ------------------------------------------------------- */

struct child {
	char *const *argv;
	double seconds, mib;
	bool failed;
};

static void run_child(void *ctx, int variant)
{
	struct child *c = ctx;
	struct rusage usage;
	double begin = bench_now();
	int status = -1;
	pid_t pid = fork();

	(void)variant;
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		if (chdir(SOURCE_DIR) == 0)
			execv(P2MLAB_BINARY, c->argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status)) {
		c->failed = true;
		return;
	}
	c->seconds = (bench_now() - begin) / 1e9;
	c->mib = (double)usage.ru_maxrss / 1024;
}

void bench_import(struct bench *b)
{
	char path[] = "/tmp/p2mlab-bench-XXXXXX";
	uint8_t *dsdt = malloc(DSDT_LEN);
	char verb[] = "p2mlab", import[] = "import", out[] = "-o", null[] = "/dev/null";
	char *const argv[] = {verb, import, path, out, null, NULL};
	struct child c = {.argv = argv};
	struct bench_stat s;
	struct bench_row *row;
	size_t len;
	int fd = mkstemp(path);

	CHECK(dsdt);
	len = make_dsdt(dsdt);
	if (fd < 0 || write(fd, dsdt, len) != (ssize_t)len) {
		bench_fail(b, "import/dsdt_200k", "cannot write a temporary file");
	} else {
		bench_turns(b, run_child, &c, 1, &s);
		if (c.failed) {
			bench_fail(b, "import/dsdt_200k", "p2mlab import did not succeed");
		} else {
			row = bench_add(b, "import/dsdt_200k", s.median / 1e6, "ms", TARGET_AT_MOST,
					50);
			row->ns = s.median;
			row->mad = s.mad;
		}
	}
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	free(dsdt);
}

static void boot_server(struct bench *b, char *strategy)
{
	char verb[] = "p2mlab", run[] = "run", boot[] = "boot", s[] = "-s", one[] = "-j1";
	char *const argv[] = {verb, run, boot, s, strategy, one, NULL};
	struct child c = {.argv = argv};
	struct bench_row *row;
	char name[64];

	run_child(&c, 0);
	snprintf(name, sizeof(name), "altra/%.40s", strategy);
	if (c.failed) {
		bench_fail(b, name, "p2mlab run boot did not succeed");
		return;
	}
	row = bench_add(b, name, c.seconds * 1e3, "ms", TARGET_AT_MOST, 2000);
	row->ns = c.seconds * 1e9;
	row->repetitions = 1;
	snprintf(row->note, sizeof(row->note), "%.0f MiB", c.mib);
	snprintf(name, sizeof(name), "memory/altra/%.40s", strategy);
	bench_add(b, name, c.mib, "MiB", TARGET_AT_MOST, 300)->repetitions = 1;
}

void bench_server(struct bench *b)
{
	char names[][12] = {"none",    "notifier", "a",		 "b",	   "b-alone",
			    "b-naive", "c",	   "notifier+c", "c+stall"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		boot_server(b, names[i]);
}

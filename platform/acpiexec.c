// SPDX-License-Identifier: GPL-2.0-only
#include "platform/acpiexec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/process.h"
#include "base/scratch.h"

#define PROGRAM	    "acpiexec"
#define PATH_CHARS  400		      /* its command line has 512 */
#define BATCH	    500		      /* questions: their answers fit into the output */
#define MEMORY_MAX  ((size_t)1 << 30) /* it allocates simulated regions as long as they are */
#define FIXED_ARGS  5
#define ARENA_SAYS  "not enough memory"
#define PAD_COMMAND "help\n"

bool acpiexec_path_ok(const char *path)
{
	return path[0] == '\\' && strlen(path) <= PATH_CHARS &&
	       path[strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.\\^")] == '\0';
}

/* --- files --------------------------------------------------------------------------- */

static int write_file(const char *path, const uint8_t *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc = fd < 0 ? -errno : 0;

	while (rc == 0 && len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			rc = -errno;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	if (fd >= 0 && close(fd) && rc == 0)
		rc = -errno;
	return rc;
}

static bool is_aml(const struct acpi_blob *table, bool dsdt)
{
	return dsdt ? strcmp(table->sig, "DSDT") == 0
		    : strcmp(table->sig, "SSDT") == 0 || strcmp(table->sig, "PSDT") == 0;
}

/* The DSDT first, then the others in order. argv gets their names. */
static bool write_tables(struct arena *a, const char *dir, const struct acpi_tables *tables,
			 const char **argv, size_t *argc, struct diag *d)
{
	for (int dsdt = 1; dsdt >= 0; dsdt--) {
		for (size_t i = 0; i < tables->tables.count; i++) {
			const struct acpi_blob *table = &tables->tables.items[i];
			char *name, *path;
			int rc;

			if (!is_aml(table, dsdt))
				continue;
			name = arena_printf(a, "%zu.aml", i);
			path = name ? arena_printf(a, "%s/%s", dir, name) : NULL;
			rc = path ? write_file(path, table->bytes, table->len) : -ENOMEM;
			if (rc) {
				diag_error_file(d, dir, "cannot write %s for acpiexec: %s",
						table->sig, strerror(-rc));
				return false;
			}
			argv[(*argc)++] = name;
			/* Linux and acpiexec know one DSDT. */
			if (dsdt)
				break;
		}
	}
	return true;
}

/* --- batches ------------------------------------------------------------------------- */

struct session {
	struct acpiexec *x;
	const struct acpiexec_limits *limits;
	struct diag *diag;
	const char *dir;
	const char **argv; /* room for FIXED_ARGS before `names` */
	size_t tables;
	int64_t until;
	bool regions_done;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * Commands for the questions first to end - 1. acpiexec's output into a pipe is lost up to its
 * last 4096 bytes when it is killed: after each command it says something longer than that.
 */
static char *write_commands(struct session *s, size_t first, size_t end, size_t *len)
{
	const struct acpiexec_question *q = s->x->questions.items;
	size_t room = 64;
	char *text;

	for (size_t i = first; i < end; i++)
		room += strlen(q[i].path) + 32;
	text = arena_alloc(s->x->arena, room);
	if (!text)
		return NULL;
	*len = (size_t)snprintf(text, room, "objects region\n" PAD_COMMAND);
	for (size_t i = first; i < end; i++)
		*len += (size_t)snprintf(text + *len, room - *len, "evaluate %s\n" PAD_COMMAND,
					 q[i].path);
	*len += (size_t)snprintf(text + *len, room - *len, "quit\n");
	return text;
}

static int run_batch(struct session *s, size_t first, size_t end, struct process_result *result)
{
	/* -vr: say when hardware is accessed; -to: seconds for a While loop */
	const char *fixed[FIXED_ARGS] = {PROGRAM, "-vr", "-to", "1", "-di"};
	size_t count = s->x->without_init ? FIXED_ARGS : FIXED_ARGS - 1;
	const char **argv = s->argv + (FIXED_ARGS - count);
	int64_t left = s->until - now_ms();
	struct process_job job = {
		.argv = argv,
		.cwd = s->dir,
		.output_max = s->limits->output_max,
		.memory_max = MEMORY_MAX,
	};

	memcpy(argv, fixed, count * sizeof(*argv));
	job.input = write_commands(s, first, end, &job.input_len);
	if (!job.input)
		return -ENOMEM;
	job.deadline_ms = left < 0		       ? 0
			  : left < s->limits->batch_ms ? (unsigned int)left
						       : s->limits->batch_ms;
	return process_run(&job, result);
}

static const char *how_it_ended(struct arena *a, const struct process_result *result)
{
	switch (result->end) {
	case PROCESS_EXITED:
		return arena_printf(a, "acpiexec ended with status %d", result->code);
	case PROCESS_SIGNALLED:
		return arena_printf(a, "acpiexec was killed by signal %d", result->code);
	case PROCESS_DEADLINE:
		return "acpiexec did not end in time";
	case PROCESS_OUTPUT:
		return "acpiexec printed too much";
	case PROCESS_INTERRUPTED:
		break;
	}
	return "interrupted";
}

static void give_up(struct session *s, size_t first, size_t end, const char *why)
{
	for (size_t i = first; i < end; i++)
		if (!s->x->questions.items[i].why)
			s->x->questions.items[i].why = why;
}

/*
 * Takes the answers of one batch. Returns the question to go on with, or SIZE_MAX: it did not even
 * load the tables.
 */
static size_t take_answers(struct session *s, size_t first, size_t end,
			   const struct process_result *result)
{
	struct acpiexec_reader r = {.x = s->x,
				    .next = first,
				    .current = SIZE_MAX,
				    .filling = SIZE_MAX,
				    .want_regions = !s->regions_done};
	const char *why = how_it_ended(s->x->arena, result);
	size_t at;

	acpiexec_read(&r, result->output, result->len);
	if (!r.loaded) {
		if (!s->regions_done)
			s->x->regions.count = 0;
		return SIZE_MAX;
	}
	s->regions_done = true;
	if (result->end == PROCESS_EXITED && result->code == 0) {
		give_up(s, first, end, "acpiexec gave no value");
		return end;
	}
	at = r.filling != SIZE_MAX ? r.filling : r.current != SIZE_MAX ? r.current : r.next;
	if (at >= end)
		return end;
	give_up(s, first, at, "acpiexec gave no value");
	s->x->questions.items[at].why = why ? why : ARENA_SAYS;
	return at + 1;
}

static enum acpiexec_end say_failed(struct session *s, const struct process_result *result)
{
	const char *why = how_it_ended(s->x->arena, result);
	const char *lines = acpiexec_last_lines(s->x->arena, result->output, result->len);

	diag_error_file(s->diag, PROGRAM, "%s before the tables were loaded; it said last: %s",
			why ? why : ARENA_SAYS, lines ? lines : ARENA_SAYS);
	return ACPIEXEC_FAILED;
}

static enum acpiexec_end say_not_run(struct session *s, int rc)
{
	if (rc == -ENOENT) {
		diag_error_file(s->diag, PROGRAM,
				"there is no such program; it evaluates AML and comes with the "
				"package acpica-tools, install it or import without '--evaluate'");
		return ACPIEXEC_MISSING;
	}
	diag_error_file(s->diag, PROGRAM, "cannot be run: %s", strerror(-rc));
	return ACPIEXEC_FAILED;
}

/* One batch; *first moves on. */
static enum acpiexec_end step(struct session *s, size_t *first)
{
	size_t count = s->x->questions.count;
	size_t end = count - *first > BATCH ? *first + BATCH : count, next;
	enum acpiexec_end rc = ACPIEXEC_OK;
	struct process_result result;
	int err = run_batch(s, *first, end, &result);

	if (err)
		return say_not_run(s, err);
	next = result.end == PROCESS_INTERRUPTED ? SIZE_MAX : take_answers(s, *first, end, &result);
	if (next != SIZE_MAX)
		*first = next;
	else if (result.end == PROCESS_EXITED || result.end == PROCESS_INTERRUPTED ||
		 s->x->without_init)
		rc = say_failed(s, &result);
	else
		s->x->without_init = true;
	process_result_fini(&result);
	if (s->x->lost)
		return say_not_run(s, -ENOMEM);
	return rc;
}

static enum acpiexec_end run_batches(struct session *s)
{
	enum acpiexec_end rc = ACPIEXEC_OK;
	size_t first = 0;

	/* Once at least: for the regions. */
	while (rc == ACPIEXEC_OK && (!s->regions_done || first < s->x->questions.count)) {
		if (s->regions_done && now_ms() >= s->until) {
			give_up(s, first, s->x->questions.count, "the time for acpiexec was over");
			break;
		}
		rc = step(s, &first);
	}
	return rc;
}

static enum acpiexec_end run_in_dir(struct acpiexec *x, const struct acpi_tables *tables,
				    const struct acpiexec_limits *limits, struct diag *d,
				    const char *dir)
{
	struct session s = {.x = x,
			    .limits = limits,
			    .diag = d,
			    .dir = dir,
			    .until = now_ms() + limits->total_ms};

	s.argv = arena_alloc(x->arena, (FIXED_ARGS + tables->tables.count + 1) * sizeof(*s.argv));
	if (!s.argv)
		return say_not_run(&s, -ENOMEM);
	if (!write_tables(x->arena, dir, tables, s.argv + FIXED_ARGS, &s.tables, d))
		return ACPIEXEC_FAILED;
	return s.tables ? run_batches(&s) : ACPIEXEC_OK;
}

enum acpiexec_end acpiexec_run(struct acpiexec *x, const struct acpi_tables *tables,
			       const struct acpiexec_limits *limits, struct diag *d)
{
	enum acpiexec_end rc = ACPIEXEC_FAILED;
	struct scratch dir;

	if (!scratch_enter(&dir, NULL)) {
		diag_error_file(d, scratch_parent(), "cannot make a folder for acpiexec here: %s",
				strerror(errno));
		return rc;
	}
	rc = run_in_dir(x, tables, limits, d, dir.path);
	scratch_leave(&dir);
	return rc;
}

void acpiexec_fini(struct acpiexec *x)
{
	vec_fini(&x->questions);
	vec_fini(&x->regions);
}

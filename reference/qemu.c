// SPDX-License-Identifier: GPL-2.0-only
#include "reference/qemu.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"
#include "base/scratch.h"

#define ARGS_MAX   40
#define OUTPUT_MAX ((size_t)1 << 20)
#define REQUEST	   "request" /* beside EL2_ANSWER in the folder that QEMU runs in */
#define FILE_BYTES (SCRATCH_PATH_BYTES + 16)
#define DIMM_ALIGN (UINT64_C(1) << 21) /* what QEMU asks of plugged memory */

/* A boot's files, in a folder of its own. */
struct files {
	struct scratch dir;
	char request[FILE_BYTES], answer[FILE_BYTES], counts[FILE_BYTES];
};

/* ---- files ---- */

static bool files_make(struct files *f, const char *parent)
{
	if (!scratch_enter(&f->dir, parent))
		return false;
	snprintf(f->request, sizeof(f->request), "%s/" REQUEST, f->dir.path);
	snprintf(f->answer, sizeof(f->answer), "%s/" EL2_ANSWER, f->dir.path);
	snprintf(f->counts, sizeof(f->counts), "%s/" EL2_COUNTS, f->dir.path);
	return true;
}

static bool request_write(const struct files *f, const struct ref_image *img)
{
	struct el2_request head = {EL2_MAGIC_REQUEST, img->jobs.count, img->words.count,
				   el2_sum(img->words.items, img->words.count)};
	FILE *file = fopen(f->request, "wb");
	bool ok;

	if (!file)
		return false;
	ok = fwrite(&head, sizeof(head), 1, file) == 1 &&
	     fwrite(img->words.items, 8, img->words.count, file) == img->words.count;
	return fclose(file) == 0 && ok;
}

/* The bytes that came, in malloc'ed memory; NULL if there are none. */
static void *file_read(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	void *bytes = NULL;

	*len = 0;
	if (!file)
		return NULL;
	if (fstat(fileno(file), &st) == 0 && st.st_size > 0)
		bytes = malloc((size_t)st.st_size);
	if (bytes)
		*len = fread(bytes, 1, (size_t)st.st_size, file);
	fclose(file);
	return bytes;
}

/* ---- the machine ---- */

/* Where memory is plugged: aligned as QEMU asks, in addresses above the machine's own RAM. */
struct dimm {
	uint64_t base, size;
};

static struct dimm dimm_of(const struct ref_span *span)
{
	uint64_t base = span->low & ~(DIMM_ALIGN - 1);
	uint64_t end = (span->high + DIMM_ALIGN - 1) & ~(DIMM_ALIGN - 1);

	if (base < EL2_RAM_END)
		base = EL2_RAM_END;
	return end > base ? (struct dimm){base, end - base} : (struct dimm){0, 0};
}

static unsigned int dimms_of(const struct ref_image *img, struct dimm dimms[REF_BANKS])
{
	unsigned int n = 0;

	if (!img->bank_count)
		dimms[n++] = dimm_of(&img->plugged);
	for (unsigned int k = 0; k < img->bank_count; k++)
		dimms[n++] = dimm_of(&img->banks[k]);
	for (unsigned int k = 0; k < n;)
		if (!dimms[k].size)
			dimms[k] = dimms[--n];
		else
			k++;
	return n;
}

bool ref_qemu_can_hold(const struct ref_image *img, struct buf *why)
{
	uint64_t used = EL2_REQUEST + sizeof(struct el2_request) + 8 * img->words.count;
	size_t before = why->len;

	if (img->ram.high &&
	    (img->ram.low < EL2_RAM || (img->ram.low < used && img->ram.high > EL2_WORK)))
		buf_printf(why,
			   "tables at 0x%" PRIx64 " are where the machine has devices, or the "
			   "payload and its request (0x%" PRIx64 " to 0x%" PRIx64 ")",
			   img->ram.low, EL2_WORK, used);
	else if (img->in_the_way)
		buf_printf(why,
			   "Dom0 uses memory at 0x%" PRIx64 ", where the machine has devices, or "
			   "the payload and its request",
			   img->in_the_way);
	else if (used > EL2_OURS_END)
		buf_printf(why, "the request does not fit into the machine's RAM");
	else if (img->plugged.high && (img->plugged.high - 1) >> img->cpu->pa_bits)
		buf_printf(why, "tables at 0x%" PRIx64 " are beyond the %u bits of %s",
			   img->plugged.low, img->cpu->pa_bits, img->cpu->name);
	return why->len == before && !why->lost;
}

/* One boot: what is asked, and where the answers go. */
struct boot {
	const struct ref_qemu *q;
	const struct ref_image *img;
	struct ref_answers *a;
	struct ref_tally *tally; /* NULL: nothing is counted */
	struct buf *why;
};

/* Arguments with the text of those that are made. */
struct command {
	const char *argv[ARGS_MAX];
	unsigned int count;
	char machine[128], memory[96], loader[96], plugin[2 * SCRATCH_PATH_BYTES];
	char backend[REF_BANKS][96], plug[REF_BANKS][64];
};

static void add(struct command *c, const char *option, const char *value)
{
	c->argv[c->count++] = option;
	if (value)
		c->argv[c->count++] = value;
	c->argv[c->count] = NULL;
}

/* A comma ends a value of QEMU's, two are one. */
static void escape(char *to, size_t room, const char *text)
{
	size_t n = 0;

	for (; *text && n + 3 < room; text++) {
		if (*text == ',')
			to[n++] = ',';
		to[n++] = *text;
	}
	to[n] = '\0';
}

static void add_dimm(struct command *c, unsigned int k, const struct dimm *d)
{
	snprintf(c->backend[k], sizeof(c->backend[k]),
		 "memory-backend-ram,id=bank%u,size=%" PRIu64 "M,reserve=off", k, d->size >> 20);
	snprintf(c->plug[k], sizeof(c->plug[k]), "pc-dimm,memdev=bank%u,addr=0x%" PRIx64, k,
		 d->base);
	add(c, "-object", c->backend[k]);
	add(c, "-device", c->plug[k]);
}

static void command_make(struct command *c, const struct boot *b)
{
	const struct ref_image *img = b->img;
	const struct ref_qemu *q = b->q;
	uint64_t ram = EL2_RAM_END - EL2_RAM, end = 0;
	struct dimm dimms[REF_BANKS];
	unsigned int count = dimms_of(img, dimms);

	for (unsigned int k = 0; k < count; k++)
		if (dimms[k].base + dimms[k].size > end)
			end = dimms[k].base + dimms[k].size;
	snprintf(c->machine, sizeof(c->machine), "virt,virtualization=on,gic-version=3%s",
		 q->machine_more ? q->machine_more : "");
	snprintf(c->memory, sizeof(c->memory), "size=%" PRIu64 "M", ram >> 20);
	if (count)
		snprintf(c->memory, sizeof(c->memory),
			 "size=%" PRIu64 "M,slots=%u,maxmem=%" PRIu64 "M", ram >> 20, count,
			 (ram + end - EL2_RAM_END) >> 20);
	snprintf(c->loader, sizeof(c->loader),
		 "loader,file=" REQUEST ",addr=0x%" PRIx64 ",force-raw=on", EL2_REQUEST);
	add(c, q->program, NULL);
	add(c, "-M", c->machine);
	add(c, "-cpu", img->cpu->name);
	add(c, "-m", c->memory);
	add(c, "-nodefaults", NULL);
	add(c, "-display", "none");
	add(c, "-monitor", "none");
	add(c, "-serial", "stdio");
	add(c, "-no-reboot", NULL);
	add(c, "-bios", EL2_IMAGE);
	add(c, "-device", c->loader);
	add(c, "-semihosting-config", "enable=on,target=native");
	if (b->tally) {
		escape(c->plugin, sizeof(c->plugin), COUNT_PLUGIN);
		add(c, "-plugin", c->plugin);
	}
	for (unsigned int k = 0; k < count; k++)
		add_dimm(c, k, &dimms[k]);
}

/* ---- one boot ---- */

static bool take_answer(const struct boot *b, const struct files *f, char *wrong, size_t len)
{
	size_t size;
	void *bytes = file_read(f->answer, &size);
	bool ok = ref_answers_parse(b->a, bytes ? bytes : "", size, b->img, wrong, len);

	free(bytes);
	if (!ok || !b->tally)
		return ok;
	bytes = file_read(f->counts, &size);
	ok = ref_tally_parse(b->tally, bytes ? bytes : "", size, b->img, wrong, len);
	free(bytes);
	return ok;
}

static enum ref_end boot(const struct boot *b, const struct files *f)
{
	struct command c = {.count = 0};
	struct process_result result;
	struct process_job job = {.argv = c.argv,
				  .cwd = f->dir.path,
				  .deadline_ms = b->q->deadline_ms,
				  .output_max = OUTPUT_MAX};
	char wrong[160] = "";
	int rc;

	command_make(&c, b);
	rc = process_run(&job, &result);
	if (rc) {
		buf_printf(b->why, "%s: %s\n", b->q->program, strerror(-rc));
		return rc == -ENOENT ? REF_MISSING : REF_FAILED;
	}
	if (take_answer(b, f, wrong, sizeof(wrong)) &&
	    (result.end != PROCESS_EXITED || result.code))
		snprintf(wrong, sizeof(wrong), "it answered, but did not turn itself off");
	if (wrong[0])
		ref_explain(b->why, b->q->program, b->q->deadline_ms, &result, wrong);
	rc = result.end == PROCESS_INTERRUPTED;
	process_result_fini(&result);
	if (rc)
		return REF_INTERRUPTED;
	return wrong[0] ? REF_FAILED : REF_ANSWERED;
}

static enum ref_end run(const struct boot *b)
{
	struct files f;
	enum ref_end end = REF_FAILED;

	if (b->img->lost) {
		buf_str(b->why, "out of memory\n");
		return REF_FAILED;
	}
	if (!ref_qemu_can_hold(b->img, b->why)) {
		buf_str(b->why, "\n");
		return REF_FAILED;
	}
	if (!files_make(&f, b->q->folder)) {
		buf_printf(b->why, "cannot make a folder for %s: %s\n", b->q->program,
			   strerror(errno));
		return REF_FAILED;
	}
	if (request_write(&f, b->img))
		end = boot(b, &f);
	else
		buf_printf(b->why, "cannot write %s: %s\n", f.request, strerror(errno));
	scratch_leave(&f.dir);
	return end;
}

enum ref_end ref_qemu_run(const struct ref_qemu *q, const struct ref_image *img,
			  struct ref_answers *a, struct buf *why)
{
	return run(&(struct boot){q, img, a, NULL, why});
}

enum ref_end ref_qemu_count(const struct ref_qemu *q, const struct ref_image *img,
			    struct ref_answers *a, struct ref_tally *tally, struct buf *why)
{
	return run(&(struct boot){q, img, a, tally, why});
}

enum ref_end ref_qemu_version(const char *program, struct buf *text)
{
	const char *const argv[] = {program, "--version", NULL};
	struct process_job job = {.argv = argv, .deadline_ms = 10000, .output_max = 4096};
	struct process_result r;
	int rc = process_run(&job, &r);
	bool ok;

	if (rc) {
		buf_printf(text, "%s: %s", program, strerror(-rc));
		return rc == -ENOENT ? REF_MISSING : REF_FAILED;
	}
	ok = r.end == PROCESS_EXITED && r.code == 0;
	if (ok)
		buf_text(text, r.output, strcspn(r.output, "\n"));
	else
		buf_printf(text, "%s does not even tell its version", program);
	process_result_fini(&r);
	return ok ? REF_ANSWERED : REF_FAILED;
}

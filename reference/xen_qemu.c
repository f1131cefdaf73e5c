// SPDX-License-Identifier: GPL-2.0-only
#include "reference/xen_qemu.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOM0_FILE  "dom0"
#define OUTPUT_MAX ((size_t)4 << 20)
#define ARGS_MAX   40
/* Behind Xen's own image in RAM, in front of what Xen gives Dom0. */
#define MODULE_AT "0x49000000"

void *xr_dom0_read(size_t *len)
{
	FILE *file = fopen(XR_DOM0_IMAGE, "rb");
	struct stat st;
	char *bytes = NULL;

	if (!file)
		return NULL;
	if (fstat(fileno(file), &st) == 0 && st.st_size > 0)
		bytes = malloc((size_t)st.st_size);
	*len = bytes ? fread(bytes, 1, (size_t)st.st_size, file) : 0;
	fclose(file);
	return bytes;
}

/* Image and request, one behind the other. */
static bool write_dom0(const char *path, const void *request, size_t len)
{
	size_t image_len;
	void *image = xr_dom0_read(&image_len);
	FILE *file = image ? fopen(path, "wb") : NULL;
	bool ok = file && fwrite(image, 1, image_len, file) == image_len &&
		  fwrite(request, 1, len, file) == len;

	if (file)
		ok = fclose(file) == 0 && ok;
	free(image);
	return ok;
}

static enum ref_end boot(const struct xr_qemu *q, const char *dir, struct xr_answer *a,
			 struct buf *why)
{
	char memory[32], line[128];
	const char *const argv[] = {q->program,
				    "-M",
				    "virt,virtualization=on,gic-version=2",
				    "-cpu",
				    q->cpu,
				    "-m",
				    memory,
				    "-smp",
				    "1",
				    "-nodefaults",
				    "-display",
				    "none",
				    "-monitor",
				    "none",
				    "-serial",
				    "stdio",
				    "-no-reboot",
				    "-icount",
				    "shift=0,sleep=off,align=off",
				    "-kernel",
				    q->xen,
				    "-append",
				    line,
				    "-device",
				    "guest-loader,addr=" MODULE_AT ",kernel=" DOM0_FILE
				    ",bootargs=steps",
				    NULL};
	struct process_job job = {
		.argv = argv, .cwd = dir, .deadline_ms = q->deadline_ms, .output_max = OUTPUT_MAX};
	struct process_result result;
	struct buf wrong = {0};
	enum ref_end end = REF_ANSWERED;
	int rc;

	snprintf(memory, sizeof(memory), "%" PRIu64, q->ram_mb);
	snprintf(line, sizeof(line), "dom0_mem=%" PRIu64 "M console=dtuart dom0_max_vcpus=1",
		 q->dom0_mb);
	rc = process_run(&job, &result);
	if (rc) {
		buf_printf(why, "%s: %s\n", q->program, strerror(-rc));
		return rc == -ENOENT ? REF_MISSING : REF_FAILED;
	}
	if (!xr_answer_parse(a, result.output, result.len, &wrong)) {
		ref_explain(why, q->program, q->deadline_ms, &result, buf_cstr(&wrong));
		end = REF_FAILED;
	} else if (result.end != PROCESS_EXITED || result.code) {
		ref_explain(why, q->program, q->deadline_ms, &result,
			    "Dom0 answered, but the machine did not turn itself off");
		end = REF_FAILED;
	}
	if (result.end == PROCESS_INTERRUPTED)
		end = REF_INTERRUPTED;
	buf_fini(&wrong);
	process_result_fini(&result);
	return end;
}

enum ref_end xr_qemu_run(const struct xr_qemu *q, const void *request, size_t len,
			 struct xr_answer *a, struct buf *why)
{
	struct ref_folder folder;
	enum ref_end end = REF_FAILED;
	char path[REF_PATH_BYTES + sizeof(DOM0_FILE) + 1];

	if (!ref_folder_enter(&folder)) {
		buf_printf(why, "cannot make a folder for %s: %s\n", q->program, strerror(errno));
	} else {
		snprintf(path, sizeof(path), "%s/" DOM0_FILE, folder.path);
		if (write_dom0(path, request, len))
			end = boot(q, folder.path, a, why);
		else
			buf_printf(why, "cannot write %s: %s\n", path, strerror(errno));
		unlink(path);
	}
	ref_folder_leave(&folder);
	return end;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "reference/xen_qemu.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/scratch.h"

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

/* ---- what firmware starts ---- */

/* The removable-media path of UEFI (2.10, 3.5.1.1); Xen looks for its file beside itself. */
#define ESP	"esp"
#define EFI_DIR ESP "/EFI/BOOT"
#define EFI_XEN EFI_DIR "/BOOTAA64.EFI"
#define EFI_CFG EFI_DIR "/BOOTAA64.cfg"

static const char *const efi_folders[] = {ESP, ESP "/EFI", EFI_DIR};

typedef char path_text[SCRATCH_PATH_BYTES + 64];

static const char *path_of(path_text to, const struct scratch *folder, const char *name)
{
	snprintf(to, sizeof(path_text), "%s/%s", folder->path, name);
	return to;
}

/* docs/misc/efi.pandoc of Xen: a section that tells options, kernel and its command line. */
static bool write_cfg(const char *path, const char *options)
{
	FILE *file = fopen(path, "w");
	bool ok = file && fprintf(file,
				  "[global]\ndefault=steps\n[steps]\noptions=%s\n"
				  "kernel=" DOM0_FILE " steps\n",
				  options) > 0;

	if (file)
		ok = fclose(file) == 0 && ok;
	return ok;
}

static bool make_esp(const struct xr_qemu *q, const struct scratch *folder, const char *options)
{
	path_text path;

	for (size_t k = 0; k < ARRAY_SIZE(efi_folders); k++)
		if (mkdir(path_of(path, folder, efi_folders[k]), 0700))
			return false;
	return symlink(q->xen, path_of(path, folder, EFI_XEN)) == 0 &&
	       write_cfg(path_of(path, folder, EFI_CFG), options);
}

/* ---- the machine ---- */

struct command {
	const char *argv[ARGS_MAX];
	unsigned int count;
	char memory[32], options[128];
};

static void add(struct command *c, const char *option, const char *value)
{
	c->argv[c->count++] = option;
	if (value)
		c->argv[c->count++] = value;
	c->argv[c->count] = NULL;
}

static void command_make(struct command *c, const struct xr_qemu *q)
{
	snprintf(c->memory, sizeof(c->memory), "%" PRIu64, q->ram_mb);
	snprintf(c->options, sizeof(c->options),
		 "dom0_mem=%" PRIu64 "M console=dtuart dom0_max_vcpus=1", q->dom0_mb);
	add(c, q->program, NULL);
	add(c, "-M",
	    q->boot == XR_BOOT_ACPI ? "virt,virtualization=on,gic-version=2,acpi=on"
				    : "virt,virtualization=on,gic-version=2,acpi=off");
	add(c, "-cpu", q->cpu);
	add(c, "-m", c->memory);
	add(c, "-smp", "1");
	add(c, "-nodefaults", NULL);
	add(c, "-display", "none");
	add(c, "-monitor", "none");
	add(c, "-serial", "stdio");
	add(c, "-no-reboot", NULL);
	add(c, "-icount", "shift=0,sleep=off,align=off");
	if (q->boot == XR_BOOT_TREE) {
		add(c, "-kernel", q->xen);
		add(c, "-append", c->options);
		add(c, "-device",
		    "guest-loader,addr=" MODULE_AT ",kernel=" DOM0_FILE ",bootargs=steps");
	} else {
		add(c, "-bios", q->firmware);
		add(c, "-drive", "if=none,id=esp,format=raw,readonly=on,file=fat:" ESP);
		add(c, "-device", "virtio-blk-device,drive=esp");
	}
}

static enum ref_end boot(const struct xr_qemu *q, const struct command *c, const char *dir,
			 struct xr_answer *a, struct buf *why)
{
	struct process_job job = {.argv = c->argv,
				  .cwd = dir,
				  .deadline_ms = q->deadline_ms,
				  .output_max = OUTPUT_MAX};
	struct process_result result;
	struct buf wrong = {0};
	enum ref_end end = REF_ANSWERED;
	int rc = process_run(&job, &result);

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
	bool tree = q->boot == XR_BOOT_TREE;
	struct command c = {.count = 0};
	struct scratch folder;
	enum ref_end end = REF_FAILED;
	path_text path;

	command_make(&c, q);
	if (!scratch_enter(&folder, NULL)) {
		buf_printf(why, "cannot make a folder for %s: %s\n", q->program, strerror(errno));
		return REF_FAILED;
	}
	path_of(path, &folder, tree ? DOM0_FILE : EFI_DIR "/" DOM0_FILE);
	if ((tree || make_esp(q, &folder, c.options)) && write_dom0(path, request, len))
		end = boot(q, &c, folder.path, a, why);
	else
		buf_printf(why, "cannot write %s: %s\n", path, strerror(errno));
	scratch_leave(&folder);
	return end;
}

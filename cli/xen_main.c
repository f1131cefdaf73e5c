// SPDX-License-Identifier: GPL-2.0-only
/* reference_xen: a stock Xen's answers against our model's. See docs/REFERENCE.md. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cmd.h"
#include "cli/emulator.h"
#include "platform/file.h"
#include "reference/xen_compare.h"
#include "reference/xen_qemu.h"
#include "reference/xen_script.h"
#include "reference/xen_steps.h"

#define PLATFORMS P2MLAB_SOURCE_DIR "/platforms/"
#define MACHINE	  P2MLAB_SOURCE_DIR "/machines/qemu-icount.yaml"
#define FIRMWARE  "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd" /* Debian's qemu-efi-aarch64 */
#define RAM_MB	  2048
#define RELEASE	  "4.17"

enum {
	ID_XEN = OPT_ID_OWN,
	ID_BOOT,
	ID_FIRMWARE,
	ID_QEMU,
	ID_TIMEOUT,
	ID_SHOW,
};

static const struct opt options[] = {
	{ID_XEN, 0, "xen", OPT_REQUIRED, "FILE", NULL,
	 "an arm64 Image of Xen (default: Debian's 4.17)"},
	{ID_BOOT, 0, "boot", OPT_REQUIRED, "HOW", NULL,
	 "devicetree, as QEMU starts a kernel (default); uefi, by firmware with a device tree; "
	 "acpi, by firmware with ACPI, which Debian's Xen has not"},
	{ID_FIRMWARE, 0, "firmware", OPT_REQUIRED, "FILE", NULL,
	 "EDK2 for --boot uefi and acpi (default " FIRMWARE ")"},
	OPT_QEMU(ID_QEMU),
	{ID_TIMEOUT, 't', "timeout", OPT_REQUIRED, "SECONDS", NULL, "for the boot (default 60)"},
	{ID_SHOW, 0, "show", OPT_REQUIRED, "N", NULL, "differences to print (default 20)"},
	OPT_HELP,
};

static const struct opt_verb verb = {
	.name = "reference_xen",
	.args = "[SCENARIO]...",
	.summary = "Replay steps on a stock Xen in QEMU and on the model, and compare.",
	.notes =
		"Without SCENARIO: all that is shipped. A scenario's steps are replayed on the "
		"platform\n"
		"of the boot, whatever it names; they may be requests, removes, hypercalls, "
		"reads,\n"
		"writes and fetches. What they `want` is for `p2mlab run`: here either side is\n"
		"held to the other.\n\n"
		"The exit status is 0 if all agree, 6 if not, 1 if Xen gave no answer, 77 without\n"
		"QEMU, Xen or firmware; 2 or 3 if what was named is not there or is none.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

struct args {
	struct emulator emulator;
	char xen[EMULATOR_PATH_BYTES], firmware[EMULATOR_PATH_BYTES];
	enum xr_boot boot;
	uint64_t timeout_s, show;
	char **scenarios; /* files or names */
	size_t scenario_count;
	bool help;
};

static const char *const boot_name[] = {
	[XR_BOOT_TREE] = "devicetree",
	[XR_BOOT_UEFI] = "uefi",
	[XR_BOOT_ACPI] = "acpi",
};

static bool take_boot(struct args *a, const char *text, struct buf *err)
{
	for (unsigned int k = 0; k < ARRAY_SIZE(boot_name); k++)
		if (!strcmp(text, boot_name[k])) {
			a->boot = (enum xr_boot)k;
			return true;
		}
	buf_printf(err, "--boot is devicetree, uefi or acpi, not '%s'", text);
	return false;
}

static bool take_option(struct args *a, const struct opt_value *v, struct buf *err)
{
	switch (v->opt->id) {
	case ID_XEN:
		return emulator_path(a->xen, v->text, false, err);
	case ID_BOOT:
		return take_boot(a, v->text, err);
	case ID_FIRMWARE:
		return emulator_path(a->firmware, v->text, false, err);
	case ID_QEMU:
		return emulator_take(&a->emulator, v, err);
	case ID_TIMEOUT:
		return opt_number(v, 1, 3600, &a->timeout_s, err);
	case ID_SHOW:
		return opt_number(v, 0, 100000, &a->show, err);
	default:
		a->help = true;
		return true;
	}
}

/* No --xen was given. */
static bool is_fetched(const struct args *a)
{
	return strcmp(a->xen, XR_XEN_IMAGE) == 0;
}

static bool take_args(struct args *a, const struct opts *opts, struct buf *err)
{
	*a = (struct args){.xen = XR_XEN_IMAGE,
			   .firmware = FIRMWARE,
			   .timeout_s = XR_QEMU_DEADLINE_MS / 1000,
			   .show = 20};
	emulator_init(&a->emulator);
	a->scenarios = opts->args;
	a->scenario_count = opts->arg_count;
	for (size_t k = 0; k < opts->values.count; k++)
		if (!take_option(a, &opts->values.items[k], err))
			return false;
	if (a->boot == XR_BOOT_TREE && strcmp(a->firmware, FIRMWARE) != 0) {
		buf_str(err, "--firmware is for --boot uefi and acpi");
		return false;
	}
	if (a->boot == XR_BOOT_ACPI && is_fetched(a) && !a->help) {
		buf_str(err, "--boot acpi needs --xen FILE: Debian's Xen is built without ACPI");
		return false;
	}
	return true;
}

/* ---- the two sides ---- */

/* CPUs of different stage-2 geometry: a root at level 0, and two pages at level 1. */
static const struct cpu_model {
	const char *name, *what;
	unsigned int pa_bits;
} cpus[] = {
	{"cortex-a57", "44 bits", 44},
	{"cortex-a53", "40 bits", 40},
};

struct run {
	const struct args *args;
	const struct cpu_model *cpu;
	struct scenario *scenario; /* NULL: the steps that are shipped */
	struct arena *arena;
	struct platform *plat;
	struct profile *profile;
	struct xr_request request;
	struct xr_answer theirs, ours;
	VEC(struct xr_preset) presets;
	struct buf text;
};

static const char *platform_path(const struct args *args)
{
	return args->boot == XR_BOOT_ACPI ? PLATFORMS "qemu-virt-acpi.yaml"
					  : PLATFORMS "qemu-virt-dt.yaml";
}

static bool load(struct run *r)
{
	const char *path = platform_path(r->args);
	struct diag diag;

	diag_init(&diag);
	r->arena = arena_new();
	r->plat = r->arena ? platform_load(path, r->arena, &diag) : NULL;
	r->profile = r->plat ? profile_load(MACHINE, r->arena, &diag) : NULL;
	if (!r->profile)
		buf_printf(&r->text, "the platform or the machine cannot be read\n%s",
			   diag.text ? diag.text : "");
	diag_fini(&diag);
	return r->profile;
}

static enum exit_code ask_xen(struct run *r, const void *request, size_t len)
{
	struct xr_qemu qemu = {r->args->emulator.program,
			       r->args->xen,
			       r->args->firmware,
			       r->args->boot,
			       r->cpu->name,
			       RAM_MB,
			       r->plat->dom0_ram_size >> 20,
			       (unsigned int)r->args->timeout_s * 1000};

	return emulator_exit(&r->args->emulator,
			     xr_qemu_run(&qemu, request, len, &r->theirs, &r->text));
}

/* 417 of "4.17.7 (Debian)", to order releases; 0 if it is none. */
static unsigned long order_of(const char *name)
{
	char *end;
	unsigned long major = strtoul(name, &end, 10);

	return *end == '.' ? 100 * major + strtoul(end + 1, NULL, 10) : 0;
}

/* The newest release that is known and no newer than what runs; NULL: all are newer. */
static const struct xen_version *release_of(const char *banner)
{
	const struct xen_version *found = NULL;
	unsigned long order = order_of(*banner ? banner : RELEASE);

	for (unsigned int k = 0; k < xen_version_count; k++)
		if (order_of(xen_versions[k]->name) <= order)
			found = xen_versions[k];
	return found;
}

static enum exit_code ask_model(struct run *r, const struct xen_version *version,
				const void *request, size_t len)
{
	struct xr_sim sim = {r->plat, r->profile, version, r->presets.items, r->presets.count};
	size_t image_len;
	void *image = xr_dom0_read(&image_len);
	enum xr_sim_end end = XR_SIM_FAILED;

	if (image)
		end = xr_sim_run(&sim, image, image_len, request, len, &r->ours, &r->text);
	if (end != XR_SIM_ANSWERED)
		buf_str(&r->text, image ? "\n" : "cannot read Dom0's image\n");
	free(image);
	if (end == XR_SIM_ASTRAY)
		return EXIT_DISAGREE;
	return end == XR_SIM_ANSWERED ? EXIT_OK : EXIT_INTERNAL;
}

/* "4.17.7 (Debian)", of which a console may have made anything. */
static void say_release(const struct run *r, const struct xen_version *version)
{
	struct buf banner = {0};

	buf_text(&banner, r->theirs.xen, strlen(r->theirs.xen));
	printf("reference_xen: %s, %s: Xen %s, compared with the model's %s\n", r->cpu->name,
	       r->cpu->what, banner.len ? buf_cstr(&banner) : "of no release that it says",
	       version->name);
	buf_fini(&banner);
}

/* False: its mistakes, or steps that cannot be replayed, are in r->text. */
static bool add_steps(struct run *r)
{
	struct diag diag;
	bool ok = true;

	if (!r->scenario) {
		xr_steps_all(&r->request);
		return true;
	}
	diag_init(&diag);
	ok = xr_script(&r->request, r->scenario, &diag);
	if (!ok)
		buf_str(&r->text, diag.text);
	diag_fini(&diag);
	return ok;
}

static bool make_request(struct run *r)
{
	xr_request_fini(&r->request);
	r->request = (struct xr_request){
		.pa_bits = r->cpu->pa_bits,
		.ram = r->plat->dom0_ram,
		.text = r->plat->xen_text,
		.acpi = r->args->boot == XR_BOOT_ACPI,
	};
	return add_steps(r);
}

/*
 * Firmware decides where Xen goes. A boot without steps tells; the request is of the same length,
 * so that nothing is elsewhere in the boot that counts.
 */
static enum exit_code find_xen(struct run *r)
{
	enum exit_code code = EXIT_INTERNAL;
	uint64_t ram;
	size_t len;
	void *bytes = xr_request_bytes(&r->request, XR_TIMER_VIRTUAL, 0, 0, &len);

	if (bytes) {
		((struct xr_head *)bytes)->steps = 0;
		code = ask_xen(r, bytes, len);
	}
	free(bytes);
	if (code)
		return code;
	ram = r->theirs.lines.items[0].w[0] - XR_TEXT_OFFSET;
	if (ram != r->plat->dom0_ram) {
		buf_printf(&r->text,
			   "this Xen has Dom0's RAM at 0x%" PRIx64
			   ", not where the platform has it\n",
			   ram);
		return EXIT_FAILED;
	}
	if (!r->theirs.text || r->theirs.text & (PAGE_SIZE - 1)) {
		buf_str(&r->text, "this Xen does not say where its grant table range is\n");
		return EXIT_FAILED;
	}
	r->plat->xen_text = r->theirs.text;
	return EXIT_OK;
}

/* What is read of Xen's text, as the file has it. */
static bool preset_text(struct run *r)
{
	static const unsigned int at[] = {0xfe0, 0x1000};
	FILE *file = fopen(r->args->xen, "rb");
	bool ok = file != NULL;

	for (size_t k = 0; ok && k < ARRAY_SIZE(at); k++) {
		struct xr_preset p = {r->plat->xen_text + at[k], 0};

		ok = fseek(file, (long)at[k], SEEK_SET) == 0 &&
		     fread(&p.value, sizeof(p.value), 1, file) == 1 &&
		     vec_push(&r->presets, p) == 0;
	}
	if (file)
		fclose(file);
	if (!ok)
		buf_printf(&r->text, "cannot read %s\n", r->args->xen);
	return ok;
}

/* Finds out what the steps must know of this boot, and makes them. */
static enum exit_code prepare(struct run *r)
{
	enum exit_code code = EXIT_OK;

	r->plat->pa_bits = r->cpu->pa_bits;
	for (size_t k = 0; k < xr_preset_count; k++)
		if (vec_push(&r->presets, xr_presets[k]))
			return EXIT_INTERNAL;
	if (!make_request(r))
		return EXIT_INVALID;
	if (r->args->boot != XR_BOOT_TREE) {
		code = find_xen(r);
		make_request(r);
	}
	if (!code && r->request.acpi && !preset_text(r))
		code = EXIT_FAILED;
	return code;
}

/* Of an answer that ended too early: what had not been answered. */
static void say_running(struct run *r)
{
	unsigned int last = r->theirs.lines.items[r->theirs.lines.count - 1].step;

	for (size_t k = last + 1; k < r->request.labels.count; k++) {
		uint64_t kind = r->request.labels.items[k].step.kind;

		if (kind != XR_CALL && kind != XR_ACCESS)
			continue;
		buf_str(&r->text, "what was running: ");
		xr_describe(&r->request, k, &r->text);
		buf_str(&r->text, "\n");
		return;
	}
}

/* The same request for either, but for who makes the tick. */
static enum exit_code ask_both(struct run *r)
{
	size_t real_len, model_len;
	void *real = xr_request_bytes(&r->request, XR_TIMER_VIRTUAL, r->plat->gicd, r->plat->gicc,
				      &real_len);
	void *model = xr_request_bytes(&r->request, XR_TIMER_HARNESS, r->plat->gicd, r->plat->gicc,
				       &model_len);
	const struct xen_version *version;
	enum exit_code code = EXIT_INTERNAL;

	if (real && model)
		code = ask_xen(r, real, real_len);
	if (code == EXIT_FAILED && r->theirs.lines.count)
		say_running(r);
	if (!code) {
		version = release_of(r->theirs.xen);
		if (version) {
			say_release(r, version);
			code = ask_model(r, version, model, model_len);
		} else {
			buf_str(&r->text, "this Xen is older than any that the model knows\n");
			code = EXIT_FAILED;
		}
	}
	free(real);
	free(model);
	return code;
}

static enum exit_code report(struct run *r)
{
	struct xr_counts c = {0};
	struct buf text = {0};

	xr_compare(&r->request, &r->theirs, &r->ours, r->args->show, &c, &text);
	fflush(stdout);
	fputs(buf_cstr(&text), stderr);
	printf("reference_xen: %zu steps: %zu hypercalls (%zu return codes), %zu accesses (%zu "
	       "aborted), %zu words of memory; %zu and %zu ticks in calls, which continued %zu and "
	       "%zu; %zu differences\n",
	       r->request.labels.count, c.calls, c.codes, c.accesses, c.aborts, c.words,
	       c.ticks_theirs, c.ticks_ours, c.continued_theirs, c.continued_ours, c.differences);
	buf_reset(&text);
	xr_costs(&r->request, &r->theirs, &r->ours, &text);
	fputs(buf_cstr(&text), stdout);
	buf_fini(&text);
	fflush(stdout);
	return c.differences ? EXIT_DISAGREE : EXIT_OK;
}

static enum exit_code compare_on(const struct args *args, const struct cpu_model *cpu,
				 struct scenario *scenario)
{
	struct run r = {.args = args, .cpu = cpu, .scenario = scenario};
	enum exit_code code = EXIT_INTERNAL;

	if (load(&r)) {
		code = prepare(&r);
		if (!code)
			code = ask_both(&r);
		if (!code)
			code = report(&r);
	}
	fflush(stdout);
	if (r.text.len && code == EXIT_SKIPPED)
		printf("reference_xen: skipped: %s", buf_cstr(&r.text));
	else if (r.text.len)
		fprintf(stderr, "%s%s",
			code == EXIT_INVALID ? "" : "reference_xen: error: ", buf_cstr(&r.text));
	xr_answer_fini(&r.theirs);
	xr_answer_fini(&r.ours);
	xr_request_fini(&r.request);
	vec_fini(&r.presets);
	buf_fini(&r.text);
	if (r.plat)
		platform_fini(r.plat);
	arena_free(r.arena);
	return code;
}

/*
 * Documentation/arm64/booting.rst of Linux, whose format Xen's image has; one that firmware starts
 * is an EFI application as well, which begins with MZ. What is wrong, or NULL.
 */
static const char *look_at_head(FILE *file, enum xr_boot boot)
{
	unsigned char head[64] = {0};
	size_t len = fread(head, 1, sizeof(head), file);

	if (head[0] == 0x1f && head[1] == 0x8b)
		return "is compressed: gunzip it first";
	if (len != sizeof(head) || memcmp(head + 56, "ARM\x64", 4) != 0)
		return "is no arm64 Image";
	if (boot != XR_BOOT_TREE && memcmp(head, "MZ", 2) != 0)
		return "is no EFI application";
	return NULL;
}

/* Firmware that nobody named may be missing. */
static enum exit_code look_at_firmware(const struct args *args)
{
	if (args->boot == XR_BOOT_TREE || access(args->firmware, R_OK) == 0)
		return EXIT_OK;
	if (strcmp(args->firmware, FIRMWARE) == 0) {
		printf("reference_xen: skipped: no firmware at %s: %s\n", args->firmware,
		       strerror(errno));
		return EXIT_SKIPPED;
	}
	fprintf(stderr, "reference_xen: error: %s: %s\n", args->firmware, strerror(errno));
	return EXIT_USAGE;
}

/* EXIT_OK, or what is wrong with the file; the one that was fetched may be missing. */
static enum exit_code look_at_xen(const struct args *args)
{
	struct stat st = {.st_mode = S_IFREG};
	FILE *file = NULL;
	const char *wrong;

	/* A pipe would wait for somebody. */
	if (stat(args->xen, &st) == 0 && !S_ISREG(st.st_mode))
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	else
		file = fopen(args->xen, "rb");
	if (!file && is_fetched(args)) {
		printf("reference_xen: skipped: no Xen at %s: %s\n", args->xen, strerror(errno));
		return EXIT_SKIPPED;
	}
	if (!file) {
		fprintf(stderr, "reference_xen: error: %s: %s\n", args->xen, strerror(errno));
		return EXIT_USAGE;
	}
	wrong = look_at_head(file, args->boot);
	fclose(file);
	if (wrong)
		fprintf(stderr, "reference_xen: error: %s %s\n", args->xen, wrong);
	return wrong ? EXIT_INVALID : look_at_firmware(args);
}

/* After a boot that failed another will hardly do better; after a difference it may. */
static enum exit_code compare_steps(const struct args *args, struct scenario *scenario)
{
	enum exit_code code = EXIT_OK, worst = EXIT_OK;

	for (size_t k = 0; k < ARRAY_SIZE(cpus) && (!code || code == EXIT_DISAGREE); k++) {
		if (scenario)
			printf("reference_xen: %s\n", scenario->path);
		code = compare_on(args, &cpus[k], scenario);
		worst = exit_worse(worst, code);
		fflush(stdout);
	}
	return worst;
}

/* A scenario of no steps would agree with anything. */
static enum exit_code compare_some(const struct args *args, struct scenario *scenario)
{
	if (scenario->script.steps.count)
		return compare_steps(args, scenario);
	fprintf(stderr, "reference_xen: error: %s has no steps: nothing to compare\n",
		scenario->path);
	return EXIT_EMPTY;
}

/* A file, or the name of a shipped one. */
static enum exit_code compare_scenario(const struct args *args, const char *name)
{
	struct scenario_paths paths = {.data_dir = P2MLAB_SOURCE_DIR};
	struct scenario_override over = {.platform = platform_path(args)};
	enum exit_code code = EXIT_INVALID;
	struct scenario *scenario;
	char path[4096];
	struct diag diag;

	snprintf(path, sizeof(path), P2MLAB_SOURCE_DIR "/scenarios/%s.yaml", name);
	if (strchr(name, '/') || access(path, R_OK))
		snprintf(path, sizeof(path), "%s", name);
	if (access(path, F_OK)) {
		fprintf(stderr,
			"reference_xen: error: no file or shipped scenario is called '%s'\n", name);
		return EXIT_USAGE;
	}
	diag_init(&diag);
	scenario = scenario_load(path, &paths, &over, &diag);
	if (diag.errors)
		fprintf(stderr,
			"%snote: steps are replayed on platform %s, whatever the scenario names\n",
			diag.text, over.platform);
	else if (scenario)
		code = compare_some(args, scenario);
	scenario_free(scenario);
	diag_fini(&diag);
	return code;
}

static enum exit_code compare(const struct args *args)
{
	enum exit_code code = look_at_xen(args);

	if (!code && !args->scenario_count)
		code = compare_steps(args, NULL);
	for (size_t k = 0; k < args->scenario_count && (!code || code == EXIT_DISAGREE); k++)
		code = exit_worse(code, compare_scenario(args, args->scenarios[k]));
	return code;
}

static void print_help(void)
{
	struct buf text = {0};
	const char *rest;

	opt_help(&verb, &text);
	rest = strchr(buf_cstr(&text), '\n');
	printf("usage: ./dev reference xen [options] %s%s", verb.args, rest ? rest : "\n");
	buf_fini(&text);
}

int main(int argc, char **argv)
{
	static char name[] = "reference_xen";
	struct opts opts = {.arg_count = 0};
	struct buf text = {0};
	enum exit_code code = EXIT_USAGE;
	struct args args;

	argv[0] = name;
	if (opt_parse(&verb, argc, argv, &opts, &text) || !take_args(&args, &opts, &text)) {
		fprintf(stderr, "reference_xen: error: %s\n", buf_cstr(&text));
	} else if (args.help) {
		print_help();
		code = EXIT_OK;
	} else {
		code = compare(&args);
	}
	code = exit_worse(code, cli_flush());
	opts_fini(&opts);
	buf_fini(&text);
	return (int)code;
}

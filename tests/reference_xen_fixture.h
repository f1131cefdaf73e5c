/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reference_xen_fixture.h: the Dom0 that replays steps, on our vCPU under our model of Xen.
 */
#ifndef P2MLAB_TESTS_REFERENCE_XEN_FIXTURE_H
#define P2MLAB_TESTS_REFERENCE_XEN_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "platform/file.h"
#include "reference/xen_qemu.h"
#include "reference/xen_sim.h"
#include "reference/xen_steps.h"
#include "tests/unit.h"

/* The machine of the comparison, its Dom0's image, and a request. */
struct fixture {
	struct arena *arena;
	struct platform *plat;
	struct profile *profile;
	struct xr_request request;
	struct xr_answer answer;
	struct buf why;
};

static inline void setup_on(struct fixture *f, const char *platform)
{
	struct diag diag;

	memset(f, 0, sizeof(*f));
	diag_init(&diag);
	f->arena = arena_new();
	CHECK(f->arena);
	f->plat = platform_load(platform, f->arena, &diag);
	f->profile = profile_load(SOURCE_DIR "/machines/qemu-icount.yaml", f->arena, &diag);
	CHECK(f->plat && f->profile);
	f->request.ram = f->plat->dom0_ram;
	f->request.pa_bits = f->plat->pa_bits;
	f->request.text = f->plat->xen_text;
	f->request.acpi = !f->plat->device_tree;
	diag_fini(&diag);
}

static inline void setup(struct fixture *f)
{
	setup_on(f, SOURCE_DIR "/platforms/qemu-virt-dt.yaml");
}

static inline void setup_acpi(struct fixture *f)
{
	setup_on(f, SOURCE_DIR "/platforms/qemu-virt-acpi.yaml");
}

static inline void teardown(struct fixture *f)
{
	xr_request_fini(&f->request);
	xr_answer_fini(&f->answer);
	buf_fini(&f->why);
	platform_fini(f->plat);
	arena_free(f->arena);
}

static inline bool simulate(struct fixture *f, const char *version)
{
	struct xr_sim sim = {f->plat, f->profile, xen_version_find(version), xr_presets,
			     xr_preset_count};
	size_t len, image_len;
	void *image = xr_dom0_read(&image_len);
	void *bytes =
		xr_request_bytes(&f->request, XR_TIMER_HARNESS, f->plat->gicd, f->plat->gicc, &len);
	bool ok;

	CHECK(image && bytes);
	ok = xr_sim_run(&sim, image, image_len, bytes, len, &f->answer, &f->why) == XR_SIM_ANSWERED;
	free(image);
	free(bytes);
	return ok;
}

/* The n-th line with a tag; NULL if there are fewer. */
static inline const struct xr_line *line_of(const struct xr_answer *a, enum xr_tag tag, size_t n)
{
	for (size_t k = 0; k < a->lines.count; k++)
		if (a->lines.items[k].tag == tag && n-- == 0)
			return &a->lines.items[k];
	return NULL;
}

#endif

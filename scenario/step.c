// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps as they are written to steps as they are run.
 */
#include <inttypes.h>

#include "scenario/scenario_build.h"

/* --- pieces -------------------------------------------------------------------------- */

static void take_at(const struct scenario_builder *sb, const struct raw_step *raw,
		    const struct node *node, struct step *step)
{
	(void)raw;
	if (!node)
		return;
	step->at_text = node->text;
	place_address(sb, node, &step->addr);
}

static void take_bytes(const struct scenario_builder *sb, const struct raw_step *raw,
		       const struct node *node, struct step *step)
{
	step->bytes = raw->bytes;
	if (node && raw->bytes)
		place_fits(sb, node, step->addr, raw->bytes);
}

/* Exactly one of two keys; NULL if not (reported). */
static const struct node *one_of(const struct scenario_builder *sb, const struct raw_step *raw,
				 const char *a, const char *b)
{
	const struct schema_head *h = &raw->head;
	const struct node *x = schema_given(h, a), *y = schema_given(h, b);

	if (x && y)
		schema_error_key(&sb->ctx, y, "either '%s' or '%s', not both", a, b);
	else if (!x && !y && !schema_wrong(h, a) && !schema_wrong(h, b))
		schema_error_key(&sb->ctx, h->node, "%s needs '%s' or '%s'", h->schema->noun, a, b);
	return x ? x : y;
}

static void take_want(const struct scenario_builder *sb, const struct raw_want *raw,
		      struct want *want)
{
	const struct schema_head *h = &raw->head;

	if (!h->schema)
		return;
	if (raw->err < INT32_MIN || raw->err > INT32_MAX)
		schema_error(&sb->ctx, schema_given(h, "err"), "'err' has 32 bits");
	want->at = h->node->key_at;
	want->has_outcome = schema_given(h, "outcome");
	want->has_rc = schema_given(h, "rc");
	want->has_err = schema_given(h, "err");
	want->has_value = schema_given(h, "value");
	want->has_esr = schema_given(h, "esr");
	want->has_mapped = schema_given(h, "mapped");
	want->outcome = (enum outcome)raw->outcome;
	want->rc = raw->rc;
	want->err = (int32_t)raw->err;
	want->value = raw->value;
	want->esr = raw->esr;
	want->mapped = raw->mapped;
}

/* --- kinds --------------------------------------------------------------------------- */

static void take_boot(const struct scenario_builder *sb, const struct raw_step *raw,
		      struct step *step)
{
	if (sb->sc->platform->device_tree)
		schema_error_key(&sb->ctx, raw->head.node,
				 "platform '%s' boots by a device tree; the boot of Linux that is "
				 "known here is ACPI's",
				 sb->sc->platform->name);
	step->phase = (enum boot_phase)raw->until;
	step->keep_going = raw->keep_going;
	step->earlycon = raw->earlycon;
}

static void take_ioremap(const struct scenario_builder *sb, const struct raw_step *raw,
			 struct step *step)
{
	take_at(sb, raw, raw->at, step);
	take_bytes(sb, raw, raw->at, step);
	step->api = (enum dom0_api)raw->api;
}

static void take_access(const struct scenario_builder *sb, const struct raw_step *raw,
			struct step *step)
{
	const struct access_how *how =
		raw->head.choice == RAW_READ ? &read_how[raw->how] : &write_how[raw->how];
	const struct node *width = schema_given(&raw->head, "width");
	unsigned int log2 = width ? raw->width : how->def_width;

	take_at(sb, raw, raw->at, step);
	step->write = raw->head.choice == RAW_WRITE;
	step->access = how->access[log2];
	step->bytes = UINT64_C(1) << log2;
	step->value = raw->value;
	step->api = (enum dom0_api)raw->api;
	if (step->access == DOM0_ACCESS_COUNT)
		schema_error(&sb->ctx, width, "this instruction has a width of %u only",
			     1u << how->def_width);
}

static void take_fetch(const struct scenario_builder *sb, const struct raw_step *raw,
		       struct step *step)
{
	take_at(sb, raw, raw->at, step);
	step->bytes = 4;
}

static void take_pages(const struct scenario_builder *sb, const struct raw_step *raw,
		       struct step *step)
{
	const struct node *bytes = schema_given(&raw->head, "bytes");

	if (bytes && schema_given(&raw->head, "pages"))
		schema_error_key(&sb->ctx, bytes, "either 'pages' or 'bytes', not both");
	step->pages = bytes ? pages_spanned(step->addr, raw->bytes) : raw->pages;
}

static void take_request(const struct scenario_builder *sb, const struct raw_step *raw,
			 struct step *step)
{
	const struct schema_head *h = &raw->head;
	bool placed = raw->at || schema_wrong(h, "at");

	if (raw->at) {
		take_at(sb, raw, raw->at, step);
		step->gfn = step->mfn = step->addr >> PAGE_SHIFT;
	}
	if (raw->gfn && place_frame(sb, raw->gfn, &step->gfn)) {
		step->addr = step->gfn << PAGE_SHIFT;
		step->at_text = raw->gfn->text;
	}
	place_frame(sb, raw->mfn, &step->mfn);
	if (!placed && !raw->gfn && !schema_wrong(h, "gfn"))
		schema_error_key(&sb->ctx, h->node, "%s needs 'at' or 'gfn'", h->schema->noun);
	else if (!placed && !raw->mfn && !schema_wrong(h, "mfn"))
		schema_error_key(&sb->ctx, h->node, "%s with 'gfn' alone needs 'mfn'",
				 h->schema->noun);
	take_pages(sb, raw, step);
	step->op = raw->op ? XENMEM_ADD_TO_PHYSMAP : XENMEM_ADD_TO_PHYSMAP_BATCH;
	step->space = raw->space;
	step->domid = raw->domid;
	step->res0 = raw->res0;
	step->null_handles = raw->null_handles;
}

static void take_remove(const struct scenario_builder *sb, const struct raw_step *raw,
			struct step *step)
{
	one_of(sb, raw, "at", "gfn");
	if (raw->at) {
		take_at(sb, raw, raw->at, step);
		step->gfn = step->addr >> PAGE_SHIFT;
	} else if (raw->gfn && place_frame(sb, raw->gfn, &step->gfn)) {
		step->at_text = raw->gfn->text;
		step->addr = step->gfn << PAGE_SHIFT;
	}
	step->pages = 1;
}

static void take_hypercall(const struct scenario_builder *sb, const struct raw_step *raw,
			   struct step *step)
{
	(void)sb;
	step->nr = raw->nr;
	for (size_t i = 0; i < raw->args.count && i < 5; i++)
		step->args[i] = raw->args.items[i];
}

static void take_plug(const struct scenario_builder *sb, const struct raw_step *raw,
		      struct step *step)
{
	step->device = place_device(sb, schema_given(&raw->head, "device"));
}

static void take_dma(const struct scenario_builder *sb, const struct raw_step *raw,
		     struct step *step)
{
	const struct node *node = one_of(sb, raw, "to", "at");

	step->device = place_device(sb, schema_given(&raw->head, "from"));
	take_at(sb, raw, node, step);
	take_bytes(sb, raw, node, step);
	step->write = raw->op;
	step->delay = raw->delay;
	step->background = raw->background;
}

static void take_msi(const struct scenario_builder *sb, const struct raw_step *raw,
		     struct step *step)
{
	step->device = place_device(sb, schema_given(&raw->head, "from"));
	take_at(sb, raw, raw->to, step);
	step->bytes = 4;
	step->write = true;
}

static void take_wait(const struct scenario_builder *sb, const struct raw_step *raw,
		      struct step *step)
{
	(void)sb;
	step->cycles = raw->cycles;
}

static void take_acpi(const struct scenario_builder *sb, const struct raw_step *raw,
		      struct step *step)
{
	take_at(sb, raw, raw->at, step);
	step->write = raw->op;
	step->access = (step->write ? write_how : read_how)[0].access[raw->width];
	step->bytes = UINT64_C(1) << raw->width;
	step->api = DOM0_API_ACPI;
}

/* --- all ----------------------------------------------------------------------------- */

static const struct {
	enum step_kind kind;
	void (*take)(const struct scenario_builder *sb, const struct raw_step *raw,
		     struct step *step);
} kinds[RAW_STEP_COUNT] = {
	[RAW_BOOT] = {STEP_BOOT, take_boot},
	[RAW_IOREMAP] = {STEP_IOREMAP, take_ioremap},
	[RAW_READ] = {STEP_ACCESS, take_access},
	[RAW_WRITE] = {STEP_ACCESS, take_access},
	[RAW_FETCH] = {STEP_FETCH, take_fetch},
	[RAW_REQUEST] = {STEP_REQUEST, take_request},
	[RAW_REMOVE] = {STEP_REMOVE, take_remove},
	[RAW_HYPERCALL] = {STEP_HYPERCALL, take_hypercall},
	[RAW_PLUG] = {STEP_PLUG, take_plug},
	[RAW_UNPLUG] = {STEP_UNPLUG, take_plug},
	[RAW_DMA] = {STEP_DMA, take_dma},
	[RAW_MSI] = {STEP_MSI, take_msi},
	[RAW_WAIT] = {STEP_WAIT, take_wait},
	[RAW_ACPI] = {STEP_ACPI, take_acpi},
};

static void take_step(const struct scenario_builder *sb, const struct raw_step *raw)
{
	struct step step = {.kind = kinds[raw->head.choice].kind, .at_text = ""};

	step.at = raw->head.node->key_at;
	step.irqs_off = raw->irqs_off;
	kinds[raw->head.choice].take(sb, raw, &step);
	take_want(sb, &raw->want, &step.want);
	if (vec_push(&sb->sc->script.steps, step))
		diag_error_file(sb->ctx.diag, sb->ctx.file->path, "out of memory");
}

void scenario_take_steps(struct scenario_builder *sb)
{
	const struct schema_list *list = &sb->raw.steps;

	if (list->count > SCENARIO_MAX_STEPS) {
		schema_error_key(&sb->ctx, node_get(sb->raw.head.node, "steps"),
				 "%zu steps, at most %d are possible", list->count,
				 SCENARIO_MAX_STEPS);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct raw_step *raw = schema_item(list, &schema_steps, i);

		/* one of unknown kind is no step */
		if (raw->head.schema)
			take_step(sb, raw);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI host bridges of the namespace: their configuration spaces and windows.
 *
 * pci_acpi_setup_ecam_mapping(): a bridge maps the slice of its own buses, at _CBA if it has one,
 * else of the MCFG entry that covers them. One without either is not scanned.
 */
#include <inttypes.h>
#include <string.h>

#include "platform/import_parts.h"

#define PORTS_MAX UINT64_C(0x10000)

static bool is_bridge_id(const struct aml_id *id)
{
	return id->known == AML_STATIC &&
	       (strcmp(id->text, "PNP0A03") == 0 || strcmp(id->text, "PNP0A08") == 0);
}

bool import_is_bridge(const struct aml_device *d)
{
	if (is_bridge_id(&d->hid))
		return true;
	for (size_t i = 0; i < d->cids.count; i++)
		if (is_bridge_id(&d->cids.items[i]))
			return true;
	return false;
}

/* --- buses --------------------------------------------------------------------------- */

struct buses {
	bool segment_known, first_known, last_known;
	uint64_t segment, first, last;
};

/* acpi_pci_root_add(): _CRS tells the buses, else they are _BBN (or 0) to 255. */
static struct buses buses_of(const struct aml_device *d)
{
	struct buses b = {.segment_known = d->seg.known != AML_DYNAMIC,
			  .first_known = d->bbn.known != AML_DYNAMIC && d->crs.known != AML_DYNAMIC,
			  .segment = d->seg.known == AML_STATIC ? d->seg.value & 0xffff : 0,
			  .first = d->bbn.known == AML_STATIC ? d->bbn.value & 0xff : 0,
			  .last = 255};

	for (size_t i = 0; d->crs.known == AML_STATIC && i < d->crs.crs.items.count; i++) {
		const struct acpi_res *r = &d->crs.crs.items.items[i];

		if (r->kind != ACPI_RES_BUS || r->base > 255 || !r->size)
			continue;
		b.first_known = b.last_known = true;
		b.first = r->base;
		b.last = r->size > 256 - r->base ? 255 : r->base + r->size - 1;
		break;
	}
	return b;
}

static bool fits(const struct acpi_mcfg *m, const struct buses *b)
{
	return m->bus_first <= m->bus_last && (!b->segment_known || m->segment == b->segment) &&
	       (!b->first_known || (b->first >= m->bus_first && b->first <= m->bus_last));
}

/* The MCFG entry of the buses; the count if there is none. What _CRS leaves open it tells. */
static size_t mcfg_of(const struct importing *im, const struct buses *b)
{
	size_t i = 0, count = im->facts.mcfg.count;

	/* one that no bridge before has taken, if it is only guessed */
	while (i < count && (!fits(&im->facts.mcfg.items[i], b) ||
			     ((!b->segment_known || !b->first_known) && im->mcfg_used[i])))
		i++;
	return i;
}

static void add_ecam(struct importing *im, uint64_t base, const struct buses *b, struct where w)
{
	uint64_t at = base + (b->first << 20);
	struct ecam e = {at, (uint16_t)b->segment, (uint8_t)b->first, (uint8_t)b->last, w.origin};

	if (vec_push(&im->b->plat->ecams, e))
		im->b->lost = true;
	builder_region(im->b, FROM_ECAMS, NULL, at, (b->last - b->first + 1) << 20, w);
}

/* False if nothing says where the bridge's configuration space is. */
static bool find_ecam(struct importing *im, const struct aml_device *d, struct buses *b)
{
	bool has_cba = d->cba.known == AML_STATIC && d->cba.value;
	size_t i = mcfg_of(im, b);
	const struct acpi_mcfg *m = i < im->facts.mcfg.count ? &im->facts.mcfg.items[i] : NULL;
	struct where w = import_where(im, COLLECTED_ACPIDUMP, "%s._CBA", d->path);

	if (!m && (!has_cba || !b->first_known))
		return false;
	if (m) {
		im->mcfg_used[i] = true;
		b->segment = m->segment;
		if (!b->first_known)
			b->first = m->bus_first;
		if (!b->last_known || b->last > m->bus_last)
			b->last = m->bus_last;
	}
	if (m && (!has_cba || d->cba.value == m->base)) {
		add_ecam(im, m->base, b, import_where_table(im, "MCFG", m->offset));
		return true;
	}
	if (m)
		import_warn(im, &w,
			    "0x%" PRIx64 " is not what MCFG says (0x%" PRIx64 "): Linux takes _CBA",
			    d->cba.value, m->base);
	add_ecam(im, d->cba.value, b, w);
	return true;
}

/* --- windows ------------------------------------------------------------------------- */

/*
 * Why Linux gives no ports to a window, or NULL. logic_pio_register_range() (4.17 and later) knows
 * one range of each bridge, those from `first` on being this one's, and takes ranges for
 * overlapping if the new one ends where an old one begins: its `end` is one too far.
 */
static const char *without_ports(const struct importing *im, const struct io_window *w,
				 size_t first)
{
	if (im->io.count > first)
		return "its bridge has another";
	for (size_t i = 0; i < im->io.count; i++) {
		const struct import_io *old = &im->io.items[i];

		if (w->base < old->base + old->size && w->base + w->size >= old->base)
			return "it overlaps or ends at another bridge's";
	}
	return NULL;
}

/*
 * acpi_pci_root_remap_iospace(): ports are numbered in the order of registration. `first`: of the
 * bridge's windows among all.
 */
static void take_io(struct importing *im, const struct aml_device *d, const struct acpi_res *r,
		    uint64_t segment, size_t first)
{
	struct io_window w = {
		.base = r->base + r->translation, .size = r->size, .segment = (uint16_t)segment};
	struct where where = import_where(im, COLLECTED_ACPIDUMP, "%s._CRS", d->path);
	const char *why;

	if (w.base < PORTS_MAX || w.size > PORTS_MAX || !import_room(im, 100)) {
		import_warn(im, &where, "no window on I/O ports is at 0x%" PRIx64, w.base);
		return;
	}
	why = without_ports(im, &w, first);
	if (why) {
		import_warn(im, &where,
			    "the window on I/O ports at 0x%" PRIx64 " is left out, as by Linux: %s",
			    w.base, why);
		return;
	}
	builder_io_window(im->b, &w, where);
	if (vec_push(&im->io, (struct import_io){w.base, w.size, im->ports}))
		im->b->lost = true;
	im->ports += w.size;
}

static void take_windows(struct importing *im, const struct aml_device *d, uint64_t segment)
{
	size_t first = im->io.count;

	for (size_t i = 0; d->crs.known == AML_STATIC && i < d->crs.crs.items.count; i++) {
		const struct acpi_res *r = &d->crs.crs.items.items[i];
		struct span64 span = {r->base + r->translation, r->size};

		if (!r->window)
			continue;
		if (r->kind == ACPI_RES_IO)
			take_io(im, d, r, segment, first);
		else if (r->kind == ACPI_RES_MEMORY && vec_push(&im->windows, span))
			im->b->lost = true;
	}
}

bool import_bridge(struct importing *im, const struct aml_device *d)
{
	struct buses b = buses_of(d);
	struct where w = import_where(im, COLLECTED_ACPIDUMP, "%s", d->path);

	if (!import_room(im, 100))
		return false;
	im->bridges++;
	if (!find_ecam(im, d, &b)) {
		import_warn(im, &w,
			    "neither MCFG nor _CBA has a configuration space for this host bridge: "
			    "it is left out");
		return false;
	}
	take_windows(im, d, b.segment);
	return true;
}

/* Linux maps only what a bridge asks for. */
void import_unused_mcfg(struct importing *im)
{
	if (!im->bridges) {
		import_mcfg(im);
		return;
	}
	for (size_t i = 0; i < im->facts.mcfg.count && import_room(im, 100); i++) {
		const struct acpi_mcfg *m = &im->facts.mcfg.items[i];
		struct where w = import_where_table(im, "MCFG", m->offset);

		if (im->mcfg_used[i] || m->bus_last < m->bus_first)
			continue;
		import_warn(im, &w, "no host bridge of the namespace uses this entry");
		builder_area(im->b, AREA_UNMAPPED, m->base + ((uint64_t)m->bus_first << 20),
			     (uint64_t)(m->bus_last - m->bus_first + 1) << 20, w);
	}
}

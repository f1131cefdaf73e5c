// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the namespace says: devices in the order of Linux's walk, and OperationRegions.
 */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "platform/import_parts.h"
#include "sim/linux_version.h"

#define STA_PRESENT_OR_FUNCTIONING 0x9u /* acpi_device_is_present() */
#define REMARKS_MAX		   300u

/* --- which devices ------------------------------------------------------------------- */

/* Number of acpi_devices so far whose first id is this one: acpi_device_set_name(). */
struct instance {
	const char *id;
	uint32_t hash;
	unsigned int count;
};

struct walk {
	struct importing *im;
	VEC(struct instance) instances;
	bool *absent; /* of aml.devices.items[same index]: it, or a device around it */
};

static uint32_t hash_id(const char *id)
{
	uint32_t hash = 0x811c9dc5;

	for (; *id; id++)
		hash = (hash ^ (unsigned char)*id) * 0x01000193;
	return hash;
}

static unsigned int next_instance(struct walk *w, const char *id)
{
	uint32_t hash = hash_id(id);

	for (size_t i = 0; i < w->instances.count; i++)
		if (w->instances.items[i].hash == hash && strcmp(w->instances.items[i].id, id) == 0)
			return w->instances.items[i].count++;
	if (vec_push(&w->instances, (struct instance){id, hash, 1}))
		w->im->b->lost = true;
	return 0;
}

/* The id that names the device: _HID, else the first _CID. NULL: none that is known. */
static const char *id_of(const struct aml_device *d)
{
	if (d->hid.known == AML_STATIC && d->hid.text[0])
		return d->hid.text;
	if (d->hid.known == AML_ABSENT && d->cids.count && d->cids.items[0].known == AML_STATIC &&
	    d->cids.items[0].text[0])
		return d->cids.items[0].text;
	return NULL;
}

/* The UART that is Xen's console. */
static bool is_console(const struct importing *im, const struct aml_device *d)
{
	if (!im->facts.spcr || d->crs.known != AML_STATIC)
		return false;
	for (size_t i = 0; i < d->crs.crs.items.count; i++)
		if (d->crs.crs.items.items[i].kind == ACPI_RES_MEMORY &&
		    d->crs.crs.items.items[i].base == im->facts.spcr)
			return true;
	return false;
}

/* Scan handlers take these, or acpi_create_platform_device() refuses them. */
static bool is_handled(const struct aml_device *d, const char *id)
{
	static const char *const ids[] = {
		"PNP0C0F", "PNP0C80", "PNP0A05", "PNP0A06",  "ACPI0004", "ACPI0007", "ACPI0010",
		"PNP0000", "PNP0100", "PNP0200", "ACPI0009", "ACPI000A", "SMB0001",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (strcmp(id, ids[i]) == 0)
			return true;
	return d->is_processor || strncmp(id, "LNX", 3) == 0;
}

static bool is_present(struct importing *im, const struct aml_device *d, const char *name)
{
	struct where w;

	if (d->sta.known != AML_DYNAMIC)
		return d->sta.known == AML_ABSENT || d->sta.value & STA_PRESENT_OR_FUNCTIONING;
	if (!name || im->devices.count || im->iomem_has_devices)
		return !name || import_linux_had(im, name) || import_is_bridge(d);
	w = import_where(im, COLLECTED_ACPIDUMP, "%s._STA", d->path);
	if (d->crs.known == AML_STATIC)
		import_warn(im, &w, "%s: the device is taken as present",
			    d->sta.reason ? d->sta.reason : "not constant");
	return true;
}

/* --- their resources ----------------------------------------------------------------- */

/* acpi_dev_get_resources() makes resources of windows too: only bridges pass theirs on. */
static void take_crs(const struct aml_device *d, struct device *dev)
{
	for (size_t i = 0; d->crs.known == AML_STATIC && i < d->crs.crs.items.count; i++) {
		const struct acpi_res *r = &d->crs.crs.items.items[i];

		if (r->kind != ACPI_RES_MEMORY || !r->size || dev->res_count == DEVICE_RES_MAX)
			continue;
		dev->res[dev->res_count].base = r->base + r->translation;
		dev->res[dev->res_count++].size = r->size;
	}
}

static bool same_resources(const struct device *a, const struct device *b)
{
	unsigned int found = 0;

	/* iomem is in order of addresses, and shows once what is there twice */
	for (unsigned int i = 0; i < a->res_count; i++)
		for (unsigned int k = 0; k < b->res_count; k++)
			if (a->res[i].base == b->res[k].base && a->res[i].size == b->res[k].size) {
				found++;
				break;
			}
	return found == a->res_count && a->res_count >= b->res_count;
}

/* Kernel's own view wins: it has evaluated what AML says. False: Linux had no such device. */
static bool reconcile(struct importing *im, const struct aml_device *d, struct device *dev,
		      struct where *w)
{
	struct device seen = {.res_count = 0};
	unsigned int line;
	bool pnp = linux_bus_of(linux_versions[linux_version_count - 1], dev->hid, dev->cid) ==
		   BUS_PNP;

	if (!import_iomem_resources(im, dev->name, &seen, &line)) {
		if (pnp || !im->iomem_has_devices || !dev->res_count ||
		    (im->devices.count && import_linux_had(im, dev->name)))
			return true;
		import_warn(im, w, "the namespace has '%s', Linux had not: it is left out",
			    dev->name);
		return false;
	}
	if (d->crs.known == AML_STATIC && same_resources(dev, &seen))
		return true;
	if (d->crs.known == AML_STATIC)
		import_warn(im, w,
			    "/proc/iomem has other resources of '%s' (line %u): Linux "
			    "evaluated them, they are taken",
			    dev->name, line);
	dev->res_count = seen.res_count;
	memcpy(dev->res, seen.res, sizeof(dev->res));
	*w = import_where_line(im, COLLECTED_IOMEM, line);
	return true;
}

static size_t device_bytes(const struct device *dev)
{
	return 200 + 60 * (size_t)dev->res_count + strlen(dev->name) + strlen(dev->hid) +
	       (dev->cid ? strlen(dev->cid) : 0) + 2 * (dev->path ? strlen(dev->path) : 0);
}

static void add_device(struct importing *im, struct device *dev, struct where w)
{
	const struct linux_device *had = import_linux_device(im, dev->name);
	struct device_note note = {.where = w};

	if (had && had->driver[0])
		note.bound = had->driver;
	else if (had && dev->bus_by_hid)
		note.unbound = true;
	dev->origin = w.origin;
	if (!import_device(im, dev->name) && import_room(im, device_bytes(dev)))
		builder_device(im->b, dev, &note);
}

static void take_device(struct importing *im, const struct aml_device *d, const char *name,
			bool bridge)
{
	const char *how = d->crs.known == AML_STATIC ? d->crs.reason : NULL;
	struct where w = import_where(im, COLLECTED_ACPIDUMP, "%s._CRS%s%s", d->path,
				      how ? ":" : "", how ? how : "");
	struct device dev = {.name = name,
			     .msix_bar = DEVICE_RES_MAX,
			     .path = import_word(im, d->path),
			     .bus_by_hid = true};
	size_t smmu;

	dev.hid = import_word(im, id_of(d));
	if (d->cids.count && d->cids.items[0].known == AML_STATIC && d->cids.items[0].text[0])
		dev.cid = import_word(im, d->cids.items[0].text);
	if (im->b->lost)
		return;
	if (bridge) {
		dev.bus = BUS_PCI_ROOT;
		dev.bus_by_hid = false;
		w = import_where(im, COLLECTED_ACPIDUMP, "%s", d->path);
		if (import_bridge(im, d))
			add_device(im, &dev, w);
		return;
	}
	take_crs(d, &dev);
	if (!reconcile(im, d, &dev, &w) || !dev.res_count)
		return;
	dev.behind_smmu = acpi_iort_named_stream(&im->facts, d->path, &dev.stream, &smmu);
	if (!dev.behind_smmu)
		dev.stream = 0;
	add_device(im, &dev, w);
}

static void walk_device(struct walk *w, size_t i)
{
	struct importing *im = w->im;
	const struct aml_device *d = &im->aml.devices.items[i];
	const char *id = id_of(d), *name = NULL;
	bool bridge = import_is_bridge(d), console = is_console(im, d);

	w->absent[i] = d->parent != AML_NO_DEVICE && d->parent < i && w->absent[d->parent];
	/* acpi_device_should_be_hidden(): with a STAO nothing is made of the console's UART */
	if (console && im->facts.stao_ignores_uart)
		return;
	if (id) {
		unsigned int n = next_instance(w, id);

		name = import_name(im, arena_printf(im->b->arena, "%s:%02x", id, n));
	}
	if (w->absent[i] || im->b->lost)
		return;
	w->absent[i] = !is_present(im, d, name);
	/* without a _HID there is no platform device: acpi_bus_attach() */
	if (w->absent[i] || !name || (d->hid.known != AML_STATIC && !bridge))
		return;
	if (console) {
		import_remark(im, REMARK_DEVICES, NULL,
			      "%s (%s) is Xen's console: a STAO hides it from Dom0.", name,
			      d->path);
		return;
	}
	if (bridge || !is_handled(d, id))
		take_device(im, d, name, bridge);
}

void import_namespace(struct importing *im)
{
	struct walk w = {.im = im};
	size_t count = im->aml.devices.count;

	im->mcfg_used = arena_alloc(im->b->arena, im->facts.mcfg.count + 1);
	w.absent = arena_alloc(im->b->arena, count + 1);
	if (!im->mcfg_used || !w.absent)
		im->b->lost = true;
	for (size_t i = 0; i < count && !im->b->lost; i++)
		walk_device(&w, i);
	vec_fini(&w.instances);
	if (!im->b->lost)
		import_unused_mcfg(im);
}

/* --- OperationRegions ---------------------------------------------------------------- */

static unsigned int width_of(const struct aml_region *r)
{
	unsigned int width =
		r->width == 1 || r->width == 2 || r->width == 4 || r->width == 8 ? r->width : 4;

	while (width > r->len.value)
		width /= 2;
	return width;
}

/* A method may declare a region again and again, each time another one. */
static const char *region_name(struct importing *im, const struct aml_region *r)
{
	const struct platform *p = im->b->plat;
	unsigned int same = 1;

	for (size_t i = 0; i < p->opregions.count; i++) {
		const char *path = p->opregions.items[i].path;
		size_t len = strlen(r->path);

		same += strncmp(path, r->path, len) == 0 && (!path[len] || path[len] == '#');
	}
	return import_word(im,
			   same > 1 ? arena_printf(im->b->arena, "%s#%u", r->path, same) : r->path);
}

/* The device that a method of that path is in; NULL if none is. */
static const struct aml_device *device_of_method(const struct importing *im, const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < im->aml.devices.count; i++) {
		const struct aml_device *d = &im->aml.devices.items[i];

		if (strlen(d->path) == (size_t)(dot - path) &&
		    memcmp(d->path, path, (size_t)(dot - path)) == 0)
			return d;
	}
	return NULL;
}

/* acpi_pci_add_bus() and pci_acpi_setup() ask host bridges and functions in the bus scan. */
static bool is_pci_method(const struct importing *im, const char *path)
{
	const struct aml_device *d = device_of_method(im, path);

	while (d && !import_is_bridge(d))
		d = d->parent == AML_NO_DEVICE ? NULL : &im->aml.devices.items[d->parent];
	return d;
}

static void take_region(struct importing *im, const struct aml_region *r)
{
	const char *sig = im->tables.tables.items[r->table].sig;
	struct where w = r->base.reason ? import_where(im, COLLECTED_ACPIDUMP, "%s+0x%zx:%s", sig,
						       r->offset, r->base.reason)
					: import_where_table(im, sig, r->offset);
	struct opregion o = {.path = region_name(im, r),
			     .base = r->base.value,
			     .size = r->len.value,
			     .touched_at_boot = r->boot_method,
			     .by_driver = r->by_driver && !is_pci_method(im, r->boot_method),
			     .width = width_of(r),
			     .dynamic = r->method,
			     .boot_accesses = 1,
			     .origin = w.origin};

	if (!o.path || vec_push(&im->b->plat->opregions, o)) {
		im->b->lost = true;
		return;
	}
	builder_region(im->b, FROM_OPREGIONS, o.path, o.base, o.size, w);
	if (r->boot_method)
		import_remark(im, REMARK_OPREGIONS, o.path, "%s may use it at boot",
			      r->boot_method);
}

static bool is_known(const struct aml_region *r)
{
	return r->base.known == AML_STATIC && r->len.known == AML_STATIC;
}

static void remark_region(struct importing *im, const struct aml_region *r)
{
	const struct aml_int *why = r->base.known != AML_STATIC ? &r->base : &r->len;

	import_remark(im, REMARK_END, NULL, "OperationRegion %s: %s: %s", r->path,
		      why == &r->base ? "address" : "length",
		      why->reason ? why->reason : "not constant");
}

static bool is_before(const struct aml_region *r, const struct aml_dynamic *d)
{
	return r->table < d->table || (r->table == d->table && r->offset < d->offset);
}

/* Regions are said with their own reason. They are in order of tables and offsets. */
static bool is_dynamic_region(const struct importing *im, const struct aml_dynamic *d)
{
	size_t lo = 0, hi = im->aml.regions.count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (is_before(&im->aml.regions.items[mid], d))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < im->aml.regions.count && strcmp(im->aml.regions.items[lo].path, d->path) == 0;
}

/* What no mapping depends on. */
static bool is_idle(const char *path)
{
	static const char *const names[] = {"_ADR", "_UID", "_CCA"};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(names); i++)
		if (strcmp(dot + 1, names[i]) == 0)
			return true;
	return false;
}

static void remark_dynamic(struct importing *im, size_t said)
{
	size_t more = 0;

	for (size_t i = 0; i < im->aml.dynamic.count; i++) {
		const struct aml_dynamic *d = &im->aml.dynamic.items[i];

		if (is_idle(d->path) || is_dynamic_region(im, d))
			continue;
		if (said >= REMARKS_MAX) {
			more++;
		} else if (import_room(im, 20 + strlen(d->path) + strlen(d->reason))) {
			said++;
			import_remark(im, REMARK_END, NULL, "%s: %s", d->path, d->reason);
		}
	}
	if (more)
		import_remark(im, REMARK_END, NULL, "and %zu more", more);
}

void import_opregions(struct importing *im)
{
	size_t said = 0;

	for (size_t i = 0; i < im->aml.regions.count && !im->b->lost; i++) {
		const struct aml_region *r = &im->aml.regions.items[i];

		if (r->space != ACPI_GAS_MEMORY)
			continue;
		if (!is_known(r)) {
			im->dynamic_regions++;
			if (said++ < REMARKS_MAX && import_room(im, 100 + strlen(r->path)))
				remark_region(im, r);
		} else if (r->len.value && r->table < im->tables.tables.count &&
			   import_room(im, 160 + 2 * strlen(r->path))) {
			take_region(im, r);
		}
	}
	remark_dynamic(im, said < REMARKS_MAX ? said : REMARKS_MAX);
}

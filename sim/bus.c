// SPDX-License-Identifier: GPL-2.0-only
#include "sim/bus.h"

#include <string.h>

#include "base/check.h"
#include "sim/linux_version.h"

/* ITS: GITS_TRANSLATER of the doorbell page (IHI 0069, 12.19.9). */
#define ITS_TRANSLATER UINT64_C(0x10040)
/* GICv2m: MSI_TYPER, base SPI in [25:16], SPI count in [9:0] (Arm SBSA 1.0, appendix E). */
#define V2M_TYPER      8
#define V2M_TYPER_SPIS ((UINT64_C(80) << 16) | 64)
/* A primecell's identification: the last 32 bytes of its resource. */
#define AMBA_ID_BYTES 0x20

/* An aligned 8-byte word of a device: its content before any write, and the bits no write moves. */
struct word {
	uint64_t value;
	uint64_t fixed;
};

static uint64_t low_mask(unsigned int bytes)
{
	return bytes >= 8 ? ~UINT64_C(0) : (UINT64_C(1) << (bytes * 8)) - 1;
}

/* Four letters that a dump shows, then which word it is: no two words are alike. */
static uint64_t pattern(const char tag[4], pa_t p)
{
	uint32_t letters;

	memcpy(&letters, tag, sizeof(letters));
	return letters | (p.v >> 3) << 32;
}

uint64_t bus_xen_text(pa_t p)
{
	return pattern("XenT", p);
}

uint64_t bus_other_ram(pa_t p)
{
	return pattern("OthR", p);
}

/* --- PCI configuration space --------------------------------------------------------- */

static bool multifunction(const struct platform *plat, const struct device *dev)
{
	for (size_t i = 0; i < plat->devices.count; i++) {
		const struct device *d = &plat->devices.items[i];

		if (d->bus == BUS_PCI && d->segment == dev->segment && d->pci_bus == dev->pci_bus &&
		    d->pci_dev == dev->pci_dev && d->pci_fn != dev->pci_fn)
			return true;
	}
	return false;
}

/* The highest bus number behind a bridge; grows until no bridge below adds a bus. */
static unsigned int subordinate(const struct platform *plat, const struct device *bridge)
{
	unsigned int last = bridge->secondary_bus;
	bool grown;

	do {
		grown = false;
		for (size_t i = 0; i < plat->devices.count; i++) {
			const struct device *d = &plat->devices.items[i];

			if (d->bus != BUS_PCI || d->segment != bridge->segment ||
			    d->pci_bus < bridge->secondary_bus || d->pci_bus > last ||
			    d->secondary_bus <= last)
				continue;
			last = d->secondary_bus;
			grown = true;
		}
	} while (grown);
	return last;
}

/* The port whose memory is at `addr`: windows begin with port 0. */
static uint32_t io_port(const struct platform *plat, const struct device *d, uint64_t addr)
{
	for (size_t i = 0; i < plat->io_windows.count; i++) {
		const struct io_window *w = &plat->io_windows.items[i];

		if (w->segment == d->segment && range_has(w->base, w->size, addr))
			return (uint32_t)(addr - w->base);
	}
	return (uint32_t)addr & 0xffff;
}

/* BAR n: base and type bits; a memory base above 4 GiB makes BAR n and n + 1 a 64-bit pair. */
static uint32_t pci_bar(const struct platform *plat, const struct device *d, unsigned int n)
{
	if (n < d->res_count && d->res[n].size && d->res[n].io)
		return io_port(plat, d, d->res[n].base) | 1u;
	if (n < d->res_count && d->res[n].size)
		return (uint32_t)d->res[n].base | (d->res[n].base >> 32 ? 4u : 0u);
	if (n && n - 1 < d->res_count && d->res[n - 1].size && !d->res[n - 1].io)
		return (uint32_t)(d->res[n - 1].base >> 32);
	return 0;
}

static uint32_t pci_dword(const struct platform *plat, const struct device *d, unsigned int reg)
{
	bool bridge = d->secondary_bus != 0;

	switch (reg) {
	case 0x00:
		return d->vendor | (uint32_t)d->device_id << 16;
	case 0x08:
		return d->class_code << 8;
	case 0x0c:
		return (bridge ? 1u << 16 : 0u) | (multifunction(plat, d) ? 1u << 23 : 0u);
	case 0x18:
		if (bridge)
			return d->pci_bus | (uint32_t)d->secondary_bus << 8 |
			       subordinate(plat, d) << 16;
		break;
	default:
		break;
	}
	if (reg >= 0x10 && reg < (bridge ? 0x18u : 0x28u))
		return pci_bar(plat, d, (reg - 0x10) / 4);
	return 0;
}

/* Identification, class and header type of a function are read-only. */
static uint64_t pci_fixed(unsigned int reg)
{
	if (reg == 0)
		return low_mask(4);
	return reg == 8 ? low_mask(4) | UINT64_C(0xff) << 48 : 0;
}

static bool ecam_word(const struct platform *plat, uint64_t addr, struct word *w)
{
	for (size_t i = 0; i < plat->ecams.count; i++) {
		const struct ecam *e = &plat->ecams.items[i];
		uint64_t offset = addr - e->base;
		unsigned int reg = offset & 0xff8;
		const struct device *d;

		if (addr < e->base || offset >> 20 > (uint64_t)(e->bus_last - e->bus_first))
			continue;
		d = platform_pci_function(plat, e->segment,
					  e->bus_first + (unsigned int)(offset >> 20),
					  (offset >> 15) & 0x1f, (offset >> 12) & 7);
		if (!d) /* nothing there: all ones, and writes go nowhere */
			*w = (struct word){~UINT64_C(0), ~UINT64_C(0)};
		else
			*w = (struct word){pci_dword(plat, d, reg) |
						   (uint64_t)pci_dword(plat, d, reg + 4) << 32,
					   pci_fixed(reg)};
		return true;
	}
	return false;
}

/* --- other registers that are not plain cells ---------------------------------------- */

/* Part number of an Arm primecell: the last three hexadecimal digits of its ACPI id. */
static uint32_t amba_part(const char *hid)
{
	size_t len = strlen(hid);

	return len < 3 ? 0 : (uint32_t)strtoul(hid + len - 3, NULL, 16) & 0xfff;
}

/* PID0..3 with Arm as designer (0x41), then CID0..3 of a primecell (IHI 0029). */
static uint8_t amba_id(const struct device *d, unsigned int reg)
{
	static const uint8_t cid[4] = {0x0d, 0xf0, 0x05, 0xb1};
	uint32_t pid = 0x41000 | amba_part(d->hid);

	return (uint8_t)(reg < 4 ? pid >> (8 * reg) : cid[reg - 4]);
}

static bool is_primecell(const struct device *d)
{
	return d->bus_by_hid ? (linux_knows_primecell(d->hid) ||
				(d->cid && linux_knows_primecell(d->cid)))
			     : d->bus == BUS_AMBA;
}

static bool amba_word(const struct platform *plat, uint64_t addr, struct word *w)
{
	for (size_t i = 0; i < plat->devices.count; i++) {
		const struct device *d = &plat->devices.items[i];
		uint64_t end = d->res[0].base + d->res[0].size;
		unsigned int reg;

		if (!is_primecell(d) || !d->res_count || d->res[0].size < AMBA_ID_BYTES ||
		    end % 8 || !range_has(end - AMBA_ID_BYTES, AMBA_ID_BYTES, addr))
			continue;
		reg = (unsigned int)(addr - (end - AMBA_ID_BYTES)) / 4;
		*w = (struct word){amba_id(d, reg) | (uint64_t)amba_id(d, reg + 1) << 32,
				   ~UINT64_C(0)};
		return true;
	}
	return false;
}

static bool v2m_word(const struct platform *plat, uint64_t addr, struct word *w)
{
	for (size_t i = 0; i < plat->v2m.count; i++)
		if (addr == plat->v2m.items[i] + V2M_TYPER) {
			*w = (struct word){V2M_TYPER_SPIS, low_mask(4)};
			return true;
		}
	return false;
}

static bool is_its_doorbell(const struct platform *plat, uint64_t addr)
{
	for (size_t i = 0; i < plat->its.count; i++)
		if (range_has(plat->its.items[i] + ITS_TRANSLATER, 4, addr))
			return true;
	return false;
}

/* --- what firmware wrote ------------------------------------------------------------- */

/* Signature and length, at any alignment, laid over the word at `addr`. */
static void overlay_header(const struct acpi_table *t, uint64_t addr, uint64_t *value)
{
	uint8_t head[8], bytes[8];

	memcpy(head, t->sig, 4);
	for (unsigned int i = 0; i < 4; i++)
		head[4 + i] = (uint8_t)(t->len >> (8 * i));
	memcpy(bytes, value, sizeof(bytes));
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		if (range_has(t->addr, sizeof(head), addr + i))
			bytes[i] = head[addr + i - t->addr];
	memcpy(value, bytes, sizeof(bytes));
}

static uint64_t table_word(const struct platform *plat, pa_t p)
{
	uint64_t value = pattern("Tabl", p);

	for (size_t i = 0; i < plat->tables.count; i++) {
		const struct acpi_table *t = &plat->tables.items[i];

		if (p.v + 7 >= t->addr && p.v <= t->addr + 7)
			overlay_header(t, p.v, &value);
	}
	return value;
}

/* --- words and cells ----------------------------------------------------------------- */

/* What the word at p (8-aligned), in a region of kind `truth`, holds before any write. */
static struct word fresh_word(const struct platform *plat, pa_t p, enum truth truth)
{
	struct word w = {0, 0};

	switch (truth) {
	case TRUTH_XEN:
		w.value = bus_xen_text(p);
		break;
	case TRUTH_OTHER_RAM:
		w.value = bus_other_ram(p);
		break;
	case TRUTH_FIRMWARE:
		w.value = pattern("Firm", p);
		break;
	case TRUTH_TABLE:
		w.value = table_word(plat, p);
		break;
	case TRUTH_MMIO:
		if (!ecam_word(plat, p.v, &w) && !amba_word(plat, p.v, &w))
			v2m_word(plat, p.v, &w);
		break;
	default:
		break;
	}
	return w;
}

/* Index of the first cell at or above addr. */
static size_t cell_index(const struct bus *bus, uint64_t addr)
{
	size_t lo = 0, hi = bus->cells.count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (bus->cells.items[mid].addr < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool has_cell(const struct bus *bus, size_t i, uint64_t addr)
{
	return i < bus->cells.count && bus->cells.items[i].addr == addr;
}

static void insert_cell(struct bus *bus, size_t i, struct bus_cell cell)
{
	if (vec_grow(&bus->cells)) {
		bus->lost = true;
		return;
	}
	memmove(&bus->cells.items[i + 1], &bus->cells.items[i],
		(bus->cells.count - i) * sizeof(cell));
	bus->cells.items[i] = cell;
	bus->cells.count++;
}

/* Both parts of an access below stay within one aligned word. */
static enum bus_result read_part(struct bus *bus, pa_t p, unsigned int width, uint64_t *value)
{
	const void *host = memory_ptr(bus->mem, p, width);
	pa_t at = pa(p.v & ~UINT64_C(7));
	enum truth truth;
	size_t i;

	*value = 0;
	if (host) {
		memcpy(value, host, width);
		return BUS_OK;
	}
	truth = platform_truth(bus->plat, p.v);
	if (truth == TRUTH_HOLE)
		return BUS_ERROR;
	i = cell_index(bus, at.v);
	*value = has_cell(bus, i, at.v) ? bus->cells.items[i].value
					: fresh_word(bus->plat, at, truth).value;
	*value = *value >> (8 * (p.v & 7)) & low_mask(width);
	return BUS_OK;
}

static enum bus_result write_part(struct bus *bus, pa_t p, unsigned int width, uint64_t value)
{
	void *host = memory_ptr(bus->mem, p, width);
	pa_t at = pa(p.v & ~UINT64_C(7));
	unsigned int shift = 8 * (unsigned int)(p.v & 7);
	enum truth truth;
	struct word w;
	uint64_t mask;
	size_t i;

	if (host) {
		if (!memory_sealed(bus->mem, p)) {
			memcpy(host, &value, width);
			memory_stored(bus->mem, host, width);
		}
		return BUS_OK;
	}
	truth = platform_truth(bus->plat, p.v);
	if (truth == TRUTH_HOLE)
		return BUS_ERROR;
	if (is_its_doorbell(bus->plat, p.v))
		bus->msi_count++;
	w = fresh_word(bus->plat, at, truth);
	mask = (low_mask(width) << shift) & ~w.fixed;
	i = cell_index(bus, at.v);
	if (mask && !has_cell(bus, i, at.v))
		insert_cell(bus, i, (struct bus_cell){at.v, w.value});
	if (mask && has_cell(bus, i, at.v)) {
		uint64_t *cell = &bus->cells.items[i].value;

		*cell = (*cell & ~mask) | (value << shift & mask);
	}
	return BUS_OK;
}

/* Bytes of the access that lie in the aligned word where it begins. */
static unsigned int first_part(pa_t p, unsigned int width)
{
	unsigned int left = 8 - (unsigned int)(p.v & 7);

	return width < left ? width : left;
}

enum bus_result bus_read(struct bus *bus, pa_t p, unsigned int width, uint64_t *value)
{
	unsigned int first = first_part(p, width);
	uint64_t high;

	CHECK(width == 1 || width == 2 || width == 4 || width == 8);
	if (read_part(bus, p, first, value) == BUS_ERROR)
		return BUS_ERROR;
	if (first == width)
		return BUS_OK;
	if (read_part(bus, pa_add(p, first), width - first, &high) == BUS_ERROR) {
		*value = 0;
		return BUS_ERROR;
	}
	*value |= high << (8 * first);
	return BUS_OK;
}

enum bus_result bus_write(struct bus *bus, pa_t p, unsigned int width, uint64_t value)
{
	unsigned int first = first_part(p, width);

	CHECK(width == 1 || width == 2 || width == 4 || width == 8);
	if (write_part(bus, p, first, value) == BUS_ERROR)
		return BUS_ERROR;
	if (first == width)
		return BUS_OK;
	return write_part(bus, pa_add(p, first), width - first, value >> (8 * first));
}

void bus_init(struct bus *bus, const struct platform *plat, struct memory *mem)
{
	*bus = (struct bus){.plat = plat, .mem = mem};
}

void bus_reset(struct bus *bus)
{
	bus->cells.count = 0;
	bus->msi_count = 0;
	bus->lost = false;
}

void bus_fini(struct bus *bus)
{
	vec_fini(&bus->cells);
}
